/// What the rules of a task say about an answer.
struct TaskFinding {
  /// 0…1; only 1 is right.
  var score: Double
  /// Why, as the end of a sentence that starts with where the answer stood.
  var rule: String
  /// The answer was too large to be judged; scores 0.
  var isLimit = false
  var metrics: [VerdictMetric] = []

  static func right(_ rule: String) -> TaskFinding { TaskFinding(score: 1, rule: rule) }
  static func wrong(_ rule: String) -> TaskFinding { TaskFinding(score: 0, rule: rule) }
  static func limit(_ rule: String) -> TaskFinding { TaskFinding(score: 0, rule: rule, isLimit: true) }

  func with(_ metrics: [VerdictMetric]) -> TaskFinding {
    var finding = self
    finding.metrics += metrics
    return finding
  }
}

/// Why a ground truth states no task, as the end of a sentence that starts with "the ground truth".
struct UnusableGroundTruth: Error {
  let problem: String

  init(_ problem: String) { self.problem = problem }

  static func form(_ form: String) -> UnusableGroundTruth {
    UnusableGroundTruth("is not of the form `\(form)`")
  }
}

extension Completion {
  /// Longer marked answers are refused: a megabyte holds half a million moves.
  static let maximumTaskAnswer = 1 << 20

  /// The verdict of a task verifier: reads the task from the ground truth, finds the marked answer, asks the
  /// rules.
  ///
  /// Both texts reach `task` and `rules` as ``TaskText`` leaves them.
  ///
  /// - Parameters:
  ///   - arrowsAreMoves: See ``TaskText``.
  ///   - task: Reads the ground truth.
  ///   - rules: Judges an answer, which is never empty.
  /// - Returns: No verdict where `task` throws.
  func judged<Task>(
    arrowsAreMoves: Bool = false, by task: (Bytes) throws(UnusableGroundTruth) -> Task,
    rules: (Bytes, Task) -> TaskFinding
  ) -> Verdict {
    let gold = Bytes(groundTruth.utf8).trimmed()
    let stated: Task
    do {
      stated = try task(TaskText.folded(gold))
    } catch {
      return .noVerdict(gold: gold, rule: "the ground truth \(error.problem)")
    }
    switch MarkedAnswer(in: text) {
    case .missing(let rule):
      return .noAnswer(gold: gold, rule: rule)
    case .found(let answer, let source):
      if answer.count > Self.maximumTaskAnswer {
        return .limit(extracted: answer, gold: gold, rule: "\(source), more than 1 MiB")
      }
      let finding = rules(TaskText.folded(answer.unfenced, arrowsAreMoves: arrowsAreMoves), stated)
      let rule = "\(source), \(finding.rule)"
      var verdict =
        finding.isLimit
        ? Verdict.limit(extracted: answer, gold: gold, rule: rule)
        : .judged(score: finding.score, extracted: answer, gold: gold, rule: rule)
      verdict.metrics = finding.metrics
      return verdict
    }
  }
}

extension ArraySlice<UInt8> {
  /// Without a markdown code fence round the whole.
  fileprivate var unfenced: Bytes {
    let whole = trimmed()
    let fence: StaticPattern = "```"
    guard whole.has(fence, at: whole.startIndex), whole.count >= 2 * fence.bytes.count,
      whole.has(fence, at: whole.endIndex - fence.bytes.count),
      let lineEnd = whole.firstIndex(of: 0x0A), lineEnd < whole.endIndex - fence.bytes.count
    else { return self }
    return whole[(lineEnd + 1)..<(whole.endIndex - fence.bytes.count)].trimmed()
  }

  /// What stands between the separators, trimmed; empty fields are kept.
  func trimmedFields(at separator: Character) -> [Bytes] {
    let byte = separator.asciiValue ?? 0
    return split(separator: byte, omittingEmptySubsequences: false).map { $0.trimmed() }
  }

  /// As an integer with an optional sign; nil for anything else and beyond 64 bits.
  var asInteger: Int? { count <= 20 ? Int(text) : nil }
}
