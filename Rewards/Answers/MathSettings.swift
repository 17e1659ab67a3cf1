/// Where mathematical answers are looked for and how strictly they are compared, as a recipe may say it.
struct MathSettings: Sendable, Hashable {
  var search = AnswerSearch()
  var rules = MathRules()
  /// Only this many bytes at the end of a response count; 0 = all.
  var window = 0
  /// Longest answer that is evaluated, bytes.
  var maximumBytes = 16_384

  init() {}

  /// - Throws: Where a value cannot be used.
  init(_ parameters: VerifierParameters, standard: MathSettings) throws(VerifierParameterError) {
    self = standard
    if let names = try parameters.texts("extraction") { search.sources = try Self.sources(names) }
    search.thinking = try parameters.choice("think", standard: search.thinking)
    search.requiresCompleteBox = try parameters.bool(
      "require_complete_box", standard: search.requiresCompleteBox)
    window = try parameters.integer("window", in: 0...Int.max) ?? window
    rules.decimalDigits = try parameters.integer("decimal_digits", in: 1...100) ?? rules.decimalDigits
    rules.absoluteTolerance =
      try parameters.number("absolute_tolerance", in: 0...Double.infinity) ?? rules.absoluteTolerance
    rules.relativeTolerance =
      try parameters.number("relative_tolerance", in: 0...1) ?? rules.relativeTolerance
    rules.percent = try parameters.choice("percent", standard: rules.percent)
    rules.units = try parameters.choice("units", standard: rules.units)
    rules.intervals = try parameters.choice("relation_interval", standard: rules.intervals)
    rules.allowsUnsimplified = try parameters.bool("allow_unsimplified", standard: rules.allowsUnsimplified)
    rules.allowsUnevaluated = try parameters.bool("allow_unevaluated", standard: rules.allowsUnevaluated)
    rules.ordersLists = try parameters.bool("ordered_lists", standard: rules.ordersLists)
    rules.textHasCase = try parameters.bool("case_sensitive_text", standard: rules.textHasCase)
    maximumBytes = try parameters.integer("maximum_answer_bytes", in: 1...65_536) ?? maximumBytes
  }

  private static func sources(_ names: [String]) throws(VerifierParameterError) -> [AnswerSource] {
    let known = AnswerSource.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    if names.isEmpty { throw VerifierParameterError("extraction", "is empty, but must name one of \(known)") }
    var sources: [AnswerSource] = []
    for (index, name) in names.enumerated() {
      guard let source = AnswerSource(rawValue: name) else {
        throw VerifierParameterError("extraction[\(index)]", "is `\(name)`, but must be one of \(known)")
      }
      if sources.contains(source) {
        throw VerifierParameterError("extraction[\(index)]", "is `\(name)`, but must not be named twice")
      }
      sources.append(source)
    }
    return sources
  }

  /// What `apus rewards describe` prints, with these settings as standard values.
  var parameters: [VerifierDescription.Parameter] {
    [
      .init(
        "extraction", "a list of boxed, answer_tag, hash, phrase, last",
        standard: "[\(search.sources.map(\.rawValue).joined(separator: ", "))]",
        "where the answer may stand; the best source there is wins, in the order given here whatever the list's order"
      ),
      .init(
        "think", "require, strip or ignore", standard: search.thinking.rawValue,
        "whether only what follows the last `</think>` counts, and whether there must be one"),
      .init(
        "require_complete_box", "true or false", standard: "\(search.requiresCompleteBox)",
        "a last box that is never closed is no answer"),
      .init(
        "window", "whole number ≥ 0, bytes", standard: "\(window)",
        "how much of the end of a response is read; 0 = all"),
      .init(
        "decimal_digits", "1…100", standard: "\(rules.decimalDigits)",
        "significant digits from which a rounded decimal stands for a number without a finite one"),
      .init(
        "absolute_tolerance", "number ≥ 0", standard: "off", "how far real numbers may be apart"),
      .init(
        "relative_tolerance", "0…1", standard: "off",
        "how far real numbers may be apart, as a share of the ground truth"),
      .init(
        "percent", "lenient or strict", standard: rules.percent.rawValue,
        "lenient: the percent sign may be missing on one side; strict: p% is p/100 only"),
      .init(
        "units", "lenient, strict or ignore", standard: rules.units.rawValue,
        "lenient: compared where both sides have one; strict: one may not be missing; ignore: never compared"),
      .init(
        "relation_interval", "both, gold_relation_only or off", standard: rules.intervals.rawValue,
        "whether a solved inequality and its interval are the same"),
      .init(
        "allow_unsimplified", "true or false", standard: "\(rules.allowsUnsimplified)",
        "false: a fraction of integers must be in lowest terms"),
      .init(
        "allow_unevaluated", "true or false", standard: "\(rules.allowsUnevaluated)",
        "true: a sum or product written with its sign is an answer"),
      .init(
        "ordered_lists", "true or false", standard: "\(rules.ordersLists)",
        "true: bare lists are compared in their order"),
      .init(
        "case_sensitive_text", "true or false", standard: "\(rules.textHasCase)",
        "true: words are compared with their capitals"),
      .init(
        "maximum_answer_bytes", "1…65536", standard: "\(maximumBytes)",
        "longer answers are refused with status `limit`"),
    ]
  }
}
