public import Experience
public import Rewards
public import Rollouts

/// Tasks in a fixed order, with the tokens of their prompts.
public struct EvaluationSet: Sendable {
  public var tasks: [ReasoningTask]
  public var prompts: [[Int32]]

  public init(tasks: [ReasoningTask] = [], prompts: [[Int32]] = []) {
    precondition(tasks.count == prompts.count, "\(tasks.count) tasks, \(prompts.count) prompts")
    self.tasks = tasks
    self.prompts = prompts
  }
}

/// Greedy and sampled answers to a fixed set of tasks.
///
/// The draws are keyed by task and sample, not by training step: two evaluations of the same weights agree, and two of
/// different weights differ by the weights only (common random numbers).
public struct Evaluator: Sendable {
  private let own: EvaluationSet
  /// Chains of horizon 1, 2, …: answered once each, after the set's own tasks.
  private let byHorizon: [EvaluationSet]
  public var tasks: [ReasoningTask] { own.tasks }
  /// Tokens of the longest prompt.
  public var longestPrompt: Int { ([own] + byHorizon).flatMap(\.prompts).map(\.count).max() ?? 0 }
  private let reward: RewardConfiguration
  private let verifiers: PreparedVerifiers
  private let maxCompletionLength: Int
  private let samples: Int
  private let temperature: Double
  private let hasBudgetBins: Bool

  /// - Parameters:
  ///   - set: What is asked.
  ///   - byHorizon: Chains of horizon 1, 2, …, whose greedy accuracy is told for each horizon.
  ///   - reward: How answers are judged.
  ///   - verifiers: Made ahead.
  ///   - maxCompletionLength: Cap on generated tokens.
  ///   - samples: Answers drawn per task besides the greedy one.
  ///   - temperature: At which they are drawn.
  ///   - hasBudgetBins: Whether what is said of budgets is said for each of them too.
  public init(
    _ set: EvaluationSet, byHorizon: [EvaluationSet] = [], reward: RewardConfiguration,
    verifiers: PreparedVerifiers, maxCompletionLength: Int, samples: Int, temperature: Double,
    hasBudgetBins: Bool = false
  ) {
    own = set
    self.byHorizon = byHorizon
    self.reward = reward
    self.verifiers = verifiers
    self.maxCompletionLength = maxCompletionLength
    self.samples = samples
    self.temperature = temperature
    self.hasBudgetBins = hasBudgetBins
  }

  /// All that an evaluation saw.
  public struct Outcome: Sendable {
    public var result: EvaluationResult
    /// One per task, then one per chain of each horizon.
    public var greedy: [ScoredRollout]
    /// Per task, `samples` of them.
    public var sampled: [[ScoredRollout]]
  }

  /// - Returns: nil when `shouldStop` said so.
  /// - Throws: As the source does.
  public func run(
    _ source: InProcessSource, step: Int, version: PolicyVersion, shouldStop: (() -> Bool)? = nil
  ) throws -> Outcome? {
    let greedy = RolloutSampling(temperature: 0, maxCompletionLength: maxCompletionLength)
    guard
      let best = try source.rollouts(
        requests([own] + byHorizon, samples: 1), purpose: "greedy", sampling: greedy, version: version,
        shouldStop: shouldStop)
    else { return nil }
    let free = RolloutSampling(temperature: temperature, maxCompletionLength: maxCompletionLength)
    guard
      let drawn = try source.rollouts(
        requests([own], samples: samples), purpose: "evaluation", sampling: free, version: version,
        shouldStop: shouldStop)
    else { return nil }
    let greedyScored = best.flatMap { score(at: step, [$0]) }
    let sampledScored = tasks.indices.map { task in
      score(at: step, (0..<samples).map { drawn[task * samples + $0] })
    }
    return outcome(greedy: greedyScored, sampled: sampledScored)
  }

  /// What answers that are scored already come to: one greedy one per task, and samples by task.
  public func outcome(greedy: [ScoredRollout], sampled: [[ScoredRollout]]) -> Outcome {
    var result = summarize(Array(greedy.prefix(own.tasks.count)), sampled)
    if !byHorizon.isEmpty { result.horizons = horizons(greedy.dropFirst(own.tasks.count)) }
    return Outcome(result: result, greedy: greedy, sampled: sampled)
  }

  // Work items carry no step here: the random numbers must not depend on it. The step is put in for the store.
  private func requests(_ sets: [EvaluationSet], samples: Int) -> [RolloutRequest] {
    let tasks = zip(sets.flatMap(\.tasks), sets.flatMap(\.prompts))
    return tasks.enumerated().flatMap { index, pair in
      (0..<samples).map {
        RolloutRequest(
          item: WorkItem(step: 0, group: index, sample: $0), task: pair.0, promptTokens: pair.1)
      }
    }
  }

  private func horizons(_ answers: ArraySlice<ScoredRollout>) -> [HorizonAccuracy] {
    var rest = answers
    return byHorizon.enumerated().map { index, set in
      let judged = rest.prefix(set.tasks.count).filter { $0.reward.correctness != nil }
      rest = rest.dropFirst(set.tasks.count)
      let count = Double(max(1, judged.count))
      return HorizonAccuracy(
        horizon: index + 1, accuracy: judged.reduce(0) { $0 + ($1.reward.correctness ?? 0) } / count,
        truncated: Double(judged.count { $0.rollout.isTruncated }) / count, chains: judged.count)
    }
  }

  private func score(at step: Int, _ group: [Rollout]) -> [ScoredRollout] {
    let rewards = reward.score(
      group, maximumLength: maxCompletionLength, verifiers: verifiers)
    return zip(group, rewards).map { rollout, reward in
      var placed = rollout
      placed.item.step = step
      return ScoredRollout(rollout: placed, reward: reward, fate: .filtered(reason: "evaluation"))
    }
  }

  private func summarize(_ greedy: [ScoredRollout], _ sampled: [[ScoredRollout]]) -> EvaluationResult {
    let judged = greedy.filter { $0.reward.correctness != nil }
    let count = Double(max(1, judged.count))
    var passAt1 = 0.0
    var passAtKSum = 0.0
    var tasksWithSamples = 0
    for group in sampled {
      let scores = group.compactMap(\.reward.correctness)
      guard !scores.isEmpty else { continue }
      tasksWithSamples += 1
      passAt1 += scores.reduce(0, +) / Double(scores.count)
      passAtKSum += passAtK(samples: scores.count, correct: scores.count { $0 >= 1 }, k: scores.count)
    }
    let denominator = Double(max(1, tasksWithSamples))
    var result = EvaluationResult(
      greedy: judged.reduce(0) { $0 + ($1.reward.correctness ?? 0) } / count, passAt1: passAt1 / denominator,
      passAtK: samples > 0 ? passAtKSum / denominator : nil, k: samples,
      meanLength: judged.reduce(0) { $0 + Double($1.rollout.completionLength) } / count,
      truncated: Double(judged.count { $0.rollout.isTruncated }) / count, tasks: judged.count,
      withoutVerdict: greedy.count - judged.count)
    let answers = samples > 0 ? sampled.flatMap(\.self) : greedy
    result.budgets = BudgetEvaluation(answers, hasBins: hasBudgetBins)
    return result
  }
}
