/// What the number of moves counts for in tasks with a shortest solution.
enum SolutionLength: String, CaseIterable, Sendable {
  /// Any solution gets 1.
  case any
  /// A solution gets shortest ÷ moves.
  case ratio
  /// Only a shortest solution gets anything.
  case shortest

  static let parameter = VerifierDescription.Parameter(
    "length", "any, ratio or shortest", standard: "any",
    "what the number of moves counts for: nothing; shortest ÷ moves; only a shortest solution is right")

  /// - Parameters:
  ///   - moves: Of a solution that is right.
  ///   - shortest: Of the task; not read for ``any``.
  /// - Returns: What the solution gets, with the number of its moves as a metric.
  func finding(moves: Int, shortest: Int?) -> TaskFinding {
    let metrics = [VerdictMetric("moves", Double(moves))]
    guard self != .any, let shortest, moves > shortest else {
      return TaskFinding.right("the moves solve the task").with(metrics)
    }
    let score = self == .ratio ? Double(shortest) / Double(moves) : 0
    return TaskFinding(score: score, rule: "the moves solve the task, \(shortest) would do").with(metrics)
  }
}
