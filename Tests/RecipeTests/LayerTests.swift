internal import Curriculum
internal import Objectives
internal import Recipe
internal import Rollouts
internal import Testing
internal import Training
internal import Transformer

@Suite struct `Extending` {
  @Test func `mappings merge, lists are replaced, and each value keeps its file`() throws {
    let folder = try RecipeFolder([
      "base.yaml": minimalRecipe + "rollout: {num_prompts: 3, num_generations: 4, stop: [a, b]}\n",
      "methods/top.yaml": "extends: ../base.yaml\nrollout: {num_prompts: 5, stop: [c]}\n",
    ])
    let recipe = try RecipeLoader.load(path: folder.path("methods/top.yaml"))
    #expect(recipe.configuration.name == "top")
    #expect(recipe.configuration.rollout.numPrompts == 5)
    #expect(recipe.configuration.rollout.numGenerations == 4)
    #expect(recipe.configuration.rollout.stop == ["c"])
    #expect(
      try recipe.entry("rollout.num_generations").origin == .file(path: folder.path("base.yaml"), line: 5))
    #expect(
      try recipe.entry("rollout.num_prompts").origin == .file(path: folder.path("methods/top.yaml"), line: 2))
  }

  @Test func `a choice drops what a lower file chose instead`() throws {
    let folder = try RecipeFolder([
      "base.yaml": "model: {init: {hidden_size: 64}}\ndata: {train: {task: ordering, difficulty: 3}}\n"
        + "stages: [{kind: rl, steps: 1}]\n",
      "top.yaml": "extends: base.yaml\nmodel: {path: somewhere}\ndata: {train: {path: a.jsonl}}\n",
    ])
    let run = try RecipeLoader.load(path: folder.path("top.yaml")).configuration
    #expect(run.model == .path("somewhere"))
    #expect(run.data.train == .file(FileSource(path: "a.jsonl")))
    #expect(
      try load("model: {init: {hidden_size: 64}}\n" + minimalRecipe, "model.path=x").configuration.model
        == .path("x"))
  }

  @Test func `a task in the place of a file drops every key that is about files`() throws {
    let base = try load("data: {train: {path: a.jsonl}}\nstages: [{kind: rl, steps: 1}]\n")
    // Whatever a file's source resolves to, as a base.
    let folder = try RecipeFolder([
      "base.yaml": base.yaml(),
      "top.yaml": "extends: base.yaml\ndata: {train: {task: ordering}, held_out: {task: ordering}}\n",
    ])
    let run = try RecipeLoader.load(path: folder.path("top.yaml")).configuration
    #expect(run.data.train == .procedural(ProceduralSource(task: "ordering")))
  }

  @Test func `files may extend each other two deep and not in a circle`() throws {
    let folder = try RecipeFolder([
      "a.yaml": "extends: b.yaml\n", "b.yaml": "extends: c.yaml\n", "c.yaml": minimalRecipe,
      "deep.yaml": "extends: a.yaml\n",
      "x.yaml": "name: x\nextends: y.yaml\n", "y.yaml": "extends: ./x.yaml\n",
    ])
    #expect(folder.refusal("a.yaml") == "accepted")
    #expect(
      folder.refusal("deep.yaml") == """
        b.yaml:1:10: `extends` may be two deep, and this is 3: deep.yaml → a.yaml → b.yaml → c.yaml
          1 | extends: c.yaml
            |          ^^^^^^
        """)
    #expect(
      folder.refusal("x.yaml").hasPrefix(
        "y.yaml:1:10: `extends` goes round in a circle: x.yaml → y.yaml → x.yaml"))
  }

  @Test func `a missing file is named, with its neighbor`() throws {
    let folder = try RecipeFolder(["top.yaml": "extends: bse.yaml\n", "base.yaml": minimalRecipe])
    #expect(
      folder.refusal("top.yaml") == """
        top.yaml:1:10: cannot read `bse.yaml`: there is no such file
          1 | extends: bse.yaml
            |          ^^^^^^^^ did you mean `base.yaml`?
        """)
    #expect(
      folder.refusal("tip.yaml")
        == "cannot read `tip.yaml`: there is no such file\n  did you mean `top.yaml`?")
    #expect(folder.refusal("").contains("it is a folder"))
    #expect(refusal("extends: [a]\n").contains("`extends` takes the path of a recipe, not a list"))
  }
}

