/// One constraint that a task sets, read from its published id and arguments.
protocol Instruction: Sendable {
  /// The ids under which data sets publish it.
  static var ids: [String] { get }

  /// - Parameter arguments: What the data row gives; every argument must be read, any other is an error.
  /// - Throws: Where one is missing or cannot be used. Nothing is drawn at random in its place.
  init(_ arguments: inout InstructionArguments) throws(InstructionProblem)

  /// What the text lacks, in words; nil where the instruction is followed.
  func fault(in text: InstructionText) -> String?
}

/// A data row whose instructions cannot be used.
package struct InstructionProblem: Error, Hashable, CustomStringConvertible {
  /// Which instruction, as the row writes it (``instruction 2 `keywords:frequency` ``), or which column.
  package var place: String
  /// What is wrong and what would be right, as the end of a sentence.
  package var problem: String

  package init(_ place: String, _ problem: String) {
    self.place = place
    self.problem = problem
  }

  package var description: String { "\(place): \(problem)" }
}

/// Every kind of instruction there is.
enum InstructionKinds {
  /// IFEval's 25.
  static let published: [any Instruction.Type] = [
    KeywordExistence.self, KeywordFrequency.self, ForbiddenWords.self, LetterFrequency.self,
    ResponseLanguage.self, SentenceCount.self, ParagraphCount.self, WordCount.self,
    NthParagraphFirstWord.self, PlaceholderCount.self, Postscript.self, BulletCount.self,
    ConstrainedResponse.self, HighlightCount.self, SectionCount.self, WholeJSON.self, Title.self,
    TwoResponses.self, RepeatedPrompt.self, EndPhrase.self, CapitalWordFrequency.self, AllCapitals.self,
    AllLowercase.self, NoComma.self, Quotation.self,
  ]

  /// Those that open-instruct added for training, and two of its first data set.
  static let extended: [any Instruction.Type] = [
    RepeatedPhrase.self, CopiedPrompt.self, CopiedPromptTimes.self, CopiedSpan.self, HyphenatedSentences.self,
    NoConsecutiveInitials.self, BracketedWords.self, BracketedBigrams.self, KeywordOnce.self,
    ExcludedWord.self,
    TwoDividedParagraphs.self, TwoSpacedParagraphs.self, FirstWordOfSentences.self, FirstWord.self,
    LastWordOfSentences.self, LastWord.self, NoDot.self, NoExclamationMark.self, LowercaseWordCount.self,
    LetterCount.self, CountingComposition.self, UniqueWords.self, KeywordOnceAndTwice.self, Palindrome.self,
    KeywordPosition.self, SameStartAndEnd.self, WholeWordCount.self, ChosenOption.self,
  ]

  static let byID: [String: any Instruction.Type] = Dictionary(
    uniqueKeysWithValues: (published + extended).flatMap { kind in kind.ids.map { ($0, kind) } })

  /// - Throws: Where there is no such id, or its arguments cannot be used.
  static func make(
    _ id: String, number: Int, values: [String: ParameterValue], knowsAround: Bool = false
  ) throws(InstructionProblem) -> any Instruction {
    let place = "instruction \(number) `\(id.shortened)`"
    guard let kind = byID[id] else { throw InstructionProblem(place, "no instruction has this id") }
    var arguments = InstructionArguments(place: place, values: values, knowsAround: knowsAround)
    let instruction = try kind.init(&arguments)
    try arguments.checkAllRead()
    return instruction
  }
}

extension String {
  /// Cut to 200 bytes, for messages about texts of unknown length.
  var shortened: String { Bytes(utf8).excerpt }
}
