/// What went wrong with a store of rollouts, where, and what to do about it.
public struct ReplayError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Reason: Sendable, Hashable {
    case notADatabase
    case foreignDatabase
    case newerSchema(unknown: [String])
    case unreadableRow(table: String, detail: String)
    /// A value of another kind than its column's.
    case unreadableValue(detail: String)
    /// The file that the run writes to is not at its path any more.
    case removed
    case taskChanged(id: String)
    case notANumber(what: String, step: Int, group: Int, sample: Int)
    case conflictingRollout(step: Int, group: Int, sample: Int)
    case conflictingGroup(step: Int, group: Int)
    case unknownWork(step: Int, group: Int, sample: Int?)
    case misplacedSegment(step: Int, group: Int, sample: Int, start: Int, length: Int)
    case groupNotOpen(step: Int, group: Int, state: String)
    case stepTaken(step: Int)
    case vacuumedTokens(rollout: Int64)
    case needed(what: String)
    case held
    case diskFull
    case cannotWrite(code: Int)
    case busy
    case cannotOpen(detail: String)
    case readOnly
    case system(code: Int, detail: String)
  }

  public let path: String
  public let reason: Reason

  public init(path: String, reason: Reason) {
    self.path = path
    self.reason = reason
  }

  public var description: String { "\(path): \(reason.words)" }
}

extension ReplayError.Reason {
  /// All wording of this module, in one place.
  fileprivate var words: String {
    switch self {
    case .notADatabase:
      "not an SQLite database, or a damaged one — name a run directory or its replay.sqlite. A run without its store cannot "
        + "go on: put a copy back, or begin anew in another `output.dir`"
    case .foreignDatabase:
      "an SQLite database of another program — choose another directory (`--set output.dir=DIR`)"
    case .newerSchema(let unknown):
      "was written by a newer apus (its schema has \(unknown.map { "`\($0)`" }.joined(separator: ", "))) — use that version"
    case .unreadableRow(let table, let detail):
      "a row of `\(table)` is not what apus writes: \(detail) — was the database edited?"
    case .unreadableValue(let detail):
      "a row is not what apus writes: \(detail) — was the database edited?"
    case .removed:
      "was deleted or replaced while the run wrote to it; nothing more can be stored — put it back from a copy and go on with `--resume`, "
        + "or begin anew in another `output.dir`"
    case .taskChanged(let id):
      "task `\(id)` is stored with another prompt or answer — a task's id must mean the same task for a whole run"
    case .notANumber(let what, let step, let group, let sample):
      "\(what) of step \(step), group \(group), sample \(sample) is NaN, which SQLite cannot keep apart from \"no verdict\""
    case .conflictingRollout(let step, let group, let sample):
      "step \(step), group \(group), sample \(sample) is stored with other tokens — roll back to the checkpoint before"
        + " steps are trained again"
    case .conflictingGroup(let step, let group):
      "step \(step), group \(group) is stored with another task or prompt — roll back to the checkpoint before steps are trained "
        + "again"
    case .unknownWork(let step, let group, let sample):
      "step \(step), group \(group)\(sample.map { ", sample \($0)" } ?? "") was never issued, so nothing can be stored of it"
    case .misplacedSegment(let step, let group, let sample, let start, let length):
      "step \(step), group \(group), sample \(sample) has \(length) tokens, so a segment cannot begin at token \(start)"
    case .groupNotOpen(let step, let group, let state):
      "step \(step), group \(group) is `\(state)`, so no update can take or drop it now"
    case .stepTaken(let step):
      "the update of step \(step) is stored already — roll back to the checkpoint before steps are trained again"
    case .vacuumedTokens(let rollout):
      "the tokens of rollout \(rollout) were dropped by `apus replay vacuum`; what it was worth and what became of it is still there"
    case .needed(let what): what
    case .held: "a run or another program has it open — try again when it is done"
    case .diskFull:
      "no space left on the device — nothing of this step was stored; free some space and go on with `--resume`"
    case .cannotWrite(let code):
      "could not be written (SQLite's code \(code)): a limit on the size of files, a quota, or the disk itself — nothing of this was "
        + "stored; make room and go on with `--resume`"
    case .busy:
      "held by another program for more than 10 seconds — close shells and viewers that write to it"
    case .cannotOpen(let detail):
      "cannot be opened: \(detail)"
    case .readOnly:
      "may not be written to — check the permissions of the file and its directory"
    case .system(let code, let detail):
      "SQLite reports: \(detail) (code \(code))"
    }
  }
}
