internal import Experience
internal import Objectives
internal import Rewards

/// From rewards to the advantage of each token: who takes part, and what it is compared with.
struct AdvantageStage {
  let algorithm: AlgorithmConfiguration
  let reward: RewardConfiguration

  /// The members of each group that the update trains, and why the others do not.
  struct Selection {
    /// group × member; nil = takes part.
    var reasons: [[String?]]
    /// Groups whose remaining members have all one reward, for GFPO's sake (`gfpo_dead_groups`).
    var deadGroups = 0

    func takesPart(_ group: Int, _ member: Int) -> Bool { reasons[group][member] == nil }
  }

  /// Leaves out who has no reward, and whom GFPO does not keep.
  func select(_ groups: [[ScoredRollout]]) -> Selection {
    var selection = Selection(reasons: [])
    for group in groups {
      var reasons = group.map { member in
        member.reward.correctness != nil && member.reward.total?.isFinite == true
          ? nil : FilterReason.noVerdict.rawValue
      }
      var judged = group.indices.filter { reasons[$0] == nil }
      if group.count > 1, judged.count == 1 {
        reasons[judged[0]] = FilterReason.tooFewVerdicts.rawValue
        judged = []
      }
      if let rule = algorithm.groupFiltering, !judged.isEmpty {
        let rewards = judged.map { group[$0].reward.total ?? 0 }
        let kept = gfpoKept(
          lengths: judged.map { group[$0].rollout.completionLength }, rewards: rewards, rule: rule)
        for (place, member) in judged.enumerated() where !kept.contains(place) { reasons[member] = "gfpo" }
        let compared = Set(kept.map { rewards[$0] })
        if compared.count < 2, Set(rewards).count > 1 { selection.deadGroups += 1 }
      }
      selection.reasons.append(reasons)
    }
    return selection
  }

  /// What the members are worth against each other, and each of their tokens.
  ///
  /// - Parameters:
  ///   - groups: All members; only selected ones are compared.
  ///   - selection: Who takes part.
  ///   - batch: The selected members, in the order of the groups.
  ///   - kl: KL to the reference per token, `[N]`, nats, where it counts in the reward; nil elsewhere.
  /// - Returns: The advantage of each member (the mean over its tokens), and of each token `[N]`.
  func advantages(
    _ groups: [[ScoredRollout]], _ selection: Selection, _ batch: UpdateBatch, kl: [Double]?
  ) -> (members: [[Double?]], tokens: [Double]) {
    let isPerToken = kl != nil && algorithm.advantageBaseline == .none
    let members = comparedWithinBudgets(
      groups, selection, outcomes(groups, selection, batch, kl: isPerToken ? nil : kl))
    let outcomes = members.joined().compactMap { $0 }
    precondition(outcomes.count == batch.responses.count, "advantages for others than the update's responses")
    var tokens: [Double]
    if isPerToken, let kl {
      tokens = returns(outcomes, batch, kl)
      tokens = whitenTokens(tokens, batch)
    } else {
      tokens = zip(whiten(outcomes, batch), batch.responses).flatMap { advantage, response in
        response.completion.map { _ in advantage }
      }
    }
    addDensePenalties(batch, to: &tokens)
    var response = 0
    let perMember = members.map { group in
      group.map { member -> Double? in
        guard member != nil else { return nil }
        defer { response += 1 }
        let range = batch.offsets[response]..<batch.offsets[response + 1]
        return range.isEmpty ? 0 : tokens[range].reduce(0, +) / Double(range.count)
      }
    }
    return (perMember, tokens)
  }