@Suite struct `Overrides` {
  private let stages = """
    data: {train: {task: ordering}}
    stages:
      - {kind: sft, steps: 1}
      - {kind: rl, name: main, steps: 2}
      - {kind: sft, name: control, from: sft, control: true, steps: 3}

    """

  @Test(arguments: [
    ("stages.0.steps", 0), ("stages[0].steps", 0), ("stages.sft.steps", 0), ("stages.main.steps", 1),
    ("stages.rl.steps", 1), ("stages.control.steps", 2), ("stages[2].steps", 2),
  ])
  func `a stage is meant by index, name or kind`(path: String, index: Int) throws {
    let run = try load(stages, "\(path)=50").configuration
    #expect(run.stages.map(\.steps) == [1, 2, 3].enumerated().map { $0.offset == index ? 50 : $0.element })
  }

  @Test func `a kind means the one stage of it that is no control`() throws {
    let text = """
      data: {train: {task: ordering}}
      stages:
        - {kind: sft, name: warm-up, steps: 1}
        - {kind: sft, name: control, control: true, steps: 2}
        - {kind: rl, name: a, steps: 3}
        - {kind: rl, name: b, steps: 4}
      """
    #expect(try load(text, "stages.sft.steps=9").configuration.stages.map(\.steps) == [9, 2, 3, 4])
    #expect(
      refusal(text, "stages.rl.steps=9") == "--set stages.rl.steps=9: `stages` has no item called `rl`; "
        + "it has 0 (warm-up), 1 (control), 2 (a), 3 (b)")
  }

  @Test func `later ones win, and values are YAML`() throws {
    let recipe = try load(
      minimalRecipe, "rollout.num_prompts=3", "rollout.num_prompts=4",
      "rollout={temperature: 0.5, max_concurrent: 9}",
      "rollout.stop=[a, \"b,c\"]", "output.dir=/tmp/x y", "budget.max_seconds=", "seed=7",
      "stages.rl.until.accuracy=0.5")
    let run = recipe.configuration
    #expect(run.rollout.numPrompts == 4)
    #expect(run.rollout.temperature == 0.5 && run.rollout.maxConcurrent == 9)
    #expect(run.rollout.stop == ["a", "b,c"])
    #expect(run.output.directory == "/tmp/x y")
    #expect(run.budget.maxSeconds == nil)
    #expect(run.seed == 7)
    #expect(run.stages[0].until.accuracy == 0.5)
  }

  @Test(arguments: [
    (
      "rollout.num_generation=8",
      "unknown key `num_generation` in `rollout`\n  did you mean `num_generations`?"
    ),
    ("rolout.num_generations=8", "unknown key `rolout` at the top level\n  did you mean `rollout`?"),
    (
      "num_generations=8",
      "unknown key `num_generations` at the top level\n  `num_generations` belongs to `rollout`"
    ),
    ("rollout.temperature=hot", "`rollout.temperature` takes a number, not `hot`"),
    ("rollout.temperature.x=1", "`rollout.temperature` takes a number, not a mapping"),
    ("rollout.temperature", "`--set` takes KEY=VALUE, e.g. `--set rollout.num_prompts=8`: `=` is missing"),
    ("=3", "`--set` takes KEY=VALUE, e.g. `--set rollout.num_prompts=8`: `` has an empty part"),
    (
      "rollout..n=3",
      "`--set` takes KEY=VALUE, e.g. `--set rollout.num_prompts=8`: `rollout..n` has an empty part"
    ),
    (
      "stages[x].steps=3",
      "`--set` takes KEY=VALUE, e.g. `--set rollout.num_prompts=8`: `[x]` is no index such as `[0]`"
    ),
    ("stages[7].steps=3", "`stages` has no item 7; it has 0 (sft), 1 (main), 2 (control)"),
    ("stages.7.steps=3", "`stages` has no item 7; it has 0 (sft), 1 (main), 2 (control)"),
    (
      "stages.mian.steps=3",
      "`stages` has no item called `mian`; it has 0 (sft), 1 (main), 2 (control)\n  did you mean `main`?"
    ),
    ("stages.rl.step=3", "unknown key `step` in `stages[1]`\n  did you mean `steps`?"),
    ("rollout[0]=3", "`rollout` has no item 0; it has nothing\n  `rollout` is no list"),
  ])
  func `a wrong one is quoted and explained`(override: String, message: String) {
    #expect(refusal(stages, override) == "--set \(override): \(message)")
  }

  @Test func `a value that is no YAML is refused`() {
    #expect(refusal(stages, "rollout.stop=[a").hasPrefix("--set rollout.stop=[a: not YAML: "))
  }
}

