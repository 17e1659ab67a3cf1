internal import Curriculum
internal import Objectives
internal import Rewards
internal import Rollouts
internal import Tensors
internal import Training
internal import Transformer

extension RecipeReader {
  /// Reports values that contradict each other, in the recipe's sections and in those of its stages.
  ///
  /// - Returns: Notes about what is allowed and odd, and remarks about choices that go well together.
  func checkConsistency(of run: TrainingConfiguration) -> (notes: [String], remarks: [String]) {
    checkEvaluations(of: run)
    var findings: (notes: [String], remarks: [String]) = ([], [])
    var seen: [StageSettings?] = []
    for (index, settings) in run.inStages.enumerated() {
      let stage = run.stages.indices.contains(index) ? run.stages[index] : nil
      guard !seen.contains(stage?.settings) else { continue }
      seen.append(stage?.settings)
      var alike = settings
      alike.stages = run.stages.filter { $0.settings == stage?.settings }
      let place = stage?.settings.map { _ in RecipePath("stages") + index }
      var found = within(place) { checkSections(of: alike) }
      if let words = settings.unmeetableBudget { found.notes.append(words) }
      findings.notes += found.notes.filter { !findings.notes.contains($0) }
      findings.remarks += found.remarks.filter { !findings.remarks.contains($0) }
    }
    findings.notes += teacherNotes(on: run)
    return findings
  }

  private func checkSections(of run: TrainingConfiguration) -> (notes: [String], remarks: [String]) {
    let usesRL = run.stages.contains { $0.kind == .rl }
    if usesRL {
      checkGroups(of: run)
      checkLogprobs(of: run)
    }
    checkLengths(of: run)
    checkThinking(of: run)
    checkStops(of: run)
    if run.rollout.activationFormat == .bf16, run.rollout.weightFormat != .bf16 {
      report(
        .activationsWithoutWeights(weights: run.rollout.weightFormat.rawValue),
        at: RecipePath("rollout", "activation_dtype"))
    }
    guard usesRL else { return (idleNotes(on: run) + dataNotes(on: run), []) }
    let table = checkCompatibility(of: run)
    let warnings = samplingNotes(on: run) + table.warnings + idleKeyNotes(on: run)
    return (warnings + idleNotes(on: run) + dataNotes(on: run), table.remarks)
  }

  private func checkGroups(of run: TrainingConfiguration) {
    let size = run.rollout.numGenerations
    let path = RecipePath("rollout", "num_generations")
    if size < 2, run.algorithm.scaleRewards == .group {
      report(.groupTooSmall(numGenerations: size, because: "`algorithm.scale_rewards: group`"), at: path)
    } else if size < 2, run.algorithm.dynamicSampling != nil {
      report(.groupTooSmall(numGenerations: size, because: "`algorithm.dynamic_sampling`"), at: path)
    }
    // GFPO leaves so many of each group.
    let trained = run.algorithm.groupFiltering.map { min($0.keep, size) } ?? size
    if !(run.rollout.numPrompts * trained).isMultiple(of: run.algorithm.numMinibatches) {
      report(
        .unevenMinibatches(
          numPrompts: run.rollout.numPrompts, numGenerations: trained,
          numMinibatches: run.algorithm.numMinibatches),
        at: RecipePath("algorithm", "num_minibatches"))
    }
  }

  private func checkLogprobs(of run: TrainingConfiguration) {
    let rollout = run.rollout
    guard rollout.logprobs == .rollout, rollout.topP < 1 || rollout.topK > 0 else { return }
    report(
      .filteredLogprobs(topK: rollout.topK, topP: YAMLText.number(rollout.topP)),
      at: RecipePath("rollout", "logprobs"))
  }

  private func checkEvaluations(of run: TrainingConfiguration) {
    for (index, stage) in run.stages.enumerated() where stage.kind == .rl {
      let evaluation = run.inStage(stage).evaluation
      guard evaluation.every == 0 else { continue }
      let path = RecipePath("stages") + index
      if stage.until.accuracy != nil || stage.until.plateau != nil {
        report(.neverEvaluated(key: "until"), at: path + "until")
      }
      if stage.handover == .best { report(.nothingToHandOver(stage: stage.name), at: path + "handover") }
      if evaluation.patience != nil {
        report(.neverEvaluated(key: "evaluation.patience"), at: RecipePath("evaluation", "patience"))
      }
    }
  }

