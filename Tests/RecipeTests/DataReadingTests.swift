internal import Curriculum
internal import Recipe
internal import Rewards
internal import Testing
internal import Training

@Suite struct `Data in recipes` {
  private let rest = "\nstages: [{kind: rl, steps: 1}]\n"

  private func data(_ text: String) throws -> DataConfiguration {
    let recipe = try load("data:\n" + text + rest)
    let again = try RecipeLoader.load(text: recipe.yaml(), path: "again.yaml")
    #expect(again.configuration == recipe.configuration, "\(recipe.yaml())")
    return recipe.configuration.data
  }

  @Test func `every key of a file lands in its field`() throws {
    let data = try data(
      """
        train:
          path: a.txt
          format: csv
          on_bad_row: skip
          filter: {prompt_characters: [3, 2000], prompt_tokens: [null, 512], solution_characters: [10, null],
                   solution_tokens: [1, 2], answer_kind: [integer, text]}
        held_out: {share: 0.25}
        deduplicate: true
        contamination: stop
        contamination_ngram: 8
      """)
    #expect(
      data.train
        == .file(
          FileSource(
            path: "a.txt", format: .csv,
            filter: RowFilter(
              promptCharacters: 3...2000, promptTokens: 0...512, solutionCharacters: 10...Int.max,
              solutionTokens: 1...2, answerKinds: [.integer, .text]),
            onBadRow: .skip)))
    #expect(data.heldOut == nil && data.heldOutShare == 0.25)
    #expect(data.deduplicates && data.contamination == .stop && data.contaminationNGram == 8)
  }

  @Test func `one kind of answer needs no list, and null is nothing said`() throws {
    let data = try data(
      "  train: {path: a, filter: {answer_kind: integer, prompt_tokens: null}, format: null}\n  contamination_ngram: null"
    )
    #expect(data.train == .file(FileSource(path: "a", filter: RowFilter(answerKinds: [.integer]))))
    #expect(data.contaminationNGram == nil)
    #expect(try self.data("  train: {path: a, filter: null}").train == .file(FileSource(path: "a")))
  }

  @Test func `a held-out file is filtered as the training file is, unless it says otherwise`() throws {
    let train = "  train: {path: a, filter: {answer_kind: integer}, on_bad_row: skip}\n"
    #expect(
      try data(train + "  held_out: {path: b.csv}").heldOut
        == .file(FileSource(path: "b.csv", filter: RowFilter(answerKinds: [.integer]), onBadRow: .skip)))
    #expect(
      try data(train + "  held_out: {path: b.csv, filter: {answer_kind: null}, on_bad_row: stop}").heldOut
        == .file(FileSource(path: "b.csv")))
  }

  @Test func `a list is a mixture, with weights and names`() throws {
    let data = try data(
      """
        train:
          - {task: ordering, difficulty: [3, 4], weight: 0.3}
          - path: a.jsonl
            weight: 0.7
            name: mine
            verifiers: {x: text}
        held_out: {count: 9, share: 0.2}
      """)
    #expect(
      data.train
        == .mixture([
          MixturePart(.procedural(ProceduralSource(task: "ordering", difficulty: 3...4)), weight: 0.3),
          MixturePart(
            .file(FileSource(path: "a.jsonl", verifiers: VerifierRouting(["x": "text"]))), weight: 0.7,
            name: "mine"),
        ]))
    #expect(data.heldOut == nil && data.heldOutCount == 9 && data.heldOutShare == 0.2)
  }

  @Test func `what is measured on may be a source of its own, or several`() throws {
    let train = "  train: [{task: ordering}, {path: a}]\n"
    #expect(
      try data(train + "  held_out: {path: b, filter: {prompt_tokens: [1, 9]}}").heldOut
        == .file(FileSource(path: "b", filter: RowFilter(promptTokens: 1...9))))
    #expect(
      try data(train + "  held_out: {task: countdown}").heldOut
        == .procedural(ProceduralSource(task: "countdown")))
    let parts = [
      MixturePart(.file(FileSource(path: "b")), weight: 2), MixturePart(.file(FileSource(path: "c"))),
    ]
    for train in [train, "  train: {task: ordering}\n"] {
      #expect(
        try data(train + "  held_out: {sources: [{path: b, weight: 2}, {path: c}]}").heldOut
          == .mixture(parts))
    }
  }

  @Test func `a part of a mixture is reached by its index or its name`() throws {
    let text = "data: {train: [{task: ordering}, {path: a, name: mine}]}" + rest
    let changed = try load(text, "data.train[0].weight=3", "data.train.mine.path=b").configuration.data.train
    #expect(changed.parts.map(\.weight) == [3, 1] && changed.files.map(\.path) == ["b"])
    let replaced = try load(text, "data.train={task: countdown}").configuration.data.train
    #expect(replaced == .procedural(ProceduralSource(task: "countdown")))
  }

  @Test(arguments: [
    ("{path: a, format: xml}", "`data.train.format` is `xml`, allowed: jsonl, csv, tsv"),
    ("{path: a, on_bad_row: ignore}", "`data.train.on_bad_row` is `ignore`, allowed: stop, skip"),
    ("{path: a, filter: {prompt_words: [1, 2]}}", "unknown key `prompt_words` in `data.train.filter`"),
    (
      "{path: a, filter: {prompt_tokens: 5}}",
      "takes [lowest, highest] in whole numbers, null for no bound, not `5`"
    ),
    ("{path: a, filter: {prompt_tokens: [5, 2]}}", "allowed: [lowest, highest] with 0 ≤ lowest ≤ highest"),
    ("{path: a, filter: {answer_kind: [integers]}}", "did you mean `integer`?"),
    ("{task: ordering, filter: {prompt_tokens: [1, 2]}}", "unknown key `filter` in `data.train`"),
    ("{path: a, slice: {by: tokens}}", "`data.train.slice` has no `part`"),
    ("{path: a, slice: {part: middle}}", "`data.train.slice.part` is `middle`, allowed: short, long, all"),
    ("{path: a, slice: {part: long, at: -1}}", "allowed: mean, median or a number, 0 or above"),
    ("{path: a, slice: {part: long, size: 1}}", "unknown key `size` in `data.train.slice`"),
    ("{path: a, slice: short}", "`data.train.slice` takes a mapping, not `short`"),
    ("{task: ordering, slice: {part: long}}", "unknown key `slice` in `data.train`"),
    ("[{task: ordering, weight: 0}]", "`data.train[0].weight` is `0`, allowed: above 0"),
    ("[{task: ordering, wieght: 2}]", "did you mean `weight`?"),
    ("[{task: ordering, path: a}]", "`data.train[0]` names both `task` and `path`"),
    ("[{weight: 2}]", "`data.train[0]` names no source, e.g. `{task: arithmetic_chain}`"),
    ("[{task: ordering}, 5]", "`data.train[1]` takes a mapping, not `5`"),
    ("[{task: ordering, name: a/b}]", "`data.train[0].name` is \"a/b\", allowed: letters"),
    ("[]", "`data.train` names no source"),
    ("[[{task: ordering}]]", "`data.train[0]` takes a mapping, not a list"),
  ])
  func `what cannot be is refused where it stands`(train: String, expected: String) {
    let refusal = refusal("data:\n  train: \(train)" + rest)
    #expect(refusal.contains(expected), "\(refusal)")
    #expect(refusal.hasPrefix("test.yaml:2:"), "\(refusal)")
  }

  @Test(arguments: [
    ("held_out: {difficulty: 3}", "`data.held_out.difficulty` says something about a source and names none"),
    ("held_out: {sources: [{path: a}], path: b}", "`data.held_out` names both `sources` and `path`"),
    ("held_out: {share: 0}", "`data.held_out.share` is `0`, allowed: 0.001 to 0.9"),
    ("held_out: {share: 1}", "`data.held_out.share` is `1`, allowed: 0.001 to 0.9"),
    ("contamination: ignore", "`data.contamination` is `ignore`, allowed: drop, warn, stop"),
    ("contamination_ngram: 0", "`data.contamination_ngram` is `0`, allowed: 1 to 1000"),
    ("deduplicate: 3", "`data.deduplicate` takes true or false"),
  ])
  func `so is what does not go with a mixture, or is out of range`(key: String, expected: String) {
    let refusal = refusal("data:\n  train: [{task: ordering}, {path: a}]\n  \(key)" + rest)
    #expect(refusal.contains(expected), "\(refusal)")
    #expect(refusal.hasPrefix("test.yaml:3:"), "\(refusal)")
  }

  @Test func `a share that does nothing is said to`() throws {
    let recipe = try load("data: {train: {path: a}, held_out: {path: b, share: 0.5}}" + rest)
    #expect(recipe.notes.contains { $0.hasPrefix("`data.held_out.share` does nothing") })
  }
}