@Suite struct `Foreign names` {
  @Test func `names of verl and TRL are read as ours, with a note`() throws {
    let recipe = try load(
      minimalRecipe + """
        rollout: {n: 4, top_k: -1}
        algorithm: {clip_ratio_low: 0.1, clip_ratio_high: 0.3, kl_loss_coef: 0.01, loss_agg_mode: token-mean,
                    ppo_epochs: 2, norm_adv_by_std_in_grpo: False}
        optimizer: {lr: 1e-5, lr_scheduler_type: constant_with_warmup, warmup_steps: 3}
        """, "data.max_response_length=99")
    let run = recipe.configuration
    #expect(run.rollout.numGenerations == 4 && run.rollout.topK == 0 && run.rollout.maxCompletionLength == 99)
    #expect(run.algorithm.epsilon == 0.1 && run.algorithm.epsilonHigh == 0.3 && run.algorithm.beta == 0.01)
    #expect(run.algorithm.lossAggregation == .tokenMean && run.algorithm.numIterations == 2)
    #expect(run.algorithm.scaleRewards == .none)
    #expect(run.optimizer.learningRate == 1e-5 && run.optimizer.schedule.name == .constant)
    #expect(run.optimizer.schedule.warmupSteps == 3)
    #expect(recipe.notes.contains("`rollout.n` (verl) is read as `rollout.num_generations`"))
    #expect(
      recipe.notes.contains("`data.max_response_length` (verl) is read as `rollout.max_completion_length`"))
    #expect(recipe.notes.count == 12)
  }

  @Test func `both names at once, or a value without a counterpart, are refused`() {
    #expect(
      refusal(minimalRecipe + "rollout: {n: 4, num_generations: 8}")
        .contains(
          "test.yaml:5:11: `rollout.n` is another name of `rollout.num_generations`, and both are given"))
    #expect(
      refusal(minimalRecipe + "algorithm: {loss_type: vespo}")
        .contains("`algorithm.loss_type` is `vespo`, allowed: bnpo, cispo, dapo, dr_grpo, grpo, sapo"))
    #expect(refusal(minimalRecipe + "algorithm: {adv_estimator: gae}").contains("or use `algorithm.name`"))
  }

  @Test(arguments: [
    ("loss_type: cispo", "algorithm.surrogate", "cispo"),
    ("adv_estimator: reinforce_plus_plus_baseline", "algorithm.name", "\"reinforce++_baseline\""),
    ("adv_estimator: opo", "algorithm.advantage_baseline", "length_weighted"),
    ("policy_loss: {loss_mode: geo_mean}", "algorithm.surrogate", "gmpo"),
    ("policy_loss: {loss_mode: clip_cov, clip_cov_ratio: 0.1}", "algorithm.cov_ratio", "0.1"),
    ("kl_loss_type: low_var_kl, beta: 0.1", "algorithm.kl_estimator", "k3"),
    ("use_kl_in_reward: true, kl_ctrl: {kl_coef: 0.1}", "algorithm.kl_in", "reward"),
    (
      "rollout_correction: {rollout_is: token, rollout_is_threshold: 3}",
      "algorithm.rollout_correction.ratio_max", "3.0"
    ),
    ("tis_imp_ratio_cap: 5", "algorithm.rollout_correction.ratio_max", "5.0"),
    ("importance_sampling_level: sequence, epsilon: 3e-4", "algorithm.surrogate", "gspo"),
  ])
  func `theirs may stand deeper, or be a value of another key`(keys: String, path: String, value: String)
    throws
  {
    #expect(try load(minimalRecipe + "algorithm: {\(keys)}").entry(path).value == value)
  }

  @Test func `our name in an upper file wins over a foreign one below`() throws {
    let folder = try RecipeFolder([
      "base.yaml": minimalRecipe + "rollout: {n: 4}\n",
      "top.yaml": "extends: base.yaml\nrollout: {num_generations: 6}\n",
    ])
    #expect(try RecipeLoader.load(path: folder.path("top.yaml")).configuration.rollout.numGenerations == 6)
  }
}
