// What open-instruct's IFEvalG adds to IFEval: form.

/// Two paragraphs between `***`.
struct TwoDividedParagraphs: Instruction {
  static let ids = ["paragraphs:paragraphs"]

  init(_ arguments: inout InstructionArguments) {}

  func fault(in text: InstructionText) -> String? { text.bytes.dividedParagraphFault(2) }
}

/// Two paragraphs between empty lines.
struct TwoSpacedParagraphs: Instruction {
  static let ids = ["paragraphs:paragraphs2"]

  init(_ arguments: inout InstructionArguments) {}

  func fault(in text: InstructionText) -> String? {
    CountBound(.exactly, 2).fault(text.bytes.paragraphs.count, "paragraphs")
  }
}

/// No full stop anywhere, those of other scripts included.
struct NoDot: Instruction {
  static let ids = ["punctuation:punctuation_dot"]

  init(_ arguments: inout InstructionArguments) {}

  func fault(in text: InstructionText) -> String? {
    text.holds([0x2E, 0x2024, 0x2025, 0x2026, 0x3002, 0xFE52, 0xFF0E, 0xFF61]) ? "there is a full stop" : nil
  }
}

/// No exclamation mark anywhere, those of other scripts included.
struct NoExclamationMark: Instruction {
  static let ids = ["punctuation:punctuation_exclamation"]

  init(_ arguments: inout InstructionArguments) {}

  func fault(in text: InstructionText) -> String? {
    text.holds([0x21, 0x01C3, 0x203C, 0x203D, 0x2048, 0x2049, 0x2757, 0xFE57, 0xFF01])
      ? "there is an exclamation mark" : nil
  }
}

extension InstructionText {
  fileprivate func holds(_ values: [UInt32]) -> Bool {
    ScalarReader(bytes).contains { values.contains($0.scalar.value) }
  }
}

/// Every blank-separated part is in square brackets.
struct BracketedWords: Instruction {
  static let ids = ["detectable_format:square_brackets"]

  init(_ arguments: inout InstructionArguments) {}

  func fault(in text: InstructionText) -> String? {
    text.bytes.blankSeparated.first { !$0.isBracketed }.map { "`\($0.excerpt)` is not in brackets" }
  }
}

extension ArraySlice<UInt8> {
  fileprivate var isBracketed: Bool {
    count > 2 && first == UInt8(ascii: "[") && last == UInt8(ascii: "]")
  }
}

/// Every two words are in `<<…>>`; an odd one at the end need not be.
struct BracketedBigrams: Instruction {
  static let ids = ["detectable_format:bigram_wrapping"]

  init(_ arguments: inout InstructionArguments) {}

  func fault(in text: InstructionText) -> String? {
    let words = text.bytes.blankSeparated
    guard words.count >= 2 else { return "fewer than two words" }
    for index in stride(from: 0, to: words.count - 1, by: 2)
    where !words[index].has("<<", at: words[index].startIndex)
      || !words[index + 1].has(">>", at: words[index + 1].endIndex - 2)
    {
      return "`\(words[index].excerpt) \(words[index + 1].excerpt)` is not in `<<…>>`"
    }
    return nil
  }
}

/// Sentences are joined by a hyphen without blanks.
struct HyphenatedSentences: Instruction {
  static let ids = ["detectable_format:sentence_hyphens"]

  init(_ arguments: inout InstructionArguments) {}

  func fault(in text: InstructionText) -> String? {
    // A blank for each hyphen gives the sentences that there would be; where one ends, a hyphen must stand.
    let spaced = Bytes(text.bytes.map { $0 == UInt8(ascii: "-") ? 0x20 : $0 })
    let bytes = Bytes(text.bytes.map(\.self))
    for sentence in spaced.sentences.dropLast() {
      guard bytes.byte(sentence.endIndex) == UInt8(ascii: "-"),
        let next = bytes.byte(sentence.endIndex + 1), !next.isBlank
      else { return "`\(sentence.excerpt)` is not joined by a hyphen" }
    }
    return nil
  }
}

/// Three paragraphs between `***`, each of so many sentences of so many words.
struct CountingComposition: Instruction {
  static let ids = ["count:counting_composition"]
  private let sentences: Int
  private let words: Int

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    sentences = try arguments.count("n_sent", from: 1)
    words = try arguments.count("n_words", from: 1)
  }

  func fault(in text: InstructionText) -> String? {
    if let fault = text.bytes.dividedParagraphFault(3) { return fault }
    for paragraph in text.bytes.dividedParagraphs ?? [] {
      let found = paragraph.sentences
      if let fault = CountBound(.exactly, sentences).fault(found.count, "sentences in a paragraph") {
        return fault
      }
      for sentence in found {
        let count = sentence.joinedWords.count
        if let fault = CountBound(.exactly, words).fault(count, "words in a sentence") { return fault }
      }
    }
    return nil
  }
}

/// Every sentence starts with a word.
struct FirstWordOfSentences: Instruction {
  static let ids = ["first_word:first_word_sent"]
  private let word: Bytes

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    word = Bytes(try arguments.textOrSingleton("first_word").utf8).smallLetters
  }

  func fault(in text: InstructionText) -> String? {
    let other = text.lower.sentences.first { !$0.starts(withWord: word) }
    return other.map { "`\($0.excerpt)` does not start with `\(word.excerpt)`" }
  }
}

/// The response starts with a word.
struct FirstWord: Instruction {
  static let ids = ["first_word:first_word_answer"]
  private let word: Bytes

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    word = Bytes(try arguments.textOrSingleton("first_word").utf8).smallLetters
  }

  func fault(in text: InstructionText) -> String? {
    text.lower.starts(withWord: word) ? nil : "the text does not start with `\(word.excerpt)`"
  }
}

/// Every sentence ends with a word, punctuation behind it left out.
struct LastWordOfSentences: Instruction {
  static let ids = ["last_word:last_word_sent"]
  private let word: Bytes

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    word = Bytes(try arguments.textOrSingleton("last_word").utf8).smallLetters
  }

  func fault(in text: InstructionText) -> String? {
    let other = text.lower.sentences.first { $0.joinedWords.last != word }
    return other.map { "`\($0.excerpt)` does not end with `\(word.excerpt)`" }
  }
}

/// The response ends with a word, punctuation behind it left out.
struct LastWord: Instruction {
  static let ids = ["last_word:last_word_answer"]
  private let word: Bytes

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    word = Bytes(try arguments.textOrSingleton("last_word").utf8).smallLetters
  }

  func fault(in text: InstructionText) -> String? {
    text.lower.joinedWords.last == word ? nil : "the text does not end with `\(word.excerpt)`"
  }
}

/// A keyword is the m-th word of the n-th sentence, both from 1.
struct KeywordPosition: Instruction {
  static let ids = ["keywords:keyword_specific_position"]
  private let keyword: Bytes
  private let sentence: Int
  private let word: Int

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    keyword = Bytes(try arguments.textOrSingleton("keyword").utf8).smallLetters
    sentence = try arguments.count("n", from: 1)
    word = try arguments.count("m", from: 1)
  }

  func fault(in text: InstructionText) -> String? {
    let sentences = text.lower.sentences
    guard sentences.count >= sentence else { return "\(sentences.count) sentences" }
    let words = sentences[sentence - 1].joinedWords
    guard words.count >= word else { return "\(words.count) words in sentence \(sentence)" }
    return words[word - 1] == keyword
      ? nil : "word \(word) of sentence \(sentence) is `\(words[word - 1].excerpt)`"
  }
}
