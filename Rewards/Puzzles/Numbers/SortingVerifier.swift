/// Sort a list: the ground truth is the list as it was given.
public struct SortingVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "sorting", summary: "A given list, sorted.",
    groundTruth: "the list to be sorted: integers or words, separated by commas or blanks",
    answer: "the marked answer: the items separated by commas, semicolons or blanks; brackets do not count",
    rules: [
      "Every given item as often as it is given, and each in its place.",
      "Integers are ordered by value; words, and everything with `by: text`, by their bytes.",
    ],
    parameters: [
      .init("direction", "ascending or descending", standard: "ascending", "smallest or largest first"),
      .init(
        "by", "value or text", standard: "value",
        "whether integers are ordered as numbers or, like words, letter by letter"),
    ],
    examples: [
      .init("#### 2, 9, 10", groundTruth: "10,2,9", score: 1),
      .init("#### 10, 2, 9", groundTruth: "10,2,9", score: 0),
      .init("#### 10, 9, 2", groundTruth: "10,2,9", score: 1, parameters: ["direction": .text("descending")]),
      .init("#### ant bee cow", groundTruth: "cow,ant,bee", score: 1),
    ],
    source: nil)

  private enum Direction: String, CaseIterable { case ascending, descending }
  private enum Key: String, CaseIterable { case value, text }

  private var direction = Direction.ascending
  private var key = Key.value

  public init() {}

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    direction = try parameters.choice("direction", standard: .ascending)
    key = try parameters.choice("by", standard: .value)
  }

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(by: sorted) { answer, wanted in
      switch wanted {
      case .words(let words):
        return compare(answer.listItems.map { Array($0) }, with: words)
      case .integers(let numbers):
        switch WrittenIntegers(answer) {
        case .notIntegers: return .wrong("not a list of integers")
        case .tooLarge: return .limit("an integer beyond 64 bits")
        case .list(let items): return compare(items, with: numbers)
        }
      }
    }
  }

  private enum Sorted {
    case integers([Int])
    case words([[UInt8]])
  }

  private func sorted(_ text: Bytes) throws(UnusableGroundTruth) -> Sorted {
    let items = text.listItems
    if items.isEmpty { throw UnusableGroundTruth("is an empty list") }
    if key == .value, case .list(let numbers) = WrittenIntegers(text) {
      return .integers(direction == .ascending ? numbers.sorted() : numbers.sorted(by: >))
    }
    let words = items.map { Array($0) }.sorted { $0.lexicographicallyPrecedes($1) }
    return .words(direction == .ascending ? words : words.reversed())
  }

  private func compare<Item: Equatable>(_ items: [Item], with wanted: [Item]) -> TaskFinding {
    if items == wanted { return .right("every item in its place") }
    if items.count != wanted.count { return .wrong("\(items.count) items instead of \(wanted.count)") }
    let place = zip(items, wanted).enumerated().first { $1.0 != $1.1 }?.offset ?? 0
    return .wrong("item \(place + 1) is another one")
  }
}
