internal import Curriculum
internal import Foundation
internal import Recipe
internal import Testing
internal import Training

@Suite struct `Resolved recipes` {
  @Test func `sections stand in the house order`() throws {
    let headings = try load(minimalRecipe).yaml().split(separator: "\n").filter { !$0.hasPrefix(" ") }
      .compactMap { $0.split(separator: ":").first }
    #expect(
      headings == [
        "name", "seed", "model", "data", "rollout", "reward", "algorithm", "optimizer", "stages",
        "evaluation",
        "compute", "output", "budget",
      ])
  }

  @Test func `each value is shown with who decided it`() throws {
    let lines = try load(
      minimalRecipe + "algorithm: {name: dapo}\nrollout: {num_prompts: 4}\n", "name=\"two\\nlines\"",
      "seed=3", "name=plain"
    ).annotated().split(separator: "\n")
    func line(_ start: String) throws -> String { String(try #require(lines.first { $0.hasPrefix(start) })) }
    #expect(try line("name:").hasSuffix("  # --set name=plain"))
    #expect(try line("  num_prompts: 4").hasSuffix("  # test.yaml:6"))
    #expect(try line("  epsilon_high: 0.28").hasSuffix("  # preset dapo: paper §4.1"))
    #expect(try line("  threads: null").hasSuffix("  # default: our choice"))
    #expect(lines.contains("stages:"))
    #expect(try line("  - kind: rl").hasSuffix("  # test.yaml:4"))
  }

  @Test func `text that a YAML reader could take for something else is quoted`() throws {
    let recipe = try load(
      minimalRecipe
        + "rollout: {stop: [a_b, x/y-1.z, \"null\", Yes, \"1e5\", \".5\", .nan, nan, \" \", \"a b\", \"\\u0085\"]}"
    )
    #expect(
      try recipe.entry("rollout.stop").value
        == #"[a_b, x/y-1.z, "null", "Yes", "1e5", ".5", ".nan", "nan", " ", "a b", "\u0085"]"#)
    // PyYAML takes `1e-06` for text.
    #expect(try load(minimalRecipe).entry("optimizer.learning_rate").value == "1.0e-06")
  }

  /// Recipes that between them reach every shape a value can have.
  static let variety = [
    minimalRecipe,
    minimalRecipe + "algorithm: {name: dapo}",
    minimalRecipe + "algorithm: {name: reinforce++}",
    minimalRecipe
      + "algorithm: {adaptive_entropy: {entropy_target: 0.3}, entropic: {target_entropy: null}, mastered_tokens: true,"
      + " group_filtering: {keep: 3}, rollout_correction: {ratio_min: 0.5, veto_min: 1e-4, max_token_staleness: 2}}",
    minimalRecipe + "algorithm: {name: ulorl}",
    minimalRecipe + "algorithm: {name: ulorl}\nrollout: {segment_length: null}",
    minimalRecipe + "rollout: {mode: async, source: workers, workers: {spawn: 3}}",
    minimalRecipe
      + "rollout: {mode: async, source: workers, workers: {listen: 'ipc:///a/#b'}}\nalgorithm: {rollout_correction: false}",
    minimalRecipe + "algorithm: {variant: paper}\nmodel: {init: {max_position_embeddings: 2048}}",
    "model: {path: \"a dir/with: odd #name\"}\n" + minimalRecipe,
    "name: yes\nmodel: {init: {rope_scaling: {rope_type: linear, factor: 2}}}\n" + minimalRecipe,
    "model: {init: {architecture: llama, attention_bias: true, rope_scaling: {rope_type: llama3, factor: 8}}}\n"
      + minimalRecipe,
    "data: {train: {path: null.jsonl, verifier: text}, held_out: {task: countdown, difficulty: [2, 4], count: 3},"
      + " prompt_template: \"\\t{prompt}\\u0085\\u2028 \\\"é🐦\\\"\\x01\\n\"}\nstages: [{kind: sft, steps: 2}, {kind: rl, steps: 2}]",
    minimalRecipe
      + "rollout: {stop: [\"null\", \"1e5\", \" \", \"- x\", \"\\n\", \"0x1\", \".5\", \".nan\", no, \"{a}\"], temperature: 0.1}",
    minimalRecipe
      + "optimizer: {learning_rate: 1e-300, weight_decay: 123456789012345678, adam_epsilon: 5e-324}",
    minimalRecipe + "reward: {terms: [{name: soft_overlong, weight: -0.25}, {name: math}], correct: 1e22}",
    minimalRecipe
      + "reward: {terms: [{name: gsm8k}, {name: verify, verifier: number}, {name: verify, verifier: text, label: t}]}",
    "data: {train: {path: a, verifier: text, source_field: s, verifiers: {'*': number, 'a b*': {name: math}, 5: gsm8k}}}"
      + "\nstages: [{kind: rl, steps: 2}]",
  ]

  @Test(arguments: variety)
  func `written out and loaded again, a recipe is the same`(text: String) throws {
    let recipe = try load(text)
    for written in [recipe.yaml(), recipe.annotated()] {
      let again = try RecipeLoader.load(text: written, path: "elsewhere.yaml")
      #expect(again.configuration == recipe.configuration)
      #expect(again.entries.map(\.keyPath) == recipe.entries.map(\.keyPath))
      #expect(again.entries.map(\.value) == recipe.entries.map(\.value))
      #expect(changedKeys(from: recipe, to: again).isEmpty)
    }
  }
}

@Suite struct `Changed keys` {
  private let text = """
    data: {train: {task: ordering}}
    stages:
      - {kind: sft, steps: 5}
      - {kind: rl, steps: 10}
      - {kind: sft, name: control, from: sft, control: true, steps: 5}

    """

  @Test func `each difference is named with both values`() throws {
    let changes = changedKeys(
      from: try load(text),
      to: try load(text, "rollout.temperature=0.5", "algorithm.dynamic_sampling=true", "seed=2"))
    #expect(
      changes == [
        "seed: 2, was 1", "rollout.temperature: 0.5, was 1.0",
        "algorithm.dynamic_sampling.keep_accuracy: [0.0, 1.0], was not set",
        "algorithm.dynamic_sampling.max_num_gen_batches: 10, was not set",
        "algorithm.dynamic_sampling.expansion: false, was not set",
        "algorithm.dynamic_sampling: not set, was false",
      ])
  }

  @Test func `a run may be moved, given another budget and extended`() throws {
    let changes = changedKeys(
      from: try load(text),
      to: try load(
        text, "output.dir=elsewhere", "output.sample_every=1", "budget.max_seconds=5", "budget.max_tokens=6",
        "stages.rl.steps=20"))
    #expect(changes.isEmpty)
  }

  @Test func `others may go on generating for it, from elsewhere and with other deadlines`() throws {
    let keys = [
      "rollout.source=workers", "rollout.workers.listen=tcp://127.0.0.1:5750", "rollout.workers.spawn=3",
      "rollout.workers.heartbeat_seconds=1", "rollout.workers.missed_heartbeats=9",
      "rollout.workers.join_deadline=60", "rollout.workers.progress_deadline=61",
      "rollout.workers.publish_deadline=62", "rollout.workers.max_items_per_worker=4",
    ]
    let secret = try load(
      text, "rollout.source=workers", "rollout.workers.listen=tcp://*:5750", "rollout.workers.key=a",
      "rollout.workers.authorized_keys=b")
    #expect(changedKeys(from: try load(text), to: secret).isEmpty)
    let moved = try RecipeLoader.load(text: text, path: "test.yaml", overrides: keys)
    #expect(changedKeys(from: try load(text), to: moved).isEmpty)
    #expect(changedKeys(from: moved, to: try load(text)).isEmpty)
  }

  @Test(arguments: [
    ("rollout.segment_length=64", "rollout.segment_length: 64, was null"),
    ("rollout.max_segments=4", "rollout.segment_length: 64, was null"),
    ("rollout.max_staleness=5", "rollout.max_staleness: 5, was 4"),
    ("stages.rl.steps=9", "stages[1].steps: 9, was 10"),
    ("stages.sft.steps=6", "stages[0].steps: 6, was 5"),
    ("stages.control.steps=6", "stages[2].steps: 6, was 5"),
    ("output.keep_last=9", "output.keep_last: 9, was 2"),
  ])
  func `it may not be shortened or changed behind its back`(override: String, change: String) throws {
    #expect(changedKeys(from: try load(text), to: try load(text, override)) == [change])
  }
}

