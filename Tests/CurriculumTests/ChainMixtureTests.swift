import Curriculum
import Experience
import Testing

@Suite struct `Chains among other sources` {
  private func chains(_ path: String, _ horizons: ClosedRange<Int>, slice: SliceFilter? = nil) -> TaskSource {
    .composed(ComposedSource(composer: .offset(FileSource(path: path, slice: slice)), horizons: horizons))
  }

  private func executed(_ horizons: ClosedRange<Int>) -> TaskSource {
    .composed(
      ComposedSource(composer: .executed([ProceduralSource(task: "arithmetic_chain")]), horizons: horizons))
  }

  /// The lines of the file that stand in a chain.
  private func lines(_ task: ReasoningTask) -> [Int] {
    (task.columns["provenance"] ?? "").components("\"line\": ").dropFirst().compactMap {
      Int($0.prefix { $0.isNumber })
    }
  }

  @Test func `take their turns, are named, and stay on their side of the split`() throws {
    try withFile(`Chains of a file's rows`.rows(100)) { path in
      var configuration = DataConfiguration()
      configuration.train = .mixture([
        MixturePart(chains(path, 2...2), weight: 2, name: "pairs"),
        MixturePart(executed(3...3), weight: 1, name: "sums"),
        MixturePart(.procedural(ProceduralSource(task: "ordering")), weight: 1),
      ])
      let stream = try TaskStream(configuration, seed: 1)
      let tasks = try (0..<400).map { try stream.task(at: $0) }
      #expect(tasks.prefix(4).map(\.source).sorted() == ["ordering", "pairs", "pairs", "sums"])
      let pairs = tasks.filter { $0.source == "pairs" }
      #expect(pairs.count == 200 && pairs.allSatisfy { $0.difficulty == 2 && $0.id.hasPrefix("pairs/h2/") })
      #expect(tasks.filter { $0.source == "sums" }.allSatisfy { $0.difficulty == 3 })
      let held = try stream.heldOut(count: 40)
      #expect(held.count { $0.source == "pairs" } == 20 && held.count { $0.source == "sums" } == 10)
      let trained = Set(pairs.flatMap(lines))
      #expect(trained.count > 70 && trained.isDisjoint(with: held.flatMap(lines)))
      #expect(
        stream.report.lines.contains { $0.hasPrefix("chains (offset) of ") && $0.contains("; pairs: ") })
      #expect(stream.report.lines.contains { $0.hasPrefix("sums: chains (executed) of arithmetic_chain") })
      #expect(stream.report.lines.contains { $0.hasPrefix("held out: chains (offset) of ") })
      #expect(
        stream.report.mixture == "mixture: of every 4 tasks 2 `pairs`, 1 `sums`, 1 `ordering`")
    }
  }

  @Test func `change their horizon where they make chains, and are measured by horizon`() throws {
    var configuration = DataConfiguration()
    configuration.train = .mixture([
      MixturePart(executed(1...1)), MixturePart(.procedural(ProceduralSource(task: "ordering"))),
    ])
    let stream = try TaskStream(configuration, seed: 1)
    let later = try stream.training(onHorizons: 4...4)
    for index in 0..<20 as Range<UInt64> {
      let (before, now) = (try stream.task(at: index), try later.task(at: index))
      if before.source == "ordering" {
        #expect(now == before)
      } else {
        #expect(before.difficulty == 1 && now.difficulty == 4)
      }
    }
    #expect(try later.heldOut(count: 20) == stream.heldOut(count: 20))
    let fifth = try stream.heldOut(count: 12, horizon: 5)
    #expect(fifth.count == 12 && fifth.allSatisfy { $0.difficulty == 5 && $0.source == "arithmetic_chain" })
  }

  @Test func `tell the longest horizon of any part`() {
    let single = TaskSource.procedural(ProceduralSource(task: "ordering"))
    let mixture = TaskSource.mixture([
      MixturePart(executed(2...6)), MixturePart(single), MixturePart(executed(1...4)),
    ])
    #expect(mixture.longestHorizon == 6 && single.longestHorizon == nil)
  }

  @Test func `of a file that is trained on row by row do not empty it when repeats are left out`() throws {
    try withFile(`Chains of a file's rows`.rows(60)) { path in
      var configuration = DataConfiguration()
      configuration.train = .mixture([
        MixturePart(.file(FileSource(path: path))), MixturePart(chains(path, 2...2), name: "pairs"),
      ])
      configuration.deduplicates = true
      let stream = try TaskStream(configuration, seed: 1)
      #expect(stream.report.repeatedPrompts == 0)
      let tasks = try (0..<200).map { try stream.task(at: $0) }
      let (rows, pairs) = (tasks.filter { $0.source != "pairs" }, tasks.filter { $0.source == "pairs" })
      let held = try stream.heldOut(count: 16)
      let heldLines = Set(
        held.flatMap(lines)
          + held.filter { $0.source != "pairs" }.compactMap { task in
            task.id.components("/").last.flatMap { Int($0) }
          })
      let trained = Set(rows.compactMap { task in task.id.components("/").last.flatMap { Int($0) } })
      #expect(heldLines.count > 3 && heldLines.isDisjoint(with: trained.union(pairs.flatMap(lines))))
    }
  }

  @Test func `leave out problems that a held-out row is too much like`() throws {
    try withFile(`Chains of a file's rows`.rows(40)) { path in
      try withFile(`Chains of a file's rows`.rows(20).replacing("Shop", with: "SHOP")) { other in
        var configuration = DataConfiguration()
        configuration.train = chains(path, 2...2)
        configuration.heldOut = .file(FileSource(path: other))
        configuration.contamination = .drop
        configuration.contaminationNGram = nil
        let stream = try TaskStream(configuration, seed: 1)
        #expect(stream.report.contamination.samePrompts == 20)
        let used = Set(try (0..<300).flatMap { try lines(stream.task(at: $0)) })
        #expect(used == Set(21...40))
      }
    }
  }

  @Test func `are made of a slice of their file where it has one`() throws {
    try withFile(`Chains of a file's rows`.rows(120)) { path in
      func used(_ slice: SliceFilter?) throws -> (trained: Set<Int>, heldOut: [ReasoningTask]) {
        var configuration = DataConfiguration()
        configuration.train = chains(path, 2...3, slice: slice)
        let stream = try TaskStream(configuration, seed: 1)
        if slice != nil {
          #expect(
            stream.report.lines.contains { $0.hasPrefix("rows.jsonl: ") && $0.contains(" of 120 prompts") })
        }
        return (
          Set(try (0..<600).flatMap { try lines(stream.task(at: $0)) }), try stream.heldOut(count: 20)
        )
      }
      let (whole, short, long) = (
        try used(nil), try used(SliceFilter(slice: .short)), try used(SliceFilter(slice: .long))
      )
      #expect(short.trained.isDisjoint(with: long.trained))
      #expect(short.trained.union(long.trained) == whole.trained)
      #expect(short.heldOut == whole.heldOut && long.heldOut == whole.heldOut)
    }
  }
}

