import Curriculum
import Experience
import Foundation
import Testing

@Suite struct `Task chooser` {
  private static func file(_ count: Int) throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "chooser-\(UUID().uuidString).jsonl")
      .path
    try TaskStreamRows.text(count).write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  private static func stream(rows count: Int, seed: UInt64 = 1) throws -> TaskStream {
    var configuration = DataConfiguration()
    configuration.train = .file(FileSource(path: try file(count)))
    return try TaskStream(configuration, seed: seed)
  }

  private static func procedural(_ difficulty: ClosedRange<Int>) throws -> TaskStream {
    var configuration = DataConfiguration()
    configuration.train = .procedural(ProceduralSource(task: "arithmetic_chain", difficulty: difficulty))
    return try TaskStream(configuration, seed: 1)
  }

  /// The tasks of a step.
  private static func draw(
    _ count: Int, _ chooser: inout TaskChooser, at position: inout UInt64
  ) throws -> [ReasoningTask] {
    try (0..<count).map { _ in try chooser.next(at: &position) }
  }

  @Test func `without a band the uniform sampler gives the stream's own row`() throws {
    let stream = try Self.stream(rows: 60)
    var chooser = TaskChooser(stream, .uniform, band: nil)
    chooser.beginStep(1, underWay: [])
    var position: UInt64 = 0
    let drawn = try Self.draw(200, &chooser, at: &position)
    #expect(try drawn == (0..<200).map { try stream.task(at: $0) })
    #expect(position == 200 && chooser.report.draws == 200 && chooser.report.untried == 200)
  }

  @Test func `the uniform sampler passes rows outside the band over, epoch by epoch`() throws {
    let stream = try Self.stream(rows: 60)
    let all = Set(try (0..<60).map { try stream.task(at: $0).statisticsKey })
    let out = Set(all.sorted().prefix(10))
    var known: [String: TaskStatistics] = [:]
    for key in out { known[key] = `Difficulty samplers`.tried(0, groups: 2) }
    var chooser = TaskChooser(stream, .uniform, band: KeepAccuracyBand(), statistics: known)
    chooser.beginStep(3, underWay: [])
    var position: UInt64 = 0
    let drawn = try Self.draw(all.count - out.count, &chooser, at: &position).map(\.id)
    #expect(Set(drawn) == all.subtracting(out))
    #expect(chooser.outsideBand == 10 && !chooser.isBandEmpty)
    chooser.beginStep(103, underWay: [])
    #expect(chooser.outsideBand == 0)
  }

  @Test func `samplers that weigh draw inside the band only`() throws {
    let stream = try Self.stream(rows: 60)
    let all = Set(try (0..<60).map { try stream.task(at: $0).id })
    let out = Set(all.sorted().prefix(10))
    var known: [String: TaskStatistics] = [:]
    for key in out { known[key] = `Difficulty samplers`.tried(0, groups: 2) }
    for sampler in [DifficultySampler.prioritized(.init()), .retrospective(.init()), .pools(.init())] {
      var chooser = TaskChooser(stream, sampler, band: KeepAccuracyBand(), statistics: known)
      chooser.beginStep(3, underWay: [])
      var position: UInt64 = 0
      let drawn = try Self.draw(all.count - out.count, &chooser, at: &position).map(\.id)
      #expect(Set(drawn) == all.subtracting(out), "\(sampler.name)")
    }
  }

  @Test func `each step judges by its own number, and reports its own draws`() throws {
    let stream = try Self.stream(rows: 20)
    let all = Set(try (0..<20).map { try stream.task(at: $0).id })
    var known: [String: TaskStatistics] = [:]
    for key in all { known[key] = `Difficulty samplers`.tried(0, groups: 2) }  // last at step 2
    var chooser = TaskChooser(stream, .uniform, band: KeepAccuracyBand(), statistics: known)
    for key in all.sorted().prefix(5) { chooser.count(TaskStatistics(), of: key) }
    chooser.beginStep(3, underWay: [])
    var position: UInt64 = 0
    #expect(Set(try Self.draw(5, &chooser, at: &position).map(\.id)) == Set(all.sorted().prefix(5)))
    // A hundred steps later every row is looked at again.
    chooser.beginStep(103, underWay: [])
    position = UInt64(all.count)
    #expect(Set(try Self.draw(all.count, &chooser, at: &position).map(\.id)) == all)
    #expect(chooser.report.draws == all.count && chooser.report.untried == 5 && !chooser.isBandEmpty)
    for key in all { chooser.count(`Difficulty samplers`.tried(0, groups: 103), of: key) }
    for (step, isEmpty) in [(104, true), (204, false)] {
      chooser.beginStep(step, underWay: [])
      _ = try chooser.next(at: &position)
      #expect(chooser.isBandEmpty == isEmpty)
    }
  }

  @Test func `where no pool with a share holds anything, what the band keeps is drawn`() throws {
    let stream = try Self.stream(rows: 20)
    let all = Set(try (0..<20).map { try stream.task(at: $0).id })
    let out = Set(all.sorted().prefix(5))
    var known: [String: TaskStatistics] = [:]
    for key in out { known[key] = `Difficulty samplers`.tried(8, groups: 2) }
    var pools = DifficultyPools()
    (pools.easy, pools.medium, pools.hard) = (0, 0, 1)
    var chooser = TaskChooser(stream, .pools(pools), band: KeepAccuracyBand(), statistics: known)
    chooser.beginStep(3, underWay: [])
    var position: UInt64 = 0
    let drawn = try Self.draw(all.count - out.count, &chooser, at: &position).map(\.id)
    #expect(Set(drawn) == all.subtracting(out) && !chooser.isBandEmpty)
  }

  @Test func `where nothing is left inside the band it is passed over, and says so`() throws {
    let stream = try Self.stream(rows: 20)
    var known: [String: TaskStatistics] = [:]
    for index in 0..<40 as Range<UInt64> {
      known[try stream.task(at: index).id] = `Difficulty samplers`.tried(8, groups: 2)
    }
    for sampler in [
      DifficultySampler.uniform, .prioritized(.init()), .retrospective(.init()), .pools(.init()),
    ] {
      var chooser = TaskChooser(stream, sampler, band: KeepAccuracyBand(), statistics: known)
      chooser.beginStep(3, underWay: [])
      var position: UInt64 = 0
      #expect(try Self.draw(5, &chooser, at: &position).count == 5)
      #expect(chooser.isBandEmpty)
    }
  }

  @Test func `a step that has the same statistics, position and work under way draws the same`() throws {
    let stream = try Self.stream(rows: 80)
    var first = TaskChooser(stream, .prioritized(.init()), band: KeepAccuracyBand())
    var position: UInt64 = 0
    var known: [String: TaskStatistics] = [:]
    var drawn: [[ReasoningTask]] = []
    var starts: [(position: UInt64, known: [String: TaskStatistics], underWay: [String])] = []
    var underWay: [String] = []
    for step in 1...6 {
      starts.append((position, known, underWay))
      first.beginStep(step, underWay: underWay)
      let tasks = try Self.draw(8, &first, at: &position)
      drawn.append(tasks)
      // The first six come to the update, two go on.
      for (index, task) in tasks.prefix(6).enumerated() {
        var statistics = known[task.statisticsKey] ?? TaskStatistics()
        statistics.add(
          GroupOutcome(
            answers: (0..<4).map { .init(accuracy: ($0 + index) % 3 == 0 ? 1 : 0, length: 7) },
            isFiltered: false), step: step)
        known[task.statisticsKey] = statistics
        first.count(statistics, of: task.statisticsKey)
      }
      underWay = tasks.suffix(2).map(\.statisticsKey)
    }
    for (step, start) in starts.enumerated() {
      var again = TaskChooser(
        stream, .prioritized(.init()), band: KeepAccuracyBand(), statistics: start.known)
      again.beginStep(step + 1, underWay: start.underWay)
      var position = start.position
      #expect(try Self.draw(8, &again, at: &position) == drawn[step])
      #expect(Set(drawn[step].map(\.id)).isDisjoint(with: start.underWay))
    }
  }

  @Test func `prioritized rows that are sometimes solved come more often`() throws {
    let stream = try Self.stream(rows: 80)
    let keys = try (0..<80).map { try stream.task(at: $0).id }
    let count = Set(keys).count
    var known: [String: TaskStatistics] = [:]
    for key in Set(keys) { known[key] = `Difficulty samplers`.tried(8) }
    let frontier = Set(Set(keys).sorted().prefix(8))
    for key in frontier { known[key] = `Difficulty samplers`.tried(4) }
    var chooser = TaskChooser(stream, .prioritized(.init()), band: nil, statistics: known)
    var position: UInt64 = 0
    var hits = 0
    for step in 1...100 {
      chooser.beginStep(step, underWay: [])
      hits += try Self.draw(4, &chooser, at: &position).count { frontier.contains($0.id) }
    }
    // .9 + .1 · 8/N of 400 draws, were they independent.
    #expect(hits > 350 && hits < 400, "\(hits) of 400, \(count) rows")
  }

  @Test func `procedural tasks are chosen by difficulty, and are new each time`() throws {
    let stream = try Self.procedural(2...5)
    let known = ["arithmetic_chain/difficulty-4": `Difficulty samplers`.tried(4)].merging(
      [2, 3, 5].map { ("arithmetic_chain/difficulty-\($0)", `Difficulty samplers`.tried(8)) },
      uniquingKeysWith: { $1 })
    var chooser = TaskChooser(stream, .prioritized(.init()), band: nil, statistics: known)
    chooser.beginStep(1, underWay: ["arithmetic_chain/difficulty-4"])
    var position: UInt64 = 0
    let tasks = try Self.draw(200, &chooser, at: &position)
    #expect(Set(tasks.map(\.id)).count == 200)
    // .9 + .1/4
    #expect(abs(tasks.count { $0.difficulty == 4 } - 185) < 15)
    #expect(tasks.allSatisfy { $0.statisticsKey == "arithmetic_chain/difficulty-\($0.difficulty ?? 0)" })
    #expect(chooser.tried == 4)
  }

  @Test func `chains are chosen by horizon`() throws {
    var configuration = DataConfiguration()
    configuration.train = .composed(
      ComposedSource(composer: .executed([ProceduralSource(task: "arithmetic_chain")]), horizons: 2...4))
    let stream = try TaskStream(configuration, seed: 1)
    let known = Dictionary(
      uniqueKeysWithValues: (2...4).map {
        ("arithmetic_chain/horizon-\($0)", `Difficulty samplers`.tried($0 == 3 ? 4 : 8))
      })
    var chooser = TaskChooser(stream, .prioritized(.init()), band: nil, statistics: known)
    chooser.beginStep(1, underWay: [])
    var position: UInt64 = 0
    let tasks = try Self.draw(100, &chooser, at: &position)
    #expect(chooser.tried == 3 && Set(tasks.map(\.id)).count == 100)
    // .9 + .1/3
    #expect(abs(tasks.count { $0.difficulty == 3 } - 93) < 8)
    #expect(tasks.allSatisfy { $0.statisticsKey == "arithmetic_chain/horizon-\($0.difficulty ?? 0)" })
  }

  @Test func `a place and a difficulty make one task, whoever asks`() throws {
    let stream = try Self.procedural(2...2)
    let other = try Self.procedural(2...3)
    var (first, second) = (
      TaskChooser(stream, .pools(.init()), band: nil), TaskChooser(other, .pools(.init()), band: nil)
    )
    first.beginStep(1, underWay: [])
    second.beginStep(1, underWay: [])
    var (a, b): (UInt64, UInt64) = (0, 0)
    let mine = try Self.draw(50, &first, at: &a)
    let theirs = try Self.draw(50, &second, at: &b)
    for (one, another) in zip(mine, theirs) where another.difficulty == 2 { #expect(one == another) }
    for (one, another) in zip(mine, theirs) where another.difficulty == 3 { #expect(one.id != another.id) }
    #expect(theirs.contains { $0.difficulty == 3 } && theirs.contains { $0.difficulty == 2 })
  }

  @Test func `the report tells what was drawn`() throws {
    let stream = try Self.procedural(1...3)
    let known = [
      "arithmetic_chain/difficulty-1": `Difficulty samplers`.tried(8),
      "arithmetic_chain/difficulty-2": `Difficulty samplers`.tried(0),
    ]
    var chooser = TaskChooser(stream, .pools(.init()), band: nil, statistics: known)
    chooser.beginStep(1, underWay: [])
    var position: UInt64 = 0
    let tasks = try Self.draw(100, &chooser, at: &position)
    let counts = (1...3).map { level in tasks.count { $0.difficulty == level } }
    #expect(chooser.report.pools == [counts[0], counts[2], counts[1]])
    #expect(chooser.report.untried == counts[2])
    #expect(chooser.report.meanAccuracy == Double(counts[0]) / Double(counts[0] + counts[1]))
    #expect(abs(counts[0] - 10) <= 2 && abs(counts[1] - 20) <= 2, "\(counts)")
  }

  @Test func `keys of other sources, and what is no key, are passed over`() throws {
    let stream = try Self.stream(rows: 20)
    let prefix = try stream.task(at: 0).id.split(separator: "/")[0]
    let strange = [
      "", "/", "\(prefix)", "\(prefix)/", "\(prefix)/0", "\(prefix)/99999999999999999999", "\(prefix)/-1",
      "\(prefix)/difficulty-2", "other.jsonl/3", "\(prefix)x/1", "\(prefix)x1",
      "x\(prefix.dropFirst())/1",
    ]
    let known = Dictionary(uniqueKeysWithValues: strange.map { ($0, `Difficulty samplers`.tried(4)) })
    #expect(TaskChooser(stream, .prioritized(.init()), band: nil, statistics: known).tried == 0)
    let levels = [1, 6, -2, .max].map {
      ("arithmetic_chain/difficulty-\($0)", `Difficulty samplers`.tried(4))
    }
    let chooser = TaskChooser(
      try Self.procedural(2...5), .prioritized(.init()), band: nil,
      statistics: Dictionary(uniqueKeysWithValues: levels))
    #expect(chooser.tried == 0)
  }
}

/// Rows of a small file.
enum TaskStreamRows {
  static func text(_ count: Int) -> String {
    (0..<count).map { #"{"question": "question \#($0)", "answer": \#($0)}"# }.joined(separator: "\n")
  }
}
