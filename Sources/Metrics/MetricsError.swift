/// What went wrong with a file of metrics, and where.
public struct MetricsError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Reason: Sendable, Hashable {
    case notARecord(column: Int, detail: String)
    case positionBeyondEnd(position: UInt64, size: UInt64)
    case positionInsideLine(position: UInt64)
    case notText
    case diskFull
    case system(action: String, detail: String)
  }

  public var path: String?
  /// Counted from 1.
  public var line: Int?
  public let reason: Reason

  public init(path: String?, line: Int? = nil, reason: Reason) {
    self.path = path
    self.line = line
    self.reason = reason
  }

  public var description: String {
    var place = path ?? "metrics"
    if let line { place += ":\(line)" }
    if case .notARecord(let column, _) = reason { place += ":\(column)" }
    return "\(place): \(reason.words)"
  }
}

extension MetricsError.Reason {
  fileprivate var words: String {
    switch self {
    case .notARecord(_, let detail):
      "not a line of metrics (one flat JSON object of numbers and texts): \(detail)"
    case .positionBeyondEnd(let position, let size):
      "the checkpoint goes on from byte \(position), but the file has only \(size) — it was changed or replaced since;"
        + " resume from a copy that is whole"
    case .positionInsideLine(let position):
      "the checkpoint goes on from byte \(position), which is inside a line — the file was changed since;"
        + " resume from a copy that is whole"
    case .notText:
      "not UTF-8 text"
    case .diskFull:
      "cannot write: no space left on the device — free some space and go on with `--resume`"
    case .system(let action, let detail):
      "cannot \(action): \(detail)"
    }
  }
}
