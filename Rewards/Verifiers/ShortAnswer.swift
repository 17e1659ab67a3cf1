/// The answer that the text matchers (`exact`, `normalized_string`, `f1`, `contains`, `regex`) read.
///
/// The one place where they depend on how answers are marked.
enum ShortAnswer {
  /// Where the answer is looked for.
  enum Place: String, Sendable, CaseIterable {
    /// What a mark singles out; without any mark, the text after the thinking.
    case auto
    /// What a mark singles out.
    case marked
    /// The text after the thinking.
    case afterThink = "after_think"
    /// All of it, thinking included.
    case response
  }

  case found(Bytes, source: String)
  case missing(rule: String)

  init(in text: String, _ place: Place) {
    if place == .response {
      self = .found(Bytes(text.utf8).trimmed(), source: "whole response")
      return
    }
    guard let scope = answerScope(of: text) else {
      self = .missing(rule: unclosedThinkingRule)
      return
    }
    if place != .afterThink, let marked = MarkedAnswer(in: scope) {
      self.init(marked)
      return
    }
    if place == .marked {
      self.init(MarkedAnswer(in: text))
      return
    }
    let rest = scope.trimmed()
    self =
      rest.isEmpty ? .missing(rule: "the response is empty") : .found(rest, source: "text after thinking")
  }

  private init(_ answer: MarkedAnswer) {
    switch answer {
    case .found(let content, let source): self = .found(content, source: source)
    case .missing(let rule): self = .missing(rule: rule)
    }
  }
}

extension VerifierDescription.Parameter {
  /// `answer`: where a text matcher looks.
  static func place(standard: ShortAnswer.Place) -> Self {
    Self(
      "answer", "auto, marked, after_think or response", standard: standard.rawValue,
      "where the answer is looked for: behind a mark (`####`, box, `<answer>`), after the thinking, "
        + "or in everything; `auto` takes the mark where there is one")
  }

  /// `golds`: how a text matcher reads the ground truth.
  static let golds = Self(
    "golds", "auto, single or list", standard: "auto",
    "whether the ground truth is one answer or a JSON array of answers that are all right, which an object may have "
      + "under `target`; `single` takes JSON too as the answer itself")
}
