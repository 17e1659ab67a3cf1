/// The tower of Hanoi on three pegs: the moves are carried out.
public struct TowerOfHanoiVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "tower_of_hanoi", summary: "Moves that bring a tower of disks from one peg to another.",
    groundTruth:
      "`disks;from,to,spare`: the number of disks, 1 … 60, and the names of the three pegs: `3;A,C,B`",
    answer:
      "the marked answer: moves separated by commas, semicolons or line breaks, each `A->C`, `A to C`, "
      + "`(A, C)`, `1: A->C` or `Move disk 1 from peg A to peg C`; lines may be counted `1.`",
    rules: [
      "Disk 1 is the smallest. Each move takes the top disk of a peg that has one onto a larger disk or "
        + "an empty peg; if a disk is named, it is that one.",
      "After the last move all disks are on the peg asked for.",
      "`length` says whether a shortest solution (2^disks − 1 moves) is asked for.",
    ],
    parameters: [SolutionLength.parameter],
    examples: [
      .init("#### A->B, A->C, B->C", groundTruth: "2;A,C,B", score: 1),
      .init("\\boxed{(1, A, B), (2, A, C), (1, B, C)}", groundTruth: "2;A,C,B", score: 1),
      .init("#### A->C, A->C", groundTruth: "2;A,C,B", score: 0),
      .init("#### A->B, B->C", groundTruth: "1;A,C,B", score: 0.5, parameters: ["length": .text("ratio")]),
      .init("#### A->B, B->C", groundTruth: "1;A,C,B", score: 0, parameters: ["length": .text("shortest")]),
    ],
    source: nil)

  private static let smallWords = [
    "move", "disk", "disc", "from", "to", "peg", "rod", "tower", "onto", "then",
  ]

  private var length = SolutionLength.any

  public init() {}

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    length = try parameters.choice("length", standard: .any)
  }

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(by: Tower.init) { answer, tower in
      var pegs: [[Int]] = [Array((1...tower.disks).reversed()), [], []]
      var count = 0
      let problem = WrittenClauses(answer, isNumbered: true).first { words -> TaskFinding? in
        count += 1
        let words = words.filter { !$0.isOneOf(Self.smallWords) }
        guard (2...3).contains(words.count), let from = tower.peg(words[words.count - 2]),
          let to = tower.peg(words[words.count - 1])
        else { return .wrong("move \(count) is no move") }
        guard let disk = pegs[from].last else { return .wrong("move \(count) takes from an empty peg") }
        if words.count == 3, words[0].asInteger != disk {
          return .wrong("move \(count) names a disk that is not on top")
        }
        if let below = pegs[to].last, below < disk {
          return .wrong("move \(count) puts a disk on a smaller one")
        }
        if from == to { return .wrong("move \(count) does not move") }
        pegs[from].removeLast()
        pegs[to].append(disk)
        return nil
      }
      if let problem { return problem }
      if pegs[1].count != tower.disks { return .wrong("the tower does not stand where it should") }
      return length.finding(moves: count, shortest: 1 << tower.disks - 1)
    }
  }
}

private struct Tower {
  let disks: Int
  /// From, to, spare.
  private let pegs: [Bytes]

  init(_ text: Bytes) throws(UnusableGroundTruth) {
    let parts = text.trimmedFields(at: ";")
    guard parts.count == 2, let disks = parts[0].asInteger, (1...60).contains(disks) else {
      throw .form("disks;from,to,spare")
    }
    pegs = parts[1].trimmedFields(at: ",")
    guard pegs.count == 3, Set(pegs).count == 3, pegs.allSatisfy({ !$0.isEmpty }) else {
      throw .form("disks;from,to,spare")
    }
    self.disks = disks
  }

  func peg(_ word: Bytes) -> Int? { pegs.firstIndex { $0.elementsEqual(word) } }
}
