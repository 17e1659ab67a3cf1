public import Experience
public import Tokenizers

/// From a task to the tokens that the model continues.
public struct PromptEncoder: Sendable {
  public let tokenizer: any Tokenizer
  private let render: @Sendable (ReasoningTask) -> String
  /// Longest prompt that leaves room for a completion, tokens.
  public let maxTokens: Int

  /// - Parameters:
  ///   - tokenizer: The model's.
  ///   - maxTokens: Longer prompts do not fit.
  ///   - render: From a task to what the model sees of it: its prompt, with the template and the budget round it.
  public init(tokenizer: any Tokenizer, maxTokens: Int, render: @escaping @Sendable (ReasoningTask) -> String)
  {
    self.tokenizer = tokenizer
    self.render = render
    self.maxTokens = maxTokens
  }

  /// The prompt's tokens; nil where it is empty or longer than ``maxTokens``.
  ///
  /// - Throws: Where the tokenizer cannot encode the text.
  public func encode(_ task: ReasoningTask) throws -> [Int32]? {
    let tokens = tokenizer.prefixTokenIDs + (try tokenizer.encode(render(task)))
    return tokens.isEmpty || tokens.count > maxTokens ? nil : tokens
  }
}
