internal import Tensors
internal import Transformer

/// The rows of one forward pass: one token of one sequence each.
struct StepRows: Sendable {
  private(set) var tokens: [Int] = []
  private(set) var positions: [Int32] = []
  private(set) var places: [KeyValueBlocks.Place] = []
  /// Block numbers of all sequences, one after the other.
  private(set) var tables: [Int32] = []
  /// Rows whose logits are wanted.
  private(set) var logitRows: [Int] = []
  /// Attention's work before each row, in blocks of keys.
  private var work: [Int] = [0]

  var count: Int { tokens.count }

  mutating func removeAll() {
    tokens.removeAll(keepingCapacity: true)
    positions.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    tables.removeAll(keepingCapacity: true)
    logitRows.removeAll(keepingCapacity: true)
    work.removeAll(keepingCapacity: true)
    work.append(0)
  }

  /// The next rows are of a sequence with these blocks.
  ///
  /// - Returns: Its place in ``tables``, for ``add(token:position:table:)``.
  mutating func begin(blocks: [Int32]) -> Int {
    defer { tables.append(contentsOf: blocks) }
    return tables.count
  }

  mutating func add(token: Int32, position: Int, table: Int) {
    tokens.append(Int(token))
    positions.append(Int32(position))
    places.append(.init(position: position, table: table))
    work.append(work[work.count - 1] + position / KeyValueBlocks.positions + 1)
  }

  /// Asks for the logits of the row added last.
  mutating func wantLogits() { logitRows.append(count - 1) }

  /// A member's part of the pairs (head, row), counted as head · rows + row, with about as much work as the others'.
  func attentionShare(_ member: TeamMember, heads: Int) -> Range<Int> {
    guard member.count > 1 else { return 0..<heads * count }
    return cut(member.index, of: member.count, heads)..<cut(member.index + 1, of: member.count, heads)
  }

  private func cut(_ index: Int, of pieces: Int, _ heads: Int) -> Int {
    let perHead = work[count]
    let target = heads * perHead * index / pieces
    guard perHead > 0, target < heads * perHead else { return heads * count }
    let (head, rest) = (target / perHead, target % perHead)
    // The first row whose work begins at or after the cut.
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if work[middle] < rest { low = middle + 1 } else { high = middle }
    }
    return head * count + low
  }
}

/// Scratch memory of one forward pass, shared by the members of a team.
struct StepMemory {
  let x: Tensor
  /// Of each member its own, all rows.
  let normed: [Tensor]
  let last: [Tensor]
  /// Of each member its own, for inputs rounded to bf16; nil where none are.
  let rounded: [Tensor?]
  let qkv: Tensor
  let attended: Tensor
  let activated: Tensor
  /// `[logitRows.count, V]`
  let logits: Tensor
  /// One row of probabilities for each member.
  let probabilities: [Tensor]

  /// Taken from `arena`, for a team of `members`.
  init(_ rows: StepRows, _ c: ModelConfiguration, _ activations: ActivationFormat, members: Int, arena: Arena)
  {
    let (count, wanted) = (rows.count, rows.logitRows.count)
    let queryWidth = c.numAttentionHeads * c.headDim
    x = arena.tensor(rows: count, columns: c.hiddenSize)
    normed = (0..<members).map { _ in arena.tensor(rows: count, columns: c.hiddenSize) }
    last = (0..<members).map { _ in arena.tensor(rows: wanted, columns: c.hiddenSize) }
    let widest = max(c.hiddenSize, queryWidth, c.intermediateSize)
    rounded = (0..<members).map { _ in
      activations == .fp32 ? nil : arena.tensor(rows: count, columns: widest)
    }
    qkv = arena.tensor(rows: count, columns: queryWidth + 2 * c.numKeyValueHeads * c.headDim)
    attended = arena.tensor(rows: count, columns: queryWidth)
    activated = arena.tensor(rows: count, columns: c.intermediateSize)
    logits = arena.tensor(rows: wanted, columns: c.vocabSize)
    probabilities = (0..<members).map { _ in arena.tensor(rows: 1, columns: c.vocabSize) }
  }
}
