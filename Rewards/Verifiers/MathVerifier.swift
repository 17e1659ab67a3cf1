/// Mathematical answers, compared by value: numbers, expressions, sets, tuples, intervals, relations,
/// matrices, text, units and the rest of what people write in a box.
///
/// The rules are those of the description; where the answer stands is decided by ``AnswerSearch``, what kind of
/// thing it is by ``AnswerReader``, and whether two are the same by ``AnswerComparison``. Nothing in a response
/// is executed; work is one linear scan and counted effort beyond it.
public struct MathVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "math", summary: "A mathematical answer, compared by value.",
    groundTruth: MathPreset.groundTruth,
    answer: "the last box, else the last `<answer>`, `####` line, explicit statement, formula or number",
    rules: MathPreset.rules, parameters: MathSettings().parameters,
    examples: [
      .init("so $x = \\boxed{\\dfrac{2}{4}}$", groundTruth: "0.5", score: 1),
      .init("\\boxed{\\{3, 1, 2\\}}", groundTruth: "\\{1,2,3\\}", score: 1),
      .init("\\boxed{x > 3}", groundTruth: "(3, \\infty)", score: 1),
      .init("The answer is 50 cm.", groundTruth: "0.5\\text{ m}", score: 1),
      .init("\\boxed{5x}", groundTruth: "5", score: 0),
      .init("\\boxed{4} or \\boxed{5}", groundTruth: "5", score: 0),
      .init("<think>\\boxed{5}", groundTruth: "5", score: 0),
      .init("\\boxed{25}", groundTruth: "25\\%", score: 0, parameters: ["percent": .text("strict")]),
      .init("\\boxed{5}", groundTruth: " ", score: nil),
    ],
    source:
      "Rules of our own; accuracy is measured against math-verify 0.9 (github.com/huggingface/Math-Verify)")

  let settings: MathSettings

  public init() { settings = MathSettings() }

  /// - Throws: Where a value cannot be used.
  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    settings = try MathSettings(parameters, standard: MathSettings())
  }

  public func verify(_ completion: Completion) -> Verdict {
    MathPreset.verify(completion, settings)
  }
}

/// `math` for reinforcement learning: only a complete last box counts.
///
/// A policy that is paid for a value anywhere in its text learns to scatter values; one that must close a box
/// learns to answer.
public struct MathStrictVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "math_strict", summary: "A mathematical answer in the last box, compared by value.",
    groundTruth: MathPreset.groundTruth, answer: "the last box, closed",
    rules: MathPreset.rules, parameters: standard.parameters,
    examples: [
      .init("so \\boxed{0.5}", groundTruth: "\\frac12", score: 1),
      .init("The answer is 0.5.", groundTruth: "\\frac12", score: 0),
      .init("\\boxed{0.4} \\boxed{0.5", groundTruth: "\\frac12", score: 0),
    ],
    source: nil)

  private static let standard: MathSettings = {
    var settings = MathSettings()
    settings.search.sources = [.boxed]
    return settings
  }()

  let settings: MathSettings

  public init() { settings = Self.standard }

  /// - Throws: Where a value cannot be used.
  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    settings = try MathSettings(parameters, standard: Self.standard)
  }

  public func verify(_ completion: Completion) -> Verdict {
    MathPreset.verify(completion, settings)
  }
}

/// `math` with the extraction of verl's `math_dapo`: the `Answer:` statement in the last 300 bytes.
public struct MathDAPOVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "math_dapo_compat", summary: "A mathematical answer stated as `Answer: …` at the end.",
    groundTruth: MathPreset.groundTruth, answer: "the last explicit statement in the last 300 bytes",
    rules: MathPreset.rules, parameters: standard.parameters,
    examples: [
      .init("so it is half.\nAnswer: $\\frac12$", groundTruth: "0.5", score: 1),
      .init("\\boxed{0.5}", groundTruth: "0.5", score: 0),
    ],
    source:
      "verl's `math_dapo` (github.com/volcengine/verl), which scores −1 or +1 and compares normalized strings; this"
      + " one scores 0 or 1 and compares values, so it also pays right answers in another form")

  private static let standard: MathSettings = {
    var settings = MathSettings()
    settings.search.sources = [.phrase]
    settings.search.thinking = .ignore
    settings.window = 300
    return settings
  }()

  let settings: MathSettings

  public init() { settings = Self.standard }

  /// - Throws: Where a value cannot be used.
  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    settings = try MathSettings(parameters, standard: Self.standard)
  }

  public func verify(_ completion: Completion) -> Verdict {
    MathPreset.verify(completion, settings)
  }
}

