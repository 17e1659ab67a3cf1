/// Whether a response keeps to constraints that a program can check: so many words, no commas, in Kannada.
///
/// Zhou et al. 2023, "Instruction-Following Evaluation for Large Language Models", arXiv:2311.07911; further
/// kinds from open-instruct's IFEvalG. Where we differ from the released checks is said with each kind.
public struct IFEvalVerifier: Verifier {
  /// What the score is.
  enum Scoring: String, CaseIterable {
    /// The share of the instructions that are followed.
    case fraction
    /// 1 if all are followed.
    case strict
    /// As `strict`, an instruction counting as followed if one of eight forms of the response follows it.
    case loose
    /// As `fraction`, with the eight forms.
    case looseFraction = "loose_fraction"
  }

  public static let description = VerifierDescription(
    name: "ifeval", summary: "Constraints on form and content that a program can check.",
    groundTruth:
      "not read where the row has the columns `instruction_id_list` and `kwargs` (JSON lists); "
      + "else JSON of both, or open-instruct's form",
    answer: "the text after the last `</think>`",
    rules: [
      "IFEval's 25 kinds of instructions and open-instruct's further ones under their published ids and "
        + "kwargs; an id may occur more than once.",
      "An unknown id, relation, kwarg or language, and a missing kwarg, give no verdict; never a pass, "
        + "and nothing is drawn at random.",
      "Relations: `less than`, `at least`, and as extensions `at most`, `exactly`.",
      "An empty response follows nothing.",
      "What must not occur is found in disguise too: look-alike letters, invisible characters, "
        + "commas of other scripts.",
      "Languages are told by script and by trigrams: "
        + Language.codes.joined(separator: ", ") + ".",
      "The published figures are metrics: `prompt_strict`, `instruction_strict`, `prompt_loose`, "
        + "`instruction_loose`.",
    ],
    parameters: [
      .init(
        "score", "fraction, strict, loose or loose_fraction", standard: "fraction",
        "the share followed, or 1 for all; loose also accepts the response without its first or last line "
          + "or asterisks"
      )
    ],
    examples: [
      .init(
        "no commas here", groundTruth: #"{"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}"#,
        score: 1),
      .init(
        "One, two.", score: 0.5,
        columns: [
          "instruction_id_list": #"["punctuation:no_comma", "length_constraints:number_words"]"#,
          "kwargs": #"[{}, {"relation": "less than", "num_words": 3}]"#,
        ]),
      .init(
        "One, two.", score: 0, parameters: ["score": .text("strict")],
        columns: [
          "instruction_id_list": #"["punctuation:no_comma", "length_constraints:number_words"]"#,
          "kwargs": #"[{}, {"relation": "less than", "num_words": 3}]"#,
        ]),
      .init(
        "anything", groundTruth: #"{"instruction_id_list": ["keywords:unheard_of"], "kwargs": [{}]}"#,
        score: nil),
    ],
    source: "Zhou et al. 2023, arXiv:2311.07911; open-instruct's IFEvalG (github.com/allenai/open-instruct)")

  /// An instruction that is not understood is an error of the data, never one that is followed.
  public static let refusesUnreadableTasks = true

  /// Longer responses are refused: eight forms of them may have to be read for every instruction.
  static let longestResponse = 1 << 18

  private let scoring: Scoring

  public init() {
    scoring = .fraction
  }

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    scoring = try parameters.choice("score", standard: .fraction)
  }

  /// Checks a data row before it is used.
  ///
  /// - Parameters:
  ///   - groundTruth: Of the row.
  ///   - columns: Of the row.
  /// - Throws: Where ``verify(_:)`` would give no verdict on it.
  package static func validate(groundTruth: String, columns: [String: String]) throws(InstructionProblem) {
    _ = try InstructionList(groundTruth: groundTruth, columns: columns)
  }

  public func verify(_ completion: Completion) -> Verdict {
    let list: InstructionList
    do {
      list = try InstructionList(groundTruth: completion.groundTruth, columns: completion.columns)
    } catch {
      return .noVerdict(gold: Bytes(completion.groundTruth.utf8), rule: error.description)
    }
    let gold = Bytes(list.ids.joined(separator: ", ").utf8)
    guard let scope = answerScope(of: completion.text) else {
      return .noAnswer(gold: gold, rule: unclosedThinkingRule)
    }
    guard scope.count <= Self.longestResponse else {
      return .limit(
        extracted: scope, gold: gold, rule: "the response is longer than \(Self.longestResponse) bytes")
    }
    let text = InstructionText(scope)
    if text.isEmpty { return .noAnswer(gold: gold, rule: "the response is empty") }
    return verdict(on: text, list, gold)
  }

  private func verdict(on text: InstructionText, _ list: InstructionList, _ gold: Bytes) -> Verdict {
    let faults = list.instructions.map { $0.fault(in: text) }
    let followed = faults.count { $0 == nil }
    let looselyFollowed =
      followed == faults.count
      ? followed
      : {
        let forms = text.looseForms
        return zip(list.instructions, faults).count { instruction, fault in
          fault == nil || forms.contains { instruction.fault(in: $0) == nil }
        }
      }()
    let all = Double(faults.count)
    let score =
      switch scoring {
      case .fraction: Double(followed) / all
      case .strict: followed == faults.count ? 1.0 : 0
      case .loose: looselyFollowed == faults.count ? 1.0 : 0
      case .looseFraction: Double(looselyFollowed) / all
      }
    var rule = "\(followed) of \(faults.count) instructions followed"
    if looselyFollowed > followed { rule += ", \(looselyFollowed) loosely" }
    if let first = faults.firstIndex(where: { $0 != nil }) {
      rule += "; `\(list.ids[first])`: \(faults[first] ?? "")"
    }
    var verdict = Verdict.judged(score: score, extracted: text.bytes, gold: gold, rule: rule)
    verdict.metrics = [
      VerdictMetric("prompt_strict", followed == faults.count ? 1 : 0),
      VerdictMetric("instruction_strict", Double(followed) / all),
      VerdictMetric("prompt_loose", looselyFollowed == faults.count ? 1 : 0),
      VerdictMetric("instruction_loose", Double(looselyFollowed) / all),
    ]
    return verdict
  }
}
