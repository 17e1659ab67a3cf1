import Curriculum
import Experience
import Foundation
import Testing

@Suite struct `Mixtures` {
  static func mixture(_ parts: [(String, Double)]) -> DataConfiguration {
    var configuration = DataConfiguration()
    configuration.train = .mixture(
      parts.map { MixturePart(.procedural(ProceduralSource(task: $0.0)), weight: $0.1) })
    return configuration
  }

  static func sources(_ configuration: DataConfiguration, _ count: Int, seed: UInt64 = 1) throws -> [String] {
    let stream = try TaskStream(configuration, seed: seed)
    return try (0..<UInt64(count)).map { try stream.task(at: $0).source }
  }

  // 1/2, 1/3, 1/6: of every six 3, 2 and 1.
  @Test func `have exact proportions in every window of a period, and are never two tasks off in any other`()
    throws
  {
    let sources = try Self.sources(
      Self.mixture([("ordering", 3), ("countdown", 2), ("modular_arithmetic", 1)]), 600)
    for (name, share) in [("ordering", 0.5), ("countdown", 1.0 / 3), ("modular_arithmetic", 1.0 / 6)] {
      for start in 0..<60 {
        for length in 1...60 {
          let count = sources[start..<(start + length)].count { $0 == name }
          let exact = share * Double(length)
          #expect(abs(Double(count) - exact) < (length % 6 == 0 ? 1e-9 : 2), "\(name) at \(start) +\(length)")
        }
      }
    }
    #expect(sources.prefix(6) == sources.dropFirst(6).prefix(6))
  }

  @Test(arguments: [
    ([0.7, 0.3], [7, 3]), ([1, 1, 1], [1, 1, 1]), ([0.125, 0.875], [1, 7]), ([1e300, 1e300], [1, 1]),
    ([2, 3, 5], [2, 3, 5]), ([0.333, 0.667], [333, 667]), ([1], [1]), ([1e-9, 1], [1, 9999]),
    ([0.1234567, 0.8765433], [1235, 8765]),
  ])
  func `take weights as the smallest whole numbers that have their proportions`(
    weights: [Double], counts: [Int]
  ) {
    #expect(MixtureSchedule(weights: weights).counts == counts)
  }

  @Test(arguments: [
    [1.0, 1], [0.9, 0.1], [5, 3, 2, 1], [1, 2, 4, 8, 16, 32], [97, 2, 1], [0.1234, 0.5, 0.4],
  ])
  func `keep every prefix within one task of its share, and number each source's tasks without gaps`(
    weights: [Double]
  ) {
    let schedule = MixtureSchedule(weights: weights)
    var counts = [Int](repeating: 0, count: weights.count)
    for index in 0..<(2 * schedule.period + 3) {
      let (source, place) = schedule[UInt64(index)]
      #expect(place == UInt64(counts[source]))
      counts[source] += 1
      for (count, whole) in zip(counts, schedule.counts) {
        let exact = Double(index + 1) * Double(whole) / Double(schedule.period)
        #expect(abs(Double(count) - exact) < 1)
      }
    }
  }

