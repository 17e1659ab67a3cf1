/// A stretch of text read as one number.
enum NumericAnswer {
  case number(ReadNumber)
  /// A number of more than 64 bytes.
  case tooLong
  case notANumber
}

extension ArraySlice<UInt8> {
  /// The text as one number and nothing but a number: markup round it and a unit of words after it are
  /// tolerated (`**$1,234**`, `72 clips`, `5\text{ cm}`), a second number, a hedge or a variable is not (`12
  /// or 13`, `5x`, `7 2`).
  var wholeNumber: NumericAnswer {
    let value = withoutMarkup
    switch NumberScanner(bytes: value).number(at: value.startIndex) {
    case .none:
      return .notANumber
    case .tooLong(let end):
      return value[end...].unit == nil ? .notANumber : .tooLong
    case .number(var number, let end):
      guard let unit = value[end...].unit else { return .notANumber }
      if unit == [Array("percent".utf8)] { number.isPercent = true } else { number.unit = unit }
      return .number(number)
    }
  }

  /// The last number anywhere in the text and where it stands; digits that belong to a word (`x2`, `H2O`) are
  /// none.
  var lastNumber: (answer: NumericAnswer, text: Bytes)? {
    let scanner = NumberScanner(bytes: self)
    var last: (NumericAnswer, Bytes)?
    var index = startIndex
    while index < endIndex {
      guard let start = numberStart(at: index) else {
        index += 1
        continue
      }
      switch scanner.number(at: start) {
      case .none:
        index += 1
      case .tooLong(let end):
        last = (.tooLong, self[start..<end])
        index = end
      case .number(let number, let end):
        last = (.number(number), self[start..<end])
        index = end
      }
    }
    return last
  }

  /// Without blanks, emphasis, math delimiters and a full stop around it.
  var withoutMarkup: Bytes {
    var value = self
    while true {
      let before = value.count
      value = value.trimmed { $0.isBlank || Markup.around.contains($0) }
      while let last = value.last, Markup.behind.contains(last) { value = value.dropLast() }
      if Markup.opening.contains(where: { value.has($0, at: value.startIndex) }) {
        value = value.dropFirst(2)
      }
      if Markup.closing.contains(where: { value.has($0, at: value.endIndex - 2) }) {
        value = value.dropLast(2)
      }
      if value.count == before { return value }
    }
  }

  /// Where a number would begin whose first digit, point or LaTeX fraction is at `index`: there, or at its
  /// sign.
  private func numberStart(at index: Int) -> Int? {
    let here = self[index]
    let isPoint = here == UInt8(ascii: ".") && byte(index + 1)?.isDigit == true
    guard here.isDigit || isPoint || here == UInt8(ascii: "\\") else { return nil }
    guard let before = byte(index - 1) else { return index }
    if before.isLetter || before.isDigit || before == UInt8(ascii: "_") || before == UInt8(ascii: "^") {
      return nil
    }
    // A minus is a sign only where nothing stands before it that it could be subtracted from.
    let sign = before == UInt8(ascii: "$") ? index - 2 : index - 1
    guard byte(sign) == UInt8(ascii: "-") else { return index }
    guard let left = byte(sign - 1) else { return sign }
    return left.isDigit || left.isLetter || left == UInt8(ascii: ")") ? index : sign
  }

  /// What stands behind a number, as a unit: up to three words that do not change its value. Nil = anything
  /// else.
  private var unit: [[UInt8]]? {
    let text = textArgument ?? self
    let rest = text.trimmed()
    if rest.isEmpty { return [] }
    guard textArgument != nil || first?.isBlank == true else { return nil }
    let words = rest.split(whereSeparator: \.isBlank).map { $0.map(\.lowercased) }
    let areUnits = words.allSatisfy { word in
      word.count >= 2 && word.allSatisfy { $0.isLetter || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "/") }
        && !Markup.valueWords.contains(String(decoding: word, as: UTF8.self))
    }
    return areUnits && words.count <= 3 ? words : nil
  }

  /// The content of `\text{…}` and its kin where that is all there is.
  private var textArgument: Bytes? {
    let value = withoutMarkup
    guard value.last == UInt8(ascii: "}") else { return nil }
    let command = Markup.textCommands.first { value.has($0, at: value.startIndex) }
    return command.map { value.dropFirst($0.bytes.count).dropLast() }
  }
}

private enum Markup {
  static let around = Set("*`$_~".utf8)
  static let behind = Set(".;!,".utf8)
  static let opening: [StaticPattern] = ["\\(", "\\[", "\\,", "\\;", "\\!"]
  static let closing: [StaticPattern] = ["\\)", "\\]", "\\,", "\\;", "\\!", "\\$"]
  static let textCommands: [StaticPattern] = ["\\text{", "\\mathrm{", "\\textbf{"]
  /// Words that make another value of the number before them, or offer a second one.
  static let valueWords: Set<String> = [
    "or", "and", "not", "to", "than", "plus", "minus", "times", "over", "divided", "by", "mod", "hundred",
    "thousand",
    "million", "billion", "trillion", "dozen", "dozens", "half", "halves", "third", "thirds", "pi", "sqrt",
    "log", "ln", "sin", "cos", "tan", "if", "but", "is", "wrong", "false",
  ]
}
