internal import Experience
internal import Randomness

/// Which problems may become parts of chains: those of one side of a split. No chain has parts of both.
struct ChainParts: Sendable {
  enum Side: Sendable { case training, heldOut, all }

  let side: Side
  let split: HeldOutSplit

  static let all = ChainParts(side: .all, split: .byHash)

  /// Whether a problem with this text, on its own, is on the right side.
  func admit(_ question: String) -> Bool {
    switch side {
    case .training: !split.contains(question)
    case .heldOut: split.contains(question)
    case .all: true
    }
  }
}

/// The rows of a file that may become parts.
struct ChainRows: Sendable {
  let file: TaskFile
  /// In the file's order.
  let rows: [UInt32]
  /// Of those that may not.
  var rejections = ChainRejections()

  init(file: TaskFile, rows: [UInt32]) {
    self.file = file
    self.rows = rows
  }

  /// Reads a file for the rows of one side of a split.
  init(_ source: FileSource, _ parts: ChainParts) throws(DataError) {
    var rows: [UInt32] = []
    var rejections = ChainRejections()
    var row: UInt32 = 0
    file = try TaskFile(
      source,
      visit: { task in
        if parts.admit(task.prompt) { rows.append(row) } else { rejections.count(.otherSide) }
        row += 1
      })
    self.rows = try file.slice?.rows(rows, source: file.name) ?? rows
    self.rejections = rejections
  }
}

/// Makes chains of one side.
protocol ChainMaker: Sendable {
  /// Of its tasks: a file's, or families'.
  var name: String { get }
  var verifiers: Set<String> { get }
  /// One line for people.
  var description: String { get }
  /// The longest chain it can make.
  var longestHorizon: Int { get }
  /// Rejections from before any chain was drawn.
  var rejections: ChainRejections { get }

  /// One chain of what is drawn.
  ///
  /// - Parameters:
  ///   - horizon: 1…``longestHorizon``.
  ///   - draw: What the chain is a pure function of.
  ///   - rejections: Counts what was drawn and not taken.
  /// - Returns: A chain that passes its verification; nil where what was drawn gives none.
  func chain(horizon: Int, draw: ChainDraw, rejections: inout ChainRejections) -> Chain?
}

/// The random numbers of one chain.
struct ChainDraw: Sendable {
  var rng: CounterRNG
  var wording: ChainWording
  /// Who writes worked solutions, with random numbers of its own: a slip never changes a task.
  var teacher: Teacher
  var teacherRNG: CounterRNG
}
