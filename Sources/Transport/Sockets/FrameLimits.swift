/// How much a socket takes in before anybody has looked at it.
public struct FrameLimits: Sendable, Hashable {
  /// A connection that sends a larger frame is closed by libzmq (`ZMQ_MAXMSGSIZE`).
  public var frameBytes: Int
  /// More frames or bytes in a message, and the message is thrown away.
  public var frames: Int
  public var messageBytes: Int
  /// Messages that wait in each direction for each peer (`ZMQ_SNDHWM`, `ZMQ_RCVHWM`).
  public var waiting: Int

  public init(frameBytes: Int, frames: Int = 16, messageBytes: Int, waiting: Int = 64) {
    self.frameBytes = frameBytes
    self.frames = frames
    self.messageBytes = messageBytes
    self.waiting = waiting
  }

  /// What a trainer takes from a worker: a report of 100,000 tokens is 0.9 MB.
  public static let trainer = Self(frameBytes: 4 << 20, messageBytes: 12 << 20)

  /// No more than a run's reports can be, so that what waits for the trainer stays small: a token has 4 bytes, its logprob 4,
  /// its flag 1.
  public static func trainer(for limits: WireLimits) -> Self {
    let tokens = min(max(1, limits.maxCompletionLength), 1 << 24)
    return Self(
      frameBytes: max(limits.maxHeaderBytes, tokens * 4),
      messageBytes: limits.maxHeaderBytes + tokens * 9 + 1_024)
  }

  /// What a worker takes from a trainer: chunks of weights.
  public static let worker = Self(frameBytes: 33 << 20, messageBytes: 34 << 20)
}

/// What became of a message that was to be sent.
public enum SendResult: Sendable, Hashable {
  case sent
  /// So much waits to be sent already that it was not taken; try later.
  case full
  /// No peer of that name is connected.
  case gone
}
