/// Why a message from a peer was refused. The peer's fault, so never the end of a run: count it (by `kind`), say it once, go on.
public struct WireError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Reason: Sendable, Hashable {
    case notApus
    case otherVersion(UInt8)
    case unknownMessage(UInt8)
    case wrongFrames(count: Int, expected: Int)
    case tooLarge(what: String, count: Int, most: Int)
    case notAHeader(detail: String)
    /// Two things in it do not agree.
    case disagreement(String)
    /// A value that is none.
    case badValue(field: String, detail: String)
  }

  public let reason: Reason

  init(_ reason: Reason) { self.reason = reason }

  static func bad(_ field: String, _ detail: String) -> Self { Self(.badValue(field: field, detail: detail)) }

  /// A word for counters; there are few.
  public var kind: String {
    switch reason {
    case .notApus: "wrong_magic"
    case .otherVersion: "wrong_version"
    case .unknownMessage: "unknown_message"
    case .wrongFrames: "wrong_frames"
    case .tooLarge: "oversized"
    case .notAHeader: "bad_header"
    case .disagreement: "disagreement"
    case .badValue: "bad_value"
    }
  }

  public var description: String {
    switch reason {
    case .notApus: "not a message of apus (it begins with other bytes than `APUS`)"
    case .otherVersion(let version):
      "protocol version \(version), but this is \(MessageCoding.version) — use the same apus on both sides"
    case .unknownMessage(let kind): "a message of kind \(kind), which this side does not take"
    case .wrongFrames(let count, let expected): "\(count) frames where the message has \(expected)"
    case .tooLarge(let what, let count, let most): "\(count) \(what), more than \(most)"
    case .notAHeader(let detail): "its header is not as it should be: \(detail)"
    case .disagreement(let what): what
    case .badValue(let field, let detail): "`\(field)` \(detail)"
    }
  }
}