  private func checkLengths(of run: TrainingConfiguration) {
    guard case .initialize(let model) = run.model else { return }
    let completion = run.rollout.maxCompletionLength
    let positions = model.maxPositionEmbeddings
    if completion >= positions {
      report(
        .noRoomForPrompt(prompt: nil, completion: completion, positions: positions),
        at: RecipePath("rollout", "max_completion_length"))
    } else if let prompt = run.rollout.maxPromptLength, prompt + completion > positions {
      report(
        .noRoomForPrompt(prompt: prompt, completion: completion, positions: positions),
        at: RecipePath("rollout", "max_prompt_length"))
    }
  }

  private func checkStops(of run: TrainingConfiguration) {
    if run.rollout.stop.contains("") { report(.emptyStop, at: RecipePath("rollout", "stop")) }
  }

  private func checkThinking(of run: TrainingConfiguration) {
    guard let tokens = run.rollout.thinkTokens else { return }
    if tokens >= run.rollout.maxCompletionLength {
      report(
        .thinkingNeverEnds(tokens: tokens, maxCompletionLength: run.rollout.maxCompletionLength),
        at: RecipePath("rollout", "think_tokens"))
    }
    if run.rollout.thinkEnd.isEmpty { report(.noEndOfThinking, at: RecipePath("rollout", "think_end")) }
  }

  // MARK: Notes

  private func samplingNotes(on run: TrainingConfiguration) -> [String] {
    var notes: [String] = []
    if run.rollout.topP < 1 || run.rollout.topK > 0 {
      notes.append(
        "`rollout.top_p` \(YAMLText.number(run.rollout.topP)), `rollout.top_k` \(run.rollout.topK): rollout logprobs are "
          + "under the truncated distribution and the trainer's under the full one, so ratios start away from 1; "
          + "train with `top_p: 1` and `top_k: 0`")
    }
    if run.rollout.logprobs == .rollout, run.isRounded {
      notes.append(
        "`rollout.logprobs: rollout` where generator or trainer round (`rollout.weight_dtype`, `activation_dtype`, "
          + "`kv_dtype`, `compute.matmul_dtype`): the ratio has the gap between them in it "
          + "(`sampling/logp_difference_mean`), and is clipped with it")
    }
    if run.rollout.numGenerations == 1, run.algorithm.advantageBaseline == .groupMean {
      notes.append(
        "`rollout.num_generations` is 1: no group to compare with, the advantage is the reward itself")
    }
    return notes
  }

  /// Settings that change nothing as the others are.
  private func idleNotes(on run: TrainingConfiguration) -> [String] {
    var notes = samplerNotes(on: run)
    if run.optimizer.schedule.minRatio > 0, run.optimizer.schedule.name == .constant {
      notes.append("`optimizer.schedule.min_ratio` does nothing under a constant schedule")
    }
    let trainingPaths = run.data.train.files.map(\.path)
    if let heldOut = run.data.heldOut, run.data.heldOutShare != DataConfiguration().heldOutShare,
      heldOut.parts.allSatisfy({ $0.source.file.map { !trainingPaths.contains($0.path) } ?? false })
    {
      notes.append(
        "`data.held_out.share` does nothing: what is held out stands in a file, and all else is for training")
    }
    return notes
  }

  /// A teacher that some stage inherits is idle only if no other stage learns from it.
  private func teacherNotes(on run: TrainingConfiguration) -> [String] {
    let stages = run.inStages.map(\.data)
    let atWork = stages.filter { $0.train.files.count < $0.train.parts.count }.map(\.teacher)
    let idle = stages.map(\.teacher).filter { !atWork.contains($0) }
    let reason = "does nothing: the worked solutions come from a file"
    var notes: [String] = []
    if idle.contains(where: { $0.slipRate > 0 }) { notes.append("`data.teacher.slip_rate` \(reason)") }
    if idle.contains(where: { $0.style != .concise }) { notes.append("`data.teacher.style` \(reason)") }
    return notes
  }

  private func dataNotes(on run: TrainingConfiguration) -> [String] {
    let hasUnknownSolutions = run.data.train.files.contains {
      $0.solutionField == nil && $0.verifier?.name != GSM8KVerifier.name
    }
    guard hasUnknownSolutions, run.stages.contains(where: { $0.kind == .sft }) else { return [] }
    return [
      "an sft stage imitates worked solutions: `data.train.solution_field` is not set, so a column `solution` or "
        + "the answer column must hold them, as in GSM8K"
    ]
  }
}
