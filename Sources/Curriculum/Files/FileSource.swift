private import Foundation
public import Rewards

/// Rows of a data file.
public struct FileSource: Sendable, Hashable {
  public var path: String
  /// nil = by the file's ending: `.csv`, `.tsv`, else JSON Lines.
  public var format: DataFormat?
  /// Column of the question; nil = detected (`prompt`, `question`, `problem`, `messages`).
  public var promptField: String?
  /// Column of the answer; nil = detected (`answer`, `solution`, `label`, `ground_truth`,
  /// `reward_model.ground_truth`).
  public var answerField: String?
  /// Column of the worked solution for SFT; nil = a column `solution` beside the answer's, else the answer
  /// column where it holds one (GSM8K's `####`, MATH's `\boxed{}`).
  public var solutionField: String?
  /// Verifier of all rows whose source ``verifiers`` does not name; nil = by their `data_source`, and in a file without
  /// such a column detected from the answers (`gsm8k` where they carry `####`, else `math`).
  public var verifier: VerifierSpec?
  /// Verifiers by `data_source`, before those that are built in; see `VerifierRouting`.
  public var verifiers: VerifierRouting
  /// Column that says where a row comes from; nil = `data_source`.
  public var sourceField: String?
  /// Which rows are taken.
  public var filter: RowFilter
  /// Of these, only the rows with short, or long, prompts are trained on; nil = all.
  public var slice: SliceFilter?
  /// What becomes of a row that cannot be used.
  public var onBadRow: BadRowPolicy

  public init(
    path: String, format: DataFormat? = nil, promptField: String? = nil, answerField: String? = nil,
    solutionField: String? = nil, verifier: VerifierSpec? = nil,
    verifiers: VerifierRouting = VerifierRouting(), sourceField: String? = nil,
    filter: RowFilter = RowFilter(), slice: SliceFilter? = nil, onBadRow: BadRowPolicy = .stop
  ) {
    self.path = path
    self.format = format
    self.promptField = promptField
    self.answerField = answerField
    self.solutionField = solutionField
    self.verifier = verifier
    self.verifiers = verifiers
    self.sourceField = sourceField
    self.filter = filter
    self.slice = slice
    self.onBadRow = onBadRow
  }
}

/// What becomes of a row that cannot be used: broken, or without a column that is needed.
public enum BadRowPolicy: String, Sendable, Hashable, CaseIterable {
  /// The first one is an error.
  case stop
  /// Such rows are left out, counted and reported with their lines.
  case skip
}

extension FileSource {
  /// Where the file lies, however it is written: `./rows.jsonl`, a link to it and its whole path are one file.
  var place: String { URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL.path }
}
