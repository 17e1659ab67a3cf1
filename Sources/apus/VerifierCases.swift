import Curriculum
import Rewards

/// A case of a file such as verifier-cases/public.jsonl: a response, and whether it is right.
struct VerifierCase: Sendable {
  var id: String
  var category: String
  var tier: String
  /// As `VerifierSpec.text`.
  var verifier: String
  var completion: Completion
  /// Nobody who judges sees it.
  var expected: Bool
  /// Whether a refusal because of a documented size limit is right too.
  var isLimitRight: Bool
  /// math-verify's verdict, "error" being no; nil where the file does not have it.
  var mathVerify: Bool?

  /// What is no column of the data row that the case stands for.
  private static let ownColumns: Set<String> = [
    "id", "category", "tier", "verifier", "gold", "response", "expected", "limit_ok", "note", "math_verify",
  ]

  init(_ row: DataRow) throws {
    id = try row.text("id", role: "id")
    category = row["category"]?.plain ?? ""
    tier = row["tier"]?.plain ?? ""
    verifier = try row.text("verifier", role: "verifier")
    guard case .text(let response)? = row["response"] else {
      throw CommandError("\(row.place): no text in column `response`")
    }
    completion = Completion(
      prompt: row["prompt"]?.plain ?? "", text: response, groundTruth: try row.groundTruth("gold"),
      columns: row.columns(except: Self.ownColumns))
    guard let expected = row["expected"]?.flag else {
      let found = row["expected"].map { "holds \($0.kind)" } ?? "is missing"
      throw CommandError("\(row.place): column `expected` \(found), but must be true or false")
    }
    self.expected = expected
    isLimitRight = row["limit_ok"]?.flag ?? false
    mathVerify = row["math_verify"].map { $0.flag ?? false }
  }

  /// All cases of a file, and their verifiers.
  ///
  /// - Parameter path: JSON Lines; - = standard input.
  /// - Returns: The cases in their order, one or more.
  /// - Throws: The first line that is no case, or whose verifier there is not.
  static func read(_ path: String) throws -> (cases: [VerifierCase], verifiers: PreparedVerifiers) {
    let place = path == "-" ? "standard input" : path
    let input: Input
    do {
      input = try path == "-" ? .standard : Input(path: path)
    } catch {
      throw CommandError("\(place) cannot be read: \(error)")
    }
    var lines = LineBlocks(input, place: place)
    var cases: [VerifierCase] = []
    var known: Set<String> = []
    while let block = try lines.next() {
      for line in block {
        let row = try DataRow(file: place, line: line.number, bytes: line.bytes)
        let found = try VerifierCase(row)
        if known.insert(found.verifier).inserted {
          do throws(VerifierSpecError) {
            _ = try PreparedVerifiers().verifier(named: found.verifier)
          } catch {
            throw CommandError("\(row.place): \(error)")
          }
        }
        cases.append(found)
      }
    }
    guard !cases.isEmpty else { throw CommandError("\(place): there is no case in this file") }
    return (cases, try PreparedVerifiers(for: RewardConfiguration(), tasks: known))
  }
}

extension JSONValue {
  fileprivate var flag: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }
}

/// How often a verifier was right.
struct CaseTally {
  private(set) var cases = 0
  private(set) var right = 0
  private(set) var falseNegatives = 0
  private(set) var falsePositives = 0
  /// Cases in which no is right.
  private(set) var refusable = 0
  private(set) var withMathVerify = 0
  private(set) var mathVerifyRight = 0

  /// Counts a case in.
  mutating func add(_ found: VerifierCase, _ verdict: Verdict) {
    let expected = found.expected
    cases += 1
    if !expected { refusable += 1 }
    let isYes = verdict.status == .correct
    if isYes == expected || (found.isLimitRight && verdict.status == .limit) {
      right += 1
    } else if isYes {
      falsePositives += 1
    } else {
      falseNegatives += 1
    }
    if let theirs = found.mathVerify {
      withMathVerify += 1
      if theirs == expected || (found.isLimitRight && !theirs) { mathVerifyRight += 1 }
    }
  }

  /// Share of cases with the right verdict.
  var accuracy: Double { Double(right) / Double(max(1, cases)) }
  /// Share of refusable cases that were accepted.
  var falsePositiveRate: Double { Double(falsePositives) / Double(max(1, refusable)) }
  var mathVerifyAccuracy: Double? {
    withMathVerify == 0 ? nil : Double(mathVerifyRight) / Double(withMathVerify)
  }

  var json: JSONText {
    var members: [(name: String, value: JSONText)] = [
      ("cases", .integer(cases)), ("right", .integer(right)), ("accuracy", .number(accuracy)),
      ("false_negatives", .integer(falseNegatives)), ("false_positives", .integer(falsePositives)),
      ("false_positive_rate", .number(falsePositiveRate)),
    ]
    if let mathVerifyAccuracy { members.append(("math_verify_accuracy", .number(mathVerifyAccuracy))) }
    return .object(members)
  }
}