@Suite struct `Recipes in the tree` {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Recipes")
    .standardizedFileURL.path(percentEncoded: false)

  @Test func `the catalog lists them with their first line`() throws {
    let items = try RecipeCatalog.list(root: Self.root)
    #expect(items.first?.name == "quickstart")
    #expect(items.map(\.name).contains("methods/dapo"))
    #expect(items.allSatisfy { !$0.summary.isEmpty && $0.path.hasPrefix(Self.root) })
    #expect(throws: RecipeError.self) { try RecipeCatalog.list(root: Self.root + "/nowhere") }
  }

  @Test func `every one of them loads without a note, and again from what it resolves to`() throws {
    for item in try RecipeCatalog.list(root: Self.root) {
      let needs = try RecipeLoader.check(path: item.path).needs
      let recipe = try RecipeLoader.load(path: item.path, overrides: needs.map { "\($0)=given" })
      #expect(recipe.notes.isEmpty, "\(item.name)")
      let again = try RecipeLoader.load(text: recipe.yaml(), path: "recipe.yaml")
      #expect(again.configuration == recipe.configuration, "\(item.name)")
      #expect(
        recipe.configuration.name
          == item.path.split(separator: "/").last?.split(separator: ".").first.map(String.init))
    }
  }

  @Test func `the quickstart is the run that the README promises`() throws {
    let run = try RecipeLoader.load(path: Self.root + "/quickstart.yaml").configuration
    #expect(run.stages.map(\.name) == ["sft", "rl", "control"])
    #expect(run.stages.map(\.isControl) == [false, false, true])
    #expect(run.stages[2].from == "sft")
    #expect(run.data.teacher.slipRate == 0.55)
  }

  @Test func `the recipe for files asks for a model and for data`() throws {
    #expect(
      try RecipeLoader.check(path: Self.root + "/models/from-files.yaml").needs == [
        "model.path", "data.train.path",
      ])
  }
}
