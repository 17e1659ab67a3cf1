internal import Rewards

/// Which columns of a file hold what; decided on its first row.
package struct ColumnMapping: Sendable, Hashable {
  package static let promptNames = ["prompt", "question", "problem", "messages"]
  static let answerNames = ["answer", "solution", "label", "ground_truth", "reward_model.ground_truth"]

  let prompt: String
  /// Nil where the verifier needs no ground truth and the row has none.
  let answer: String?
  /// Nil where the answer column itself may hold the worked solution.
  let solution: String?

  /// By the recipe's keys, else by name.
  init(_ source: FileSource, firstRow row: DataRow) throws(DataError) {
    prompt = try row.column("prompt", source.promptField, Self.promptNames)
    let answerNames = Self.answerNames.filter { $0 != source.promptField }
    let isNeeded =
      source.answerField != nil || source.verifier.map { Self.needsGroundTruth($0.name) } ?? true
    answer =
      if !isNeeded, !answerNames.contains(where: { row[$0] != nil }) { nil } else {
        try row.column("answer", source.answerField, answerNames)
      }
    if let named = source.solutionField {
      solution = try row.column("solution", named, [])
    } else {
      solution = answer != "solution" && prompt != "solution" && row["solution"] != nil ? "solution" : nil
    }
  }

  private static func needsGroundTruth(_ verifier: String) -> Bool {
    Verifiers.descriptions.first { $0.name == verifier }?.needsGroundTruth ?? true
  }
}
