/// So many sentences.
struct SentenceCount: Instruction {
  static let ids = ["length_constraints:number_sentences"]
  private let bound: CountBound

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    bound = CountBound(try arguments.relation("relation"), try arguments.count("num_sentences"))
  }

  func fault(in text: InstructionText) -> String? { bound.fault(text.bytes.sentences.count, "sentences") }
}

/// So many words: stretches of letters, marks, digits and `_`, so that `don't` is two.
struct WordCount: Instruction {
  static let ids = ["length_constraints:number_words"]
  private let bound: CountBound

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    bound = CountBound(try arguments.relation("relation"), try arguments.count("num_words"))
  }

  func fault(in text: InstructionText) -> String? { bound.fault(text.bytes.wordCount, "words") }
}

/// Exactly so many paragraphs between `***` or `* * *`; only the outermost may be blank, and do not count
/// then.
struct ParagraphCount: Instruction {
  static let ids = ["length_constraints:number_paragraphs"]
  private let count: Int

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    count = try arguments.count("num_paragraphs")
  }

  func fault(in text: InstructionText) -> String? {
    text.bytes.dividedParagraphFault(count)
  }
}

extension ArraySlice<UInt8> {
  /// nil where another than the first or the last is blank.
  var dividedParagraphs: [Bytes]? {
    parts(between: "***").flatMap { $0.parts(between: "* * *") }.filledButForEnds
  }

  func dividedParagraphFault(_ wanted: Int) -> String? {
    guard let parts = dividedParagraphs else { return "a paragraph between `***` is blank" }
    return CountBound(.exactly, wanted).fault(parts.count, "paragraphs")
  }
}

/// Exactly so many paragraphs between empty lines, blank ones left out, and one of them starts with a word.
struct NthParagraphFirstWord: Instruction {
  static let ids = ["length_constraints:nth_paragraph_first_word"]
  private let count: Int
  private let number: Int
  private let firstWord: Bytes

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    count = try arguments.count("num_paragraphs", from: 1)
    number = try arguments.count("nth_paragraph", from: 1)
    guard number <= count else {
      throw arguments.mismatch("nth_paragraph", "\(number)", "at most `num_paragraphs` (\(count))")
    }
    firstWord = Bytes(try arguments.text("first_word").utf8).smallLetters
  }

  func fault(in text: InstructionText) -> String? {
    let paragraphs = text.lower.paragraphs
    if let fault = CountBound(.exactly, count).fault(paragraphs.count, "paragraphs") { return fault }
    guard paragraphs.indices.contains(number - 1), paragraphs[number - 1].starts(withWord: firstWord) else {
      return "paragraph \(number) does not start with `\(firstWord.excerpt)`"
    }
    return nil
  }
}

extension ArraySlice<UInt8> {
  /// Whether its first blank-separated part is `word`, but for quotation marks before it and anything from
  /// the first punctuation mark on behind it.
  func starts(withWord word: Bytes) -> Bool {
    guard let part = blankSeparated.first else { return false }
    var start = part.startIndex
    while part.scalar(at: start).scalar.isQuotationMark { start += part.scalar(at: start).width }
    let rest = part[start...]
    guard rest.starts(with: word) else { return false }
    guard let next = rest.dropFirst(word.count).firstScalar else { return true }
    switch next {
    case ".", ",", "?", "!", "'", "\"", ":", ";": return true
    default: return !next.isASCII && !next.isWord && next.properties.generalCategory != .dashPunctuation
    }
  }
}

extension Unicode.Scalar {
  var isQuotationMark: Bool {
    switch self {
    case "\"", "'": true
    default:
      switch properties.generalCategory {
      case .initialPunctuation, .finalPunctuation: true
      default: value == 0x201E || value == 0x201A
      }
    }
  }
}
