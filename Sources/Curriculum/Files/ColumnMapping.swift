/// Which columns of a file hold what; decided on its first row.
package struct ColumnMapping: Sendable, Hashable {
  package static let promptNames = ["prompt", "question", "problem", "messages"]
  static let answerNames = ["answer", "solution", "label", "ground_truth", "reward_model.ground_truth"]

  let prompt: String
  let answer: String
  /// Nil where the answer column itself may hold the worked solution.
  let solution: String?

  /// By the recipe's keys, else by name.
  init(_ source: FileSource, firstRow row: DataRow) throws(DataError) {
    prompt = try row.column("prompt", source.promptField, Self.promptNames)
    answer = try row.column(
      "answer", source.answerField, Self.answerNames.filter { $0 != source.promptField })
    if let named = source.solutionField {
      solution = try row.column("solution", named, [])
    } else {
      solution = answer != "solution" && prompt != "solution" && row["solution"] != nil ? "solution" : nil
    }
  }
}
