/// One grant of one work item to one worker. Numbers are given once per session of the trainer and never again, so a late
/// answer to a grant that has been taken back is known as such.
public struct LeaseID: Sendable, Hashable, Codable, Comparable {
  public var rawValue: UInt64

  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  public init(from decoder: any Decoder) throws {
    rawValue = try decoder.singleValueContainer().decode(UInt64.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }

  public static func < (a: LeaseID, b: LeaseID) -> Bool { a.rawValue < b.rawValue }
}

/// A worker as the trainer's socket knows it: the identity of its connection, which a worker keeps when it reconnects.
///
/// Where keys are used, a worker's name is its key's name, or that and `.` and more: `gpu-box`, `gpu-box.2`. So no worker can
/// speak in the name of another key.
public struct WorkerID: Sendable, Hashable, Codable, Comparable {
  /// 1–64 characters of `A-Z a-z 0-9 . _ -`.
  public var name: String

  public init(_ name: String) { self.name = name }

  /// - Parameter name: From outside; nil is returned for what is not a name.
  public init?(checking name: String) {
    guard (1...64).contains(name.utf8.count),
      name.utf8.allSatisfy({ Self.isNameByte($0) || $0 == UInt8(ascii: ".") })
    else { return nil }
    self.name = name
  }

  /// A name for a worker that was given none.
  ///
  /// - Parameters:
  ///   - key: The name of its key, if it has one.
  ///   - host: Of the machine.
  ///   - process: Number of the process.
  public init(key: String?, host: String, process: Int) {
    let short = host.split(separator: ".").first.map(String.init) ?? host
    let plain = String(decoding: short.utf8.filter(Self.isNameByte).prefix(16), as: UTF8.self)
    let own = (plain.isEmpty ? "worker" : plain) + "-\(process)"
    name = key.map { "\($0).\(own)" } ?? own
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  public init(from decoder: any Decoder) throws {
    name = try decoder.singleValueContainer().decode(String.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }

  public static func < (a: WorkerID, b: WorkerID) -> Bool { a.name < b.name }
}