/// What the mathematical verifiers share.
enum MathPreset {
  static let groundTruth =
    "the answer in LaTeX or plain text, or a solution whose last box, else last `####` line, holds it"

  static let rules = [
    "Only the text after the last `</think>` counts; a `<think>` that is never closed leaves no answer.",
    "Boxes with nothing between them but blanks, punctuation, \"and\" or \"or\" are one answer with several values.",
    "A box or answer tag that is never closed, or an empty last box, is no answer.",
    "Value counts, not form: unreduced, expanded, factored and unrationalized forms are the same.",
    "The answer is a value: an equation or inequality still to be solved is none; a chain a = b = c stands for c.",
    "Terminating decimals are exact; a decimal for 1/3, √2 or π counts from 6 significant digits on.",
    "p% = p/100; the sign may be missing on one side.",
    "Units, currencies and degree signs are ignored where only one side has them, else must denote the same quantity.",
    "Sets and bare lists have no order; tuples do; every value asked for must be there and no other.",
    "A solved inequality and its interval are the same; so are equations with the same solutions.",
    "Words are compared without case, blanks, punctuation and leading articles, never as products of letters.",
    "Symbols are compared with case, subscripts and primes; letters of another script are other symbols.",
    "Several candidates for one value, \"or\", \"not\", bounds and conditions are wrong.",
    "Undefined expressions equal nothing but the words for them.",
  ]

  static func verify(_ completion: Completion, _ settings: MathSettings) -> Verdict {
    let goldText = Array(completion.groundTruth.utf8)[...]
    let gold = goldAnswer(in: goldText)
    if gold.isEmpty { return .noVerdict(gold: goldText, rule: "the ground truth holds no answer") }
    var response = Array(completion.text.utf8)[...]
    if settings.window > 0 { response = response.suffix(settings.window) }
    switch settings.search.locate(in: response) {
    case .missing(let rule): return .noAnswer(gold: gold, rule: rule)
    case .found(let answer, let source):
      let judge = MathJudge(settings: settings, isProse: source != .boxed)
      let place = source.words
      switch judge.compare(gold, answer) {
      case .same(let rule, let kind):
        return judged(true, answer, gold, kind, rule: "\(place), \(rule)")
      case .different where source == .last && answer.isWords:
        return .noAnswer(gold: gold, rule: settings.search.missingRule)
      case .different(let rule, let kind):
        return judged(false, answer, gold, kind, rule: "\(place), \(rule)")
      case .limit(let what):
        return .limit(extracted: answer, gold: gold, rule: "\(place) exceeds a limit: \(what)")
      case .unusableGold(let what):
        return .noVerdict(gold: gold, rule: "the ground truth exceeds a limit: \(what)")
      }
    }
  }

  /// - Parameters:
  ///   - isRight: Whether the values agree.
  ///   - answer: What was extracted.
  ///   - gold: The answer inside the ground truth.
  ///   - kind: What it was read as, if it was read.
  ///   - rule: Which source and comparison decided.
  /// - Returns: The verdict, its `gold` with the kind behind it: `\{1, 2\} (set of 2)`.
  private static func judged(
    _ isRight: Bool, _ answer: Bytes, _ gold: Bytes, _ kind: String?, rule: String
  ) -> Verdict {
    Verdict(
      score: isRight ? 1 : 0, status: isRight ? .correct : .incorrect, extracted: answer.excerpt,
      gold: kind.map { "\(gold.excerpt) (\($0))" } ?? gold.excerpt, rule: rule)
  }

  /// The answer inside a ground truth: its last box, else its last `####` line, else all of it.
  private static func goldAnswer(in text: Bytes) -> Bytes {
    let marks = Landmarks(in: text, readsThinking: false)
    if let brace = marks.boxBrace, case .closed(let content) = text.lastBoxes(brace: brace) { return content }
    if let start = marks.hashEnd { return text[start...].prefix { $0 != 0x0A }.trimmed() }
    return text.trimmed()
  }
}
