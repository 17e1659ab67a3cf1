/// The members of a group that are trained and compared with each other: sample many, learn from the best by
/// a metric.
///
/// `shortest` keeps the shortest responses, `reward_per_token` those with the most reward per token; of
/// equals the earlier. Mean and standard deviation are then taken over the kept members only, so pass the
/// others as nil to ``groupAdvantages(rewards:lengths:rule:)``. Where all kept rewards are equal the group
/// teaches nothing (`gfpo_dead_groups`): reward per token keeps the right answers of an easy prompt, and
/// unless length is in the reward they are all worth the same.
///
/// - Parameters:
///   - lengths: Tokens of each member.
///   - rewards: Reward units; only `reward_per_token` looks at them.
///   - rule: Metric, and how many to keep.
/// - Returns: Indices of the kept members in their order; all of them where there are no more than `keep`.
///
/// Group Filtered Policy Optimization, arXiv:2508.09726, §3.
public func gfpoKept(lengths: [Int], rewards: [Double], rule: GroupFiltering) -> [Int] {
  precondition(lengths.count == rewards.count, "\(lengths.count) lengths, \(rewards.count) rewards")
  precondition(rule.keep >= 0, "a group of which \(rule.keep) members are kept")
  let key = zip(lengths, rewards).map { length, reward in
    switch rule.metric {
    case .shortest: Double(length)
    // An empty response has cost one token, its end.
    case .rewardPerToken: -reward / Double(max(1, length))
    }
  }
  return key.indices.sorted { (key[$0], $0) < (key[$1], $1) }.prefix(rule.keep).sorted()
}
