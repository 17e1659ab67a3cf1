internal import Evaluation
internal import Experience
internal import Generation
internal import Metrics
internal import Objectives
internal import Rewards

/// The metrics that come from the rollouts of a step, not from the update.
struct RolloutMetrics {
  let record: MetricRecord

  init(_ batch: RolloutBatch, configuration: TrainingConfiguration) {
    let kept = Array(batch.kept.joined())
    var record = MetricRecord()
    let rewards = kept.compactMap(\.reward.total)
    if !rewards.isEmpty {
      record["reward"] = .number(Self.mean(rewards))
      let spreads = batch.kept.map { Self.deviation($0.compactMap(\.reward.total)) }
      record["reward_std"] = .number(Self.mean(spreads))
      record["frac_reward_zero_std"] = .number(Self.mean(spreads.map { $0 == 0 ? 1 : 0 }))
      record["accuracy"] = .number(Self.mean(kept.compactMap(\.reward.correctness)))
    }
    for term in configuration.reward.terms {
      let values = kept.compactMap { $0.reward.components.first { $0.name == term.name }?.value }
      record["rewards/\(term.name)/mean"] = .number(Self.mean(values))
      record["rewards/\(term.name)/std"] = .number(Self.deviation(values))
    }
    for reference in kept.first?.reward.references ?? [] {
      let term = reference.name.prefix { $0 != "/" }
      let values = kept.compactMap { $0.reward.references.first { $0.name == reference.name }?.value }
      record["rewards/\(term)/reference_mean"] = .number(Self.mean(values))
    }
    let lengths = kept.map { Double($0.rollout.completionLength) }
    let terminated = kept.filter { $0.rollout.finishReason == .stop }.map {
      Double($0.rollout.completionLength)
    }
    for (name, values) in [("", lengths), ("terminated_", terminated)] where !values.isEmpty {
      record["completions/mean_\(name)length"] = .number(Self.mean(values))
      record["completions/min_\(name)length"] = .number(values.min() ?? 0)
      record["completions/max_\(name)length"] = .number(values.max() ?? 0)
    }
    record.add(BudgetAdherence(kept))
    record["completions/clipped_ratio"] = .number(Self.mean(kept.map { $0.rollout.isTruncated ? 1 : 0 }))
    record["completions/repetition_ratio"] = .number(
      Self.mean(kept.map { $0.rollout.finishReason == .repetition ? 1 : 0 }))
    record["completions/forced_tokens"] = .number(
      Self.mean(kept.map { Double($0.rollout.sampledMask.count { !$0 }) }))
    func groups(where test: (Double) -> Bool) -> Int {
      batch.all.count { group in
        let scores = group.compactMap(\.reward.correctness)
        return !scores.isEmpty && scores.allSatisfy(test)
      }
    }
    record["groups/kept"] = .integer(batch.kept.count)
    record["groups/all_correct"] = .integer(groups { $0 >= 1 })
    record["groups/all_wrong"] = .integer(groups { $0 <= 0 })
    record["groups/filtered"] = .integer(batch.filter.filtered.values.reduce(0, +))
    record["groups/generation_batches"] = .integer(batch.filter.batchesUsed)
    record["groups/surplus"] = .integer(batch.filter.surplus)
    record["groups/no_verdict"] = .integer(batch.all.joined().count { $0.reward.correctness == nil })
    if let generation = batch.generation { Self.add(generation, to: &record) }
    self.record = record
  }

  private static func add(_ generation: GenerationStatistics, to record: inout MetricRecord) {
    record["generation/passes"] = .integer(generation.steps)
    record["generation/rows"] = .integer(generation.rows)
    record["generation/shared_tokens"] = .integer(generation.sharedTokens)
    record["generation/preemptions"] = .integer(generation.preemptions)
    record["generation/drafted_tokens"] = .integer(generation.draftedTokens)
    record["generation/accepted_tokens"] = .integer(generation.acceptedTokens)
    record["generation/peak_kv_mib"] = .number(Double(generation.peakKeyValueBytes) / 1_048_576)
  }

  static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }

  /// Sample standard deviation; exactly 0 for equal values.
  static func deviation(_ values: [Double]) -> Double {
    guard let first = values.first, values.count > 1, values.contains(where: { $0 != first }) else {
      return 0
    }
    let center = mean(values)
    let squares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    return (squares / Double(values.count - 1)).squareRoot()
  }
}
