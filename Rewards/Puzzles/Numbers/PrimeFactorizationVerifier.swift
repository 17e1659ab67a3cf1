/// A number as a product of primes: the product and the primality of each factor are checked.
public struct PrimeFactorizationVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "prime_factorization", summary: "A number as a product of primes.",
    groundTruth: "the number to be factored, 2 … 2^63 − 1",
    answer:
      "the marked answer: factors joined by `*`, `×`, `·`, commas or blanks, powers as `2^3`, `2^{3}` or "
      + "`2³`",
    rules: [
      "Every factor is a prime and their product is the number; the order does not matter.",
      "`360 = ` before the product is allowed.",
    ],
    examples: [
      .init("#### 2^3 * 3^2 * 5", groundTruth: "360", score: 1),
      .init(
        "\\boxed{360 = 2 \\times 2 \\times 2 \\times 3 \\times 3 \\times 5}", groundTruth: "360", score: 1),
      .init("#### 8 * 9 * 5", groundTruth: "360", score: 0),
      .init("#### 2 * 3 * 5", groundTruth: "360", score: 0),
    ],
    source: nil)

  public init() {}

  public init(_ parameters: VerifierParameters) {}

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(by: Self.number, rules: Self.finding)
  }

  private static func number(_ text: Bytes) throws(UnusableGroundTruth) -> Int {
    guard let number = text.asInteger, number >= 2 else {
      throw UnusableGroundTruth("is not an integer from 2 to 2^63 − 1")
    }
    return number
  }

  private static func finding(on answer: Bytes, _ number: Int) -> TaskFinding {
    var text = answer.withoutMarkup
    if let sign = text.firstIndex(of: UInt8(ascii: "=")) {
      guard text[..<sign].trimmed().asInteger == number else {
        return .wrong("what stands before `=` is not the number")
      }
      text = text[(sign + 1)...].trimmed()
    }
    guard let powers = factors(in: text) else { return .wrong("not a product of integers") }
    var product = 1
    for (base, exponent) in powers {
      guard exponent <= 63, base >= 2 else { return .wrong("the product is another number") }
      for _ in 0..<exponent {
        let (value, overflow) = product.multipliedReportingOverflow(by: base)
        if overflow || value > number { return .wrong("the product is another number") }
        product = value
      }
    }
    if product != number { return .wrong("the product is another number") }
    // At most 63 of them: each is at least 2 and stands in the product.
    let composite = powers.first { !UInt64($0.base).isPrime }
    return composite.map { .wrong("\($0.base) is not a prime") } ?? .right("every factor is a prime")
  }

  private static let between: ASCIISet = ",*;[]()"

  /// Nil where the text is no product; a factor beyond 64 bits makes it none, too.
  private static func factors(in text: Bytes) -> [(base: Int, exponent: Int)]? {
    var factors: [(base: Int, exponent: Int)] = []
    for piece in text.split(whereSeparator: { between.contains($0) || $0.isBlank }) {
      let parts = piece.split(
        separator: UInt8(ascii: "^"), maxSplits: 1, omittingEmptySubsequences: false)
      guard let base = parts[0].asDigits else { return nil }
      var exponent = 1
      if parts.count == 2 {
        guard let power = parts[1].trimmed({ "{}".utf8.contains($0) }).asDigits, power >= 1 else {
          return nil
        }
        exponent = power
      }
      factors.append((base, exponent))
    }
    return factors.isEmpty ? nil : factors
  }
}

extension ArraySlice<UInt8> {
  /// As a natural number of at most 19 digits without a sign.
  fileprivate var asDigits: Int? { !isEmpty && allSatisfy(\.isDigit) ? asInteger : nil }
}

extension UInt64 {
  /// Miller and Rabin's test with the first twelve primes as bases, which decides every number below 2^64
  /// (Sorenson and Webster 2015, arXiv:1509.00864).
  var isPrime: Bool {
    let bases: [UInt64] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37]
    if self < 2 { return false }
    for base in bases where self % base == 0 { return self == base }
    let shift = (self - 1).trailingZeroBitCount
    return bases.allSatisfy { base in
      var value = power(base, (self - 1) >> UInt64(shift))
      if value == 1 || value == self - 1 { return true }
      for _ in 1..<Swift.max(shift, 1) {
        value = product(value, value)
        if value == self - 1 { return true }
      }
      return false
    }
  }

  /// left · right mod self.
  private func product(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let (high, low) = left.multipliedFullWidth(by: right)
    return dividingFullWidth((high % self, low)).remainder
  }

  /// base^exponent mod self.
  private func power(_ base: UInt64, _ exponent: UInt64) -> UInt64 {
    var (result, base, exponent) = (1 as UInt64, base % self, exponent)
    while exponent > 0 {
      if exponent & 1 == 1 { result = product(result, base) }
      base = product(base, base)
      exponent >>= 1
    }
    return result
  }
}
