public import Tensors

/// Sequences laid end to end, without padding, and the tokens whose logprob is wanted.
///
/// Sequences that begin alike may share that beginning: a batch is a forest of spans, and a span is computed once,
/// forward and backward, for all that follow it.
public struct PackedBatch: Sendable {
  /// A stretch of tokens that begins a sequence or follows another stretch.
  public struct Span: Sendable {
    public var tokens: [Int32]
    /// Index of an earlier span, whose tokens and whose ancestors' come before; nil = the beginning of a sequence.
    public var parent: Int?
    /// Indices of `tokens` to score. A token is predicted from the ones before it, so that index 0 has a logprob only
    /// where there is a parent.
    public var scored: Range<Int>

    public init(tokens: [Int32], parent: Int? = nil, scored: Range<Int>) {
      self.tokens = tokens
      self.parent = parent
      self.scored = scored
    }
  }

  /// `[T]`, all spans one after another.
  public let tokens: [Int32]
  /// Position of each token within its sequence, `[T]`.
  public let positions: [Int32]
  /// Who attends to whom.
  public let forest: SpanForest
  /// Rows of the hidden state that predict, `[N]`: the row before each scored token.
  let predictingRows: [Int]
  /// The scored tokens, `[N]`, in the order of the spans.
  public let targets: [Int32]

  /// - Parameter spans: Parents before children. The last token of a parent predicts the first one of every child.
  public init(spans: [Span]) {
    let forest = SpanForest(lengths: spans.map(\.tokens.count), parents: spans.map(\.parent))
    var tokens: [Int32] = []
    var positions: [Int32] = []
    var rows: [Int] = []
    var targets: [Int32] = []
    tokens.reserveCapacity(forest.rowCount)
    positions.reserveCapacity(forest.rowCount)
    for (span, place) in zip(spans, forest.spans) {
      // The row before the first of this span: the last one of the nearest ancestor that has any.
      let before = place.ancestors.last { !forest.spans[$0].rows.isEmpty }.map {
        forest.spans[$0].rows.upperBound - 1
      }
      precondition(
        span.scored.isEmpty
          || span.scored.lowerBound >= (before == nil ? 1 : 0) && span.scored.upperBound <= span.tokens.count,
        "scored range \(span.scored) of \(span.tokens.count) tokens")
      tokens += span.tokens
      positions += (Int32(place.start)..<Int32(place.start + span.tokens.count))
      for index in span.scored {
        rows.append(index > 0 ? place.rows.lowerBound + index - 1 : before ?? 0)
        targets.append(span.tokens[index])
      }
    }
    self.forest = forest
    self.tokens = tokens
    self.positions = positions
    self.targets = targets
    predictingRows = rows
  }

  /// - Parameter sequences: Tokens of each sequence and the indices of those to score (1 ..< count).
  public init(_ sequences: [(tokens: [Int32], scored: Range<Int>)]) {
    self.init(spans: sequences.map { Span(tokens: $0.tokens, scored: $0.scored) })
  }

  /// Tokens that are computed: a shared beginning counts once.
  public var tokenCount: Int { tokens.count }
}
