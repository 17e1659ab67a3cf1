// What open-instruct's IFEvalG adds to IFEval: single words and letters.

/// A keyword occurs exactly once, in any case; within longer words too.
struct KeywordOnce: Instruction {
  static let ids = ["keywords:word_once"]
  private let keyword: PhraseSearch

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    keyword = PhraseSearch(try arguments.text("keyword"))
  }

  func fault(in text: InstructionText) -> String? {
    CountBound(.exactly, 1).fault(keyword.countUndisguised(in: text), "times `\(keyword.phrase.shortened)`")
  }
}

/// One keyword occurs exactly once and another exactly twice.
struct KeywordOnceAndTwice: Instruction {
  static let ids = ["count:count_increment_word"]
  private let keywords: [PhraseSearch]

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    keywords = [PhraseSearch(try arguments.text("keyword1")), PhraseSearch(try arguments.text("keyword2"))]
  }

  func fault(in text: InstructionText) -> String? {
    for (index, keyword) in keywords.enumerated() {
      let bound = CountBound(.exactly, index + 1)
      if let fault = bound.fault(keyword.countUndisguised(in: text), "times `\(keyword.phrase.shortened)`") {
        return fault
      }
    }
    return nil
  }
}

/// A word does not occur, in any case. The published check sees only small letters between two blanks.
struct ExcludedWord: Instruction {
  static let ids = ["keywords:exclude_word_harder"]
  private let word: PhraseSearch

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    word = PhraseSearch(try arguments.text("keyword"))
  }

  func fault(in text: InstructionText) -> String? {
    word.countUndisguised(in: text, atWordEnds: true) > 0 ? "`\(word.phrase.shortened)` occurs" : nil
  }
}

/// A whole word occurs exactly so often, in any case.
struct WholeWordCount: Instruction {
  static let ids = ["verify_keyword_frequency"]
  private let word: PhraseSearch
  private let bound: CountBound

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    word = PhraseSearch(try arguments.text("word"))
    bound = CountBound(.exactly, try arguments.count("N"))
  }

  func fault(in text: InstructionText) -> String? {
    bound.fault(word.countUndisguised(in: text, atWordEnds: true), "times `\(word.phrase.shortened)`")
  }
}

/// One of the given options occurs as it is written, but for case, and no other.
struct ChosenOption: Instruction {
  static let ids = ["validate_choice"]
  private let options: [PhraseSearch]

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    options = try arguments.texts("options").map { PhraseSearch($0) }
  }

  func fault(in text: InstructionText) -> String? {
    let count = options.count { $0.count(in: text.lower, atWordEnds: true) > 0 }
    return count == 1 ? nil : "\(count) of the options occur, but just one asked for"
  }
}

/// No word is used twice. Case does not matter, and punctuation is no word.
struct UniqueWords: Instruction {
  static let ids = ["count:count_unique"]

  init(_ arguments: inout InstructionArguments) {}

  func fault(in text: InstructionText) -> String? {
    var seen: Set<Bytes> = []
    return text.lower.joinedWords.first { !seen.insert($0).inserted }.map { "`\($0.excerpt)` occurs twice" }
  }
}

/// A word of at least three letters that reads the same backwards, in any case. The published check is
/// content with `a`.
struct Palindrome: Instruction {
  static let ids = ["keywords:palindrome"]

  init(_ arguments: inout InstructionArguments) {}

  func fault(in text: InstructionText) -> String? {
    let isThere = text.lower.words.contains { word in
      let scalars = ScalarReader(word).map(\.scalar)
      return scalars.count >= 3 && scalars.allSatisfy(\.isLetterOrMark)
        && scalars.elementsEqual(scalars.reversed())
    }
    return isThere ? nil : "no palindrome"
  }
}

/// At most so many words of nothing but small letters.
struct LowercaseWordCount: Instruction {
  static let ids = ["count:lowercase_counting"]
  private let bound: CountBound

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    bound = CountBound(.atMost, try arguments.count("N"))
  }

  func fault(in text: InstructionText) -> String? {
    let count = text.bytes.words.count { word in
      ScalarReader(word).allSatisfy { $0.scalar.letterCase == .small }
    }
    return bound.fault(count, "words in small letters")
  }
}

/// So many letters.
struct LetterCount: Instruction {
  static let ids = ["letters:letter_counting"]
  private let bound: CountBound

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    bound = CountBound(try arguments.relation("relation"), try arguments.count("N"))
  }

  func fault(in text: InstructionText) -> String? {
    bound.fault(ScalarReader(text.bytes).count { $0.scalar.properties.isAlphabetic }, "letters")
  }
}

/// No word starts with the letter of the alphabet that follows the first letter of the word before it.
struct NoConsecutiveInitials: Instruction {
  static let ids = ["keywords:no_adjacent_consecutive"]

  init(_ arguments: inout InstructionArguments) {}

  func fault(in text: InstructionText) -> String? {
    let words = text.lower.words
    let pair = zip(words, words.dropFirst()).first { word, next in
      guard let first = word.first, let second = next.first, first.isLetter, second.isLetter else {
        return false
      }
      return second == first + 1
    }
    return pair.map { "`\($0.excerpt)` is followed by `\($1.excerpt)`" }
  }
}

/// The first and the last word are the same, and nothing follows it.
struct SameStartAndEnd: Instruction {
  static let ids = ["keywords:start_end"]

  init(_ arguments: inout InstructionArguments) {}

  func fault(in text: InstructionText) -> String? {
    let words = text.lower.joinedWords
    guard words.count >= 2, let first = words.first, let last = words.last else {
      return "fewer than two words"
    }
    guard last.endIndex == text.lower.endIndex else { return "the text does not end with a word" }
    return first == last ? nil : "`\(first.excerpt)` at the start, `\(last.excerpt)` at the end"
  }
}
