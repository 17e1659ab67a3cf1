/// How the rows of a packed batch attend to each other: a forest of spans.
///
/// A span is a stretch of rows. It attends to all rows of its ancestors and causally to its own, so that what several
/// sequences begin with is there, and is computed, once.
///
/// Liu et al. 2025, "Prefix Grouper", arXiv:2506.05433, for one prefix and its group; here to any depth, and packed.
public struct SpanForest: Sendable {
  public struct Span: Sendable {
    public let rows: Range<Int>
    /// Index of the span that comes before; nil = this one begins a sequence.
    public let parent: Int?
    /// The chain of parents, oldest first.
    public let ancestors: [Int]
    /// Position of its first row: rows of all ancestors.
    public let start: Int
  }

  public let spans: [Span]
  /// Spans that hang together, parents before children; the trees in the order of their roots.
  let trees: [[Int]]

  /// - Parameters:
  ///   - lengths: Rows of each span; spans lie one after another.
  ///   - parents: For each span an earlier one, or nil.
  public init(lengths: [Int], parents: [Int?]) {
    precondition(lengths.count == parents.count, "\(lengths.count) spans and \(parents.count) parents")
    var spans: [Span] = []
    var trees: [[Int]] = []
    var treeOf: [Int] = []
    var row = 0
    for (index, length) in lengths.enumerated() {
      precondition(length >= 0, "a span of \(length) rows")
      let rows = row..<row + length
      if let parent = parents[index] {
        precondition(
          parent >= 0 && parent < index, "span \(index) follows span \(parent), which is no earlier one")
        let before = spans[parent]
        spans.append(
          Span(
            rows: rows, parent: parent, ancestors: before.ancestors + [parent],
            start: before.start + before.rows.count))
        treeOf.append(treeOf[parent])
        trees[treeOf[parent]].append(index)
      } else {
        spans.append(Span(rows: rows, parent: nil, ancestors: [], start: 0))
        treeOf.append(trees.count)
        trees.append([index])
      }
      row += length
    }
    self.spans = spans
    self.trees = trees
  }

  public var rowCount: Int { spans.last?.rows.upperBound ?? 0 }

  /// Pairs of a query and a key that it attends to, the work of attention.
  public var attentionPairs: Int { spans.indices.reduce(0) { $0 + pairs(of: $1) } }

  func pairs(of index: Int) -> Int {
    let span = spans[index]
    return span.rows.count * span.start + span.rows.count * (span.rows.count + 1) / 2
  }

  /// Rows of the keys of a span: its ancestors', oldest first, then its own.
  func keyRows(of index: Int) -> [Range<Int>] {
    spans[index].ancestors.map { spans[$0].rows } + [spans[index].rows]
  }

  /// Indices of spans or trees with the most work first, so that no thread is left with a long one at the end.
  static func longestFirst(_ work: [Int]) -> [Int] {
    work.indices.sorted { (work[$0], $1) > (work[$1], $0) }
  }
}
