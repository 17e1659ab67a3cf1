/// Where a response may state its answer, best first.
enum AnswerSource: String, CaseIterable, Sendable {
  case boxed
  case answerTag = "answer_tag"
  case hash
  case phrase
  case last

  /// As a verdict's rule names it.
  var words: String {
    switch self {
    case .boxed: "last box"
    case .answerTag: "last `<answer>`"
    case .hash: "last `####` line"
    case .phrase: "last explicit statement"
    case .last: "last formula or number"
    }
  }
}

/// What is made of `<think>` and `</think>`.
enum ThinkingRule: String, CaseIterable, Sendable {
  /// As `strip`, and a response without `</think>` has no answer.
  case require
  /// Only what follows the last `</think>` counts; a `<think>` that is never closed leaves no answer.
  case strip
  /// They are text like any other.
  case ignore
}

/// Where an answer is looked for.
struct AnswerSearch: Sendable, Hashable {
  var sources: [AnswerSource] = AnswerSource.allCases
  var thinking = ThinkingRule.strip
  /// False = a box that is never closed holds what follows, unless a complete one stands before it.
  var requiresCompleteBox = true
}

/// What was found.
enum AnswerLocation {
  case found(Bytes, AnswerSource)
  case missing(rule: String)
}

extension AnswerSearch {
  /// Responses are read to this many bytes from their end.
  static let maximumBytes = 4 << 20

  /// The answer of a response. Two linear scans at most, whatever the response holds.
  func locate(in response: Bytes) -> AnswerLocation {
    var text = response.suffix(Self.maximumBytes)
    let readsBoxes = sources.contains(.boxed)
    var marks = Landmarks(in: text, readsThinking: thinking != .ignore, stopsAtBox: readsBoxes)
    if thinking == .require, !marks.hasThought { return .missing(rule: "there is no `</think>`: no answer") }
    if marks.isThinking { return .missing(rule: unclosedThinkingRule) }
    text = text[marks.scopeStart...]
    if marks.hasComments {
      text = text.withoutComments()
      marks = Landmarks(in: text, readsThinking: false, stopsAtBox: readsBoxes)
    }
    for source in AnswerSource.allCases where sources.contains(source) {
      if let location = answer(from: source, of: text, marks) { return location }
    }
    return .missing(rule: missingRule)
  }

  /// Whether a response without a marked answer may be looked at as a whole: nothing in it was cut off, empty or
  /// still being thought.
  func mayHaveUnmarkedAnswer(in response: Bytes) -> Bool {
    let marks = Landmarks(in: response.suffix(Self.maximumBytes), readsThinking: thinking != .ignore)
    if marks.isThinking || (thinking == .require && !marks.hasThought) { return false }
    return marks.boxBrace == nil && marks.answerTag == nil && !marks.endsInBoxCommand && marks.hashEnd == nil
  }

  private func answer(from source: AnswerSource, of text: Bytes, _ marks: Landmarks) -> AnswerLocation? {
    switch source {
    case .boxed: boxedAnswer(of: text, marks)
    case .answerTag: taggedAnswer(of: text, marks)
    case .hash: hashAnswer(of: text, marks)
    case .phrase: text.lastStatement.map { .found($0, .phrase) }
    case .last: lastAnswer(of: text)
    }
  }

  private func boxedAnswer(of text: Bytes, _ marks: Landmarks) -> AnswerLocation? {
    if marks.endsInBoxCommand, requiresCompleteBox { return .missing(rule: "the last box is never closed") }
    guard let brace = marks.boxBrace else { return nil }
    switch text.lastBoxes(brace: brace) {
    case .closed(let content):
      // An answer tag behind the box that is never closed was cut off while a new answer was written.
      if let tag = marks.answerTag, tag.end == nil, tag.start > brace, sources.contains(.answerTag) {
        return .missing(rule: "the last `<answer>` is never closed")
      }
      return content.isEmpty ? .missing(rule: "the last box is empty") : .found(content, .boxed)
    case .cutOff(let rest, let brace):
      if requiresCompleteBox { return .missing(rule: "the last box is never closed") }
      let earlier = text[..<brace]
      if let before = Landmarks(in: earlier, readsThinking: false).boxBrace,
        case .closed(let content) = earlier.lastBoxes(brace: before), !content.isEmpty
      {
        return .found(content, .boxed)
      }
      return rest.isEmpty ? .missing(rule: "the last box is empty") : .found(rest, .boxed)
    }
  }

  private func taggedAnswer(of text: Bytes, _ marks: Landmarks) -> AnswerLocation? {
    guard let tag = marks.answerTag else { return nil }
    guard let end = tag.end else { return .missing(rule: "the last `<answer>` is never closed") }
    let content = text[tag.start..<end].trimmed()
    return content.isEmpty ? .missing(rule: "the last `<answer>` is empty") : .found(content, .answerTag)
  }

  private func hashAnswer(of text: Bytes, _ marks: Landmarks) -> AnswerLocation? {
    guard let start = marks.hashEnd else { return nil }
    let line = text[start...].prefix { $0 != 0x0A }.trimmed()
    let isLast = text[line.endIndex...].trimmed().isEmpty
    // `#### Final Answer` is a heading; its value stands below. `#### Step 2: …` is one too.
    if line.isAnswerHeading { return isLast ? .missing(rule: Self.emptyHash) : nil }
    if !isLast, line.isSectionHeading { return nil }
    return line.isEmpty ? .missing(rule: Self.emptyHash) : .found(line, .hash)
  }

  private func lastAnswer(of text: Bytes) -> AnswerLocation? {
    let bare = text.asBareAnswer
    if let bare, bare.isBareFormula { return .found(bare, .last) }
    if let value = text.lastValue { return .found(value, .last) }
    return bare.map { .found($0.withoutReason, .last) }
  }

  private static let emptyHash = "nothing stands behind the last `####`"

  /// Why there is no answer where no source has one.
  var missingRule: String {
    if sources == AnswerSource.allCases {
      return "no box, no `<answer>`, no `####` line, no statement, no formula and no number"
    }
    let names = sources.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    return "no answer in \(names)"
  }
}

private let sectionWords = WordTable([
  "step", "part", "case", "solution", "conclusion", "explanation", "verification", "summary", "analysis",
  "approach",
  "method", "check", "given", "problem", "question", "note",
])

extension ArraySlice<UInt8> {
  /// `Step 2: …`, `Conclusion`: a heading of markdown's fourth level.
  var isSectionHeading: Bool {
    let words = trimmed { !$0.isLetter }
    return sectionWords.end(in: words, at: words.startIndex) != nil
  }

  /// `Final Answer`, `Answer:`: words that announce a value instead of being one.
  var isAnswerHeading: Bool {
    let words = split { !$0.isLetter }.map { $0.map(\.lowercased) }
    guard allSatisfy({ $0.isLetter || $0.isBlank || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "*") })
    else {
      return false
    }
    return words == [Array("final".utf8), Array("answer".utf8)] || words == [Array("answer".utf8)]
      || words == [Array("the".utf8), Array("answer".utf8)]
  }
}
