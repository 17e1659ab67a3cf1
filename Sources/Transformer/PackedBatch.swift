/// Sequences laid end to end, without padding, and the tokens whose logprob is wanted.
public struct PackedBatch: Sendable {
  /// `[T]`, all sequences one after another.
  public let tokens: [Int32]
  /// Position of each token within its sequence, `[T]`.
  public let positions: [Int32]
  /// Rows of each sequence (`cu_seqlens` as ranges).
  public let sequences: [Range<Int>]
  /// Rows of the hidden state that predict, `[N]`: the row before each scored token.
  let predictingRows: [Int]
  /// The scored tokens, `[N]`, in the order of the sequences.
  public let targets: [Int32]

  /// - Parameter sequences: Tokens of each sequence and the indices of those to score (1 ..< count: a token is
  ///   predicted from the ones before it, so index 0 has no logprob).
  public init(_ sequences: [(tokens: [Int32], scored: Range<Int>)]) {
    var tokens: [Int32] = []
    var positions: [Int32] = []
    var ranges: [Range<Int>] = []
    var rows: [Int] = []
    var targets: [Int32] = []
    for sequence in sequences {
      let start = tokens.count
      precondition(
        sequence.scored.isEmpty
          || sequence.scored.lowerBound >= 1 && sequence.scored.upperBound <= sequence.tokens.count,
        "scored range \(sequence.scored) of \(sequence.tokens.count) tokens")
      tokens += sequence.tokens
      positions += (0..<Int32(sequence.tokens.count))
      ranges.append(start..<tokens.count)
      for index in sequence.scored {
        rows.append(start + index - 1)
        targets.append(sequence.tokens[index])
      }
    }
    self.tokens = tokens
    self.positions = positions
    self.sequences = ranges
    self.targets = targets
    predictingRows = rows
  }

  public var tokenCount: Int { tokens.count }
}
