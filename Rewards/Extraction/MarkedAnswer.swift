/// The answer that the task verifiers (`countdown`, `ordering`, `text`) read: the last `####` line, else the
/// last box.
enum MarkedAnswer {
  case found(Bytes, source: String)
  case missing(rule: String)

  init(in text: String) {
    guard let scope = answerScope(of: text) else {
      self = .missing(rule: unclosedThinkingRule)
      return
    }
    if let line = scope.hashLine {
      self =
        line.isEmpty
        ? .missing(rule: "nothing stands behind the last `####`") : .found(line, source: "last `####` line")
      return
    }
    switch scope.lastBox {
    case .closed(let content) where !content.isEmpty: self = .found(content, source: "last box")
    case .closed: self = .missing(rule: "the last box is empty")
    case .unclosed: self = .missing(rule: "the last box is never closed")
    case nil: self = .missing(rule: "no `####` line and no box")
    }
  }
}
