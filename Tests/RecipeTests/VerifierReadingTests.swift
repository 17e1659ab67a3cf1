internal import Curriculum
internal import Foundation
internal import Recipe
internal import Rewards
internal import Testing
internal import Training

@Suite struct `Verifiers of a recipe` {
  private func terms(_ list: String) throws -> [RewardTerm] {
    try load(minimalRecipe + "reward:\n  terms: \(list)\n").configuration.reward.terms
  }

  @Test func `are named alone, in one line, or as a mapping`() throws {
    let expected = [RewardTerm.correctness(verifier: "number", weight: 2)]
    for item in [
      "{name: number, weight: 2}", "{name: correctness, verifier: number, weight: 2}",
      "{name: correctness, verifier: {name: number}, weight: 2}",
      "{name: correctness, verifier: 'number()', weight: 2}", "{name: number, verifier: number, weight: 2}",
    ] {
      #expect(try terms("[\(item)]") == expected, "\(item)")
    }
    #expect(try terms("[{name: correctness, verifier: null}]") == [.correctness(verifier: nil, weight: 1)])
  }

  @Test func `beside correctness are terms of their own`() throws {
    let list =
      "[{name: correctness}, {name: verify, verifier: number, weight: 0.2}, {name: verify, verifier: text}]"
    #expect(
      try terms(list) == [
        .correctness(verifier: nil, weight: 1), RewardTerm(.verify("number"), weight: 0.2),
        RewardTerm(.verify("text")),
      ])
    #expect(try terms(list).map(\.name) == ["correctness", "number", "text"])
  }

  @Test func `take parameters beside their name, in one line, or in a mapping`() throws {
    let spec = VerifierSpec("math", parameters: ["decimal_digits": .integer(4), "percent": .text("strict")])
    for item in [
      "{name: math, decimal_digits: 4, percent: strict}",
      "{name: correctness, verifier: {name: math, decimal_digits: 4, percent: strict}}",
      "{name: correctness, verifier: \"math(decimal_digits=4, percent=strict)\"}",
    ] {
      #expect(try terms("[\(item)]") == [.correctness(verifier: spec, weight: 1)], "\(item)")
    }
  }

  @Test(arguments: [
    ("{name: math, decimal_digits: 0}", "6:40", "`reward.terms[0].decimal_digits` is 0, but must be "),
    (
      "{name: math, decimal_digits: many}", "6:40", "`reward.terms[0].decimal_digits` is a text, but must be "
    ),
    (
      "{name: correctness, verifier: {name: math, percent: loose}}", "6:63",
      "`reward.terms[0].verifier.percent` is `loose`, but must be one of "
    ),
    ("{name: math, decimal_digit: 4}", "6:24", "did you mean `decimal_digits`?"),
    ("{name: correctness, verifier: 'math(decimal_digit=4)'}", "6:41", "did you mean `decimal_digits`?"),
    (
      "{name: json, mode: schema, schema: {type: object, properties: {a: {type: strin}}}}", "6:84",
      "`reward.terms[0].schema"
    ),
  ])
  func `whose parameters cannot be used are refused at the value`(item: String, place: String, words: String)
  {
    let refusal = refusal(minimalRecipe + "reward:\n  terms: [\(item)]\n")
    #expect(refusal.hasPrefix("test.yaml:\(place)") && refusal.contains(words), "\(refusal)")
  }

  /// All parameters that verifiers show in their examples, as recipes write them.
  static let examples: [VerifierSpec] = Verifiers.descriptions.flatMap { verifier in
    verifier.examples.filter { !$0.parameters.values.isEmpty }
      .map { VerifierSpec(verifier.name, parameters: $0.parameters) }
  }

  @Test func `take the parameters of their examples in every form, and are written back as they were`() throws
  {
    for spec in Self.examples {
      let pairs = spec.parameters.values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.text)" }
      let inner = pairs.joined(separator: ", ")
      let line = spec.text.replacing("'", with: "''")
      for item in [
        "{name: \(spec.name), \(inner)}", "{name: correctness, verifier: {name: \(spec.name), \(inner)}}",
        "{name: correctness, verifier: '\(line)'}",
      ] {
        // `repetition` is a term of that name; its verifier is named under `verifier`.
        if item.hasPrefix("{name: repetition") { continue }
        let recipe = try load(minimalRecipe + "reward:\n  terms: [\(item)]\n")
        #expect(recipe.configuration.reward.terms == [.correctness(verifier: spec, weight: 1)], "\(item)")
        let again = try RecipeLoader.load(text: recipe.yaml(), path: "again.yaml")
        #expect(again.configuration == recipe.configuration, "\(recipe.yaml())")
      }
    }
  }

  @Test func `have no parameter that a term has for itself`() {
    for verifier in Verifiers.descriptions {
      let taken = Set(["name", "verifier", "weight", "label", "start_step"])
      #expect(taken.isDisjoint(with: verifier.parameters.map(\.name)), "\(verifier.name)")
    }
  }

  @Test(arguments: [
    ("[{name: gsm9k, digits: 3}]", "did you mean `gsm8k`?"),
    ("[{name: gsm8k, digits: 3}]", "unknown key `digits` in `reward.terms[0]`"),
    (
      "[{name: correctness, verifier: {name: gsm9k, digits: 3}}]",
      "`reward.terms[0].verifier.name` is `gsm9k`, allowed: "
    ),
    (
      "[{name: correctness, verifier: {name: gsm8k, digits: 3}}]",
      "unknown key `digits` in `reward.terms[0].verifier`"
    ),
    ("[{name: correctness, verifier: {digits: 3}}]", "`reward.terms[0].verifier` has no `name`"),
    ("[{name: correctness, verifier: [gsm8k]}]", "`reward.terms[0].verifier` takes one of "),
    ("[{name: correctness, verifier: 'gsm8k(digits=3)'}]", "verifier `gsm8k` has no parameter `digits`"),
    ("[{name: correctness, verifier: 'gsm9k(digits=3)'}]", "did you mean `gsm8k`?"),
    ("[{name: correctness, verifier: 'gsm8k(digits'}]", "`=` is missing behind `digits`"),
    ("[{name: correctness}, {name: verify}]", "`reward.terms[1]` has no `verifier`, e.g. "),
    ("[{name: verify, verifier: gsm8k}]", "no other term that tells right from wrong"),
    (
      "[{name: gsm8k}, {name: verify, verifier: gsm8k}, {name: verify, verifier: gsm8k}]",
      "two terms `gsm8k` at one level"
    ),
    ("[{name: gsm8k, verifier: math}]", "keep one"),
    ("[{name: gsm8k}, {name: sum, of: [{name: number}]}]", "let the other be `{name: verify, verifier: …}`"),
  ])
  func `that cannot be used are refused where they stand`(list: String, expected: String) {
    let refusal = refusal(minimalRecipe + "reward:\n  terms: \(list)\n")
    #expect(refusal.contains(expected), "\(refusal)")
    #expect(refusal.hasPrefix("test.yaml:6:"), "\(refusal)")
  }
}

