package import Experience

/// How long answers to a task are likely to be, from the answers so far: a moving average over tasks of its kind.
///
/// Only the order of generation depends on it, never an answer.
package struct LengthExpectation {
  /// Tasks of one kind: source and difficulty.
  private struct Kind: Hashable {
    var source: String
    var difficulty: Int?
  }

  package init() {}

  private var averages: [Kind: Double] = [:]
  /// Weight of the newest answer.
  private static let share = 0.1

  /// Takes note of an answer's length, tokens.
  package mutating func record(_ task: ReasoningTask, length: Int) {
    let kind = Kind(source: task.source, difficulty: task.difficulty)
    let before = averages[kind] ?? Double(length)
    averages[kind] = before + Self.share * (Double(length) - before)
  }

  /// Tokens; nil where nothing is known.
  package func expected(_ task: ReasoningTask) -> Double? {
    averages[Kind(source: task.source, difficulty: task.difficulty)]
  }
}
