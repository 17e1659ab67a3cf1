/// The scalar repetition penalty.
///
///     P = p_max · (1 − unique n-grams / n-grams),   p_max ≤ 0;   0 where the text is shorter than one n-gram
///
/// "Demystifying Long Chain-of-Thought Reasoning in LLMs", arXiv:2502.03373: over words, for wrong answers
/// only. TRL's `get_repetition_penalty_reward` takes token ids and right answers too. The numbers (n = 3, −1)
/// are those of TRL's example; the paper's long runs use the dense form,
/// ``discountedRepetitionPenalty(_:ngram:penalty:gamma:)``.
public struct RepetitionPenalty: Sendable, Hashable {
  public enum Unit: String, Sendable, Hashable, CaseIterable {
    /// Lower case, split at white space.
    case words
    /// Token ids.
    case tokens
  }

  public enum Scope: String, Sendable, Hashable, CaseIterable {
    case wrong
    case all
  }

  public var unit: Unit
  public var ngram: Int
  /// At most 0.
  public var maxPenalty: Double
  public var appliesTo: Scope
  /// The dense form: what each token of a repeated n-gram (of token ids) takes off its own advantage, and by `gamma` per token
  /// off those before it; at most 0. nil = the scalar alone. Whoever trains adds it.
  public var densePenalty: Double?
  public var gamma: Double

  public init(
    unit: Unit = .words, ngram: Int = 3, maxPenalty: Double = -1, appliesTo: Scope = .wrong,
    densePenalty: Double? = nil, gamma: Double = 0.99
  ) {
    self.unit = unit
    self.ngram = ngram
    self.maxPenalty = maxPenalty
    self.appliesTo = appliesTo
    self.densePenalty = densePenalty
    self.gamma = gamma
  }

  /// - Parameter elements: Words or token ids.
  /// - Returns: In (`maxPenalty`, 0].
  public func penalty(_ elements: [some Hashable]) -> Double {
    maxPenalty * repeatedShare(elements, ngram: ngram)
  }

  func penalty(for completion: Completion, term: String) throws(RewardError) -> Double {
    switch unit {
    case .words: return penalty(repetitionWords(of: completion.text))
    case .tokens:
      if completion.tokens.isEmpty && completion.tokenCount > 0 { throw RewardError(.noTokens(term: term)) }
      return penalty(completion.tokens)
    }
  }
}
