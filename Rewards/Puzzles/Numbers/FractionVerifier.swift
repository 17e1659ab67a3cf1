import BigInt

/// A fraction to be brought to lowest terms.
public struct FractionVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "fraction", summary: "A fraction in lowest terms.",
    groundTruth: "a fraction `a/b` of integers, in any terms; b is not 0",
    answer: "the marked answer: `a/b`, `\\frac{a}{b}` or an integer",
    rules: [
      "The same value, in lowest terms, with a positive denominator: here the form is the task.",
      "More than 1,000 digits are refused.",
    ],
    examples: [
      .init("#### 3/4", groundTruth: "18/24", score: 1),
      .init("\\boxed{-\\frac{3}{4}}", groundTruth: "-18/24", score: 1),
      .init("#### 2", groundTruth: "4/2", score: 1),
      .init("#### 9/12", groundTruth: "18/24", score: 0),
      .init("#### 0.75", groundTruth: "18/24", score: 0),
    ],
    source: nil)

  static let maximumDigits = 1000

  public init() {}

  public init(_ parameters: VerifierParameters) {}

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(by: Self.fraction) { answer, gold in
      if answer.count > 4 * Self.maximumDigits { return .limit("more than 1,000 digits") }
      switch WrittenFraction(answer.withoutMarkup) {
      case .tooLarge: return .limit("more than 1,000 digits")
      case .none: return .wrong("not a fraction of integers")
      case .fraction(let top, let bottom):
        guard bottom.signum() > 0, top * gold.1 == gold.0 * bottom else { return .wrong("another value") }
        return top.greatestCommonDivisor(with: bottom) == 1
          ? .right("the same value in lowest terms") : .wrong("not in lowest terms")
      }
    }
  }

  private static func fraction(_ text: Bytes) throws(UnusableGroundTruth) -> (BigInt, BigInt) {
    guard text.count <= 4 * maximumDigits, case .fraction(let top, let bottom) = WrittenFraction(text),
      !bottom.isZero
    else { throw .form("a/b") }
    return bottom.signum() < 0 ? (-top, -bottom) : (top, bottom)
  }
}

/// `a/b`, `((a)/(b))`, `-((a)/(b))` or `a`.
private enum WrittenFraction {
  case fraction(BigInt, BigInt)
  case tooLarge
  case none

  init(_ text: Bytes) {
    var text = text.trimmed()
    var isNegative = false
    if text.first == UInt8(ascii: "-"), text.dropFirst().trimmed().first == UInt8(ascii: "(") {
      isNegative = true
      text = text.dropFirst().trimmed()
    }
    let parts = text.trimmedFields(at: "/")
    guard parts.count <= 2 else {
      self = .none
      return
    }
    let numbers = parts.map { $0.trimmed { "()".utf8.contains($0) || $0.isBlank } }
    guard numbers.allSatisfy(\.isWrittenInteger) else {
      self = .none
      return
    }
    if numbers.contains(where: { $0.count > FractionVerifier.maximumDigits }) {
      self = .tooLarge
      return
    }
    let values = numbers.compactMap { BigInt($0.text) }
    guard values.count == parts.count else {
      self = .none
      return
    }
    self = .fraction(isNegative ? -values[0] : values[0], values.count == 2 ? values[1] : 1)
  }
}
