internal import Experience
internal import Metrics

/// Which versions of the policy the tokens of an update are from.
struct ProvenanceMetrics {
  let record: MetricRecord

  /// Older tokens are counted together.
  private static let oldest = 8

  /// - Parameters:
  ///   - groups: Of the update.
  ///   - version: That it starts from.
  init(_ groups: [[ScoredRollout]], version: PolicyVersion) {
    var record = MetricRecord()
    let trained = groups.joined().filter { $0.fate == .trained }
    let segments = trained.flatMap(\.rollout.segments)
    let ages = segments.map { max(0, version.number - $0.version.number) }
    // Tokens that were put in are nobody's choice.
    let counts = segments.map { $0.sampled.count { $0 } }
    let tokens = counts.reduce(0, +)
    record["staleness"] = .number(
      zip(ages, counts).reduce(0) { $0 + Double($1.0 * $1.1) } / Double(max(1, tokens)))
    guard tokens > 0 else {
      self.record = record
      return
    }
    var histogram = [Int](repeating: 0, count: Self.oldest + 1)
    for (age, count) in zip(ages, counts) { histogram[min(age, Self.oldest)] += count }
    for (age, count) in histogram.enumerated() where age == 0 || count > 0 {
      record["staleness/\(age)"] = .number(Double(count) / Double(tokens))
    }
    record["staleness/max"] = .integer(ages.max() ?? 0)
    record["segments/on_policy_share"] = .number(Double(histogram[0]) / Double(tokens))
    record["segments/max_lag"] = .integer(
      trained.map { rollout in
        let numbers = rollout.rollout.segments.map(\.version.number)
        return (numbers.max() ?? 0) - (numbers.min() ?? 0)
      }.max() ?? 0)
    // Pieces of one version are one segment, however many workers made it.
    record["segments/per_response"] = .number(
      RolloutMetrics.mean(
        trained.map { rollout in
          let versions = rollout.rollout.segments.map(\.version)
          return Double(zip(versions, versions.dropFirst()).count { $0 != $1 } + (versions.isEmpty ? 0 : 1))
        }))
    record["completions/trained_mean_length"] = .number(
      RolloutMetrics.mean(trained.map { Double($0.rollout.completionLength) }))
    self.record = record
  }
}
