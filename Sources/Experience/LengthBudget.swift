/// How many tokens a prompt asks an answer to take: what the model is told, what the reward measures by, and what is stored
/// are this one value. No budget is nil.
///
/// "L1: Controlling How Long a Reasoning Model Thinks with Reinforcement Learning", arXiv:2503.04697, §3. The released code
/// marks the second kind by a negative number and the lack of a budget by −1.
public enum LengthBudget: Sendable, Hashable, Codable {
  /// As many tokens as this, the end token counted.
  case exact(Int)
  /// At most as many.
  case maximum(Int)

  /// The two kinds, by the names that recipes and stores use.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    case exact
    case maximum = "max"
  }

  public init(_ kind: Kind, tokens: Int) {
    self =
      switch kind {
      case .exact: .exact(tokens)
      case .maximum: .maximum(tokens)
      }
  }

  public var kind: Kind {
    switch self {
    case .exact: .exact
    case .maximum: .maximum
    }
  }

  /// n, tokens.
  public var tokens: Int {
    switch self {
    case .exact(let tokens), .maximum(let tokens): tokens
    }
  }

  /// What the prompt says, to the letter of the paper's source and code: a policy that was trained on this wording knows no
  /// other. (One web page of the authors' says "exactly"; prompts never did.)
  public var instruction: String {
    switch self {
    case .exact(let tokens): " Think for \(tokens) tokens."
    case .maximum(let tokens): " Think for maximum \(tokens) tokens."
    }
  }
}
