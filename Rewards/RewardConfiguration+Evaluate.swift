extension RewardConfiguration {
  /// The reward of one completion, as a group of its own.
  ///
  /// - Parameters:
  ///   - completion: What was generated, with its ground truth.
  ///   - taskVerifier: The verifier the task names, as ``VerifierSpec/text``; a `correctness` term may override it. One
  ///     that does not exist gives no verdict.
  ///   - maximumLength: `max_completion_length`, tokens, for the length terms.
  ///   - verifiers: Made ahead; without them, those with parameters are made for this call.
  /// - Returns: The verdict, each term and their sum.
  public func evaluate(
    _ completion: Completion, taskVerifier: String, maximumLength: Int,
    verifiers: PreparedVerifiers = PreparedVerifiers()
  ) -> RewardResult {
    let member = judge(
      completion, taskVerifier: taskVerifier, maximumLength: maximumLength, verifiers: verifiers)
    return score(group: [member])[0]
  }

  /// What can be said of one completion alone: the verdict and every completion term. Every leaf is computed,
  /// whatever the others say.
  ///
  ///     correctness value = incorrectReward + (correctReward − incorrectReward) · score
  ///
  /// Correctness is judged even where no term asks for it: dynamic sampling filters on it, never on the
  /// total.
  ///
  /// - Parameters:
  ///   - completion: What was generated, with its ground truth.
  ///   - taskVerifier: The verifier the task names, as ``VerifierSpec/text``; a `correctness` term may override it. One
  ///     that does not exist gives no verdict.
  ///   - maximumLength: `max_completion_length`, tokens, for the length terms.
  ///   - verifiers: Made ahead; without them, those with parameters are made for this call.
  /// - Returns: What ``score(group:)`` needs of it.
  public func judge(
    _ completion: Completion, taskVerifier: String, maximumLength: Int,
    verifiers: PreparedVerifiers = PreparedVerifiers()
  ) -> JudgedCompletion {
    let verdict = verdict(on: completion, taskVerifier, verifiers)
    var problem: RewardError?
    let values = terms.leaves.map { leaf -> Double? in
      do throws(RewardError) {
        return try leaf.value(for: completion, verdict, maximumLength, self, verifiers)
      } catch {
        problem = problem ?? error
        return nil
      }
    }
    return JudgedCompletion(
      completion: completion, verdict: verdict, maximumLength: maximumLength, values: values,
      problem: verdict.score == nil ? nil : problem)
  }

  /// The rewards of a group: adds the group terms, puts all terms together.
  ///
  ///     total = Σ_terms weight · value
  ///
  /// A member without verdict is in no group statistic and gets no total.
  ///
  /// - Parameter group: All samples of one prompt, judged under this configuration.
  /// - Returns: One result per member, in their order.
  public func score(group: [JudgedCompletion]) -> [RewardResult] {
    let leaves = terms.leaves
    var values = group.map(\.values)
    precondition(
      values.allSatisfy { $0.count == leaves.count }, "a group judged under another reward configuration")
    let judged = group.indices.filter { group[$0].verdict.score != nil }
    let members = judged.compactMap { GroupMember(group[$0]) }
    var references: [RewardReference] = []
    if let maximumLength = group.first?.maximumLength, !members.isEmpty {
      for (leaf, path) in zip(leaves.indices, terms.leafPaths) {
        guard let scores = leaves[leaf].groupScores(members, maximumLength) else { continue }
        for (index, score) in zip(judged, scores.values) { values[index][leaf] = score }
        if let reference = scores.reference {
          references.append(RewardReference(name: "\(path)/\(reference.name)", value: reference.value))
        }
      }
    }
    return zip(group, values).map { member, values in
      let composed = RewardComposition.compose(terms, of: member, values: values)
      return RewardResult(
        correctness: member.verdict.score, accuracy: accuracy(of: member, leaves), components: composed.nodes,
        total: composed.total, verdict: member.verdict, references: references, problem: member.problem)
    }
  }

  /// The rewards of one completion while the others of its group are still to come: terms that take the group have no value
  /// yet, and where there is one there is no total.
  ///
  /// - Parameter member: A sample, judged under this configuration.
  /// - Returns: What is known so far.
  public func score(alone member: JudgedCompletion) -> RewardResult {
    let leaves = terms.leaves
    precondition(
      member.values.count == leaves.count, "a completion judged under another reward configuration")
    let composed = RewardComposition.compose(terms, of: member, values: member.values)
    return RewardResult(
      correctness: member.verdict.score, accuracy: accuracy(of: member, leaves), components: composed.nodes,
      total: composed.total, verdict: member.verdict, references: [], problem: member.problem)
  }

  /// The verifier that a `correctness` term names: it judges, whatever the tasks say.
  public var verifier: VerifierSpec? {
    for case .correctness(let verifier?) in terms.leaves.map(\.kind) { return verifier }
    return nil
  }

  private func verdict(
    on completion: Completion, _ taskVerifier: String, _ verifiers: PreparedVerifiers
  ) -> Verdict {
    do throws(VerifierSpecError) {
      let judge =
        if let verifier { try verifiers.verifier(verifier) } else {
          try verifiers.verifier(named: taskVerifier)
        }
      return judge.verify(completion)
    } catch {
      return .noVerdict(gold: Bytes(completion.groundTruth.utf8), rule: error.description)
    }
  }

  /// Raw correctness, within the limit where a DLER term sets one: otherwise an all-cut group of right
  /// answers would pass for a solved one, or for one that teaches something.
  private func accuracy(of member: JudgedCompletion, _ leaves: [RewardTerm]) -> Double? {
    guard let score = member.verdict.score else { return nil }
    let isCut = leaves.contains { leaf in
      switch leaf.kind {
      case .dler(let rule):
        rule.truncatedRewardFactor < 1 && !rule.isWhole(member.completion, member.maximumLength)
      case .daDLER(let rule):
        rule.truncatedRewardFactor < 1 && !rule.wide.isWhole(member.completion, member.maximumLength)
      default: false
      }
    }
    return isCut ? 0 : score
  }
}
