internal import Curriculum
internal import Objectives
internal import Rewards
internal import Rollouts
internal import Training
internal import Transformer

extension RecipeReader {
  /// Reads the whole recipe, sections in the house order.
  ///
  /// - Parameters:
  ///   - tree: Every layer merged.
  ///   - stem: The recipe's file name without extension: its name where it gives none.
  /// - Returns: The configuration, its own defaults where something was wrong; ``throwFirstProblem()`` tells.
  func readConfiguration(_ tree: RecipeNode, stem: String) -> TrainingConfiguration {
    var run = TrainingConfiguration()
    let root = Section(tree, at: .root, reader: self)
    defer { root.close() }
    if RunName.isUsable(stem) { run.name = stem }
    root.read("name", into: &run.name)
    if !RunName.isUsable(run.name) {
      report(
        .notAllowed(key: "name", value: YAMLText.quoted(run.name), allowed: RunName.rule),
        at: place(of: RecipePath("name")))
    }
    root.read("seed", into: &run.seed)
    readModel(root.section("model"), into: &run.model, tokenizer: &run.tokenizer)
    readData(root.section("data"), into: &run.data)
    readRollout(root.section("rollout"), into: &run.rollout)
    readReward(root.section("reward"), rollout: run.rollout, into: &run.reward)
    readAlgorithm(root.section("algorithm"), for: run.rollout, into: &run.algorithm)
    readOptimizer(root.section("optimizer"), into: &run.optimizer)
    readStages(root, of: tree, into: &run.stages)
    readEvaluation(root.section("evaluation"), into: &run.evaluation)
    readCompute(root.section("compute"), into: &run.compute)
    readOutput(root.section("output"), into: &run.output)
    readBudget(root.section("budget"), into: &run.budget)
    forgetRepeats()
    return run
  }

  private func readOptimizer(_ section: Section, into optimizer: inout OptimizerConfiguration) {
    defer { section.close() }
    var name = OptimizerName.adamw
    section.read("name", into: &name)
    section.read("learning_rate", into: &optimizer.learningRate, in: .notNegative)
    section.read("beta1", into: &optimizer.beta1, in: .decay)
    section.read("beta2", into: &optimizer.beta2, in: .decay)
    section.read("adam_epsilon", into: &optimizer.adamEpsilon, in: .positive)
    section.read("weight_decay", into: &optimizer.weightDecay, in: .notNegative)
    section.read("max_grad_norm", into: &optimizer.maxGradNorm, in: .notNegative)
    let schedule = section.section("schedule")
    schedule.read("name", into: &optimizer.schedule.name)
    schedule.read("warmup_steps", into: &optimizer.schedule.warmupSteps, in: .atLeastZero)
    schedule.read("min_ratio", into: &optimizer.schedule.minRatio, in: .share)
    schedule.close()
  }

  func readEvaluation(_ section: Section, into evaluation: inout EvaluationConfiguration) {
    defer { section.close() }
    section.read("every", into: &evaluation.every, in: .atLeastZero)
    section.read("samples", into: &evaluation.samples, in: .atLeastZero)
    section.read("temperature", into: &evaluation.temperature, in: .temperature)
    section.read("max_completion_length", into: &evaluation.maxCompletionLength)
    section.read("keep_best", into: &evaluation.keepBest)
    section.read("patience", into: &evaluation.patience)
    section.read(
      "max_horizon", into: &evaluation.maxHorizon, in: .from(1, to: ComposedSource.longestHorizon))
    section.read("chains_per_horizon", into: &evaluation.chainsPerHorizon, in: .from(0, to: 100_000))
    readEvaluationBudgets(section, into: &evaluation)
  }

  private func readCompute(_ section: Section, into compute: inout ComputeConfiguration) {
    defer { section.close() }
    section.read("threads", into: &compute.threads, in: .from(1, to: 1024))
    section.read("blas_core", into: &compute.blasCore)
    section.read("max_tokens_per_microbatch", into: &compute.maxTokensPerMicrobatch)
    section.read("matmul_dtype", into: &compute.matmulType)
    section.read("gradient_checkpointing", into: &compute.gradientCheckpointing)
    section.read("share_prompts", into: &compute.sharePrompts)
  }

  private func readOutput(_ section: Section, into output: inout OutputConfiguration) {
    defer { section.close() }
    section.read("dir", into: &output.directory)
    section.read("checkpoint_every", into: &output.checkpointEvery)
    section.read("keep_last", into: &output.keepLast)
    section.read("sample_every", into: &output.sampleEvery, in: .atLeastZero)
  }

  private func readBudget(_ section: Section, into budget: inout BudgetConfiguration) {
    defer { section.close() }
    section.read("max_seconds", into: &budget.maxSeconds, in: .positive)
    section.read("max_tokens", into: &budget.maxTokens, in: .unlimited)
  }
}

/// The optimizers there are.
private enum OptimizerName: String, CaseIterable { case adamw }

/// Names that become folders: runs and stages.
enum RunName {
  static let rule = "letters, digits, `.`, `_` and `-`, not beginning with `.`, at most 100"

  static func isUsable(_ name: String) -> Bool {
    !name.isEmpty && name.count <= 100 && !name.hasPrefix(".")
      && name.allSatisfy { $0.isLetter || $0.isNumber || "._-".contains($0) }
  }
}
