/// A list of integers, compared by value.
public struct IntegerListVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "integer_list", summary: "A list of integers, by value.",
    groundTruth: "the integers, separated by commas or blanks; `none` for the empty list",
    answer: "the marked answer: integers separated by commas, semicolons or blanks; brackets do not count",
    rules: [
      "The same integers in the same order, none missing and none added; `07` is 7.",
      "With `order: any`, the same integers, each as often, in any order.",
      "Integers beyond 64 bits are refused.",
    ],
    parameters: [
      .init("order", "exact or any", standard: "exact", "whether the order counts")
    ],
    examples: [
      .init("#### [4, -1, 4]", groundTruth: "4,-1,4", score: 1),
      .init("#### 4, 4, -1", groundTruth: "4,-1,4", score: 0),
      .init("#### 4, 4, -1", groundTruth: "4,-1,4", score: 1, parameters: ["order": .text("any")]),
      .init("#### 4, -1", groundTruth: "4,-1,4", score: 0, parameters: ["order": .text("any")]),
    ],
    source: nil)

  private enum Order: String, CaseIterable { case exact, any }

  private var order = Order.exact

  public init() {}

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    order = try parameters.choice("order", standard: .exact)
  }

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(by: Self.integers) { answer, gold in
      switch WrittenIntegers(orNone: answer) {
      case .notIntegers: return .wrong("not a list of integers")
      case .tooLarge: return .limit("an integer beyond 64 bits")
      case .list(let numbers):
        let isSame = order == .exact ? numbers == gold : numbers.sorted() == gold.sorted()
        return isSame ? .right("compared as integers") : .wrong("compared as integers")
      }
    }
  }

  private static func integers(_ text: Bytes) throws(UnusableGroundTruth) -> [Int] {
    guard !text.isEmpty, case .list(let numbers) = WrittenIntegers(orNone: text) else {
      throw UnusableGroundTruth("is not a list of integers")
    }
    return numbers
  }
}

extension WrittenIntegers {
  /// As ``init(_:)``; the word `none` is an empty list.
  init(orNone text: Bytes) {
    self = text.withoutMarkup.isWord("none") ? .list([]) : WrittenIntegers(text)
  }
}
