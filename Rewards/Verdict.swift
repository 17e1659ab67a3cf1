/// What a verifier found, and by which rule. A verdict that could not be reached has no score, which is not
/// zero.
public struct Verdict: Sendable, Hashable {
  public enum Status: String, Sendable, CaseIterable {
    case correct
    case incorrect
    /// The response holds nothing that could be its answer; scores 0.
    case noAnswer = "no_answer"
    /// The answer exceeds a documented size limit and was not evaluated; scores 0.
    case limit
    /// The ground truth cannot be read, or the verifier is unknown: no score, and the sample should be left
    /// out.
    case noVerdict = "no_verdict"
  }

  /// 1 right, 0 wrong, between them where a verifier gives parts; below 0 only where its description says so;
  /// nil exactly where `status` is `noVerdict`.
  public let score: Double?
  public let status: Status
  /// What was read as the answer, shortened to 200 bytes.
  public let extracted: String?
  /// What it was compared with, shortened to 200 bytes.
  public let gold: String?
  /// Which rule decided, in words.
  public let rule: String
  /// Further figures that count for nothing, e.g. `partial` and `extraction_rate`, in a fixed order.
  public var metrics: [VerdictMetric] = []

  static func judged(_ isCorrect: Bool, extracted: Bytes, gold: Bytes, rule: String) -> Verdict {
    judged(score: isCorrect ? 1 : 0, extracted: extracted, gold: gold, rule: rule)
  }

  /// `score` is at most 1; only 1 is `correct`.
  static func judged(score: Double, extracted: Bytes, gold: Bytes, rule: String) -> Verdict {
    Verdict(
      score: score, status: score >= 1 ? .correct : .incorrect, extracted: extracted.excerpt,
      gold: gold.excerpt, rule: rule)
  }

  static func noAnswer(gold: Bytes, rule: String) -> Verdict {
    Verdict(score: 0, status: .noAnswer, extracted: nil, gold: gold.excerpt, rule: rule)
  }

  static func limit(extracted: Bytes, gold: Bytes, rule: String) -> Verdict {
    Verdict(score: 0, status: .limit, extracted: extracted.excerpt, gold: gold.excerpt, rule: rule)
  }

  static func noVerdict(gold: Bytes, rule: String) -> Verdict {
    Verdict(score: nil, status: .noVerdict, extracted: nil, gold: gold.excerpt, rule: rule)
  }
}

/// A figure beside a verdict.
public struct VerdictMetric: Sendable, Hashable {
  public let name: String
  public let value: Double

  public init(_ name: String, _ value: Double) {
    self.name = name
    self.value = value
  }
}
