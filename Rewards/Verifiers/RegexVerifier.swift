/// Does a pattern match? Runs in linear time whatever the pattern and the text; see ``LinearRegex``.
public struct RegexVerifier: Verifier {
  enum Mode: String, Sendable, CaseIterable {
    case full, search
    case lastGroupEqualsGold = "last_group_equals_gold"
  }

  public static let description = VerifierDescription(
    name: "regex", summary: "Does a regular expression match? Linear time, no backtracking.",
    groundTruth:
      "the pattern where the recipe gives none; with `last_group_equals_gold` the text the group must be",
    answer: "the text after the thinking",
    rules: [
      "`full`: from the first to the last character that is not blank. `search`: somewhere.",
      "`last_group_equals_gold`: of the last match, the last group that took part is the ground truth, "
        + "blanks at the ends left out.",
      "Python's syntax and meaning, but `\\d` is 0-9 only. No back-references, look-around, possessive "
        + "quantifiers, `\\p`, `[:…:]`; flags `(?ims)`.",
      "At most \(RegexLimits.pattern) characters, \(RegexLimits.states) states, \(RegexLimits.groups) groups "
        + "and counts of \(RegexLimits.count). More than \(LinearRegex.fuel) steps of search are a limit.",
    ],
    parameters: [
      .init("pattern", "a regular expression", standard: "the ground truth", "what must match"),
      .init(
        "mode", "full, search or last_group_equals_gold", standard: "full",
        "how the pattern and the text must fit"),
      .place(standard: .afterThink),
    ],
    examples: [
      .init("so\nPASS", score: 1, parameters: ["pattern": "(?s).*PASS"]),
      .init("PASS or FAIL", score: 0, parameters: ["pattern": "PASS|FAIL"]),
      .init("It is B-52.", groundTruth: "[A-Z]-\\d{2}", score: 1, parameters: ["mode": "search"]),
      .init(
        "Answer: 3\nAnswer: 4", groundTruth: "4", score: 1,
        parameters: ["pattern": "Answer: (\\d+)", "mode": "last_group_equals_gold"]),
      .init(
        "Answer: 4\nAnswer: 3", groundTruth: "4", score: 0,
        parameters: ["pattern": "Answer: (\\d+)", "mode": "last_group_equals_gold"]),
    ],
    source: nil)

  /// nil = the ground truth is the pattern.
  private let pattern: LinearRegex?
  private let mode: Mode
  private let place: ShortAnswer.Place

  public init() {
    (pattern, mode, place) = (nil, .full, .afterThink)
  }

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    mode = try parameters.choice("mode", standard: .full)
    place = try parameters.choice("answer", standard: .afterThink)
    pattern = try parameters.text("pattern").map { text throws(VerifierParameterError) in
      try LinearRegex(text, parameter: "pattern")
    }
    guard mode == .lastGroupEqualsGold else { return }
    guard let pattern else {
      throw VerifierParameterError("pattern", "is missing: with `last_group_equals_gold` it must be given")
    }
    if pattern.groupCount == 0 {
      throw VerifierParameterError("pattern", "has no group, which `last_group_equals_gold` compares")
    }
  }

  public func verify(_ completion: Completion) -> Verdict {
    let gold = Bytes(completion.groundTruth.utf8)
    let regex: LinearRegex
    if let pattern {
      regex = pattern
    } else {
      if gold.isEmpty { return .noVerdict(gold: gold, rule: "there is no pattern and no ground truth") }
      do {
        regex = try LinearRegex(completion.groundTruth)
      } catch {
        return .noVerdict(
          gold: gold,
          rule:
            "the ground truth is no usable pattern: at character \(error.position), \(error.problem)"
        )
      }
    }
    if mode == .lastGroupEqualsGold, gold.trimmed().isEmpty {
      return .noVerdict(gold: gold, rule: "the ground truth is empty")
    }
    switch ShortAnswer(in: completion.text, place) {
    case .missing(let rule): return .noAnswer(gold: gold, rule: rule)
    case .found(let text, let source):
      do {
        return try verdict(on: text, source, regex, gold)
      } catch {
        return .limit(
          extracted: text, gold: gold,
          rule: "\(source), the pattern takes more than \(LinearRegex.fuel) steps")
      }
    }
  }

  private func verdict(
    on text: Bytes, _ source: String, _ regex: LinearRegex, _ gold: Bytes
  ) throws(RegexFuelError) -> Verdict {
    var fuel = LinearRegex.fuel
    switch mode {
    case .full:
      return .judged(
        try regex.matches(whole: text, fuel: &fuel), extracted: text, gold: gold,
        rule: "\(source), matched as a whole")
    case .search:
      return .judged(
        try regex.matches(within: text, fuel: &fuel), extracted: text, gold: gold,
        rule: "\(source), searched for the pattern")
    case .lastGroupEqualsGold:
      guard let groups = try regex.lastMatch(in: text, fuel: &fuel) else {
        return .noAnswer(gold: gold, rule: "\(source), the pattern matches nowhere")
      }
      guard let group = groups.dropFirst().compactMap(\.self).last else {
        return .noAnswer(gold: gold, rule: "\(source), no group took part in the last match")
      }
      let content = text[group].trimmed()
      return .judged(
        content == gold.trimmed(), extracted: content, gold: gold,
        rule: "\(source), last group of the last match, compared byte by byte")
    }
  }
}
