internal import Experience

/// Counts the tokens of a text. The curriculum knows no tokenizer; whoever has one hands it in.
public typealias TokenCounter = (String) throws -> Int

/// Which rows of a file are taken. What is left open takes all.
///
/// Lengths are those of the columns as they stand in the row, without prompt template: characters are Unicode scalars,
/// tokens are the model's.
public struct RowFilter: Sendable, Hashable {
  public var promptCharacters: ClosedRange<Int>?
  public var promptTokens: ClosedRange<Int>?
  /// Of the worked solution; a row without one does not pass.
  public var solutionCharacters: ClosedRange<Int>?
  public var solutionTokens: ClosedRange<Int>?
  /// Empty = all.
  public var answerKinds: [AnswerKind]

  public init(
    promptCharacters: ClosedRange<Int>? = nil, promptTokens: ClosedRange<Int>? = nil,
    solutionCharacters: ClosedRange<Int>? = nil, solutionTokens: ClosedRange<Int>? = nil,
    answerKinds: [AnswerKind] = []
  ) {
    self.promptCharacters = promptCharacters
    self.promptTokens = promptTokens
    self.solutionCharacters = solutionCharacters
    self.solutionTokens = solutionTokens
    self.answerKinds = answerKinds
  }

  /// What a row can fail, by its key in recipes.
  public enum Criterion: String, Sendable, Hashable, Codable, CaseIterable {
    case promptCharacters = "prompt_characters"
    case promptTokens = "prompt_tokens"
    case solutionCharacters = "solution_characters"
    case solutionTokens = "solution_tokens"
    case answerKind = "answer_kind"
  }

  /// The first criterion that needs a tokenizer.
  var tokenCriterion: Criterion? {
    promptTokens != nil ? .promptTokens : solutionTokens != nil ? .solutionTokens : nil
  }

  /// The first criterion that the task fails, cheap ones first; nil where it passes.
  ///
  /// - Parameters:
  ///   - task: A row.
  ///   - countTokens: There where ``tokenCriterion`` is.
  /// - Returns: The criterion.
  /// - Throws: What the tokenizer throws.
  func refusal(of task: ReasoningTask, _ countTokens: TokenCounter?) throws -> Criterion? {
    if !answerKinds.isEmpty, !AnswerKind(of: task.groundTruth).passes(answerKinds) { return .answerKind }
    if let promptCharacters, !promptCharacters.contains(task.prompt.unicodeScalars.count) {
      return .promptCharacters
    }
    if let solutionCharacters {
      guard let count = task.solution?.unicodeScalars.count, solutionCharacters.contains(count) else {
        return .solutionCharacters
      }
    }
    if let promptTokens, let countTokens, !promptTokens.contains(try countTokens(task.prompt)) {
      return .promptTokens
    }
    if let solutionTokens, let countTokens {
      guard let solution = task.solution, solutionTokens.contains(try countTokens(solution)) else {
        return .solutionTokens
      }
    }
    return nil
  }
}