@Suite struct `Verifiers of data` {
  private let rest = "\nstages: [{kind: rl, steps: 1}]\n"

  private func source(_ keys: String) throws -> FileSource {
    let recipe = try load("data: {train: {path: a.jsonl, \(keys)}}" + rest)
    guard case .file(let source) = recipe.configuration.data.train else { throw TestFailure() }
    let again = try RecipeLoader.load(text: recipe.yaml(), path: "again.yaml")
    #expect(again.configuration == recipe.configuration, "\(recipe.yaml())")
    return source
  }

  @Test func `are named for all rows, or by data source`() throws {
    #expect(try source("verifier: 'number()'").verifier == "number")
    let mixed = try source(
      "verifier: math, source_field: extra.set, verifiers: {openai/gsm8k: gsm8k, 'aime*': {name: number}, \"a b\": text}"
    )
    #expect(mixed.verifier == "math" && mixed.sourceField == "extra.set")
    #expect(mixed.verifiers.entries == ["openai/gsm8k": "gsm8k", "aime*": "number", "a b": "text"])
    #expect(try source("verifiers: null").verifiers.entries.isEmpty)
  }

  @Test func `hold for held-out files too, unless these say otherwise`() throws {
    let train = "data: {train: {path: a.jsonl, verifiers: {x: text}, source_field: s}, held_out: "
    let same = try load(train + "{path: b.jsonl}}" + rest).configuration.data.heldOut
    #expect(
      same == .file(FileSource(path: "b.jsonl", verifiers: VerifierRouting(["x": "text"]), sourceField: "s")))
    let other = try load(train + "{path: b.jsonl, verifiers: {y: math}}}" + rest).configuration.data.heldOut
    #expect(
      other == .file(FileSource(path: "b.jsonl", verifiers: VerifierRouting(["y": "math"]), sourceField: "s"))
    )
  }

  @Test(arguments: [
    ("verifier: maths", "did you mean `math`?"),
    ("verifiers: {x: maths}", "`data.train.verifiers.x` is `maths`, allowed: "),
    ("verifiers: {x: {name: gsm8k, digits: 3}}", "unknown key `digits` in `data.train.verifiers.x`"),
    ("verifiers: gsm8k", "`data.train.verifiers` takes a mapping from data sources to verifiers"),
    ("verifiers: {x: null}", "`data.train.verifiers.x` takes one of "),
  ])
  func `that cannot be used are refused where they stand`(keys: String, expected: String) {
    let refusal = refusal("data:\n  train:\n    path: a.jsonl\n    \(keys)\n" + rest)
    #expect(refusal.contains(expected), "\(refusal)")
    #expect(refusal.hasPrefix("test.yaml:4:"), "\(refusal)")
  }
}

