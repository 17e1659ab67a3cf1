extension RewardConfiguration {
  /// The term whose targets follow the policy, with what they are now; nil without one.
  public var adaptiveTargets: (targets: LASERTargets, grid: Int)? {
    for term in terms.leaves {
      guard case .laser(let rule) = term.kind, let grid = rule.adaptGrid,
        case .byDifficulty(let targets) = rule.target
      else { continue }
      return (targets, grid)
    }
    return nil
  }

  /// The top-level term that compares answers within their budgets, and its name; nil without one.
  public var budgetComparison: (name: String, weight: Double, rule: HBPO)? {
    for term in terms {
      if case .hbpo(let rule) = term.kind, rule.intra != .none { return (term.name, term.weight, rule) }
    }
    return nil
  }

  /// What the tokens of a response lose by the dense form of a top-level repetition term, one per token; nil without one.
  ///
  /// - Parameters:
  ///   - tokens: Token ids of the response.
  ///   - isRight: The verdict; the paper's form is for wrong answers only.
  /// - Returns: Weight included; see ``discountedRepetitionPenalty(_:ngram:penalty:gamma:)``.
  public func densePenalties(_ tokens: [Int32], isRight: Bool) -> [Double]? {
    for term in terms {
      guard case .repetition(let rule) = term.kind, let penalty = rule.densePenalty else { continue }
      guard rule.appliesTo == .all || !isRight else { return nil }
      return discountedRepetitionPenalty(
        tokens, ngram: rule.ngram, penalty: term.weight * penalty, gamma: rule.gamma)
    }
    return nil
  }

  /// The same reward with these targets in the terms that follow the policy.
  public func adapted(to targets: LASERTargets) -> RewardConfiguration {
    var configuration = self
    configuration.terms = terms.map { $0.adapted(to: targets) }
    return configuration
  }
}

extension RewardConfiguration {
  /// The reward as it counts after so many steps of a stage: terms that start later have weight 0.
  public func inForce(afterSteps steps: Int) -> RewardConfiguration {
    var configuration = self
    for index in configuration.terms.indices where configuration.terms[index].startStep > steps {
      configuration.terms[index].weight = 0
    }
    return configuration
  }
}

extension RewardTerm {
  fileprivate func adapted(to targets: LASERTargets) -> RewardTerm {
    func all(_ terms: [RewardTerm]) -> [RewardTerm] { terms.map { $0.adapted(to: targets) } }
    var term = self
    switch kind {
    case .laser(var rule):
      guard rule.adaptGrid != nil, case .byDifficulty = rule.target else { return self }
      rule.target = .byDifficulty(targets)
      term.kind = .laser(rule)
    case .sum(let terms): term.kind = .sum(all(terms))
    case .product(let terms): term.kind = .product(all(terms))
    case .minimum(let terms): term.kind = .minimum(all(terms))
    case .maximum(let terms): term.kind = .maximum(all(terms))
    case .clip(let low, let high, let terms): term.kind = .clip(low: low, high: high, of: all(terms))
    case .gate(let condition, let then, let otherwise):
      term.kind = .gate(when: condition, then: all(then), otherwise: all(otherwise))
    default: break
    }
    return term
  }
}
