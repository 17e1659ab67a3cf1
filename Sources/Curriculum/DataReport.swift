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
  /// One line per source: what was taken from where, and which verifier judges.
  public var detected: [String] = []

  public init() {}

  /// The report as lines for people; counts that are zero are left out.
  public var lines: [String] {
    let counts = [
      trainRows.map { "\($0) training rows" }, heldOutRows.map { "\($0) held-out rows" },
      text(droppedFromTraining, "left out of training because the held-out file has the same prompt"),
      text(droppedDuplicates, "left out of the held-out set because a prompt repeats"),
      text(
        unreadableGroundTruths, "with a ground truth that the verifier cannot read (no verdict, no reward)"),
      text(withoutSolution, "without a worked solution (not usable for SFT)"),
    ]
    return detected + counts.compactMap(\.self)
  }

  private func text(_ count: Int, _ what: String) -> String? {
    count == 0 ? nil : "\(count) \(count == 1 ? "row" : "rows") \(what)"
  }
}
