/// The marks that say where an answer stands, found in one pass over a response from its end.
struct Landmarks {
  /// Where the text that counts begins: behind the last `</think>`.
  private(set) var scopeStart: Int
  /// A `</think>` occurs.
  private(set) var hasThought = false
  /// A `<think>` stands in the scope: thinking was begun and never ended.
  private(set) var isThinking = false
  /// The opening brace of the last box; nested boxes count by where they begin.
  private(set) var boxBrace: Int?
  /// A box command is the last thing there is: its braces were cut off.
  private(set) var endsInBoxCommand = false
  /// Behind the last `<answer>`, and where its `</answer>` begins; nil where it is never closed.
  private(set) var answerTag: (start: Int, end: Int?)?
  /// Behind the last `####`.
  private(set) var hashEnd: Int?
  /// `<!--`, or a `%` that begins a TeX comment, stands in the scope.
  private(set) var hasComments = false

  /// - Parameters:
  ///   - text: The response.
  ///   - readsThinking: False = `<think>` and `</think>` are text like any other.
  ///   - stopsAtBox: The last box makes everything before it irrelevant, but thinking and comments.
  init(in text: Bytes, readsThinking: Bool, stopsAtBox: Bool = true) {
    scopeStart = text.startIndex
    var nearestClose: Int?
    let bytes = text.span
    let base = text.startIndex
    var offset = bytes.count
    while offset > 0 {
      offset -= 1
      let byte = bytes[offset]
      // Letters and blanks, nearly all of a text, are told apart by two comparisons.
      if byte > 0x5C || (byte > 0x3C && byte < 0x5C) || byte == 0x20 { continue }
      let index = base + offset
      switch byte {
      case UInt8(ascii: "\\"):
        if boxBrace == nil, let end = text.endOfBoxCommand(at: index) {
          let brace = text.endOfBlanks(from: end)
          if text.byte(brace) == UInt8(ascii: "{") {
            boxBrace = brace
            hasComments = hasComments || text.hasComment(inLineBefore: index)
            if stopsAtBox {
              findThinking(in: text, before: offset, readsThinking)
              return
            }
          } else if brace == text.endIndex {
            endsInBoxCommand = true
          }
        }
      case UInt8(ascii: "#"):
        if hashEnd == nil, text.has(Mark.hashes, at: index - 3) { hashEnd = index + 1 }
      case UInt8(ascii: "%"):
        hasComments = hasComments || text.beginsComment(at: index)
      case UInt8(ascii: "<"):
        if readsThinking, text.hasIgnoringCase(Mark.endOfThinking, at: index) {
          scopeStart = index + Mark.endOfThinking.bytes.count
          hasThought = true
          return
        }
        if readsThinking, text.hasIgnoringCase(Mark.startOfThinking, at: index) { isThinking = true }
        if text.has(Mark.comment, at: index) { hasComments = true }
        if text.hasIgnoringCase(Mark.endOfAnswer, at: index) { nearestClose = index }
        if answerTag == nil, text.hasIgnoringCase(Mark.startOfAnswer, at: index) {
          answerTag = (index + Mark.startOfAnswer.bytes.count, nearestClose)
        }
      default: break
      }
    }
  }

  /// Before a box only thinking and comments matter.
  private mutating func findThinking(in text: Bytes, before end: Int, _ readsThinking: Bool) {
    let bytes = text.span
    var offset = end
    while offset > 0 {
      offset -= 1
      if bytes[offset] != UInt8(ascii: "<") { continue }
      let index = text.startIndex + offset
      if text.has(Mark.comment, at: index) { hasComments = true }
      guard readsThinking else { continue }
      if text.hasIgnoringCase(Mark.endOfThinking, at: index) {
        scopeStart = index + Mark.endOfThinking.bytes.count
        hasThought = true
        return
      }
      if text.hasIgnoringCase(Mark.startOfThinking, at: index) { isThinking = true }
    }
  }
}

extension ArraySlice<UInt8> {
  /// Behind `\boxed` or `\fbox`, if one of them stands at `start`.
  func endOfBoxCommand(at start: Int) -> Int? {
    if has(Mark.boxed, at: start) { return start + Mark.boxed.bytes.count }
    if has(Mark.framed, at: start) { return start + Mark.framed.bytes.count }
    return nil
  }

  func endOfBlanks(from start: Int) -> Int {
    var index = start
    while index < endIndex, self[index].isBlank { index += 1 }
    return index
  }

  /// Whether the `%` at `index` begins a TeX comment. One behind a number, a word or a backslash is a percent
  /// sign or part of prose.
  func beginsComment(at index: Int) -> Bool {
    var before = index - 1
    guard before >= startIndex else { return true }
    guard self[before].isBlank else { return false }
    while before >= startIndex, self[before] == 0x20 || self[before] == 0x09 { before -= 1 }
    guard before >= startIndex else { return true }
    switch self[before] {
    case 0x0A, UInt8(ascii: "}"), UInt8(ascii: "."), UInt8(ascii: ";"), UInt8(ascii: ","): return true
    case UInt8(ascii: "$"):
      return before > startIndex && (self[before - 1] == UInt8(ascii: "}") || self[before - 1] == 0x24)
    default: return false
    }
  }

  /// A `%` that begins a comment stands before `index` in its line.
  func hasComment(inLineBefore index: Int) -> Bool {
    var before = index - 1
    while before >= startIndex, self[before] != 0x0A {
      if self[before] == UInt8(ascii: "%"), beginsComment(at: before) { return true }
      before -= 1
    }
    return false
  }

  /// Without `<!-- … -->` and TeX comments; they hold no answers.
  func withoutComments() -> Bytes {
    var kept: [UInt8] = []
    kept.reserveCapacity(count)
    var index = startIndex
    var mayClose = true
    while index < endIndex {
      if self[index] == UInt8(ascii: "<"), mayClose, has(Mark.comment, at: index) {
        if let close = firstIndex(of: Mark.endOfComment, from: index + Mark.comment.bytes.count) {
          index = close + Mark.endOfComment.bytes.count
          continue
        }
        mayClose = false
      } else if self[index] == UInt8(ascii: "%"), beginsComment(at: index) {
        while index < endIndex, self[index] != 0x0A { index += 1 }
        continue
      }
      kept.append(self[index])
      index += 1
    }
    return kept[...]
  }

  /// Where `pattern` occurs first at or behind `start`.
  func firstIndex(of pattern: StaticPattern, from start: Int) -> Int? {
    var index = start
    while index + pattern.bytes.count <= endIndex {
      if self[index] == pattern.bytes[0], has(pattern, at: index) { return index }
      index += 1
    }
    return nil
  }

  /// As ``has(_:at:)`` for a pattern in small letters; ASCII letters of either case match.
  func hasIgnoringCase(_ pattern: StaticPattern, at start: Int) -> Bool {
    guard start >= startIndex, start + pattern.bytes.count <= endIndex else { return false }
    for offset in pattern.bytes.indices where self[start + offset].lowercased != pattern.bytes[offset] {
      return false
    }
    return true
  }
}

private enum Mark {
  static let boxed: StaticPattern = "\\boxed"
  static let framed: StaticPattern = "\\fbox"
  static let hashes: StaticPattern = "####"
  static let startOfThinking: StaticPattern = "<think>"
  static let endOfThinking: StaticPattern = "</think>"
  static let startOfAnswer: StaticPattern = "<answer>"
  static let endOfAnswer: StaticPattern = "</answer>"
  static let comment: StaticPattern = "<!--"
  static let endOfComment: StaticPattern = "-->"
}
