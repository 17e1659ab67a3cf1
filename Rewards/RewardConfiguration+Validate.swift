extension RewardConfiguration {
  /// Terms within terms within terms: as deep as a reward may be nested.
  public static let maximumDepth = 8

  /// Refuses what cannot work, before anything is generated.
  ///
  /// - Parameter maximumLength: `max_completion_length`, tokens.
  /// - Throws: ``RewardError`` for the first thing that cannot work.
  public func validate(maximumLength: Int) throws(RewardError) {
    if terms.isEmpty { throw RewardError(.noTerms) }
    guard correctReward.isFinite, incorrectReward.isFinite, correctReward > incorrectReward else {
      throw RewardError(.rewardsNotOrdered(correct: correctReward, incorrect: incorrectReward))
    }
    try Self.validate(terms, maximumLength: maximumLength, depth: 1)
    try validateVerifiers()
    for budget in constantBudgets { try validate(budget: budget) }
    if !terms.everyTerm.contains(where: \.kind.judgesCorrectness) { throw RewardError(.nothingJudges) }
    if !Self.rewardsRight(terms, weight: 1) { throw RewardError(.nothingRewardsRight) }
  }

  /// Refuses a data row that lacks what the terms read, so that a run can say so before it begins.
  ///
  /// - Parameters:
  ///   - columns: Of one task.
  ///   - budget: What its prompt says of the answer's length.
  /// - Throws: ``RewardError`` for the first column that is missing, unreadable, or a budget that a DLER term
  ///   would cut.
  public func validate(
    columns: [String: String], budget: Completion.Budget? = nil
  ) throws(RewardError) {
    for term in terms.leaves {
      switch term.kind {
      case .lcpo(let rule):
        try validate(budget: rule.budget(columns: columns, asked: budget, term: term.name).tokens)
      case .o1Pruner(let rule): _ = try rule.reference(in: columns, term: term.name)
      default: break
      }
    }
  }

  /// Whether a term that tells right from wrong counts for what is right: the weights on the way to it are positive together.
  private static func rewardsRight(_ terms: [RewardTerm], weight: Double) -> Bool {
    terms.contains { term in
      let product = weight * term.weight
      if term.kind.branches.isEmpty { return term.kind.judgesCorrectness && product > 0 }
      if case .gate(when: .correctness, _, _) = term.kind { return product != 0 }
      return term.kind.branches.contains { rewardsRight($0.terms, weight: product) }
    }
  }

  private static func validate(
    _ terms: [RewardTerm], maximumLength: Int, depth: Int
  ) throws(RewardError) {
    if depth > maximumDepth { throw RewardError(.nestedTooDeep(limit: maximumDepth)) }
    var seen: Set<String> = []
    for term in terms {
      if let label = term.label, !isFit(label) { throw RewardError(.badLabel(String(label.prefix(60)))) }
      if !seen.insert(term.name).inserted { throw RewardError(.repeatedTerm(name: term.name)) }
      if !term.weight.isFinite { throw RewardError(.weightNotFinite(term: term.name, weight: term.weight)) }
      try term.validate(maximumLength: maximumLength)
      let branches = term.kind.branches
      if !branches.isEmpty, branches.allSatisfy(\.terms.isEmpty) {
        throw RewardError(.emptyTerm(name: term.name))
      }
      for branch in branches {
        try validate(branch.terms, maximumLength: maximumLength, depth: depth + 1)
      }
    }
  }

  /// Paths, metrics and columns are made of labels.
  private static func isFit(_ label: String) -> Bool {
    (1...40).contains(label.utf8.count)
      && label.unicodeScalars.allSatisfy { scalar in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
      }
  }

  private func validateVerifiers() throws(RewardError) {
    var first: VerifierSpec?
    for case .correctness(let verifier?) in terms.leaves.map(\.kind) {
      if let first, first != verifier { throw RewardError(.twoVerifiers(first.text, verifier.text)) }
      first = verifier
    }
  }

  private var constantBudgets: [Int] {
    terms.leaves.compactMap { term in
      if case .lcpo(let rule) = term.kind, case .constant(let budget) = rule.budget { budget } else { nil }
    }
  }

  /// DLER's limit must leave room for the budget that LCPO asks for.
  private func validate(budget: Int) throws(RewardError) {
    for term in terms.leaves {
      let limit: Int? =
        switch term.kind {
        case .dler(let rule): rule.limit
        case .daDLER(let rule): rule.limit
        default: nil
        }
      if let limit, budget > limit {
        throw RewardError(.budgetAboveLimit(budget: budget, term: term.name, limit: limit))
      }
    }
  }
}
