internal import Curriculum
internal import Experience
internal import Rollouts

extension TrainingContext {
  /// The prompt of a worked solution, with what an SFT stage says of its length (`data.budgets.sft`).
  ///
  /// - Parameters:
  ///   - task: The task that ``nextTask()`` has just given, with the budget that was drawn for it.
  ///   - prompt: Its tokens.
  ///   - length: Tokens of the solution, end token included.
  /// - Returns: The prompt's tokens; nil where they would not fit with what they say.
  /// - Throws: Where the tokenizer cannot encode the text.
  func statedPrompt(of task: ReasoningTask, _ prompt: [Int32], length: Int) throws -> [Int32]? {
    guard let budgets = configuration.data.budgets, let drawn = task.budget else { return prompt }
    let index = state.dataPosition - 1
    let stated = budgets.stated(length: length, drawn: drawn, at: index, seed: configuration.seed)
    guard stated != drawn else { return prompt }
    var asked = task
    asked.budget = stated
    return try encoder.encode(asked)
  }
}
