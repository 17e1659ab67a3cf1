/// The answer that the task verifiers (`countdown`, `ordering`, `text`) and the text matchers read: without a box
/// the last `<answer>`, else the last `####` line, else the last box.
enum MarkedAnswer {
  case found(Bytes, source: String)
  case missing(rule: String)

  init(in text: String) {
    guard let scope = answerScope(of: text) else {
      self = .missing(rule: unclosedThinkingRule)
      return
    }
    self = Self(in: scope) ?? .missing(rule: "no `####` line, no box and no `<answer>`")
  }

  /// - Returns: nil without any mark.
  init?(in scope: Bytes) {
    let box = scope.lastBox
    if box == nil, let tag = AnswerTag(in: scope) {
      self.init(tag)
    } else if let line = scope.hashLine {
      self =
        line.isEmpty
        ? .missing(rule: "nothing stands behind the last `####`") : .found(line, source: "last `####` line")
    } else if let box {
      self.init(box)
    } else {
      return nil
    }
  }

  private init(_ tag: AnswerTag) {
    switch tag {
    case .closed(let content) where content.isEmpty: self = .missing(rule: "the last `<answer>` is empty")
    case .closed(let content): self = .found(content, source: "last `<answer>`")
    case .unclosed: self = .missing(rule: "the last `<answer>` is never closed")
    }
  }

  private init(_ box: Box) {
    switch box {
    case .closed(let content) where content.isEmpty: self = .missing(rule: "the last box is empty")
    case .closed(let content): self = .found(content, source: "last box")
    case .unclosed: self = .missing(rule: "the last box is never closed")
    }
  }
}

/// The last `<answer>…</answer>` of a text.
enum AnswerTag {
  /// Its content, trimmed; may be empty.
  case closed(Bytes)
  /// Cut off.
  case unclosed

  /// - Returns: nil without a tag.
  init?(in scope: Bytes) {
    guard let opening = scope.lastRange(of: "<answer>") else { return nil }
    let rest = scope[opening.upperBound...]
    guard let closing = SubstringSearch("</answer>").first(in: rest) else {
      self = .unclosed
      return
    }
    self = .closed(rest[..<closing.lowerBound].trimmed())
  }
}