  /// One number per member, before whitening.
  private func outcomes(
    _ groups: [[ScoredRollout]], _ selection: Selection, _ batch: UpdateBatch, kl: [Double]?
  ) -> [[Double?]] {
    var response = 0
    let penalties = groups.indices.map { group in
      groups[group].indices.map { member -> Double in
        guard selection.takesPart(group, member) else { return 0 }
        defer { response += 1 }
        guard let kl else { return 0 }
        return algorithm.beta
          * (batch.offsets[response]..<batch.offsets[response + 1]).reduce(0) {
            $0 + (batch.mask[$1] ? kl[$1] : 0)
          }
      }
    }
    func table(_ value: (ScoredRollout) -> Double?) -> [[Double?]] {
      groups.indices.map { group in
        groups[group].indices.map { member in
          selection.takesPart(group, member)
            ? value(groups[group][member]).map { $0 - penalties[group][member] } : nil
        }
      }
    }
    let lengths = groups.map { $0.map(\.rollout.completionLength) }
    let rule = AdvantageRule(
      baseline: algorithm.advantageBaseline, scaling: algorithm.scaleRewards, stdDdof: algorithm.stdDdof)
    switch algorithm.multiObjectiveAggregation {
    case .sumThenNormalize:
      return groupAdvantages(
        rewards: table(\.reward.total), lengths: lengths, rule: rule)
    case .normalizeThenSum:
      precondition(kl == nil, "a KL in the reward that no term of it is")
      let terms = groups.joined().first?.reward.topLevel ?? []
      return componentAdvantages(
        components: terms.indices.map { index in table { $0.reward.topLevel[index].value } },
        weights: terms.map(\.weight), lengths: lengths, rule: rule)
    }
  }

  /// Tokens that repeat lose some of their own advantage, whatever became of the response's.
  private func addDensePenalties(_ batch: UpdateBatch, to tokens: inout [Double]) {
    for (index, response) in batch.responses.enumerated() {
      let penalties = reward.densePenalties(response.completion, isRight: response.isCorrect)
      for (place, penalty) in (penalties ?? []).enumerated() {
        tokens[batch.offsets[index] + place] += penalty
      }
    }
  }

  /// HBPO adds to each advantage how the answers of its budget did.
  private func comparedWithinBudgets(
    _ groups: [[ScoredRollout]], _ selection: Selection, _ advantages: [[Double?]]
  ) -> [[Double?]] {
    guard let (name, weight, rule) = reward.budgetComparison else { return advantages }
    return groups.indices.map { group in
      let values = groups[group].indices.map { member in
        selection.takesPart(group, member)
          ? groups[group][member].reward.components.first { $0.name == name }?.value : nil
      }
      let intra = rule.intra(values, form: rule.intra)
      return zip(advantages[group], intra).map { advantage, intra in
        advantage.map { $0 + weight * (intra ?? 0) }
      }
    }
  }

  private func whiten(_ advantages: [Double], _ batch: UpdateBatch) -> [Double] {
    switch algorithm.whitenAdvantages {
    case .none: advantages
    case .token:
      whitened(advantages, counts: batch.responses.map { Double($0.trainedCount) }, ddof: algorithm.stdDdof)
    case .response: whitened(advantages, counts: advantages.map { _ in 1 }, ddof: algorithm.stdDdof)
    }
  }

  private func whitenTokens(_ values: [Double], _ batch: UpdateBatch) -> [Double] {
    switch algorithm.whitenAdvantages {
    case .none: return values
    case .token: return whitenedTokens(values, mask: batch.mask, ddof: algorithm.stdDdof)
    case .response:
      // The trained tokens of a response count once together.
      let counts = batch.responses.flatMap { response in
        response.completion.map { _ in 1 / Double(max(1, response.trainedCount)) }
      }
      return whitened(
        values, counts: zip(counts, batch.mask).map { $1 ? $0 : 0 }, ddof: algorithm.stdDdof)
    }
  }

  /// The outcome on a response's last token and the KL off every token, summed from each token to the end.
  private func returns(_ outcomes: [Double], _ batch: UpdateBatch, _ kl: [Double]) -> [Double] {
    let rewards = tokenRewards(
      outcomes: outcomes, kl: kl, beta: algorithm.beta, offsets: batch.offsets, mask: batch.mask)
    return returnsToGo(rewards, offsets: batch.offsets, mask: batch.mask, gamma: algorithm.gamma)
  }
}
