public import Experience

extension DataConfiguration {
  /// A prompt as the model sees it, in the one place where prompts get their wording.
  ///
  /// The template's `{prompt}` becomes the prompt. What a budget says (``LengthBudget/instruction``) takes the place of
  /// `{budget}`, and stands at the very end where the template has none; without a budget nothing does. Braces inside the
  /// prompt are text.
  ///
  /// - Parameters:
  ///   - prompt: The question.
  ///   - budget: What it asks for; nil = it does not say.
  /// - Returns: The text to be encoded.
  public func rendered(_ prompt: String, budget: LengthBudget? = nil) -> String {
    let instruction = budget?.instruction ?? ""
    let parts = promptTemplate.split(separator: "{budget}", omittingEmptySubsequences: false).map { part in
      part.split(separator: "{prompt}", omittingEmptySubsequences: false).joined(separator: prompt)
    }
    return parts.count > 1 ? parts.joined(separator: instruction) : parts.joined() + instruction
  }

  /// A task's prompt as the model sees it.
  public func rendered(_ task: ReasoningTask) -> String { rendered(task.prompt, budget: task.budget) }
}
