internal import Experience
internal import Randomness

/// A data file on its way into a task stream: what was noted about each row when it was read, 24 bytes, so that rows
/// can be compared with each other without their texts.
struct NotedFile: Sendable {
  struct Note: Sendable {
    /// By ``PromptKey/exact(_:)``.
    let exact: UInt64
    /// By ``PromptKey/normalized(_:)``.
    let normalized: UInt64
    let answer: UInt32
    /// Of the prompt, 65,535 for longer ones.
    let bytes: UInt16
    let isHeldOut: Bool
    let hasSolution: Bool
  }

  let file: TaskFile
  let notes: [Note]
  /// Rows to train on, in the file's order.
  var training: [UInt32]
  /// Held-out rows in the order in which they are used; empty before ``orderHeldOut(seen:normalized:)``.
  private(set) var heldOut: [UInt32] = []
  /// One for each held-out row, in the file's order.
  private var orderKeys: [UInt64]

  /// - Parameters:
  ///   - source: The file.
  ///   - name: What its tasks' ids begin with.
  ///   - idPrefix: Put before the name in ids.
  ///   - countTokens: For the filter.
  ///   - isHeldOut: Which prompts are not for training.
  /// - Throws: ``DataError`` with file and line.
  init(
    _ source: FileSource, name: String, idPrefix: String = "", countTokens: TokenCounter?,
    isHeldOut: (String) -> Bool
  ) throws(DataError) {
    var notes: [Note] = []
    var orderKeys: [UInt64] = []
    file = try TaskFile(source, name: name, idPrefix: idPrefix, countTokens: countTokens) { task in
      let held = isHeldOut(task.prompt)
      notes.append(
        Note(
          exact: PromptKey.exact(task.prompt), normalized: PromptKey.normalized(task.prompt),
          answer: UInt32(truncatingIfNeeded: StableHash.of(task.groundTruth)),
          bytes: UInt16(clamping: task.prompt.utf8.count), isHeldOut: held,
          hasSolution: task.solution != nil))
      if held { orderKeys.append(StableHash.of("order " + task.prompt)) }
    }
    self.notes = notes
    self.orderKeys = orderKeys
    training = notes.indices.filter { !notes[$0].isHeldOut }.map { UInt32($0) }
  }

  func note(_ row: UInt32) -> Note { notes[Int(row)] }

  /// Leaves only what is in the file's slice to be trained on.
  ///
  /// - Throws: Where that is nothing.
  mutating func sliceTraining() throws(DataError) {
    if let slice = file.slice, !training.isEmpty { training = try slice.rows(training, source: file.name) }
  }

  /// Leaves only what is in the file's slice to be measured on.
  ///
  /// - Throws: Where that is nothing.
  mutating func sliceHeldOut() throws(DataError) {
    if let slice = file.slice, !heldOut.isEmpty { heldOut = try slice.rows(heldOut, source: file.name) }
  }

  /// Whether the row's prompt is long enough to have so many words: a letter each and something in between.
  func mayHave(words: Int, in row: UInt32) -> Bool {
    Int(note(row).bytes) >= min(2 * words - 1, Int(UInt16.max))
  }

  /// Puts held-out rows in an order that has nothing to do with the file's, without repeated prompts.
  ///
  /// - Parameters:
  ///   - seen: The prompts so far.
  ///   - normalized: Whether prompts are one that differ in blanks and case only.
  /// - Returns: How many rows were left out.
  mutating func orderHeldOut(seen: inout Set<UInt64>, normalized: Bool) -> Int {
    var keyed: [(key: UInt64, row: UInt32)] = []
    var dropped = 0
    let rows = notes.indices.lazy.filter { [notes] in notes[$0].isHeldOut }
    for (row, key) in zip(rows, orderKeys) {
      let note = notes[row]
      if seen.insert(normalized ? note.normalized : note.exact).inserted {
        keyed.append((key, UInt32(row)))
      } else {
        dropped += 1
      }
    }
    heldOut = keyed.sorted { ($0.key, $0.row) < ($1.key, $1.row) }.map(\.row)
    return dropped
  }
}
