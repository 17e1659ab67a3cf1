import BigInt

/// The greatest common divisor of given integers.
public struct GCDVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "gcd", summary: "The greatest common divisor of given integers.",
    groundTruth: GivenIntegers.form,
    answer: "the marked answer: an integer; what stands before a last `=` does not count",
    rules: ["The integer is the greatest common divisor, computed here. More than 1,000 digits are refused."],
    examples: [
      .init("#### 6", groundTruth: "12,18", score: 1),
      .init("\\boxed{\\gcd(12, 18) = 6}", groundTruth: "12,18", score: 1),
      .init("#### 3", groundTruth: "12,18", score: 0),
    ],
    source: nil)

  public init() {}

  public init(_ parameters: VerifierParameters) {}

  public func verify(_ completion: Completion) -> Verdict {
    GivenIntegers.judge(completion) { $0.greatestCommonDivisor(with: $1) }
  }
}

/// The least common multiple of given integers.
public struct LCMVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "lcm", summary: "The least common multiple of given integers.",
    groundTruth: GivenIntegers.form,
    answer: "the marked answer: an integer; what stands before a last `=` does not count",
    rules: ["The integer is the least common multiple, computed here. More than 1,000 digits are refused."],
    examples: [
      .init("#### 36", groundTruth: "12,18", score: 1),
      .init("#### 1,260", groundTruth: "4,5,7,9", score: 1),
      .init("#### 216", groundTruth: "12,18", score: 0),
    ],
    source: nil)

  public init() {}

  public init(_ parameters: VerifierParameters) {}

  public func verify(_ completion: Completion) -> Verdict {
    GivenIntegers.judge(completion) { left, right in
      left / left.greatestCommonDivisor(with: right) * right
    }
  }
}

private enum GivenIntegers {
  static let form = "`n1,n2,…`: two or more positive integers, up to 1,000 digits together"

  static func judge(_ completion: Completion, combine: (BigInt, BigInt) -> BigInt) -> Verdict {
    completion.judged(by: integers) { answer, given in
      switch answer.writtenInteger(maximumDigits: 1000) {
      case .notAnInteger: return .wrong("not an integer")
      case .tooLarge: return .limit("more than 1,000 digits")
      case .integer(let number):
        let wanted = given.dropFirst().reduce(given[0], combine)
        return number == wanted ? .right("compared as integers") : .wrong("compared as integers")
      }
    }
  }

  private static func integers(_ text: Bytes) throws(UnusableGroundTruth) -> [BigInt] {
    let problem = UnusableGroundTruth(
      "is not `n1,n2,…` of positive integers with at most 1,000 digits in all")
    let items = text.trimmedFields(at: ",")
    guard text.count <= 2000, text.count(where: \.isDigit) <= 1000, items.count >= 2,
      items.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isDigit) })
    else { throw problem }
    let numbers = items.compactMap { BigInt($0.text) }
    guard numbers.count == items.count, numbers.allSatisfy({ $0.signum() > 0 }) else { throw problem }
    return numbers
  }
}
