/// What ends a sequence, besides its cap on new tokens, and what ends its thinking.
///
/// Every rule looks at the new tokens of one sequence only, never at its prompt or its neighbours.
public struct StopRules: Sendable {
  /// Any of these ends a sequence; it is part of the result.
  public var tokens: Set<Int32>
  public var strings: StopStrings?
  public var repetition: RepetitionRule?
  public var thinking: ThinkingBudget?

  public init(
    tokens: Set<Int32> = [], strings: StopStrings? = nil, repetition: RepetitionRule? = nil,
    thinking: ThinkingBudget? = nil
  ) {
    self.tokens = tokens
    self.strings = strings
    self.repetition = repetition
    self.thinking = thinking
  }

  /// Why a sequence is over.
  public enum Verdict: Sendable, Hashable {
    /// The newest token is a stop token.
    case stop(Int32)
    /// The text has come to a stop string. The tokens stay as they are; the text to show ends `bytesToCut` bytes of
    /// UTF-8 earlier, before the stop string and what the newest token has after it.
    case stopString(String, bytesToCut: Int)
    /// The newest tokens are `count` copies of one piece of `period` tokens.
    case repetition(period: Int, count: Int)
  }

  /// The state of a sequence to which these tokens have been added already; none for a fresh one.
  ///
  /// The state is a function of the tokens, so a sequence that is resumed ends where it would have ended in one go.
  public func start(after earlier: [Int32] = []) -> StopState {
    var state = StopState(rules: self)
    for token in earlier { _ = state.advance(token) }
    return state
  }
}

/// How far one sequence is in the eyes of its ``StopRules``.
public struct StopState: Sendable {
  private let rules: StopRules
  private var strings = StopStrings.State()
  private var repetition = RepetitionRule.State()
  private var thinking = ThinkingBudget.State()

  fileprivate init(rules: StopRules) { self.rules = rules }

  /// The token that has to come next, whatever the model would say; nil where it is free to choose.
  public var forced: Int32? { rules.thinking?.forced(thinking) }

  /// Bytes at the end of the text that may turn out to begin a stop string: a stream to a reader holds them back.
  public var undecidedBytes: Int { rules.strings?.undecidedBytes(strings) ?? 0 }

  /// Takes the next token, drawn or forced.
  ///
  /// - Returns: Why the sequence ends with it; nil where it goes on. Of several reasons a stop token comes before a
  ///   stop string, and that before a repetition.
  public mutating func advance(_ token: Int32) -> StopRules.Verdict? {
    rules.thinking?.advance(&thinking, token: token)
    let match = rules.strings?.advance(&strings, token: token)
    let loop = rules.repetition?.advance(&repetition, token: token)
    if rules.tokens.contains(token) { return .stop(token) }
    if let match { return .stopString(match.text, bytesToCut: match.bytesToCut) }
    return loop.map { .repetition(period: $0.period, count: $0.count) }
  }
}
