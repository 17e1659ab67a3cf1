/// Two different responses with `******` between them.
struct TwoResponses: Instruction {
  static let ids = ["combination:two_responses"]

  init(_ arguments: inout InstructionArguments) {}

  func fault(in text: InstructionText) -> String? {
    guard let parts = text.bytes.parts(between: "******").filledButForEnds else {
      return "a response is blank"
    }
    guard parts.count == 2 else { return "\(parts.count) responses between `******`, but two asked for" }
    return parts[0] == parts[1] ? "the two responses are the same" : nil
  }
}

/// The text starts with the prompt, in any case.
struct RepeatedPrompt: Instruction {
  static let ids = ["combination:repeat_prompt"]
  private let prompt: Bytes

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    prompt = Bytes(try arguments.text("prompt_to_repeat").utf8).smallLetters
  }

  func fault(in text: InstructionText) -> String? {
    text.lower.starts(with: prompt) ? nil : "the text does not start with the prompt"
  }
}

/// The text ends with a phrase, in any case; quotation marks and blanks may follow it.
struct EndPhrase: Instruction {
  static let ids = ["startend:end_checker"]
  private let phrase: Bytes

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    phrase = Bytes(try arguments.text("end_phrase").utf8).smallLetters.trimmed { $0 == UInt8(ascii: "\"") }
    if phrase.isEmpty { throw arguments.mismatch("end_phrase", "nothing but quotation marks", "a text") }
  }

  func fault(in text: InstructionText) -> String? {
    let end = text.lower.trimmed { $0.isBlank || $0 == UInt8(ascii: "\"") }
    return end.suffix(phrase.count).elementsEqual(phrase)
      ? nil : "the text does not end with `\(phrase.excerpt)`"
  }
}

/// The whole text between double quotation marks, straight or curly, with something between them.
struct Quotation: Instruction {
  static let ids = ["startend:quotation"]

  init(_ arguments: inout InstructionArguments) {}

  func fault(in text: InstructionText) -> String? {
    let open = text.bytes.firstScalar
    let close = text.bytes.scalar(before: text.bytes.endIndex)
    let isQuoted =
      switch (open, close) {
      case ("\"", "\""), ("\u{201C}", "\u{201D}"): text.bytes.wordCount > 0
      default: false
      }
    return isQuoted ? nil : "the text is not wrapped in double quotation marks"
  }
}

/// So many words in capitals. Words hold together at `-`, `'`, `.` and `&` between two word characters.
struct CapitalWordFrequency: Instruction {
  static let ids = ["change_case:capital_word_frequency"]
  private let bound: CountBound

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    bound = CountBound(try arguments.relation("capital_relation"), try arguments.count("capital_frequency"))
  }

  func fault(in text: InstructionText) -> String? {
    bound.fault(text.bytes.joinedWords.count { $0.isAll(.capital) }, "words in capitals")
  }
}

extension ArraySlice<UInt8> {
  /// Words, with those that one of `- ' ’ . &` joins taken as one.
  var joinedWords: [Bytes] {
    var joined: [Bytes] = []
    for word in words {
      if let last = joined.last, self[last.endIndex..<word.startIndex].isWordJoiner {
        joined[joined.count - 1] = self[last.startIndex..<word.endIndex]
      } else {
        joined.append(word)
      }
    }
    return joined
  }

  private var isWordJoiner: Bool {
    guard let first, count == 1 || count == 3 else { return false }
    switch first {
    case UInt8(ascii: "-"), UInt8(ascii: "'"), UInt8(ascii: "."), UInt8(ascii: "&"): return count == 1
    default: return elementsEqual("\u{2019}".utf8)
    }
  }
}

/// English, and every letter a capital.
struct AllCapitals: Instruction {
  static let ids = ["change_case:english_capital"]

  init(_ arguments: inout InstructionArguments) {}

  func fault(in text: InstructionText) -> String? {
    text.bytes.isAll(.capital) ? text.englishFault : "not all letters are capitals"
  }
}

/// English, and no letter a capital.
struct AllLowercase: Instruction {
  static let ids = ["change_case:english_lowercase"]

  init(_ arguments: inout InstructionArguments) {}

  func fault(in text: InstructionText) -> String? {
    text.bytes.isAll(.small) ? text.englishFault : "not all letters are small"
  }
}

extension InstructionText {
  fileprivate var englishFault: String? {
    Language.english.fault(in: lower)
  }
}

/// The whole text is in one language.
struct ResponseLanguage: Instruction {
  static let ids = ["language:response_language"]
  private let language: Language

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    let code = try arguments.text("language")
    guard let language = Language(code: code) else {
      throw arguments.mismatch(
        "language", "`\(code.shortened)`",
        "one of those that the detector knows: \(Language.codes.joined(separator: ", "))")
    }
    self.language = language
  }

  func fault(in text: InstructionText) -> String? { language.fault(in: text.lower) }
}
