/// Kimi k1.5's length reward: where an answer stands between the shortest and the longest of its group.
///
///     λ = 0.5 − (T − min) / (max − min)        min, max over the whole group, wrong answers included
///     R = λ           right
///       = min(0, λ)   wrong
///       = 0           for all, where max = min
///
/// Meant to be added to the task reward with a weight; up to a weight of 2 no wrong answer overtakes a right
/// one (0/1 task reward). The paper introduces it after a phase without and does not give its weight (0.4 in
/// LASER's reimplementation, arXiv:2505.15612); whoever calls decides from when on it counts.
///
/// - Parameter members: The group's judged members.
/// - Returns: One per member, in [−0.5, 0.5].
///
/// "Kimi k1.5: Scaling Reinforcement Learning with LLMs", arXiv:2501.12599, §2.3.3.
public func kimiLengthReward(_ members: [GroupMember]) -> [Double] {
  let shortest = Double(members.map(\.length).min() ?? 0)
  let range = Double(members.map(\.length).max() ?? 0) - shortest
  return members.map { member in
    let value = range == 0 ? 0 : 0.5 - (Double(member.length) - shortest) / range
    return member.isRight ? value : min(0, value)
  }
}
