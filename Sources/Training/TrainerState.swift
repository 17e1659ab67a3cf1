public import Evaluation
internal import Foundation
public import Objectives
public import Rewards

/// Where a run stands: everything a checkpoint holds besides numbers of the model and the optimizer.
///
/// Random numbers need no state of their own: each draw is keyed by the seed and by the counters below.
public struct TrainerState: Sendable, Codable, Equatable {
  /// Version of this layout.
  public var format = 1
  /// Index into the recipe's stages.
  public var stage = 0
  /// Steps finished in that stage.
  public var stageStep = 0
  /// The stage met its end before its last step (`until`, patience).
  public var stageEndedEarly = false
  /// The rule that it met, in words.
  public var stageEndReason: String?
  /// The stage that ended with this checkpoint and the steps it had, so that a longer one can go on from here.
  public var endedStage: Int?
  public var endedStageSteps = 0
  /// The steps that the recipe then gave it; more now means that it is to be longer.
  public var endedStageLimit = 0
  /// The newest evaluation, and its step.
  public var latest: EvaluationResult?
  public var latestStep: Int?
  /// Steps finished in the run, all stages.
  public var step = 0
  /// Next index of the endless row of training tasks.
  public var dataPosition: UInt64 = 0
  /// Which row that is, by the first stage that draws from it; nil = the first stage's.
  public var stream: String?
  /// The next index of the rows that other stages have drawn from.
  public var otherPositions: [String: UInt64]?
  /// The step after which it is counted how tasks fare: where a stage began from other weights; nil = the first.
  public var statisticsSince: Int?
  /// AdamW steps since the optimizer was last reset.
  public var optimizerSteps = 0
  /// Number of the policy version: steps that have changed the weights so far.
  public var policyVersion = 0
  public var tokens = 0
  public var skippedSteps = 0
  public var skippedInARow = 0
  /// Prompts left out because they were too long.
  public var skippedPrompts = 0
  /// Wall time of all attempts, seconds.
  public var seconds = 0.0
  public var stageSeconds: [String: Double] = [:]
  /// Bytes of `metrics.jsonl` that belong to this checkpoint.
  public var metricsPosition: UInt64 = 0
  /// The evaluation before the first RL stage and the newest one.
  public var before: EvaluationResult?
  public var after: EvaluationResult?
  /// Of the newest control stage.
  public var control: EvaluationResult?
  /// What each control stage came to, by its name; nil before the first.
  public var controls: [String: EvaluationResult]?
  public var bestGreedy: Double?
  public var bestStep: Int?
  /// The stage whose held-out tasks that accuracy is on; nil = the first's. Another set of tasks has a best of its own.
  public var bestHeldOut: String?
  /// The evaluation of the present stage with the best greedy accuracy, the newest of equals, and its step.
  public var stageBest: EvaluationResult?
  public var stageBestStep: Int?
  public var evaluationsWithoutGain = 0
  /// Shares of cut answers in the last steps of the stage, oldest first; as many as its `until.window`.
  public var clippedRatios: [Double]?
  /// Steps in which no group had any spread of rewards.
  public var stepsWithoutSignal = 0
  /// Target lengths that follow the policy; nil before the first evaluation, or without such a term.
  public var laserTargets: LASERTargets?
  /// Steps in which the rollout correction took the signal of long answers away; nil = none.
  public var silencedSteps: Int?
  public var selfCheckDone = false
  /// EntroPIC's controller; nil before its first update.
  public var entropic: EntropicController?
  /// The weight of an adaptive entropy bonus; nil before its first update.
  public var adaptiveEntropy: AdaptiveEntropyController?
  /// How many more groups a step asks for than it trains on; nil before the stage's first step with an expansion.
  public var expansion: BatchExpansionController?
  /// Steps that trained on fewer groups than `num_prompts`, for want of others inside the band; nil = none.
  public var shortSteps: Int?
  /// Entropy over the trained tokens that the newest update saw, nats; nil before it.
  public var lastEntropy: Double?
  /// Digest of the run's result, once the last stage that counts has ended.
  public var resultDigest: String?
  public var environment = RunEnvironment()

  public init() {}

  /// Draws from another row of tasks, where it was left.
  mutating func switchStream(to name: String) {
    guard let stream, stream != name else {
      stream = stream ?? name
      return
    }
    var positions = otherPositions ?? [:]
    positions[stream] = dataPosition
    dataPosition = positions.removeValue(forKey: name) ?? 0
    (self.stream, otherPositions) = (name, positions)
  }

  /// Counters as a run can have them: a file may hold anything.
  func isPlausible(stages: Int) -> Bool {
    let counts = [
      stageStep, step, optimizerSteps, policyVersion, tokens, skippedSteps, skippedInARow, endedStageSteps,
      statisticsSince ?? 0,
    ]
    return (0...stages).contains(stage) && (0..<stages).contains(endedStage ?? 0)
      && counts.allSatisfy { (0...(1 << 53)).contains($0) } && seconds.isFinite && seconds >= 0
      && dataPosition < 1 << 53 && (otherPositions ?? [:]).values.allSatisfy { $0 < 1 << 53 }
  }
}

/// What results depend on besides recipe and seed.
public struct RunEnvironment: Sendable, Codable, Equatable {
  public var blasCore = ""
  public var kernels = ""
  public var threads = 0
  public var processor = ""

  public init(blasCore: String = "", kernels: String = "", threads: Int = 0, processor: String = "") {
    self.blasCore = blasCore
    self.kernels = kernels
    self.threads = threads
    self.processor = processor
  }

  /// What differs from another environment, in words.
  public func differences(from other: RunEnvironment) -> [String] {
    [
      ("BLAS core", other.blasCore, blasCore), ("kernels", other.kernels, kernels),
      ("threads", "\(other.threads)", "\(threads)"), ("processor", other.processor, processor),
    ].filter { $0.1 != $0.2 }.map { "\($0.0) was \($0.1), is \($0.2)" }
  }
}
