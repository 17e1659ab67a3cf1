/// Knights tell the truth, knaves lie: who is what? Any assignment that fits every statement is right.
public struct KnightsAndKnavesVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "knights_knaves", summary: "Who tells the truth and who lies, from what they say.",
    groundTruth:
      "`name:statement;name:statement;…`: formulas with `! & | xor -> <->` in which a name stands for "
      + "\"is a knight\"; who says nothing is `name:`",
    answer: "the marked answer: `A is a knight, B is a knave`, `A=knight; B=knave`, `A and B are knights`",
    rules: [
      "Everyone in the puzzle is said to be one of the two, and no one both.",
      "What each knight says is true, what each knave says is false. Any such assignment is right, not "
        + "only one.",
    ],
    parameters: [
      .init("truthful", "text", standard: "knight", "the word for those who tell the truth"),
      .init("lying", "text", standard: "knave", "the word for those who lie"),
    ],
    examples: [
      .init("#### Ann is a knight, Bob is a knave", groundTruth: "Ann:!Bob;Bob:Ann & Bob", score: 1),
      .init("#### Ann is a knave, Bob is a knight", groundTruth: "Ann:!Bob;Bob:Ann & Bob", score: 0),
      .init("#### Bob is a knave", groundTruth: "Ann:!Bob;Bob:Ann & Bob", score: 0),
      .init(
        "#### Ann = saint, Bob = rogue", groundTruth: "Ann:!Bob;Bob:Ann & Bob", score: 1,
        parameters: ["truthful": .text("saint"), "lying": .text("rogue")]),
    ],
    source: nil)

  private var truthful = "knight"
  private var lying = "knave"

  public init() {}

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    truthful = try Self.word("truthful", parameters, standard: truthful)
    lying = try Self.word("lying", parameters, standard: lying)
    if truthful == lying {
      throw VerifierParameterError("lying", "is `\(lying)`, but must differ from `truthful`")
    }
  }

  private static func word(
    _ key: String, _ parameters: VerifierParameters, standard: String
  ) throws(VerifierParameterError) -> String {
    guard let word = try parameters.text(key) else { return standard }
    guard !word.isEmpty, word.utf8.allSatisfy({ $0.isLetter }) else {
      throw VerifierParameterError(key, "is `\(word)`, but must be one word of letters a–z")
    }
    return word.lowercased()
  }

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(by: Island.init) { answer, island in
      switch roles(in: answer, of: island.names) {
      case .failure(let problem): return .wrong(problem.rule)
      case .success(let isTruthful):
        let liar = island.statements.first { $0.formula.isTrue(isTruthful) != isTruthful[$0.speaker] }
        return liar == nil ? .right("every statement fits") : .wrong("a statement does not fit its speaker")
      }
    }
  }

  /// Names wait for the next role: "A and B are knights, C is a knave".
  private func roles(in answer: Bytes, of names: [[UInt8]]) -> Result<[Bool], TruthAssignment.Problem> {
    let numbers = Dictionary(names.enumerated().map { ($1.map(\.lowercased), $0) }) { first, _ in first }
    var roles = [Bool?](repeating: nil, count: names.count)
    var waiting: [Int] = []
    let problem = WrittenClauses(answer).first { words -> TruthAssignment.Problem? in
      for (index, word) in words.enumerated() {
        if index > 0, words[index - 1].isOneOf(["is", "are"]), word.isOneOf(["a", "an"]) {
          continue  // the article, also where someone is called A
        }
        if let number = numbers[word.folded] {
          waiting.append(number)
        } else if let role = role(word) {
          if waiting.isEmpty { return .init(rule: "a role without a name") }
          for number in waiting {
            if let earlier = roles[number], earlier != role { return .init(rule: "someone has two roles") }
            roles[number] = role
          }
          waiting = []
        } else if !word.isOneOf(["is", "are", "and", "both", "a", "an"]) {
          return .init(rule: "a word that is neither a name nor a role")
        }
      }
      return nil
    }
    if let problem { return .failure(problem) }
    let known = roles.compactMap { $0 }
    return waiting.isEmpty && known.count == names.count
      ? .success(known) : .failure(.init(rule: "not everyone has a role"))
  }

  private func role(_ word: Bytes) -> Bool? {
    if word.isOneOf([truthful, truthful + "s"]) { return true }
    return word.isOneOf([lying, lying + "s"]) ? false : nil
  }
}

private struct Island {
  static let maximumNames = 1000

  let names: [[UInt8]]
  let statements: [(speaker: Int, formula: TruthFormula)]

  init(_ text: Bytes) throws(UnusableGroundTruth) {
    let form = UnusableGroundTruth.form("name:statement;name:statement;…")
    let parts = text.trimmedFields(at: ";").filter { !$0.isEmpty }.map { part in
      part.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        .map { $0.trimmed() }
    }
    guard !parts.isEmpty, parts.allSatisfy({ $0.count == 2 && !$0[0].isEmpty }) else { throw form }
    var names: [[UInt8]] = []
    var numbers: [[UInt8]: Int] = [:]
    for part in parts where numbers[Array(part[0])] == nil {
      numbers[Array(part[0])] = names.count
      names.append(Array(part[0]))
    }
    let folded = Set(names.map { $0.map(\.lowercased) })
    if folded.count < names.count { throw UnusableGroundTruth("has two names that differ in case only") }
    if names.count > Self.maximumNames { throw UnusableGroundTruth("has more than 1,000 names") }
    var statements: [(speaker: Int, formula: TruthFormula)] = []
    for part in parts where !part[1].isEmpty {
      guard let formula = TruthFormula(part[1], names: names), formula.names.count == names.count,
        let speaker = numbers[Array(part[0])]
      else { throw form }
      statements.append((speaker, formula))
    }
    guard !statements.isEmpty else { throw form }
    self.names = names
    self.statements = statements
  }
}
