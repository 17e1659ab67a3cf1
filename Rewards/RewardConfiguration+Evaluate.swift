/// One term of a reward, as it was computed and as it counts.
public struct RewardTermValue: Sendable, Hashable {
  public var name: String
  /// The term's own value before its weight; nil = no verdict.
  public var value: Double?
  public var weight: Double

  public init(name: String, value: Double?, weight: Double) {
    self.name = name
    self.value = value
    self.weight = weight
  }
}

/// What a completion is worth, and why. Raw correctness stays apart from the shaped total.
public struct RewardResult: Sendable, Hashable {
  /// The verdict's score, 0…1, before any shaping; nil = no verdict.
  public var correctness: Double?
  /// In the order of ``RewardConfiguration/terms``.
  public var components: [RewardTermValue]
  /// Σ weight · value; nil as soon as one component has no value.
  public var total: Double?
  public var verdict: Verdict

  public init(correctness: Double?, components: [RewardTermValue], total: Double?, verdict: Verdict) {
    self.correctness = correctness
    self.components = components
    self.total = total
    self.verdict = verdict
  }
}

extension RewardConfiguration {
  /// The reward of one completion.
  ///
  ///     correctness value = incorrectReward + (correctReward − incorrectReward) · score
  ///     total             = Σ_terms weight · value
  ///
  /// Correctness is judged even where no term asks for it: dynamic sampling filters on it, never on the
  /// total.
  ///
  /// - Parameters:
  ///   - completion: What was generated, with its ground truth.
  ///   - taskVerifier: The verifier the task names; a `correctness` term may override it. An unknown name
  ///     gives no verdict.
  ///   - maximumLength: `max_completion_length`, tokens, for the length terms.
  /// - Returns: The verdict, each term and their sum.
  public func evaluate(_ completion: Completion, taskVerifier: String, maximumLength: Int) -> RewardResult {
    let verdict = verdict(on: completion, verifier: verifierOverride ?? taskVerifier)
    let components = terms.map { term in
      RewardTermValue(
        name: term.name, value: value(of: term, for: completion, verdict, maximumLength), weight: term.weight)
    }
    return RewardResult(
      correctness: verdict.score, components: components, total: Self.total(of: components), verdict: verdict)
  }

  /// Refuses what cannot work, before anything is generated.
  ///
  /// - Parameter maximumLength: `max_completion_length`, tokens.
  /// - Throws: ``RewardError`` for the first thing that cannot work.
  public func validate(maximumLength: Int) throws(RewardError) {
    if terms.isEmpty { throw RewardError(.noTerms) }
    guard correctReward.isFinite, incorrectReward.isFinite, correctReward > incorrectReward else {
      throw RewardError(.rewardsNotOrdered(correct: correctReward, incorrect: incorrectReward))
    }
    var seen: Set<String> = []
    for term in terms {
      if !seen.insert(term.name).inserted { throw RewardError(.repeatedTerm(name: term.name)) }
      if !term.weight.isFinite { throw RewardError(.weightNotFinite(term: term.name, weight: term.weight)) }
      switch term {
      case .correctness(let verifier?, _) where Verifiers.named(verifier) == nil:
        throw RewardError(.unknownVerifier(name: verifier))
      case .softOverlong(let cache, _) where cache < 1 || cache >= maximumLength:
        throw RewardError(.cacheOutOfRange(cache: cache, maximumLength: maximumLength))
      case .correctness, .softOverlong:
        break
      }
    }
  }

  private var verifierOverride: String? {
    for case .correctness(let verifier?, _) in terms { return verifier }
    return nil
  }

  private func verdict(on completion: Completion, verifier name: String) -> Verdict {
    guard let verifier = Verifiers.named(name) else {
      return .noVerdict(gold: Bytes(completion.groundTruth.utf8), rule: "unknown verifier `\(name)`")
    }
    return verifier.verify(completion)
  }

  private func value(
    of term: RewardTerm, for completion: Completion, _ verdict: Verdict, _ maximumLength: Int
  ) -> Double? {
    switch term {
    case .correctness:
      verdict.score.map { incorrectReward + (correctReward - incorrectReward) * $0 }
    case .softOverlong(let cache, _):
      softOverlongPunishment(length: completion.tokenCount, maximum: maximumLength, cache: cache)
    }
  }

  private static func total(of components: [RewardTermValue]) -> Double? {
    var sum = 0.0
    for component in components {
      guard let value = component.value else { return nil }
      sum += component.weight * value
    }
    return sum
  }
}
