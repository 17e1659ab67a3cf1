internal import Curriculum
internal import Recipe
internal import Rewards
internal import Testing
internal import Training

@Suite struct `Chains and slices in recipes` {
  private let rest = "\nstages: [{kind: rl, steps: 1}]\n"

  private func data(_ text: String, _ override: String? = nil) throws -> DataConfiguration {
    let text = "data:\n" + text + rest
    let recipe = try override.map { try load(text, $0) } ?? load(text)
    let again = try RecipeLoader.load(text: recipe.yaml(), path: "again.yaml")
    #expect(again.configuration == recipe.configuration, "\(recipe.yaml())")
    return recipe.configuration.data
  }

  private func offset(
    _ path: String, _ horizons: ClosedRange<Int>, slice: SliceFilter? = nil, wording: ChainWording? = nil
  ) -> TaskSource {
    .composed(
      ComposedSource(
        composer: .offset(FileSource(path: path, slice: slice)), horizons: horizons, wording: wording))
  }

  private func executed(_ families: [ProceduralSource], _ horizons: ClosedRange<Int>) -> TaskSource {
    .composed(ComposedSource(composer: .executed(families), horizons: horizons))
  }

  @Test func `of a file's rows have a horizon, a wording and all keys of a file`() throws {
    let data = try data(
      """
        train:
          composer: offset
          path: a.csv
          horizon: [1, 3]
          wording: compact
          prompt_field: q
          verifier: number
          on_bad_row: skip
          filter: {answer_kind: integer}
          slice: {part: short, by: tokens, at: 30.5}
      """)
    #expect(
      data.train
        == .composed(
          ComposedSource(
            composer: .offset(
              FileSource(
                path: "a.csv", promptField: "q", verifier: "number",
                filter: RowFilter(answerKinds: [.integer]),
                slice: SliceFilter(slice: .short, measure: .tokens, threshold: .fixed(30.5)), onBadRow: .skip)
            ),
            horizons: 1...3, wording: .compact)))
    #expect(data.heldOut == nil)
  }

  @Test func `of families name one or several, with their difficulties or without`() throws {
    let chain = ProceduralSource(task: "arithmetic_chain")
    #expect(
      try data("  train: {composer: executed, tasks: arithmetic_chain, horizon: 2}").train
        == executed([chain], 2...2))
    #expect(
      try data(
        "  train: {composer: executed, tasks: [arithmetic_chain, {task: modular_arithmetic, difficulty: [2, 3]}], horizon: [2, 4]}"
      ).train == executed([chain, ProceduralSource(task: "modular_arithmetic", difficulty: 2...3)], 2...4))
  }

  @Test func `are shown with all that decides them`() throws {
    let recipe = try load(
      "data: {train: {composer: executed, tasks: [program_trace], horizon: 3}}\n" + rest)
    #expect(try recipe.entry("data.train.composer").value == "executed")
    #expect(try recipe.entry("data.train.horizon").value == "[3, 3]")
    #expect(try recipe.entry("data.train.wording").value == "null")
    #expect(try recipe.entry("data.train.tasks[0].task").value == "program_trace")
    #expect(try recipe.entry("data.train.tasks[0].task").origin != .default)
    #expect(try recipe.entry("data.train.wording").origin == .default)
    #expect(try recipe.entry("data.held_out.tasks[0].task").origin == .default)
    #expect(!(try load(minimalRecipe)).entries.contains { $0.keyPath == "data.train.composer" })
  }

  @Test func `are measured as they are trained on, but for what held_out says`() throws {
    let train = "  train: {composer: offset, path: a, horizon: [1, 2], slice: {part: short}}\n"
    #expect(try data(train + "  held_out: {count: 5}").heldOut == nil)
    #expect(try data(train + "  held_out: {horizon: 4}").heldOut == offset("a", 4...4))
    #expect(try data(train + "  held_out: {path: b}").heldOut == offset("b", 1...2))
    #expect(try data(train + "  held_out: {composer: null}").heldOut == .file(FileSource(path: "a")))
    #expect(
      try data(train + "  held_out: {composer: null, path: b}").heldOut == .file(FileSource(path: "b")))
    #expect(
      try data(train + "  held_out: {task: ordering}").heldOut
        == .procedural(ProceduralSource(task: "ordering")))
    let sums = "  train: {composer: executed, tasks: [arithmetic_chain], horizon: 2}\n"
    #expect(
      try data(sums + "  held_out: {horizon: 5}").heldOut
        == executed([ProceduralSource(task: "arithmetic_chain")], 5...5))
    #expect(try data(sums + "  held_out: {path: b}").heldOut == .file(FileSource(path: "b")))
    #expect(
      try data(
        "  train: {task: arithmetic_chain, difficulty: [1, 2]}\n  held_out: {composer: executed, horizon: 3}"
      ).heldOut == executed([ProceduralSource(task: "arithmetic_chain", difficulty: 1...2)], 3...3))
    #expect(
      try data("  train: {path: a}\n  held_out: {composer: offset, horizon: 3}").heldOut
        == offset("a", 3...3))
  }

  @Test func `a slice is of what is trained on, unless held_out says so itself`() throws {
    let train = "  train: {path: a, slice: {part: long, at: median}}\n"
    let slice = SliceFilter(slice: .long, threshold: .median)
    #expect(try data(train).train == .file(FileSource(path: "a", slice: slice)))
    #expect(try data(train).heldOut == nil)
    #expect(try data(train + "  held_out: {path: a}").heldOut == nil)
    #expect(try data(train + "  held_out: {path: b}").heldOut == .file(FileSource(path: "b")))
    #expect(try data(train + "  held_out: {slice: null}").heldOut == .file(FileSource(path: "a")))
    #expect(
      try data(train + "  held_out: {path: b, slice: {part: short}}").heldOut
        == .file(FileSource(path: "b", slice: SliceFilter(slice: .short))))
  }

  @Test func `are parts of mixtures like any other source`() throws {
    let data = try data(
      """
        train:
          - {composer: executed, tasks: [polynomial_value], horizon: 2, weight: 3}
          - {composer: offset, path: a, horizon: [2, 3], name: pairs}
          - {path: a, slice: {part: short}}
        held_out: {sources: [{composer: offset, path: b, horizon: 6}]}
      """)
    #expect(
      data.train
        == .mixture([
          MixturePart(executed([ProceduralSource(task: "polynomial_value")], 2...2), weight: 3),
          MixturePart(offset("a", 2...3), name: "pairs"),
          MixturePart(.file(FileSource(path: "a", slice: SliceFilter(slice: .short)))),
        ]))
    #expect(data.heldOut == .mixture([MixturePart(offset("b", 6...6))]))
  }

  @Test func `another source on top takes their place, and the same kind of source keeps them`() throws {
    let chains = "  train: {composer: offset, path: a, horizon: 2}"
    #expect(try data(chains, "data.train.path=b").train == offset("b", 2...2))
    #expect(try data(chains, "data.train.horizon=[2, 5]").train == offset("a", 2...5))
    #expect(
      try data(chains, "data.train.task=ordering").train == .procedural(ProceduralSource(task: "ordering")))
    let sums = "  train: {composer: executed, tasks: [arithmetic_chain], horizon: 2}"
    #expect(try data(sums, "data.train.path=b").train == .file(FileSource(path: "b")))
    #expect(
      try data("  train: {path: a}", "data.train={composer: offset, horizon: 2}").train == offset("a", 2...2))
  }

  static let wrong: [(String, String)] = [
    ("{composer: exact, path: a}", "`data.train.composer` is `exact`, allowed: offset, executed"),
    ("{composer: offset, path: a}", "`data.train` has no `horizon`"),
    ("{composer: executed, horizon: 2}", "`data.train` has no `tasks`"),
    ("{composer: executed, tasks: [], horizon: 2}", "`data.train` has no `tasks`"),
    (
      "{composer: offset, path: a, horizon: 0}",
      "`data.train.horizon` is `0`, allowed: [lowest, highest] within [1, 1000]"
    ),
    ("{composer: offset, path: a, horizon: [3, 2]}", "`data.train.horizon` is `[3, 2]`, allowed"),
    (
      "{composer: offset, path: a, horizon: many}",
      "`data.train.horizon` takes [lowest, highest] in whole numbers"
    ),
    (
      "{composer: offset, path: a, horizon: 2, wording: long}",
      "`data.train.wording` is `long`, allowed: prose, compact"
    ),
    (
      "{composer: offset, path: a, horizon: 2, tasks: [gcd]}",
      "`data.train.tasks` does not go with `composer: offset`"
    ),
    ("{composer: executed, path: a, horizon: 2}", "`data.train.path` does not go with `composer: executed`"),
    (
      "{composer: executed, task: ordering, horizon: 2}",
      "`data.train.task` does not go with `composer: executed`, which makes chains of `tasks`"
    ),
    ("{composer: executed, tasks: [countdown], horizon: 2}", "is `countdown`, allowed: "),
    ("{composer: executed, tasks: [{difficulty: 2}], horizon: 2}", "`data.train.tasks[0]` has no `task`"),
    (
      "{composer: executed, tasks: [{task: arithmetic_chain, level: 2}], horizon: 2}",
      "unknown key `level` in `data.train.tasks[0]`"
    ),
    (
      "{composer: executed, tasks: [{task: arithmetic_chain, difficulty: 99}], horizon: 2}",
      "`data.train.tasks[0].difficulty` is `[99, 99]`"
    ),
    ("{tasks: [arithmetic_chain]}", "`data.train.tasks` are what chains are made of"),
    ("{path: a, horizon: 2}", "unknown key `horizon` in `data.train`"),
    ("{composer: offset, path: a, horizon: 2, length: 2}", "unknown key `length` in `data.train`"),
  ]

  @Test(arguments: wrong)
  func `what cannot be is refused where it stands`(train: String, expected: String) {
    let refusal = refusal("data:\n  train: \(train)" + rest)
    #expect(refusal.contains(expected), "\(refusal)")
    #expect(refusal.hasPrefix("test.yaml:2:"), "\(refusal)")
  }

  @Test func `keys of a source without one are refused where training is on a mixture`() {
    let text = "data:\n  train: [{task: ordering}, {path: a}]\n  held_out: {horizon: 3}" + rest
    #expect(refusal(text).contains("`data.held_out.horizon` says something about a source and names none"))
  }

  @Test func `what does nothing for them is said to`() throws {
    func notes(_ train: String) throws -> [String] {
      try load("data: {train: \(train), teacher: {style: verbose, slip_rate: 0.5}}" + rest).notes
    }
    #expect(try notes("{composer: offset, path: a, horizon: 2}").count { $0.contains("does nothing") } == 2)
    #expect(
      try notes("{composer: executed, tasks: [arithmetic_chain], horizon: 2}").allSatisfy {
        !$0.contains("does nothing")
      })
  }
}
