/// The integer roots of a polynomial with integer coefficients.
public struct PolynomialRootsVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "polynomial_roots", summary: "All integer roots of a polynomial.",
    groundTruth:
      "the coefficients, highest power first: `1,-5,6` is x² − 5x + 6; degree 1 … 32, 64-bit integers, "
      + "the last one that is not 0 at most 2^40 or the roots at most 2^20",
    answer:
      "the marked answer: integers separated by commas, blanks, `and` or `or`, with or without `x =`; or "
      + "`none`",
    rules: [
      "Each is a root, as often as its multiplicity, and no integer root is missing; the order does not "
        + "matter.",
      "With `multiplicity: false`, each root once.",
    ],
    parameters: [
      .init("multiplicity", "true or false", standard: "true", "whether a double root is listed twice")
    ],
    examples: [
      .init("#### 2, 3", groundTruth: "1,-5,6", score: 1),
      .init("\\boxed{x = 3 \\text{ or } x = 2}", groundTruth: "1,-5,6", score: 1),
      .init("#### 1, 1", groundTruth: "1,-2,1", score: 1),
      .init("#### 1", groundTruth: "1,-2,1", score: 0),
      .init("#### 1", groundTruth: "1,-2,1", score: 1, parameters: ["multiplicity": .bool(false)]),
      .init("#### none", groundTruth: "1,0,1", score: 1),
    ],
    source: nil)

  private var countsMultiplicity = true

  public init() {}

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    countsMultiplicity = try parameters.bool("multiplicity", standard: true)
  }

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(by: IntegerPolynomial.init, rules: finding)
  }

  private func finding(on answer: Bytes, _ polynomial: IntegerPolynomial) -> TaskFinding {
    let claimed: [Int]
    switch Self.roots(in: answer) {
    case .notIntegers: return .wrong("not a list of integers")
    case .tooLarge: return .limit("an integer beyond 64 bits")
    case .list(let numbers): claimed = numbers.sorted()
    }
    if claimed.count > polynomial.degree { return .wrong("more roots than the degree") }
    let roots = polynomial.integerRoots
    let wanted =
      countsMultiplicity ? roots : roots.enumerated().filter { $0 == 0 || roots[$0 - 1] != $1 }.map(\.element)
    return claimed == wanted ? .right("the integer roots") : .wrong("not the integer roots")
  }

  private static func roots(in answer: Bytes) -> WrittenIntegers {
    var kept: [UInt8] = []
    let words = answer.trimmed { $0.isBlank || "[](){}$*`.".utf8.contains($0) }
      .split { $0.isBlank || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "=") }
    // `x`, `x_1` and `=` name a root, `and` and `or` join two.
    for word in words where !word.isWord("and") && !word.isWord("or") {
      if word[word.startIndex].isLetter,
        word.count == 1 || word.byte(word.startIndex + 1) == UInt8(ascii: "_")
      {
        continue
      }
      kept += word + [UInt8(ascii: ",")]
    }
    return words.isEmpty ? .notIntegers : WrittenIntegers(orNone: kept.dropLast())
  }
}
