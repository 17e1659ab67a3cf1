/// What a task stream is made of, for the start of a run's log.
public struct DataReport: Sendable, Hashable, Codable {
  /// Rows to train on; nil where tasks are made on the fly.
  public var trainRows: Int?
  /// Held-out tasks there are; nil where they are made on the fly.
  public var heldOutRows: Int?
  /// Rows left out of training because their prompt is in the held-out file.
  public var droppedFromTraining = 0
  /// Held-out rows left out because an earlier one has the same prompt.
  public var droppedDuplicates = 0
  /// Rows whose ground truth the verifier cannot read: they never get a verdict.
  public var unreadableGroundTruths = 0
  /// Training rows without a worked solution: SFT cannot use them.
  public var withoutSolution = 0
  /// Rows that could not be used, and the first few of each file with their places and why.
  public var badRows = 0
  public var badRowExamples: [String] = []
  /// Rows left out by filters, by the first criterion each failed.
  public var filtered: [RowFilter.Criterion: Int] = [:]
  /// Training rows whose prompt is, but for blanks and case, that of an earlier one.
  public var repeatedPrompts = 0
  /// Those of them that have another answer.
  public var repeatedWithOtherAnswer = 0
  /// Whether they are left out.
  public var dropsRepeated = false
  public var contamination = Contamination()
  /// One line per source: what was taken from where, and which verifier judges.
  public var detected: [String] = []
  /// The proportions of a mixture; nil where there is one source.
  public var mixture: String?

  public init() {}

  /// Training rows that are too much like held-out ones.
  public struct Contamination: Sendable, Hashable, Codable {
    /// The same prompt but for blanks and case.
    public var samePrompts = 0
    /// Others, with a run of ``ngram`` words in common.
    public var sharedWords = 0
    public var ngram: Int?
    /// Whether they are left out.
    public var isDropped = false
    /// The first few, with the held-out row each is like.
    public var examples: [String] = []
    /// Held-out rows whose words were too many to remember; the rows used first are compared.
    public var heldOutRowsNotCompared = 0

    public init(ngram: Int? = nil, isDropped: Bool = false) {
      self.ngram = ngram
      self.isDropped = isDropped
    }

    public var rows: Int { samePrompts + sharedWords }
  }

  /// The report as lines for people; counts that are zero are left out.
  public var lines: [String] {
    let counts = [
      trainRows.map { "\($0) training rows" }, heldOutRows.map { "\($0) held-out rows" },
      text(droppedFromTraining, "left out of training because the held-out file has the same prompt"),
      text(droppedDuplicates, "left out of the held-out set because a prompt repeats"),
      text(
        unreadableGroundTruths, "with a ground truth that the verifier cannot read (no verdict, no reward)"),
      text(withoutSolution, "without a worked solution (not usable for SFT)"),
      text(badRows, "passed over because they cannot be used: \(badRowExamples.joined(separator: "; "))"),
      text(filtered.values.reduce(0, +), "left out by filters: \(filterWords)"), repeatLine,
    ]
    return detected + [mixture].compactMap(\.self) + counts.compactMap(\.self) + contaminationLines
  }

  private func text(_ count: Int, _ what: String) -> String? {
    count == 0 ? nil : "\(count) \(count == 1 ? "row" : "rows") \(what)"
  }

  private var filterWords: String {
    RowFilter.Criterion.allCases.compactMap { criterion in
      filtered[criterion].map { "\($0) by `\(criterion.rawValue)`" }
    }.joined(separator: ", ")
  }

  private var repeatLine: String? {
    guard repeatedPrompts > 0 else { return nil }
    let others = repeatedWithOtherAnswer > 0 ? ", \(repeatedWithOtherAnswer) of them with another answer" : ""
    let fate = dropsRepeated ? "left out of training" : "`data.deduplicate: true` leaves them out"
    return
      "\(repeatedPrompts) training rows repeat an earlier prompt (blanks and case apart)\(others): \(fate)"
  }

  private var contaminationLines: [String] {
    guard contamination.rows > 0 else { return [] }
    let fate =
      contamination.isDropped
      ? "left out of training" : "trained on; `data.contamination: drop` leaves them out"
    let shared =
      contamination.ngram.map { ", \(contamination.sharedWords) with \($0) words in a row of one" } ?? ""
    let rest =
      contamination.heldOutRowsNotCompared > 0
      ? " (\(contamination.heldOutRowsNotCompared) held-out rows, used last, were not compared word by word)"
      : ""
    return [
      "contamination: \(contamination.samePrompts) training rows with the prompt of a held-out row (blanks and case apart)"
        + "\(shared): \(fate)\(rest)"
    ] + contamination.examples.map { "  " + $0 }
  }
}
