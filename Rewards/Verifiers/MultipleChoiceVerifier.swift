/// The option of a multiple-choice question, by its label or, where the options are known, by its text or value.
///
/// The last explicit choice counts, in any of the usual dresses. Several labels are wrong unless the ground truth
/// has several; a label and a text that contradict each other are wrong. The article *A* and the pronoun *I* are
/// no choices, and letters of other scripts that look like labels are none either.
public struct MultipleChoiceVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "multiple_choice", summary: "The option of a multiple-choice question.",
    groundTruth:
      "a label (`B`, `(b)`), several (`ACD`, `A, C`), or where `choices` are known the text of an option; "
      + "where they are a list without digits as labels, its index from 0",
    answer:
      "the last box, else the last `<answer>`, `####` line, explicit statement or choice (\"option B\", a letter alone)",
    rules: [
      "Only the text after the last `</think>` counts; a `<think>` that is never closed leaves no answer.",
      "The last explicit choice counts: `B`, `(b)`, `B.`, `**B**`, `\\text{(B)}`, \"option B\", `B) 12`.",
      "The article A and the pronoun I are no choices; neither are look-alike letters of other scripts.",
      "Several labels, \"either\" and \"not B\" are wrong, unless the ground truth has several: then the same set is needed.",
      "With `choices` the text or value of an option stands for its label; a label and a text that contradict are wrong.",
      "Options written out again, one a line, are no choice.",
    ],
    parameters: [
      .init(
        "labels", "letters, digits, roman or auto", standard: "auto",
        "how the options are labeled: A–J, 1–9 or i–x; auto: as the ground truth is"),
      .init(
        "choices", "a map from labels to texts, or a list of texts", standard: "the row's column `choices`",
        "the texts of the options; the column holds them as JSON"),
      .init(
        "extraction", "a list of boxed, answer_tag, hash, phrase, last",
        standard: "[\(AnswerSource.allCases.map(\.rawValue).joined(separator: ", "))]",
        "where the answer may stand; the best source there is wins"),
      .init(
        "think", "require, strip or ignore", standard: "strip",
        "whether only what follows the last `</think>` counts, and whether there must be one"),
    ],
    examples: [
      .init("So I choose option B.", groundTruth: "B", score: 1),
      .init("\\boxed{\\textbf{(C)}\\ 15}", groundTruth: "C", score: 1),
      .init(
        "\\boxed{12}", groundTruth: "B", score: 1, columns: ["choices": "{\"A\": \"10\", \"B\": \"12\"}"]),
      .init("Answer: B", groundTruth: "1", score: 1, columns: ["choices": "[\"10\", \"12\"]"]),
      .init("\\boxed{A, C}", groundTruth: "CA", score: 1),
      .init("Answer: A or B", groundTruth: "B", score: 0),
      .init(
        "\\boxed{B. 10}", groundTruth: "B", score: 0, columns: ["choices": "{\"A\": \"10\", \"B\": \"12\"}"]),
      .init("A good question.", groundTruth: "A", score: 0),
      .init("\\boxed{A}", groundTruth: "the first", score: nil),
    ],
    source: nil)

  private let labels: ChoiceLabels?
  private let choices: ParameterValue?
  private let search: AnswerSearch

  public init() {
    labels = nil
    choices = nil
    search = AnswerSearch()
  }

  /// - Throws: Where a value cannot be used.
  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    let name = try parameters.text("labels") ?? "auto"
    labels = ChoiceLabels(rawValue: name)
    if labels == nil, name != "auto" {
      throw VerifierParameterError(
        "labels", "is `\(name)`, but must be one of `letters`, `digits`, `roman`, `auto`")
    }
    choices = parameters["choices"]
    if let choices { _ = try ChoiceTexts(choices, labels: labels ?? .letters) }
    search = try MathSettings(
      VerifierParameters(parameters.values.filter { $0.key == "extraction" || $0.key == "think" }),
      standard: MathSettings()
    ).search
  }

  public func verify(_ completion: Completion) -> Verdict {
    let gold = Array(completion.groundTruth.utf8)[...].trimmed()
    let labels = labels ?? Self.labels(of: gold)
    let reader = ChoiceReader(labels: labels)
    let texts: ChoiceTexts?
    if let choices {
      texts = try? ChoiceTexts(choices, labels: labels)
    } else if let column = completion.columns["choices"] {
      texts = ChoiceTexts(json: Array(column.utf8)[...], labels: labels)
      if texts == nil {
        return .noVerdict(gold: gold, rule: "the column `choices` is no JSON map or list of texts")
      }
    } else {
      texts = nil
    }
    if self.labels == nil, let index = texts?.index(of: gold) {
      guard case .place(let place) = index else {
        return .noVerdict(
          gold: gold,
          rule: "the ground truth is the index of one option and the text of another; give its label")
      }
      return judge(completion, [place], gold, ChoiceReader(labels: .letters), texts)
    }
    guard let right = goldPlaces(gold, reader, texts) else {
      return .noVerdict(gold: gold, rule: "the ground truth is no label and no option's text")
    }
    return judge(completion, right, gold, reader, texts)
  }

  private static func labels(of gold: Bytes) -> ChoiceLabels {
    let word = gold.trimmed { !$0.isLetter && !$0.isDigit }
    if word.first?.isDigit == true { return .digits }
    let isRoman = word.count > 1 || "vxi".utf8.contains(word.first ?? 0)
    return isRoman && ChoiceLabels.roman.place(of: word) != nil ? .roman : .letters
  }

  private func goldPlaces(_ gold: Bytes, _ reader: ChoiceReader, _ texts: ChoiceTexts?) -> Set<Int>? {
    if gold.count <= 64, case .chosen(let places, let rest) = reader.reading(ofMarked: gold),
      rest.isEmpty || places.count == 1
    {
      return places
    }
    return texts?.place(of: gold).map { [$0] }
  }

  private func judge(
    _ completion: Completion, _ right: Set<Int>, _ gold: Bytes, _ reader: ChoiceReader, _ texts: ChoiceTexts?
  ) -> Verdict {
    let response = Array(completion.text.utf8)[...]
    var marked = search
    marked.sources.removeAll { $0 == .last }
    switch marked.locate(in: response) {
    case .found(let answer, let source):
      let reading =
        source == .phrase ? reader.reading(ofStatement: answer) : markedReading(answer, source, reader)
      return verdict(reading, answer, source.words, right, gold, reader, texts)
    case .missing(let rule):
      guard search.sources.contains(.last), marked.mayHaveUnmarkedAnswer(in: response),
        let scope = scope(of: response)
      else { return .noAnswer(gold: gold, rule: rule) }
      return proseVerdict(scope, right, gold, reader, texts)
    }
  }

  /// A box or tag may hold a sentence that states the choice.
  private func markedReading(_ answer: Bytes, _ source: AnswerSource, _ reader: ChoiceReader)
    -> ChoiceReader.Reading
  {
    let reading = reader.reading(ofMarked: answer)
    if case .none = reading, source != .boxed, let statement = answer.lastStatement {
      return reader.reading(ofStatement: statement)
    }
    return reading
  }

  private func scope(of response: Bytes) -> Bytes? {
    let marks = Landmarks(in: response, readsThinking: search.thinking != .ignore)
    return response[marks.scopeStart...]
  }

  private func verdict(
    _ reading: ChoiceReader.Reading, _ answer: Bytes, _ place: String, _ right: Set<Int>, _ gold: Bytes,
    _ reader: ChoiceReader, _ texts: ChoiceTexts?
  ) -> Verdict {
    func judged(_ isRight: Bool, _ rule: String) -> Verdict {
      .judged(isRight, extracted: answer, gold: gold, rule: "\(place), \(rule)")
    }
    switch reading {
    case .chosen(let places, let text):
      if places.count == 1, !text.isEmpty, let texts, let named = texts.place(of: text),
        !places.contains(named)
      {
        return judged(
          false, "label \(reader.labels.names(places)) with the text of \(reader.labels.name(named))")
      }
      return judged(places == right, "read as \(reader.labels.names(places))")
    case .undecided: return judged(false, "no option is chosen")
    case .none:
      guard let named = texts?.place(of: answer) ?? texts?.placeChosen(in: answer) else {
        return judged(false, "no label\(texts == nil ? "" : " and no option's text")")
      }
      return judged(right == [named], "the text of \(reader.labels.name(named))")
    }
  }

  /// A response without box, tag, line and statement.
  private func proseVerdict(
    _ scope: Bytes, _ right: Set<Int>, _ gold: Bytes, _ reader: ChoiceReader, _ texts: ChoiceTexts?
  ) -> Verdict {
    let tail = scope.suffix(4096).trimmed()
    if tail.isEmpty { return .noAnswer(gold: gold, rule: "the response is empty") }
    if tail.count <= 64, !tail.contains(0x0A),
      !tail.dropLast().contains(where: { $0 == UInt8(ascii: ".") }) || tail.count <= 16
    {
      let whole = reader.reading(ofMarked: tail)
      if case .chosen = whole {
        return verdict(whole, tail, "the whole response", right, gold, reader, texts)
      }
    }
    switch reader.reading(ofProse: tail) {
    case .none:
      let line = tail.split(separator: 0x0A).last ?? tail
      if let named = texts?.placeChosen(in: line) ?? line.lastValue.flatMap({ texts?.place(of: $0) }) {
        return .judged(
          right == [named], extracted: line, gold: gold,
          rule: "last line, the text of \(reader.labels.name(named))")
      }
      return .noAnswer(gold: gold, rule: "no explicit choice")
    case let reading: return verdict(reading, tail.suffix(200), "last choice", right, gold, reader, texts)
    }
  }
}
