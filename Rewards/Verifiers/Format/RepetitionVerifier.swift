/// How little the response repeats itself.
///
///     score = unique n-grams / n-grams;   1 where the text is shorter than one n-gram
///
/// For filters, metrics and other stacks; in a recipe the term `repetition` (``RepetitionPenalty``) takes the
/// same share off wrong answers only, and has that name already. Ungated it pays for short and varied
/// nonsense.
///
/// "Demystifying Long Chain-of-Thought Reasoning in LLMs", arXiv:2502.03373.
public struct RepetitionVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "no_repetition", summary: "The share of n-grams that were not there before.",
    groundTruth: "not read", answer: "the whole response",
    rules: [
      "Words are compared in small letters, split at white space.",
      "The score is unique n-grams / n-grams, 1 where there is none; it is never 0 for a response.",
      "`unit: tokens` needs the token ids; without them there is no verdict.",
    ],
    parameters: [
      .init("ngram", "whole number from 1 to 64", standard: "3", "elements per n-gram"),
      .init("unit", "words or tokens", standard: "words", "what the n-grams are made of"),
    ],
    examples: [
      .init("the quick brown fox", score: 1),
      .init("yes yes yes yes", score: 0.25, parameters: ["ngram": 1]),
    ],
    source: "arXiv:2502.03373, as the share that is left instead of a penalty")

  private let unit: RepetitionPenalty.Unit
  private let ngram: Int

  public init() {
    (unit, ngram) = (.words, 3)
  }

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    unit = try parameters.choice("unit", standard: .words)
    ngram = try parameters.integer("ngram", in: 1...64) ?? 3
  }

  public func verify(_ completion: Completion) -> Verdict {
    let share: Double
    switch unit {
    case .words: share = repeatedShare(repetitionWords(of: completion.text), ngram: ngram)
    case .tokens:
      if completion.tokens.isEmpty, completion.tokenCount > 0 {
        return .noVerdict(gold: [], rule: "the token ids were not handed over")
      }
      share = repeatedShare(completion.tokens, ngram: ngram)
    }
    return .form(1 - share, rule: "unique \(ngram)-grams of \(unit.rawValue)")
  }
}
