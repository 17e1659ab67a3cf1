/// Advantages of several rewards, each compared within its group by itself before they are added.
///
///     A_i = Σ_n w_n · A_i^(n),      A^(n) = groupAdvantages of component n
///
/// Adding rewards first lets the component with the largest spread decide; this way each speaks with the
/// weight it was given, however it is scaled. A component that is constant in a group adds 0 there. One
/// component of weight 1 is the ordinary advantage. GDPO whitens the sum over the batch afterwards:
/// ``whitened(_:counts:ddof:)``.
///
/// - Parameters:
///   - components: component × group × member, reward units; nil = no verdict. A response without a verdict
///     in any component is left out of all, so that every component compares the same responses.
///   - weights: One per component.
///   - lengths: group × member, trained tokens; only `length_weighted` needs them.
///   - rule: Baseline, scaling and ddof, the same for all components.
/// - Returns: group × member; nil where there is no advantage.
///
/// GDPO, arXiv:2601.05242; TRL's `normalize_then_sum`; the average of LongWriter-Zero, arXiv:2506.18841, has
/// weights 1 / n.
public func componentAdvantages(
  components: [[[Double?]]], weights: [Double], lengths: [[Int]]? = nil, rule: AdvantageRule
) -> [[Double?]] {
  precondition(components.count == weights.count, "\(components.count) components, \(weights.count) weights")
  guard let shape = components.first else { return [] }
  precondition(
    components.allSatisfy { $0.map(\.count) == shape.map(\.count) }, "components of different groups")
  let isJudged = shape.indices.map { group in
    shape[group].indices.map { member in components.allSatisfy { $0[group][member]?.isFinite == true } }
  }
  var sum: [[Double?]] = shape.map { $0.map { _ in 0 } }
  for (component, weight) in zip(components, weights) {
    let rewards = component.indices.map { group in
      component[group].indices.map { isJudged[group][$0] ? component[group][$0] : nil }
    }
    let advantages = groupAdvantages(rewards: rewards, lengths: lengths, rule: rule)
    for group in sum.indices {
      for member in sum[group].indices {
        let advantage = advantages[group][member]
        sum[group][member] = sum[group][member].flatMap { total in advantage.map { total + weight * $0 } }
      }
    }
  }
  return sum
}
