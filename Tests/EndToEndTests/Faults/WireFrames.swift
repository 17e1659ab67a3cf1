/// Messages as they are on the wire of libzmq (ZMTP 3.1, https://rfc.zeromq.org/spec/37), without encryption.
///
/// A connection begins with 64 bytes of greeting from each side; then come frames: a byte of flags, the length in one
/// byte or eight, the body. Commands (READY, PING…) are frames of their own.
struct WireFrames {
  /// What came.
  enum Piece: Equatable {
    /// Bytes to be passed on as they are: the greeting, or a command.
    case raw([UInt8])
    case message([[UInt8]])
  }

  static let greetingBytes = 64
  private static let more: UInt8 = 1
  private static let long: UInt8 = 2
  private static let command: UInt8 = 4

  private var greetingLeft = Self.greetingBytes
  private var buffer: [UInt8] = []
  private var frames: [[UInt8]] = []

  /// Takes bytes as they come.
  mutating func take(_ bytes: [UInt8]) -> [Piece] {
    var pieces: [Piece] = []
    var bytes = bytes[...]
    if greetingLeft > 0 {
      // At once, since either side waits for the first of them.
      let part = bytes.prefix(greetingLeft)
      greetingLeft -= part.count
      bytes = bytes.dropFirst(part.count)
      if !part.isEmpty { pieces.append(.raw(Array(part))) }
    }
    buffer += bytes
    var place = 0
    while let (flags, body) = Self.frame(buffer, at: place) {
      if flags & Self.command != 0 {
        pieces.append(.raw(Array(buffer[place..<body.upperBound])))
      } else {
        frames.append(Array(buffer[body]))
        if flags & Self.more == 0 {
          pieces.append(.message(frames))
          frames = []
        }
      }
      place = body.upperBound
    }
    buffer.removeFirst(place)
    return pieces
  }

  /// The frame that begins at a place, if it is here whole.
  private static func frame(_ buffer: [UInt8], at place: Int) -> (flags: UInt8, body: Range<Int>)? {
    guard buffer.count >= place + 2 else { return nil }
    let flags = buffer[place]
    var (start, length) = (place + 2, Int(buffer[place + 1]))
    if flags & long != 0 {
      guard buffer.count >= place + 9 else { return nil }
      length = buffer[(place + 1)..<(place + 9)].reduce(0) { $0 << 8 | Int($1) }
      start = place + 9
    }
    return buffer.count >= start + length ? (flags, start..<(start + length)) : nil
  }

  static func bytes(_ frames: [[UInt8]]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (index, frame) in frames.enumerated() {
      bytes += self.frame(frame, flags: index + 1 < frames.count ? more : 0)
    }
    return bytes
  }

  private static func frame(_ body: [UInt8], flags: UInt8) -> [UInt8] {
    guard body.count > 255 else { return [flags, UInt8(body.count)] + body }
    return [flags | long] + (0..<8).map { UInt8(truncatingIfNeeded: UInt64(body.count) >> (56 - 8 * $0)) }
      + body
  }

  /// What a DEALER without keys says first: the greeting, and the command READY.
  static func greeting() -> [UInt8] {
    var bytes: [UInt8] = [0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0x7F, 3, 0]
    bytes += Array("NULL".utf8) + [UInt8](repeating: 0, count: 16)
    return bytes + [UInt8](repeating: 0, count: greetingBytes - bytes.count)
  }

  static func ready(identity: String) -> [UInt8] {
    func property(_ name: String, _ value: String) -> [UInt8] {
      [UInt8(name.utf8.count)] + Array(name.utf8) + [0, 0, 0, UInt8(value.utf8.count)] + Array(value.utf8)
    }
    return frame(
      [5] + Array("READY".utf8) + property("Socket-Type", "DEALER") + property("Identity", identity),
      flags: command)
  }
}

/// Which message it is (docs/wire-protocol.md): the last byte of its first frame.
enum WireKind: UInt8 {
  case hello = 1
  case heartbeat = 2
  case segment = 3
  case welcome = 65
  case work = 66
  case weights = 68

  init?(_ frames: [[UInt8]]) {
    guard let first = frames.first, first.count == 6, first.starts(with: "APUS".utf8) else { return nil }
    self.init(rawValue: first[5])
  }
}