  @Test func `give every row of a file once per epoch of that file, each epoch in another order`() throws {
    try withFile(`Task stream`.rows(40)) { path in
      var configuration = DataConfiguration()
      configuration.train = .mixture([
        MixturePart(.file(FileSource(path: path)), weight: 1),
        MixturePart(.procedural(ProceduralSource(task: "countdown")), weight: 2),
      ])
      let stream = try TaskStream(configuration, seed: 5)
      let rows = try #require(stream.report.trainRows)
      let ids = try (0..<UInt64(9 * rows)).map { try stream.task(at: $0) }
        .filter { $0.source == "rows.jsonl" }.map(\.id)
      #expect(ids.count == 3 * rows)
      let epochs = (0..<3).map { Array(ids[($0 * rows)..<(($0 + 1) * rows)]) }
      for epoch in epochs { #expect(Set(epoch).count == rows) }
      #expect(Set(epochs).count == 3)
    }
  }

  @Test
  func `are a function of seed and index alone, and a source's order does not depend on its companions`()
    throws
  {
    let parts = [("ordering", 1.0), ("countdown", 2)]
    let configuration = Self.mixture(parts)
    let (first, again) = (try TaskStream(configuration, seed: 3), try TaskStream(configuration, seed: 3))
    let forward = try (0..<90).map { try first.task(at: $0) }
    #expect(try (0..<90).reversed().map { try again.task(at: $0) } == forward.reversed())
    let other = try TaskStream(configuration, seed: 4)
    #expect(try (0..<90).map { try other.task(at: $0) } != forward)
    let more = try TaskStream(Self.mixture(parts + [("string_manipulation", 1)]), seed: 3)
    let ordering = forward.filter { $0.source == "ordering" }
    let among = try (0..<120).map { try more.task(at: $0) }.filter { $0.source == "ordering" }
    #expect(among.prefix(30) == ordering.prefix(30))
  }

  @Test func `of one source are that source`() throws {
    var single = DataConfiguration()
    single.train = .procedural(ProceduralSource(task: "ordering"))
    let (mixed, plain) = (
      try TaskStream(Self.mixture([("ordering", 0.3)]), seed: 3), try TaskStream(single, seed: 3)
    )
    #expect(try (0..<20).map { try mixed.task(at: $0) } == (0..<20).map { try plain.task(at: $0) })
    #expect(try mixed.heldOut(count: 20) == plain.heldOut(count: 20))
  }

  @Test func `keep sources of one name apart, by number or by the names they are given`() throws {
    var configuration = DataConfiguration()
    let easy = TaskSource.procedural(ProceduralSource(task: "ordering", difficulty: 3...3))
    let hard = TaskSource.procedural(ProceduralSource(task: "ordering", difficulty: 6...6))
    configuration.train = .mixture([MixturePart(easy), MixturePart(hard)])
    var stream = try TaskStream(configuration, seed: 1)
    #expect(
      try (0..<4).map { try stream.task(at: $0).id } == [
        "ordering/0", "ordering#2/0", "ordering/1", "ordering#2/1",
      ])
    configuration.train = .mixture([MixturePart(easy, name: "easy"), MixturePart(hard, name: "hard")])
    stream = try TaskStream(configuration, seed: 1)
    let tasks = try (0..<4).map { try stream.task(at: $0) }
    #expect(
      tasks.map(\.source) == ["easy", "hard", "easy", "hard"] && tasks.map(\.difficulty) == [3, 6, 3, 6])
    #expect(Set(tasks.map(\.prompt)).count == 4)
    #expect(try stream.firstTasks() == Array(tasks.prefix(2)))
    #expect(Set(try stream.heldOut(count: 60).map(\.id)).count == 60)
  }

  @Test func `of two parts that are alike but for their names give each tasks of its own`() throws {
    var configuration = DataConfiguration()
    let source = TaskSource.procedural(ProceduralSource(task: "arithmetic_chain"))
    configuration.train = .mixture([MixturePart(source, name: "one"), MixturePart(source, name: "two")])
    let stream = try TaskStream(configuration, seed: 1)
    let tasks = try (0..<40).map { try stream.task(at: $0) }
    let (one, two) = (tasks.filter { $0.source == "one" }, tasks.filter { $0.source == "two" })
    #expect(one.count == 20 && one.map(\.prompt) != two.map(\.prompt))
    #expect(Set(try stream.heldOut(count: 40).map(\.prompt)).count == 40)
  }

  @Test func `name the verifiers of what is trained on and of what is measured on`() throws {
    var configuration = Self.mixture([("ordering", 1), ("countdown", 1)])
    configuration.heldOut = .procedural(ProceduralSource(task: "sudoku"))
    let stream = try TaskStream(configuration, seed: 1)
    let trained = Set(try (0..<4).map { try stream.task(at: $0).verifier })
    #expect(stream.verifiers == trained.union(["sudoku"]))
  }

  @Test func `hold out of every source, in the same proportions, nothing that is trained on`() throws {
    try withFile(`Task stream`.rows(400)) { path in
      var configuration = DataConfiguration()
      configuration.train = .mixture([
        MixturePart(.file(FileSource(path: path)), weight: 3),
        MixturePart(.procedural(ProceduralSource(task: "countdown")), weight: 1),
      ])
      let stream = try TaskStream(configuration, seed: 5)
      let held = try stream.heldOut(count: 40)
      #expect(held.count { $0.source == "countdown" } == 10)
      #expect(held.prefix(20).count { $0.source == "countdown" } == 5)
      let trained = Set(try (0..<2000).map { try stream.task(at: $0).prompt })
      #expect(trained.isDisjoint(with: held.map(\.prompt)))
      // 400 rows have some 50 held out; where they end the other source goes on.
      let many = try stream.heldOut(count: 200)
      #expect(Set(many.map(\.prompt)).count == 200)
      #expect(stream.verifiers == ["math", "countdown"])
      #expect(stream.report.heldOutRows == nil)
      let mixture = try #require(stream.report.mixture)
      #expect(mixture.hasPrefix("mixture: of every 4 tasks 3 `rows.jsonl` (of "), "\(mixture)")
      #expect(mixture.hasSuffix(" rows), 1 `countdown`"), "\(mixture)")
    }
  }

  @Test func `may be measured on files of their own, several of them`() throws {
    try withFile(`Task stream`.rows(20)) { train in
      try withFile(`Task stream`.rows(5, from: 10)) { one in
        try withFile(`Task stream`.rows(5, from: 13)) { two in
          var configuration = DataConfiguration()
          configuration.train = .file(FileSource(path: train))
          configuration.heldOut = .mixture([
            MixturePart(.file(FileSource(path: one)), name: "one"),
            MixturePart(.file(FileSource(path: two)), name: "two"),
          ])
          let stream = try TaskStream(configuration, seed: 5)
          #expect(stream.report.trainRows == 12 && stream.report.droppedFromTraining == 8)
          #expect(stream.report.heldOutRows == 8 && stream.report.droppedDuplicates == 2)
          let held = try stream.heldOut(count: 8)
          #expect(
            held.map { String($0.id.prefix(3)) } == ["one", "two", "one", "two", "one", "two", "one", "one"])
          let error = #expect(throws: DataError.self) { try stream.heldOut(count: 9) }
          #expect(error?.description.hasPrefix("`one + two` has 8 held-out tasks") == true)
        }
      }
    }
  }

  @Test func `may be measured on a file and a share, and tell what the file alone left out`() throws {
    try withFile(`Task stream`.rows(400)) { train in
      try withFile(`Task stream`.rows(10, from: 15)) { test in
        var configuration = DataConfiguration()
        configuration.train = .file(FileSource(path: train))
        configuration.heldOut = .mixture([
          MixturePart(.file(FileSource(path: test))),
          MixturePart(.procedural(ProceduralSource(task: "ordering"))),
        ])
        let report = try TaskStream(configuration, seed: 5).report
        #expect(report.droppedFromTraining == 10)
        #expect((300..<380).contains(report.trainRows ?? 0))  // less one in eight
      }
    }
  }

  @Test func `that cannot be are refused by name`() {
    func refusal(_ parts: [MixturePart]) -> String {
      var configuration = DataConfiguration()
      configuration.train = .mixture(parts)
      do {
        _ = try TaskStream(configuration, seed: 1)
        return "accepted"
      } catch {
        return error.description
      }
    }
    let part = MixturePart(.procedural(ProceduralSource(task: "ordering")))
    for weight in [0, -1, .nan, .infinity] as [Double] {
      var broken = part
      broken.weight = weight
      #expect(refusal([part, broken]).hasPrefix("`weight` of `ordering#2` is \(weight), a number above 0"))
    }
    #expect(refusal([]).hasPrefix("a mixture of 0 sources"))
    #expect(refusal([MixturePart(.mixture([part]))]).hasPrefix("a mixture is part of a mixture"))
    #expect(
      refusal([MixturePart(.procedural(ProceduralSource(task: "sums")))]).hasPrefix("unknown task `sums`"))
  }
}