@Suite struct `A file with a reward` {
  private func reward(_ text: String, limit: Int? = nil) throws -> RewardFile {
    let folder = try RecipeFolder(["reward.yaml": text])
    return try RecipeLoader.reward(path: folder.path("reward.yaml"), maxCompletionLength: limit)
  }

  private func refusal(_ text: String) throws -> String {
    do {
      _ = try reward(text)
      return "accepted"
    } catch let error as RecipeError {
      return error.description
    }
  }

  @Test func `may be a recipe, its section, or the inside of that`() throws {
    let terms: [RewardTerm] = [
      .correctness(verifier: "gsm8k", weight: 2), .softOverlong(cache: 10, weight: 1),
    ]
    let inside = "terms: [{name: gsm8k, weight: 2}, {name: soft_overlong, cache: 10}]"
    for text in [
      "reward: {\(inside), correct: 1}", inside,
      #"{"reward": {"terms": [{"name": "gsm8k", "weight": 2}, {"name": "soft_overlong", "cache": 10}]}}"#,
    ] {
      let file = try reward(text, limit: 50)
      #expect(file.reward.terms == terms && file.maxCompletionLength == 50, "\(text)")
      #expect(try reward(text).maxCompletionLength == nil)
    }
    let recipe = try reward(
      "data: {train: {path: null, verifiers: {x: text}, verifier: math}}\nstages: [{kind: rl, steps: 1}]\n"
        + "reward: {\(inside)}\nrollout: {max_completion_length: 40}")
    #expect(recipe.reward.terms == terms && recipe.maxCompletionLength == 40)
    #expect(recipe.routing.verifier(for: "x") == "text" && recipe.routing.verifier(for: "other") == "math")
  }

  @Test func `is a preset's where a recipe calls one`() throws {
    let file = try reward(minimalRecipe + "algorithm: {name: dapo}", limit: 100)
    #expect(file.reward.terms.map(\.name) == ["correctness", "soft_overlong"])
    #expect(file.maxCompletionLength == 100)
  }

  @Test(arguments: [
    ("rewards: {terms: [{name: gsm8k}]}", "unknown key `rewards`"),
    ("{}", "`terms` is missing, e.g. `terms: ["),
    ("reward: {terms: [{name: gsm9k}]}", "did you mean `gsm8k`?"),
    ("terms: []\ncorect: 1", "did you mean `correct`?"),
    ("reward: {terms: [{name: gsm8k}]}\nrollouts: {}", "unknown key `rollouts`"),
  ])
  func `is refused where it is wrong`(text: String, expected: String) throws {
    let words = try refusal(text)
    #expect(words.contains(expected), "\(words)")
  }
}
