/// A list of small statements, each a few words: moves (`A->C`), assignments (`x = 1`), claims (`B is a
/// knave`).
///
/// Line breaks, semicolons and commas end a statement; commas within brackets do not. Words are what stands
/// between blanks and signs, so `A->C`, `(A, C)`, `"A": "C"` and `A to C` differ in their small words only.
struct WrittenClauses {
  private let text: Bytes
  /// A number with a point or a parenthesis behind it, at the start of a line, counts the lines.
  private let isNumbered: Bool

  init(_ text: Bytes, isNumbered: Bool = false) {
    var text = text.trimmed()
    // A list in brackets, or a list in brackets within a fence of `$`: two layers are enough.
    for _ in 0..<2 { text = text.withoutEnclosingBrackets }
    self.text = text
    self.isNumbered = isNumbered
  }

  /// Hands over one statement's words after the other, never none, until `body` returns something.
  ///
  /// - Returns: What `body` returned; nil where it never did.
  func first<Result>(where body: ([Bytes]) -> Result?) -> Result? {
    var words: [Bytes] = []
    var wordStart: Int?
    var depth = 0
    var index = text.startIndex
    while index <= text.endIndex {
      let byte = text.byte(index) ?? 0x0A
      if byte.isWordOfClause {
        if wordStart == nil { wordStart = index }
        index += 1
        continue
      }
      if let start = wordStart {
        wordStart = nil
        let word = text[start..<index]
        let isCount =
          isNumbered && words.isEmpty && word.allSatisfy(\.isDigit)
          && (byte == UInt8(ascii: ".") || byte == UInt8(ascii: ")") && depth == 0)
        if !isCount { words.append(word) }
      }
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"): depth = max(0, depth - 1)
      case UInt8(ascii: ",") where depth > 0: break
      case 0x0A, UInt8(ascii: ";"), UInt8(ascii: ","):
        depth = byte == UInt8(ascii: ",") ? depth : 0
        if !words.isEmpty {
          if let result = body(words) { return result }
          words.removeAll(keepingCapacity: true)
        }
      default: break
      }
      index += 1
    }
    return nil
  }
}

extension UInt8 {
  /// Part of a word: anything but blanks and the signs that stand between words.
  fileprivate var isWordOfClause: Bool {
    !isBlank && !ClauseSigns.between.contains(self)
  }
}

extension ArraySlice<UInt8> {
  /// Without the brackets where one pair encloses everything.
  fileprivate var withoutEnclosingBrackets: Bytes {
    guard let open = first, ClauseSigns.opening.contains(open), count >= 2 else { return self }
    var depth = 0
    for index in indices {
      if ClauseSigns.opening.contains(self[index]) { depth += 1 }
      if ClauseSigns.closing.contains(self[index]) {
        depth -= 1
        if depth == 0 { return index == endIndex - 1 ? dropFirst().dropLast().trimmed() : self }
      }
    }
    return self
  }

  /// ASCII letters made small.
  var folded: [UInt8] { map(\.lowercased) }

  func isWord(_ word: String) -> Bool {
    count == word.utf8.count && zip(self, word.utf8).allSatisfy { $0.lowercased == $1 }
  }

  func isOneOf(_ words: [String]) -> Bool { words.contains { isWord($0) } }
}

private enum ClauseSigns {
  static let between: ASCIISet = ",;:()[]{}\"'`*.=<>-$"
  static let opening: ASCIISet = "([{"
  static let closing: ASCIISet = ")]}"
}
