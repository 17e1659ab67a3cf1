internal import Curriculum
internal import Objectives
internal import Recipe
internal import Rewards
internal import Rollouts
internal import Testing
internal import Training

private let staged = """
  data:
    train: {task: arithmetic_chain, difficulty: [1, 2]}
  rollout: {num_prompts: 6, num_generations: 4, max_completion_length: 100}
  reward: {terms: [{name: correctness}, {name: soft_overlong}]}
  algorithm: {name: grpo, beta: 0.01}
  stages:
    - {kind: rl, name: narrow, steps: 10, until: {clipped_ratio: 0.1, window: 5}}
    - kind: rl
      name: wide
      steps: 20
      handover: best
      reset_optimizer: false
      rollout: {max_completion_length: 200, num_prompts: 3}
      data: {train: {difficulty: [3, 4]}}
      algorithm: {beta: 0}
      evaluation: {every: 7}
    - {kind: rl, name: back, steps: 5, reset_entropic: false}

  """

@Suite struct `A stage's own sections` {
  @Test func `lie over the recipe's, for that stage alone`() throws {
    let run = try load(staged).configuration
    #expect(run.stages[0].settings == nil && run.stages[2].settings == nil)
    let wide = run.inStage(run.stages[1])
    #expect(wide.rollout.maxCompletionLength == 200 && wide.rollout.numPrompts == 3)
    #expect(wide.rollout.numGenerations == 4, "what it does not name is the recipe's")
    #expect(wide.data.train == .procedural(ProceduralSource(task: "arithmetic_chain", difficulty: 3...4)))
    #expect(wide.algorithm.beta == 0 && wide.evaluation.every == 7)
    #expect(run.inStage(run.stages[2]).rollout.maxCompletionLength == 100, "the window shrinks again")
    #expect(run.inStage(run.stages[2]).algorithm.beta == 0.01)
    #expect(run.inStages.map(\.rollout.numPrompts) == [6, 3, 6])
  }

  @Test func `decide the defaults that hang on them`() throws {
    let run = try load(staged).configuration
    func cache(_ run: TrainingConfiguration) -> RewardTerm.Kind? { run.reward.terms.last?.kind }
    // DAPO's fifth of the window.
    #expect(cache(run.inStages[0]) == .softOverlong(cache: 20))
    #expect(cache(run.inStages[1]) == .softOverlong(cache: 40))
  }

  @Test func `say when a stage ends, what it resets and what it leaves`() throws {
    let stages = try load(staged).configuration.stages
    #expect(stages[0].until.clippedRatio == 0.1 && stages[0].until.window == 5)
    #expect(stages.map(\.handover) == [.last, .best, .last])
    #expect(stages.map(\.resetsOptimizer) == [true, false, true])
    #expect(stages.map(\.resetsEntropic) == [nil, nil, false])
  }

  @Test func `are shown where they differ, lists whole, and load to the same configuration`() throws {
    let recipe = try load(staged)
    let own = recipe.entries.map(\.keyPath).filter { $0.hasPrefix("stages[1].") }
    #expect(own.contains("stages[1].rollout.max_completion_length"))
    #expect(!own.contains("stages[1].rollout.num_generations"))
    #expect(own.contains("stages[1].reward.terms[0].name"), "one term differs, so all are there")
    #expect(recipe.entries.allSatisfy { !$0.keyPath.hasPrefix("stages[0].rollout") })
    let again = try load(recipe.yaml())
    #expect(again.configuration == recipe.configuration)
    #expect(again.yaml() == recipe.yaml())
  }

  @Test func `can be reached by --set, by the stage's name`() throws {
    let run = try load(
      staged, "stages.wide.rollout.num_prompts=9", "stages.back.rollout.max_completion_length=50",
      "stages.back.data.train.task=ordering", "stages.back.data.train.difficulty=null"
    ).configuration
    #expect(run.inStages.map(\.rollout.numPrompts) == [6, 9, 6])
    #expect(run.inStages.map(\.rollout.maxCompletionLength) == [100, 200, 50])
    #expect(run.inStages[2].data.train == .procedural(ProceduralSource(task: "ordering")))
  }

  @Test func `take the names that verl users know`() throws {
    let run = try load(
      minimalRecipe + "  - {kind: rl, steps: 3, rollout: {n: 5}}\n"
    ).configuration
    #expect(run.inStages.map(\.rollout.numGenerations).last == 5)
  }

  @Test func `are refused where they stand`() {
    #expect(
      refusal(staged.replacing("num_prompts: 3}", with: "num_promts: 3}")).contains(
        "unknown key `num_promts` in `stages[1].rollout`"))
    #expect(
      refusal(staged.replacing("num_prompts: 3}", with: "num_promts: 3}")).contains(
        "did you mean `num_prompts`?"))
    #expect(
      refusal(staged.replacing("{beta: 0}", with: "{beta: -1}")).contains(
        "`stages[1].algorithm.beta` is `-1`"), "\(refusal(staged.replacing("{beta: 0}", with: "{beta: -1}")))"
    )
    #expect(
      refusal(staged.replacing("{beta: 0}", with: "{name: dapo}")).contains("stages of a run have one method")
    )
    #expect(
      refusal(staged.replacing("evaluation: {every: 7}", with: "evaluation: {every: 0}")).contains(
        "stage `wide` is to hand over its best weights"))
    #expect(
      refusal(staged.replacing("{every: 7}", with: "{every: 7}\n    compute: {threads: 1}")).contains(
        "unknown key `compute` in `stages[1]`"))
  }

  @Test func `that contradict each other are said to be in that stage`() {
    let said = refusal(
      staged.replacing("num_prompts: 3}", with: "num_prompts: 3, num_generations: 1}").replacing(
        "{name: grpo, beta: 0.01}", with: "{name: grpo, beta: 0.01, scale_rewards: group}"))
    #expect(said.contains("(in `stages[1]`)") && said.contains("num_generations"), "\(said)")
  }

  @Test func `that would end it by evaluations need evaluations`() {
    #expect(
      refusal(staged.replacing("clipped_ratio: 0.1", with: "plateau: 2") + "evaluation: {every: 0}\n")
        .contains(
          "`until` is looked at when the model is evaluated"))
    #expect(
      refusal(
        "data: {train: {task: ordering}}\nstages:\n  - {kind: sft, steps: 3, until: {plateau: 2}}\n  - {kind: rl, steps: 1}\n"
      ).contains("`until` is for `rl` stages only"))
  }
}
