/// From one word to another, one letter at a time.
public struct WordLadderVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "word_ladder", summary: "From one word to another by changing one letter at a time.",
    groundTruth: "`start;end;words`: the words that may be used, separated by commas or blanks",
    answer:
      "the marked answer: the words from start to end, separated by commas, blanks, `->` or line breaks",
    rules: [
      "The first word is the start and the last one the end; case does not matter.",
      "Each differs from the one before in exactly one letter, and each between them is among the words.",
      "`length` says whether a shortest ladder is asked for; moves are words less one.",
    ],
    parameters: [SolutionLength.parameter],
    examples: [
      .init("#### cat -> cot -> dot -> dog", groundTruth: "cat;dog;cot,dot,cog,dag", score: 1),
      .init("#### cat, cot, cog, dog", groundTruth: "cat;dog;cot,dot,cog,dag", score: 1),
      .init("#### cat, cot, dog", groundTruth: "cat;dog;cot,dot,cog,dag", score: 0),
      .init("#### cat, cag, cog, dog", groundTruth: "cat;dog;cot,dot,cog,dag", score: 0),
    ],
    source: nil)

  private var length = SolutionLength.any

  public init() {}

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    length = try parameters.choice("length", standard: .any)
  }

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(by: task) { answer, task in
      let steps = answer.nodeList.map(WordLadder.word)
      guard let first = steps.first, let last = steps.last, first == task.ladder.start,
        last == task.ladder.end
      else { return .wrong("the ladder does not lead from the start to the end") }
      for (index, word) in steps.enumerated().dropFirst() {
        if !WordLadder.differInOneLetter(steps[index - 1], word) {
          return .wrong("step \(index) does not change exactly one letter")
        }
        if !task.ladder.allows(word) { return .wrong("step \(index) leads to a word that is not given") }
      }
      return length.finding(moves: steps.count - 1, shortest: task.shortest)
    }
  }

  private func task(_ text: Bytes) throws(UnusableGroundTruth) -> (ladder: WordLadder, shortest: Int?) {
    let ladder = try WordLadder(text)
    return (ladder, length == .any ? nil : try ladder.shortest())
  }
}

private struct WordLadder {
  typealias Word = [Unicode.Scalar]

  static let maximumLetters = 64
  /// Words × letters², what the rungs of a search hold.
  static let maximumWork = 1 << 24

  let start: Word
  let end: Word
  private let words: [Word]
  private let known: Set<Word>

  init(_ text: Bytes) throws(UnusableGroundTruth) {
    let parts = text.trimmedFields(at: ";")
    guard parts.count == 3, !parts[0].isEmpty, !parts[1].isEmpty else { throw .form("start;end;words") }
    start = Self.word(parts[0])
    end = Self.word(parts[1])
    let length = start.count
    guard length == end.count, length <= Self.maximumLetters else {
      throw UnusableGroundTruth("has a start and an end of different length, or of more than 64 letters")
    }
    words = parts[2].nodeList.map(Self.word).filter { $0.count == length } + [start, end]
    known = Set(words)
  }

  static func word(_ text: Bytes) -> Word { Array(text.text.lowercased().unicodeScalars) }

  static func differInOneLetter(_ left: Word, _ right: Word) -> Bool {
    left.count == right.count && zip(left, right).count { $0 != $1 } == 1
  }

  func allows(_ word: Word) -> Bool { known.contains(word) }

  /// Steps of a shortest ladder, breadth first; words that agree but for one place share a rung.
  func shortest() throws(UnusableGroundTruth) -> Int {
    if words.count * start.count * start.count > Self.maximumWork {
      throw UnusableGroundTruth("has too many words to look for a shortest ladder")
    }
    var rungs: [Rung: [Int]] = [:]
    for (index, word) in words.enumerated() {
      for place in word.indices { rungs[Rung(word, place), default: []].append(index) }
    }
    var isSeen = [Bool](repeating: false, count: words.count)
    var frontier = words.indices.filter { words[$0] == start }
    for index in frontier { isSeen[index] = true }
    var distance = 0
    while !frontier.isEmpty {
      if frontier.contains(where: { words[$0] == end }) { return distance }
      var next: [Int] = []
      for index in frontier {
        for place in words[index].indices {
          // A rung is climbed once: afterwards all its words are seen.
          for neighbor in rungs.removeValue(forKey: Rung(words[index], place)) ?? [] where !isSeen[neighbor] {
            isSeen[neighbor] = true
            next.append(neighbor)
          }
        }
      }
      frontier = next
      distance += 1
    }
    throw UnusableGroundTruth("has words from which no ladder can be built")
  }

  /// A word with one place left open.
  private struct Rung: Hashable {
    let place: Int
    let letters: Word

    init(_ word: Word, _ place: Int) {
      self.place = place
      letters = Array(word[..<place] + word[(place + 1)...])
    }
  }
}
