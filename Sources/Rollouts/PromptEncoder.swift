public import Experience
public import Tokenizers

/// From a task to the tokens that the model continues.
public struct PromptEncoder: Sendable {
  public let tokenizer: any Tokenizer
  private let template: String
  /// Longest prompt that leaves room for a completion, tokens.
  public let maxTokens: Int

  /// - Parameters:
  ///   - tokenizer: The model's.
  ///   - template: What the model sees; `{prompt}` stands for the task's prompt.
  ///   - maxTokens: Longer prompts do not fit.
  public init(tokenizer: any Tokenizer, template: String, maxTokens: Int) {
    self.tokenizer = tokenizer
    self.template = template
    self.maxTokens = maxTokens
  }

  /// The prompt as text, template applied.
  public func render(_ task: ReasoningTask) -> String {
    template.replacing("{prompt}", with: task.prompt)
  }

  /// The prompt's tokens; nil where it is empty or longer than ``maxTokens``.
  ///
  /// - Throws: Where the tokenizer cannot encode the text.
  public func encode(_ task: ReasoningTask) throws -> [Int32]? {
    let tokens = tokenizer.prefixTokenIDs + (try tokenizer.encode(render(task)))
    return tokens.isEmpty || tokens.count > maxTokens ? nil : tokens
  }
}
