internal import Recipe
internal import Testing

@Suite struct `Refusals` {
  @Test func `an unknown key is shown in its line with the nearest known key`() {
    #expect(
      refusal(minimalRecipe + "rollout:\n  num_prompts: 4\n  num_generation: 8\n") == """
        test.yaml:7:3: unknown key `num_generation` in `rollout`
          7 |   num_generation: 8
            |   ^^^^^^^^^^^^^^ did you mean `num_generations`?
        """)
  }

  @Test func `a key in the wrong section is sent home`() {
    #expect(
      refusal(minimalRecipe + "algorithm: {num_generations: 8}\n") == """
        test.yaml:5:13: unknown key `num_generations` in `algorithm`
          5 | algorithm: {num_generations: 8}
            |             ^^^^^^^^^^^^^^^ `num_generations` belongs to `rollout`
        """)
    #expect(
      refusal(minimalRecipe + "temperature: 1\n").contains(
        "`temperature` belongs to `rollout` or `evaluation`"))
    #expect(refusal(minimalRecipe + "output: {seed: 1}\n").contains("`seed` belongs to the top level"))
    #expect(
      refusal(minimalRecipe + "algorithm: {num_generation: 8}\n").contains(
        "did you mean `rollout.num_generations`?"))
  }

  @Test func `a misspelt key is reported as such even where the right one is required`() {
    #expect(
      refusal("data: {train: {task: ordering}}\nstages:\n  - {knd: rl, steps: 3}\n") == """
        test.yaml:3:6: unknown key `knd` in `stages[0]`
          3 |   - {knd: rl, steps: 3}
            |      ^^^ did you mean `kind`?
        """)
  }

  @Test func `no key of the vocabulary, because the tokenizer decides it`() {
    #expect(
      refusal(minimalRecipe + "model: {init: {vocab_size: 100}}").contains(
        "^^^^^^^^^^ the tokenizer decides it"))
  }

  @Test func `a value of the wrong type says what the key takes and what it got`() {
    let stages = "data: {train: {task: ordering}}\nstages:\n  - kind: rl\n    steps: "
    #expect(
      refusal(stages + "many\n") == """
        test.yaml:4:12: `stages[0].steps` takes a whole number, not `many`
          4 |     steps: many
            |            ^^^^
        """)
    #expect(refusal(stages + "\"3\"\n").contains("takes a whole number, not the text \"3\""))
    #expect(refusal(stages + "2.5\n").contains("takes a whole number, not `2.5`"))
    #expect(refusal(stages + "[1]\n").contains("takes a whole number, not a list"))
    #expect(refusal(stages + "0x10\n").contains("takes a whole number, not `0x10`"))
    #expect(refusal(stages + "\n").contains("takes a whole number, not null"))
    #expect(
      refusal(minimalRecipe + "rollout: 3\n").contains("test.yaml:5:10: `rollout` takes a mapping, not `3`"))
    #expect(refusal(minimalRecipe + "rollout: {temperature: nan}\n").contains("takes a number, not `nan`"))
    #expect(
      refusal(minimalRecipe + "rollout: {temperature: 1e999}\n").contains("takes a number, not `1e999`"))
    #expect(refusal(minimalRecipe + "evaluation: {keep_best: 1}\n").contains("takes true or false, not `1`"))
    #expect(refusal(minimalRecipe + "rollout: {stop: end}\n").contains("takes a list of texts, not `end`"))
    #expect(refusal("data: {train: {task: ordering}}\nstages: {rl: 3}").contains("takes a list of stages"))
    #expect(refusal(minimalRecipe + "data: 1").contains("`data` is given twice, first in line 1"))
  }

  @Test(arguments: [
    ("rollout: {temperature: 0}", "`rollout.temperature` is `0`, allowed: 0.001 or above"),
    ("rollout: {top_p: 1.5}", "`rollout.top_p` is `1.5`, allowed: above 0, at most 1"),
    ("rollout: {num_prompts: 0}", "`rollout.num_prompts` is `0`, allowed: 1 or above"),
    ("rollout: {num_prompts: 3e9}", "`rollout.num_prompts` is `3e9`, allowed: 1 to 2000000000"),
    ("algorithm: {epsilon: -0.1}", "`algorithm.epsilon` is `-0.1`, allowed: 0 or above"),
    ("algorithm: {dual_clip: 1}", "`algorithm.dual_clip` is `1`, allowed: above 1.0"),
    ("algorithm: {std_ddof: 2}", "`algorithm.std_ddof` is `2`, allowed: 0 to 1"),
    ("optimizer: {beta2: 1}", "`optimizer.beta2` is `1`, allowed: 0 or above, below 1"),
    ("algorithm: {name: dap}", "`algorithm.name` is `dap`, allowed: grpo, dapo"),
    ("algorithm: {delta: 0.9}", "`algorithm.delta` is `0.9`, allowed: above 1.0"),
    ("algorithm: {gamma: 1.1}", "`algorithm.gamma` is `1.1`, allowed: 0 to 1"),
    ("algorithm: {kl_estimator: k4}", "`algorithm.kl_estimator` is `k4`, allowed: k1, k2, k3"),
    ("algorithm: {entropy_coef: -1}", "`algorithm.entropy_coef` is `-1`, allowed: 0 or above"),
    (
      "algorithm: {top_entropy_quantile: 0}",
      "`algorithm.top_entropy_quantile` is `0`, allowed: above 0, at most 1"
    ),
    (
      "algorithm: {entropic: {high_prob_threshold: 1}}",
      "`algorithm.entropic.high_prob_threshold` is `1`, allowed: 0 or above, below 1"
    ),
    (
      "algorithm: {entropic: 0.1}",
      "`algorithm.entropic` takes true, false, or a mapping with `target_entropy`"
    ),
    ("algorithm: {group_filtering: true}", "takes false, or a mapping with `keep`, not `true`"),
    (
      "algorithm: {group_filtering: {metric: shortest}}",
      "`algorithm.group_filtering` has no `keep`, e.g. `keep: 4`"
    ),
    (
      "algorithm: {group_filtering: {keep: 1}}",
      "`algorithm.group_filtering.keep` is `1`, allowed: 2 or above"
    ),
    (
      "algorithm: {rollout_correction: {ratio_min: 3}}",
      "`algorithm.rollout_correction.ratio_min` (3.0) and `algorithm.rollout_correction.ratio_max` (2.0) leave nothing"
    ),
    ("algorithm: {rollout_correction: {rato_max: 3}}", "did you mean `ratio_max`?"),
    ("algorithm: {is_weight_min: 6}", "`algorithm.is_weight_min` (6.0) and `algorithm.is_weight_max` (5.0)"),
    (
      "algorithm: {cov_min: 5}",
      "`algorithm.cov_min` (5.0) and `algorithm.cov_max` (5.0) leave nothing between"
    ),
    ("algorithm: {force: all}", "`algorithm.force` takes a list of texts, not `all`"),
    (
      "algorithm: {dynamic_sampling: {keep_accuracy: [0.5, 0.5]}}",
      "[0.5, 0.5], allowed: [low, high] with 0 ≤ low < high"
    ),
    (
      "algorithm: {dynamic_sampling: {expansion: {max_ratio: 0.9}}}",
      "`algorithm.dynamic_sampling.expansion.max_ratio` is `0.9`, allowed: 1.0 to 100.0"
    ),
    ("algorithm: {dynamic_sampling: {expansion: {max_ratio: 101}}}", "allowed: 1.0 to 100.0"),
    (
      "algorithm: {dynamic_sampling: {expansion: {smoothing: 1}}}",
      "`algorithm.dynamic_sampling.expansion.smoothing` is `1`, allowed: 0 or above, below 1"
    ),
    (
      "algorithm: {dynamic_sampling: {expansion: 4}}",
      "`algorithm.dynamic_sampling.expansion` takes true, false, or a mapping with `max_ratio`"
    ),
    ("algorithm: {dynamic_sampling: {expansion: {max_rato: 3}}}", "did you mean `max_ratio`?"),
    ("optimizer: {name: sgd}", "`optimizer.name` is `sgd`, allowed: adamw"),
    ("name: a/b", "`name` is \"a/b\", allowed: letters, digits"),
  ])
  func `a value out of range comes with the range`(line: String, message: String) {
    #expect(refusal(minimalRecipe + line).contains(message))
  }

  @Test func `names of tasks and verifiers are looked up`() {
    let unknownTask = refusal("data: {train: {task: arithmetic_chains}}\nstages: [{kind: rl, steps: 1}]")
    #expect(unknownTask.contains("`data.train.task` is `arithmetic_chains`, allowed: arithmetic_chain,"))
    #expect(unknownTask.contains("did you mean `arithmetic_chain`?"))
    #expect(refusal(minimalRecipe + "reward: {terms: [{name: gsm9k}]}").contains("did you mean `gsm8k`?"))
    #expect(
      refusal("data: {train: {path: a, verifier: maths}}\nstages: [{kind: rl, steps: 1}]")
        .contains("did you mean `math`?"))
    #expect(
      refusal("data: {train: {task: ordering, difficulty: [5, 2]}}\nstages: [{kind: rl, steps: 1}]")
        .contains("`data.train.difficulty` is [5, 2], allowed: [lowest, highest]"))
    #expect(
      refusal("data: {train: {task: countdown, difficulty: 9}}\nstages: [{kind: rl, steps: 1}]")
        .contains("`data.train.difficulty` is [9, 9], allowed: [lowest, highest] within [2, 6] (numbers)"))
  }

  @Test func `broken YAML is one sentence with its place`() {
    #expect(refusal("rollout: [1, 2\n").hasPrefix("test.yaml:2:1: not YAML: "))
    #expect(
      refusal("rollout:\n\tnum_prompts: 3\n") == """
        test.yaml:2:1: not YAML: a tab indents here, and YAML takes spaces only while scanning for the next token
          2 | \tnum_prompts: 3
            | ^
        """)
    #expect(refusal("a: 1\n---\nb: 2\n").hasPrefix("test.yaml:2:1: not YAML: but found another document"))
    #expect(refusal("a: *nowhere\n").hasPrefix("test.yaml:1:4: not YAML: found undefined alias"))
    #expect(refusal("? [a, b]\n: 1\n").contains("a key must be a word, not a list or a mapping"))
    #expect(
      refusal("name: a\u{1}b\n").hasPrefix("test.yaml:1:8: not YAML: control characters are not allowed"))
  }

  @Test func `a key given twice is shown where it comes again`() {
    #expect(
      refusal(minimalRecipe + "rollout:\n  top_k: 1\n  top_p: 1\n  top_k: 2\n") == """
        test.yaml:8:3: `top_k` is given twice, first in line 6
          8 |   top_k: 2
            |   ^^^^^
        """)
    #expect(refusal("rollout: {top_k: 1, top_k: 2}").contains("test.yaml:1:11: `top_k` is given twice"))
  }

  @Test(arguments: ["", "\n\n", "# nothing\n", "null\n"])
  func `an empty recipe is said to be empty`(text: String) {
    #expect(refusal(text).hasPrefix("test.yaml: the recipe is empty"))
  }

  @Test func `a recipe that is no mapping is refused`() {
    #expect(
      refusal("- 1\n").contains(
        "test.yaml:1:1: a recipe is a mapping of sections such as `rollout:`, but this is a list"))
    #expect(refusal("hello").contains("but this is `hello`"))
  }

  @Test func `a chain of aliases cannot blow up the reader`() {
    // 10^8 scalars if written out
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...7 {
      text +=
        "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
        + "]\n"
    }
    #expect(refusal(text).contains("more than a recipe may hold"))
  }

  @Test func `a tower of brackets cannot exhaust the stack`() {
    #expect(refusal(String(repeating: "[", count: 500_000)).hasPrefix("test.yaml:"))
    #expect(refusal(String(repeating: "a: {", count: 100_000)).hasPrefix("test.yaml:"))
    #expect(refusal(String(repeating: "- ", count: 100_000)).hasPrefix("test.yaml:"))
  }

  @Test(arguments: 0..<8)
  func `a damaged recipe is read or refused, never a trap`(seed: Int) throws {
    let bytes = Array(KeysAndValuesText.everything.utf8)
    // Prefixes, and bytes replaced by a linear congruential generator's (Knuth's constants).
    var state = UInt64(seed)
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for _ in 0..<100 {
      var damaged = Array(bytes.prefix(next(bytes.count + 1)))
      if seed % 2 == 1 {
        damaged = bytes
        for _ in 0...next(3) { damaged[next(bytes.count)] = UInt8(next(128)) }
      }
      let text = refusal(String(decoding: damaged, as: UTF8.self))
      #expect(text == "accepted" || text.contains("test.yaml"), "\(text)")
    }
  }

  @Test func `a recipe needs tasks and stages`() {
    #expect(refusal("stages: [{kind: rl, steps: 1}]").contains("`data.train` is missing"))
    #expect(refusal("data: {train: {task: ordering}}").contains("`stages` is empty"))
    #expect(refusal("data: {train: {task: ordering}}\nstages: []").contains("`stages` is empty"))
    #expect(
      refusal("data: {train: {task: ordering}}\nstages: [{kind: rl}]").contains("`stages[0]` has no `steps`"))
  }

  @Test func `keys left open are asked for together`() {
    let text = "model: {path: null}\ndata: {train: {path: null}}\nstages: [{kind: rl, steps: 1}]"
    #expect(
      refusal(text)
        == "test.yaml: this recipe leaves `model.path`, `data.train.path` to you: "
        + "--set model.path=… --set data.train.path=…")
    #expect(refusal(text, "model.path=a", "data.train.path=b") == "accepted")
  }
}
