/// Measure out an amount with jugs: the moves are carried out.
public struct WaterJugsVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "water_jugs", summary: "Moves that measure out an amount of water.",
    groundTruth:
      "`capacities;amount`: `3,5;4` is one jug of 3 and one of 5, both empty, and 4 wanted in one of "
      + "them; two to eight jugs",
    answer:
      "the marked answer: moves separated by commas, semicolons or line breaks: `fill 2`, `empty 1`, "
      + "`pour 2->1`; jugs are counted from 1, or are A, B, …",
    rules: [
      "`fill` fills a jug, `empty` empties it, `pour` pours from the first into the second until that is "
        + "full or the other empty.",
      "After the last move one of the jugs holds the amount.",
      "`length` says whether a shortest solution is asked for; it needs a task of at most 2^20 states.",
    ],
    parameters: [SolutionLength.parameter],
    examples: [
      .init("#### fill 2, pour 2->1, empty 1, pour 2->1, fill 2, pour 2->1", groundTruth: "3,5;4", score: 1),
      .init("#### fill B, pour B into A", groundTruth: "3,5;2", score: 1),
      .init("#### fill 2, empty 1", groundTruth: "3,5;4", score: 0),
      .init(
        "#### fill 1, fill 2, pour 2->1", groundTruth: "3,5;5", score: 1.0 / 3,
        parameters: ["length": .text("ratio")]),
    ],
    source: nil)

  private static let smallWords = ["jug", "jar", "bucket", "from", "to", "into", "the", "then", "out"]

  private var length = SolutionLength.any

  public init() {}

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    length = try parameters.choice("length", standard: .any)
  }

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(by: task) { answer, task in
      var levels = [Int](repeating: 0, count: task.jugs.capacities.count)
      var count = 0
      let problem = WrittenClauses(answer, isNumbered: true).first { words -> TaskFinding? in
        count += 1
        guard let move = Self.move(words, jugs: levels.count) else {
          return .wrong("move \(count) is no move")
        }
        task.jugs.carryOut(move, on: &levels)
        return nil
      }
      if let problem { return problem }
      guard levels.contains(task.jugs.amount) else { return .wrong("no jug holds the amount") }
      return length.finding(moves: count, shortest: task.shortest)
    }
  }

  private func task(_ text: Bytes) throws(UnusableGroundTruth) -> (jugs: Jugs, shortest: Int?) {
    let jugs = try Jugs(text)
    return (jugs, length == .any ? nil : try jugs.shortest())
  }

  private static func move(_ words: [Bytes], jugs: Int) -> JugMove? {
    let words = words.filter { !$0.isOneOf(smallWords) }
    guard let verb = words.first else { return nil }
    let named = words.dropFirst().map { jug($0, of: jugs) }
    switch named.count {
    case 1:
      guard let jug = named[0] else { return nil }
      if verb.isWord("fill") { return .fill(jug) }
      return verb.isOneOf(["empty", "dump"]) ? .empty(jug) : nil
    case 2:
      guard let from = named[0], let to = named[1], from != to, verb.isOneOf(["pour", "transfer"]) else {
        return nil
      }
      return .pour(from, to)
    default: return nil
    }
  }

  private static func jug(_ word: Bytes, of count: Int) -> Int? {
    if let number = word.asInteger { return (1...count).contains(number) ? number - 1 : nil }
    guard word.count == 1, let letter = word.first?.lowercased, letter.isLetter else { return nil }
    let index = Int(letter) - 0x61
    return index < count ? index : nil
  }
}
