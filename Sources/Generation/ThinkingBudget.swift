/// Ends a model's thinking after so many tokens, by writing the end of thinking for it.
///
/// Once `tokens` new tokens are there and none of them ended the thinking, the tokens of ``endOfThinking`` are forced one
/// after another; those that the model has just begun to write by itself are not repeated. After the end of thinking,
/// whoever wrote it, nothing is forced. Tokens of an end that was under way count like any others.
public struct ThinkingBudget: Sendable, Hashable {
  /// New tokens of thinking; 0 = no thinking.
  public let tokens: Int
  /// The tokens of, say, `</think>`.
  public let endOfThinking: [Int32]

  /// For each number of tokens of the end, how many the end has in common with its own beginning when as many of its
  /// first tokens have been seen (Knuth, Morris & Pratt, Fast pattern matching in strings, 1977).
  private let borders: [Int]

  /// - Throws: ``GenerationError`` where the budget is negative, or no tokens end thinking.
  public init(tokens: Int, endOfThinking: [Int32]) throws(GenerationError) {
    guard tokens >= 0 else { throw GenerationError(.negativeThinkingBudget(tokens)) }
    guard !endOfThinking.isEmpty else { throw GenerationError(.noEndOfThinking) }
    self.tokens = tokens
    self.endOfThinking = endOfThinking
    var borders = [0, 0]
    var common = 0
    for token in endOfThinking.dropFirst() {
      while common > 0, endOfThinking[common] != token { common = borders[common] }
      if endOfThinking[common] == token { common += 1 }
      borders.append(common)
    }
    self.borders = borders
  }

  /// How far one sequence is.
  public struct State: Sendable, Hashable {
    fileprivate var count = 0
    /// Tokens of the end that the sequence ends with; all of them once thinking has ended.
    fileprivate var seen = 0

    public init() {}
  }

  /// Takes the next token, drawn or forced.
  public func advance(_ state: inout State, token: Int32) {
    guard state.seen < endOfThinking.count else { return }
    state.count += 1
    while state.seen > 0, endOfThinking[state.seen] != token { state.seen = borders[state.seen] }
    if endOfThinking[state.seen] == token { state.seen += 1 }
  }

  /// The token that has to come next; nil where the model is free.
  public func forced(_ state: State) -> Int32? {
    guard state.count >= tokens, state.seen < endOfThinking.count else { return nil }
    return endOfThinking[state.seen]
  }
}
