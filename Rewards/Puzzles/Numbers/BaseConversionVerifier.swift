import BigInt

/// A number written in another base.
public struct BaseConversionVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "base_conversion", summary: "A number written in another base.",
    groundTruth:
      "`digits;from;to`: a natural number, the base it is written in and the one asked for, 2 … 36",
    answer:
      "the marked answer: the digits, in small or capital letters; blanks between digits, `0x`, `0o`, "
      + "`0b` and a subscript with the base are allowed where they are right",
    rules: [
      "The same number; leading zeros do not matter.",
      "More than 4,096 digits are refused.",
    ],
    examples: [
      .init("#### 1011", groundTruth: "11;10;2", score: 1),
      .init("#### 0xFF", groundTruth: "11111111;2;16", score: 1),
      .init("\\boxed{1011_2}", groundTruth: "b;16;2", score: 1),
      .init("#### 1101", groundTruth: "11;10;2", score: 0),
      .init("#### 11", groundTruth: "11;10;2", score: 0),
    ],
    source: nil)

  static let maximumDigits = 4096

  public init() {}

  public init(_ parameters: VerifierParameters) {}

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(by: Conversion.init, rules: Self.finding)
  }

  private static func finding(on answer: Bytes, _ task: Conversion) -> TaskFinding {
    var text = answer.withoutMarkup
    if let mark = text.lastIndex(of: UInt8(ascii: "_")), mark > text.startIndex {
      let base = text[(mark + 1)...].trimmed { "{}()".utf8.contains($0) || $0.isBlank }
      guard base.asInteger == task.base else { return .wrong("its subscript is another base") }
      text = text[..<mark]
    }
    text = text.trimmed { "()".utf8.contains($0) || $0.isBlank }
    let prefixes: [(StaticPattern, Int)] = [("0x", 16), ("0b", 2), ("0o", 8)]
    let head = text.prefix(2).folded[...]
    if prefixes.contains(where: { head.has($0.0, at: 0) && task.base == $0.1 }) { text = text.dropFirst(2) }
    let digits = text.filter { !$0.isBlank }
    if digits.count > maximumDigits { return .limit("more than \(maximumDigits) digits") }
    guard let value = BigInt(digits: digits[...], base: task.base) else {
      return .wrong("not a number in base \(task.base)")
    }
    return value == task.value ? .right("the same number") : .wrong("another number")
  }
}

private struct Conversion {
  let value: BigInt
  let base: Int

  init(_ text: Bytes) throws(UnusableGroundTruth) {
    let fields = text.trimmedFields(at: ";")
    guard fields.count == 3, let from = fields[1].asInteger, let to = fields[2].asInteger,
      (2...36).contains(from), (2...36).contains(to), fields[0].count <= BaseConversionVerifier.maximumDigits,
      let value = BigInt(digits: fields[0], base: from)
    else { throw .form("digits;from;to") }
    self.value = value
    base = to
  }
}

extension BigInt {
  /// Nil where there is no digit, or one that the base has not.
  ///
  /// Twelve digits at a time, which stay below 36^12 < 2^63 (the package's own reader stops at base 35).
  fileprivate init?(digits: Bytes, base: Int) {
    if digits.isEmpty { return nil }
    var value = BigInt(0)
    var (chunk, scale, count) = (0, 1, 0)
    for byte in digits {
      let digit = byte.isDigit ? Int(byte) - 0x30 : byte.isLetter ? Int(byte.lowercased) - 0x61 + 10 : base
      if digit >= base { return nil }
      chunk = chunk * base + digit
      scale *= base
      count += 1
      if count == 12 {
        value = value * BigInt(scale) + BigInt(chunk)
        (chunk, scale, count) = (0, 1, 0)
      }
    }
    self = value * BigInt(scale) + BigInt(chunk)
  }
}
