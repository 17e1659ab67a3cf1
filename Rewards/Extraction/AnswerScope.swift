/// The part of a response in which an answer counts.
///
/// If `</think>` occurs, only the text after the last one counts; a `<think>` that is never closed leaves no
/// answer.
///
/// - Returns: Nil where thinking was begun and never ended.
func answerScope(of text: String) -> Bytes? {
  let all = Bytes(text.utf8)
  let scope = all.lastRange(of: endOfThinking).map { all[$0.upperBound...] } ?? all
  return scope.lastRange(of: startOfThinking) == nil ? scope : nil
}

/// How a verdict's rule names an unclosed `<think>`.
let unclosedThinkingRule = "`<think>` is never closed: no answer"

private let startOfThinking: StaticPattern = "<think>"
private let endOfThinking: StaticPattern = "</think>"
