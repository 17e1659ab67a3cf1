internal import CZeroMQ
internal import Synchronization

/// The trainer's socket: every worker has one connection to it, named by the worker (`ROUTER`).
///
/// Any thread may use it, one at a time: a lock is around every call, `wait` included. Nothing but `wait` waits.
public final class RouterSocket: Sendable {
  /// Where workers connect, with the port that the system chose where none was given.
  public let endpoint: String
  private let state: Mutex<State>
  private let limits: FrameLimits

  private struct State {
    var socket: SocketHandle
    var door: KeyDoor?
  }

  /// - Parameters:
  ///   - context: For itself alone if `security` is given, since a context has one list of keys.
  ///   - endpoint: `tcp://HOST:PORT`, `tcp://HOST:*`, `ipc://PATH` or `inproc://NAME`.
  ///   - security: Own keys, and whose keys are let in; may be nil only where nobody else can get at the endpoint.
  ///   - limits: What is taken in before it is looked at.
  /// - Throws: An address that is not one, is in use, or is open to others without keys; keys that are none.
  public init(
    _ context: ZMQContext, bind endpoint: String, security: ServerSecurity?, limits: FrameLimits = .trainer
  ) throws(TransportError) {
    let parsed = try Endpoint(endpoint, for: .binding)
    guard parsed.isPrivate || security != nil else {
      throw TransportError(endpoint, .needsKeys(isServer: true))
    }
    let socket = try context.socket(ZMQ_ROUTER)
    // A restarted or reconnected worker takes over its name from a connection that is dead and not yet known to be.
    try socket.set(ZMQ_ROUTER_HANDOVER, 1, at: endpoint)
    // A message to a worker that is gone is an answer to the sender, not lost in silence.
    try socket.set(ZMQ_ROUTER_MANDATORY, 1, at: endpoint)
    try socket.prepare(limits, at: endpoint)
    // The door is there before anybody can knock.
    var door: KeyDoor?
    if let security {
      door = try KeyDoor(context, authorized: security.authorized, at: endpoint)
      try socket.set(ZMQ_CURVE_SERVER, 1, at: endpoint)
      try socket.set(ZMQ_CURVE_SECRETKEY, security.keys.secretKey, at: endpoint)
      try socket.set(ZMQ_ZAP_DOMAIN, "apus", at: endpoint)
    }
    if parsed.isIPv6 { try socket.set(ZMQ_IPV6, 1, at: endpoint) }
    guard socket.bind(parsed.address) else { throw TransportError.binding(endpoint, code: zmq_errno()) }
    self.endpoint = socket.lastEndpoint
    self.limits = limits
    state = Mutex(State(socket: socket, door: door))
  }

  /// Sends a message of one or more frames, whole or not at all; never waits.
  public func send(_ frames: [[UInt8]], to peer: WorkerID) -> SendResult {
    state.withLock { $0.socket.send(frames, to: Array(peer.name.utf8)) }
  }

  /// The next message or refusal, if there is one; never waits.
  public func receive() -> Received? {
    state.withLock { state in
      if let refusal = state.door?.work() { return .refused(refusal) }
      guard let raw = state.socket.receive(limits: limits.withIdentity) else { return nil }
      return sort(raw, door: &state.door)
    }
  }

  /// Waits until something may be received, `waker` is called, a signal comes, or the time is over. May come back early.
  ///
  /// - Returns: Whether there may be something to receive.
  @discardableResult
  public func wait(milliseconds: Int, waker: Waker? = nil) -> Bool {
    state.withLock { state in
      let sockets = [state.socket] + (state.door.map { [$0.socket] } ?? [])
      SocketHandle.wait(sockets, descriptor: waker?.descriptor, milliseconds: max(0, milliseconds))
      waker?.answer()
      return sockets.contains { $0.isReadable }
    }
  }

  /// A message, if whoever sent it may be heard.
  private func sort(_ raw: RawMessage, door: inout KeyDoor?) -> Received {
    guard let first = raw.frames.first, let name = String(validating: first, as: UTF8.self),
      let peer = WorkerID(checking: name)
    else { return .refused(Refusal(peer: raw.user.map { "key \($0)" } ?? "a peer", reason: .notAName)) }
    var key: String?
    if door != nil {
      switch door?.judge(peer, user: raw.user) {
      case .allowed(let name): key = name
      case .refused(let reason): return .refused(Refusal(peer: peer.name, reason: reason))
      case nil: break
      }
    }
    guard !raw.isTooLarge else {
      let what = Refusal.Reason.tooLarge(frames: raw.frameCount - 1, bytes: raw.byteCount - first.count)
      return .refused(Refusal(peer: peer.name, reason: what))
    }
    return .message(Incoming(peer: peer, key: key, frames: Array(raw.frames.dropFirst())))
  }
}

/// What comes out of the trainer's socket.
public enum Received: Sendable {
  case message(Incoming)
  /// Something that was not let in; to be counted, and said once for each peer and kind.
  case refused(Refusal)
}

/// A message from a worker, not looked at yet.
public struct Incoming: Sendable {
  public var peer: WorkerID
  /// The name of its key; nil without keys.
  public var key: String?
  public var frames: [[UInt8]]
}

/// Somebody, or a message, that was not let in.
public struct Refusal: Sendable, Hashable, CustomStringConvertible {
  /// Who: a worker's name, or a key or address where that is all there is.
  public var peer: String
  public var reason: Reason

  public init(peer: String, reason: Reason) {
    self.peer = peer
    self.reason = reason
  }

  public enum Reason: Sendable, Hashable {
    /// Its key is not among the authorized.
    case unknownKey
    /// Its key was authorized when it connected, and no longer is.
    case revokedKey
    /// It calls itself by a name that another key owns.
    case foreignName(key: String)
    /// It has no name by the rules of `WorkerID`.
    case notAName
    case tooLarge(frames: Int, bytes: Int)
    /// The list of keys cannot be read, or not all of it.
    case authorizedKeys(detail: String)
  }

  /// A word for counters.
  public var kind: String {
    switch reason {
    case .unknownKey: "unknown_key"
    case .revokedKey: "revoked_key"
    case .foreignName: "foreign_name"
    case .notAName: "bad_identity"
    case .tooLarge: "oversized"
    case .authorizedKeys: "authorized_keys_file"
    }
  }

  public var description: String {
    switch reason {
    case .unknownKey: "\(peer) is not among the authorized keys — `apus keys authorize`, if it should be"
    case .revokedKey: "\(peer) has a key that was revoked"
    case .foreignName(let key):
      "\(peer) has the key `\(key)`, whose workers are called `\(key)` or `\(key).…`"
    case .notAName: "\(peer) has no name of 1 to 64 of A-Z a-z 0-9 . _ -"
    case .tooLarge(let frames, let bytes): "\(peer) sent a message of \(frames) frames and \(bytes) bytes"
    case .authorizedKeys(let detail): "\(peer): \(detail)"
    }
  }
}

extension FrameLimits {
  /// With room for the frame that says who it is from.
  fileprivate var withIdentity: FrameLimits {
    var limits = self
    limits.frames += 1
    return limits
  }
}
