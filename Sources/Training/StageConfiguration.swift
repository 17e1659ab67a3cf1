public import Curriculum
public import Objectives
public import Rewards
public import Rollouts

/// One stage: stages run in order, each on what the one before left.
///
/// What a stage does at a step is a function of the recipe and of the checkpoint's counters alone: its settings are fixed, and its end
/// depends on steps, evaluations and shares that the checkpoint holds.
public struct StageConfiguration: Sendable, Hashable {
  public enum Kind: String, Sendable, CaseIterable { case sft, rl }

  /// Which of its weights a stage leaves to the one after it.
  public enum Handover: String, Sendable, CaseIterable {
    /// Those of its last step.
    case last
    /// Those of its best greedy held-out accuracy, the newest of equals.
    case best
  }

  public var kind: Kind
  /// Unique; default: the kind, and a number from the second of a kind on (`rl`, `rl-2`).
  public var name: String
  public var steps: Int
  /// SFT only: worked solutions per step.
  public var batchSize = 64
  /// nil = the recipe's `optimizer.learning_rate`.
  public var learningRate: Double?
  /// What ends it before its last step.
  public var until = StageEnd()
  /// Begin from the weights this named stage ended with, not from the stage before.
  public var from: String?
  public var handover = Handover.last
  /// Whether it starts with an optimizer without memory.
  public var resetsOptimizer = true
  /// Whether EntroPIC's controller starts anew; nil = as `algorithm.entropic.reset_on_stage` says.
  public var resetsEntropic: Bool?
  /// A comparison arm: evaluated and reported, but never the run's result.
  public var isControl = false
  /// The recipe's sections as they hold in this stage; nil = as they stand in the recipe.
  public var settings: StageSettings?

  public init(kind: Kind, name: String, steps: Int) {
    self.kind = kind
    self.name = name
    self.steps = steps
  }
}

/// What a stage may say for itself: window, prompts, slice of the data, coefficients.
public struct StageSettings: Sendable, Hashable {
  public var data: DataConfiguration
  public var rollout: RolloutConfiguration
  public var reward: RewardConfiguration
  public var algorithm: AlgorithmConfiguration
  public var evaluation: EvaluationConfiguration

  public init(
    data: DataConfiguration, rollout: RolloutConfiguration, reward: RewardConfiguration,
    algorithm: AlgorithmConfiguration, evaluation: EvaluationConfiguration
  ) {
    self.data = data
    self.rollout = rollout
    self.reward = reward
    self.algorithm = algorithm
    self.evaluation = evaluation
  }
}

extension TrainingConfiguration {
  /// The sections as they stand in the recipe.
  public var settings: StageSettings {
    StageSettings(data: data, rollout: rollout, reward: reward, algorithm: algorithm, evaluation: evaluation)
  }

  /// The configuration as it holds in a stage.
  public func inStage(_ stage: StageConfiguration) -> TrainingConfiguration {
    guard let settings = stage.settings else { return self }
    var run = self
    run.data = settings.data
    run.rollout = settings.rollout
    run.reward = settings.reward
    run.algorithm = settings.algorithm
    run.evaluation = settings.evaluation
    return run
  }

  /// One configuration for each stage; the recipe's own where it has none.
  public var inStages: [TrainingConfiguration] { stages.isEmpty ? [self] : stages.map(inStage) }

  /// The most tokens that an answer may have, of training or evaluation.
  public var longestCompletion: Int {
    max(rollout.maxCompletionLength, evaluation.maxCompletionLength ?? 0)
  }

  /// That an evaluation asks for more tokens than an answer may have, in words; nil where it does not.
  public var unmeetableBudget: String? {
    let window = evaluation.maxCompletionLength ?? rollout.maxCompletionLength
    guard let largest = evaluation.budgets?.max(), largest > window else { return nil }
    return
      "answers end after \(window) tokens in evaluations, so that none can meet or exceed the budget of \(largest) — raise "
      + "`evaluation.max_completion_length` (`apus eval --max-completion-length`), best well above the largest budget"
  }

  /// The last stage whose outcome is the run's result; nil without stages.
  public var resultStage: StageConfiguration? { stages.last { !$0.isControl } }

  /// Of every stage, the most problems that a chain of its may have; nil where no chains are trained on.
  public var longestHorizon: Int? { inStages.compactMap(\.data.train.longestHorizon).max() }
}

// Which tasks stages share.
extension TrainingConfiguration {
  /// The endless row of tasks that a stage draws from, by the name of the first stage that does: stages with the same data take up where
  /// the one before ended.
  func stream(ofStage index: Int) -> String {
    let data = inStage(stages[index]).data
    return (stages.first { inStage($0).data == data } ?? stages[index]).name
  }

  /// The held-out tasks that a stage is measured on, by the name of the first stage that is measured on them.
  func heldOut(ofStage index: Int) -> String {
    func tasks(_ stage: StageConfiguration) -> (TaskSource, Int) {
      let data = inStage(stage).data
      return (data.heldOut ?? data.train, data.heldOutCount)
    }
    let mine = tasks(stages[index])
    return (stages.first { tasks($0) == mine } ?? stages[index]).name
  }

  /// What the ids of a stage's tasks begin with: the number of a task that is made on the fly means another one under other settings,
  /// while a row of a file is the same row everywhere.
  ///
  /// - Returns: For training tasks and for held-out ones; empty where ids are as they are.
  func labels(ofStage index: Int) -> (training: String, heldOut: String) {
    guard stages.indices.contains(index) else { return ("", "") }
    let data = inStage(stages[index]).data
    func label(_ name: String, _ first: String, _ source: TaskSource) -> String {
      name == first || source.isFile ? "" : name + "/"
    }
    return (
      label(stream(ofStage: index), stream(ofStage: 0), data.train),
      label(heldOut(ofStage: index), heldOut(ofStage: 0), data.heldOut ?? data.train)
    )
  }
}

extension TaskSource {
  /// Whether it gives the rows of files as they are.
  fileprivate var isFile: Bool {
    parts.allSatisfy { if case .file = $0.source { true } else { false } }
  }
}
