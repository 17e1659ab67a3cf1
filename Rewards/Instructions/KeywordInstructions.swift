/// All keywords occur somewhere, in any case; within longer words too.
struct KeywordExistence: Instruction {
  static let ids = ["keywords:existence"]
  private let keywords: [PhraseSearch]

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    keywords = try arguments.texts("keywords").map { PhraseSearch($0) }
  }

  func fault(in text: InstructionText) -> String? {
    guard let missing = keywords.first(where: { $0.count(in: text.lower) == 0 }) else { return nil }
    return "`\(missing.phrase.shortened)` is missing"
  }
}

/// A keyword occurs so often, in any case; within longer words too.
///
/// `word_count_different_numbers` is open-instruct's name for the same.
struct KeywordFrequency: Instruction {
  static let ids = ["keywords:frequency", "keywords:word_count_different_numbers"]
  private let keyword: PhraseSearch
  private let bound: CountBound

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    keyword = PhraseSearch(try arguments.text("keyword"))
    bound = CountBound(try arguments.relation("relation"), try arguments.count("frequency"))
  }

  func fault(in text: InstructionText) -> String? {
    let count =
      bound.relation.isUpperBound ? keyword.countUndisguised(in: text) : keyword.count(in: text.lower)
    return bound.fault(count, "times `\(keyword.phrase.shortened)`")
  }
}

/// None of the words occurs as a word of its own, in any case or disguise.
struct ForbiddenWords: Instruction {
  static let ids = ["keywords:forbidden_words"]
  private let words: [PhraseSearch]

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    words = try arguments.texts("forbidden_words").map { PhraseSearch($0) }
  }

  func fault(in text: InstructionText) -> String? {
    words.first { $0.countUndisguised(in: text, atWordEnds: true) > 0 }.map {
      "`\($0.phrase.shortened)` occurs"
    }
  }
}

/// A letter, or any other single character, occurs so often, in any case.
///
/// `letters:letter_counting2` is open-instruct's name for the same.
struct LetterFrequency: Instruction {
  static let ids = ["keywords:letter_frequency", "letters:letter_counting2"]
  private let letter: PhraseSearch
  private let bound: CountBound

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    let letter = try arguments.text("letter")
    guard letter.count == 1 else {
      throw arguments.mismatch("letter", "`\(letter.shortened)`", "one character")
    }
    self.letter = PhraseSearch(letter)
    bound = CountBound(try arguments.relation("let_relation"), try arguments.count("let_frequency"))
  }

  func fault(in text: InstructionText) -> String? {
    let count = bound.relation.isUpperBound ? letter.countUndisguised(in: text) : letter.count(in: text.lower)
    return bound.fault(count, "times `\(letter.phrase)`")
  }
}

/// No comma of any script, nor a sign that looks like one.
struct NoComma: Instruction {
  static let ids = ["punctuation:no_comma"]

  init(_ arguments: inout InstructionArguments) {}

  func fault(in text: InstructionText) -> String? {
    text.bytes.contains(UInt8(ascii: ",")) || text.hasCommaOfOtherScripts ? "there is a comma" : nil
  }
}

extension InstructionText {
  /// Arabic, Armenian, Mongolian, ideographic, half- and full-width, small and raised commas, and the low
  /// quotation mark that cannot be told from one.
  fileprivate var hasCommaOfOtherScripts: Bool {
    guard bytes.contains(where: { $0 >= 0x80 }) else { return false }
    return ScalarReader(bytes).contains { _, scalar in
      switch scalar.value {
      case 0x055D, 0x060C, 0x1802, 0x1808, 0x201A, 0x2E32, 0x2E34, 0x2E41, 0x2E49, 0x2E4C, 0x3001, 0xFE10,
        0xFE11,
        0xFE50, 0xFE51, 0xFF0C, 0xFF64:
        true
      default: false
      }
    }
  }
}
