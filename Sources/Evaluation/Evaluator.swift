public import Experience
public import Rewards
public import Rollouts

/// What a policy can do on held-out tasks.
public struct EvaluationResult: Sendable, Hashable, Codable {
  /// Share solved by the most probable answer.
  public var greedy: Double
  /// Mean correctness of the sampled answers.
  public var passAt1: Double
  /// Share solved by at least one of k samples, estimated without bias; nil where none were drawn.
  public var passAtK: Double?
  public var k: Int
  /// Mean tokens of the greedy answers, end token included.
  public var meanLength: Double
  /// Share of greedy answers cut at the length limit.
  public var truncated: Double
  /// Tasks that counted.
  public var tasks: Int
  /// Tasks whose ground truth the verifier could not read; they count nowhere.
  public var withoutVerdict: Int
  /// Of the sampled answers, of the greedy ones where none were drawn; nil where prompts named no budgets.
  public var budgets: BudgetEvaluation?

  public init(
    greedy: Double, passAt1: Double, passAtK: Double?, k: Int, meanLength: Double, truncated: Double,
    tasks: Int, withoutVerdict: Int, budgets: BudgetEvaluation? = nil
  ) {
    self.greedy = greedy
    self.passAt1 = passAt1
    self.passAtK = passAtK
    self.k = k
    self.meanLength = meanLength
    self.truncated = truncated
    self.tasks = tasks
    self.withoutVerdict = withoutVerdict
    self.budgets = budgets
  }
}

/// Greedy and sampled answers to a fixed set of tasks.
///
/// The draws are keyed by task and sample, not by training step: two evaluations of the same weights agree, and two of
/// different weights differ by the weights only (common random numbers).
public struct Evaluator: Sendable {
  public let tasks: [ReasoningTask]
  private let prompts: [[Int32]]
  /// Tokens of the longest prompt.
  public var longestPrompt: Int { prompts.map(\.count).max() ?? 0 }
  private let reward: RewardConfiguration
  private let verifiers: PreparedVerifiers
  private let maxCompletionLength: Int
  private let samples: Int
  private let temperature: Double
  private let hasBudgetBins: Bool

  /// - Parameters:
  ///   - tasks: What is asked, in a fixed order.
  ///   - prompts: Tokens of each task's prompt.
  ///   - reward: How answers are judged.
  ///   - verifiers: Made ahead.
  ///   - maxCompletionLength: Cap on generated tokens.
  ///   - samples: Answers drawn per task besides the greedy one.
  ///   - temperature: At which they are drawn.
  ///   - hasBudgetBins: Whether what is said of budgets is said for each of them too.
  public init(
    tasks: [ReasoningTask], prompts: [[Int32]], reward: RewardConfiguration,
    verifiers: PreparedVerifiers, maxCompletionLength: Int, samples: Int, temperature: Double,
    hasBudgetBins: Bool = false
  ) {
    precondition(tasks.count == prompts.count, "\(tasks.count) tasks, \(prompts.count) prompts")
    self.tasks = tasks
    self.prompts = prompts
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
    /// One per task.
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
        requests(samples: 1), purpose: "greedy", sampling: greedy, version: version, shouldStop: shouldStop)
    else { return nil }
    let free = RolloutSampling(temperature: temperature, maxCompletionLength: maxCompletionLength)
    guard
      let drawn = try source.rollouts(
        requests(samples: samples), purpose: "evaluation", sampling: free, version: version,
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
    Outcome(result: summarize(greedy, sampled), greedy: greedy, sampled: sampled)
  }

  // Work items carry no step here: the random numbers must not depend on it. The step is put in for the store.
  private func requests(samples: Int) -> [RolloutRequest] {
    tasks.indices.flatMap { task in
      (0..<samples).map {
        RolloutRequest(
          item: WorkItem(step: 0, group: task, sample: $0), task: tasks[task], promptTokens: prompts[task])
      }
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
    return EvaluationResult(
      greedy: judged.reduce(0) { $0 + ($1.reward.correctness ?? 0) } / count, passAt1: passAt1 / denominator,
      passAtK: samples > 0 ? passAtKSum / denominator : nil, k: samples,
      meanLength: judged.reduce(0) { $0 + Double($1.rollout.completionLength) } / count,
      truncated: Double(judged.count { $0.rollout.isTruncated }) / count, tasks: judged.count,
      withoutVerdict: greedy.count - judged.count,
      budgets: BudgetEvaluation(sampled.isEmpty || samples == 0 ? greedy : sampled.flatMap(\.self), hasBins: hasBudgetBins))
  }
}