@Suite struct `A file that is trained and measured on` {
  @Test func `has its share by hash held out, whatever else is said about it`() throws {
    try withFile(`Task stream`.rows(200)) { path in
      var configuration = DataConfiguration()
      configuration.train = .file(FileSource(path: path))
      let plain = try TaskStream(configuration, seed: 1)
      configuration.train = .file(FileSource(path: path, slice: SliceFilter(slice: .short)))
      configuration.heldOut = .file(FileSource(path: path))
      let shared = try TaskStream(configuration, seed: 1)
      let count = try #require(plain.report.heldOutRows)
      #expect(shared.report.heldOutRows == count && count > 10)
      #expect(
        try shared.heldOut(count: count).map(\.prompt) == plain.heldOut(count: count).map(\.prompt))
      #expect((shared.report.trainRows ?? 0) < (plain.report.trainRows ?? 0))
    }
  }

  @Test func `has its bad rows counted once`() throws {
    try withFile(`Task stream`.rows(100) + "\n{") { path in
      var configuration = DataConfiguration()
      configuration.train = .file(FileSource(path: path, onBadRow: .skip))
      configuration.heldOut = .file(
        FileSource(path: path, slice: SliceFilter(slice: .short), onBadRow: .skip))
      let report = try TaskStream(configuration, seed: 1).report
      #expect(report.badRows == 1)
    }
  }
}
