internal import CZeroMQ
internal import Synchronization

/// A worker's socket: one connection to the trainer, made again by itself whenever it breaks (`DEALER`).
///
/// Any thread may use it, one at a time: a lock is around every call, `wait` included. Nothing but `wait` waits. Connecting goes
/// on in the background; `news` says what became of it.
public final class DealerSocket: Sendable {
  public let identity: WorkerID
  private let opening: Opening
  private let retryAfter: Duration
  private let state: Mutex<State>

  private struct State {
    var socket: SocketHandle
    var monitor: ConnectionMonitor
    /// After a refusal: when to try again. libzmq itself tries again only where a connection broke.
    var retry: ContinuousClock.Instant?
  }

  /// - Parameters:
  ///   - context: May be shared.
  ///   - endpoint: `tcp://HOST:PORT`, `ipc://PATH` or `inproc://NAME`.
  ///   - identity: What the trainer knows this worker by; kept when it reconnects.
  ///   - security: Own keys and the trainer's public key; may be nil only where nobody else can get at the endpoint.
  ///   - limits: What is taken in before it is looked at.
  ///   - retryAfter: How long after a refusal it is tried again, since a key may be let in meanwhile.
  /// - Throws: An address that is not one, or is open to others without keys; keys that are none.
  public init(
    _ context: ZMQContext, connect endpoint: String, identity: WorkerID, security: ClientSecurity?,
    limits: FrameLimits = .worker, retryAfter: Duration = .seconds(5)
  ) throws(TransportError) {
    guard WorkerID(checking: identity.name) != nil else {
      throw TransportError(identity.name, .notAWorkerName)
    }
    let parsed = try Endpoint(endpoint, for: .connecting)
    guard parsed.isPrivate || security != nil else {
      throw TransportError(endpoint, .needsKeys(isServer: false))
    }
    self.identity = identity
    self.retryAfter = retryAfter
    opening = Opening(
      context: context, endpoint: parsed, identity: identity, security: security, limits: limits)
    let (socket, monitor) = try opening.open()
    state = Mutex(State(socket: socket, monitor: monitor))
  }

  /// Sends a message of one or more frames, whole or not at all; never waits. What is sent while there is no connection goes out
  /// when there is one.
  public func send(_ frames: [[UInt8]]) -> SendResult {
    state.withLock { $0.socket.send(frames) }
  }

  /// The next message, if there is one; never waits. Messages beyond the limits are passed over.
  public func receive() -> [[UInt8]]? {
    state.withLock { state in
      while let raw = state.socket.receive(limits: opening.limits) {
        if !raw.isTooLarge { return raw.frames }
      }
      return nil
    }
  }

  /// What has happened to the connection since the last call, the oldest first.
  public func news() -> ConnectionNews? {
    state.withLock { state in
      let news = state.monitor.next()
      if news == .refused { state.retry = .now + retryAfter }
      return news
    }
  }

  /// Waits until something may be received, `waker` is called, a signal comes, or the time is over. May come back early.
  ///
  /// - Returns: Whether there may be something to receive.
  @discardableResult
  public func wait(milliseconds: Int, waker: Waker? = nil) -> Bool {
    state.withLock { state in
      if let retry = state.retry, retry <= .now {
        state.retry = nil
        if let (socket, monitor) = try? opening.open() { (state.socket, state.monitor) = (socket, monitor) }
      }
      let sockets = [state.socket, state.monitor.socket]
      SocketHandle.wait(sockets, descriptor: waker?.descriptor, milliseconds: max(0, milliseconds))
      waker?.answer()
      return state.socket.isReadable
    }
  }
}

/// All that it takes to make a worker's socket, and to make it again.
private struct Opening: Sendable {
  let context: ZMQContext
  let endpoint: Endpoint
  let identity: WorkerID
  let security: ClientSecurity?
  let limits: FrameLimits

  func open() throws(TransportError) -> (SocketHandle, ConnectionMonitor) {
    let place = endpoint.description
    let socket = try context.socket(ZMQ_DEALER)
    try socket.set(ZMQ_ROUTING_ID, identity.name, at: place)
    try socket.prepare(limits, at: place)
    // At once after a break, then slower, so that a trainer that restarts is not overrun.
    try socket.set(ZMQ_RECONNECT_IVL, 200, at: place)
    try socket.set(ZMQ_RECONNECT_IVL_MAX, 5_000, at: place)
    if let security {
      try socket.set(ZMQ_CURVE_SERVERKEY, security.serverKey.text, at: place)
      try socket.set(ZMQ_CURVE_PUBLICKEY, security.keys.publicKey.text, at: place)
      try socket.set(ZMQ_CURVE_SECRETKEY, security.keys.secretKey, at: place)
    }
    if endpoint.isIPv6 { try socket.set(ZMQ_IPV6, 1, at: place) }
    let monitor = try ConnectionMonitor(context, of: socket, at: place)
    guard socket.connect(endpoint.address) else { throw TransportError.connecting(place, code: zmq_errno()) }
    return (socket, monitor)
  }
}

extension SocketHandle {
  /// What both kinds of socket have in common.
  func prepare(_ limits: FrameLimits, at place: String) throws(TransportError) {
    try set(ZMQ_MAXMSGSIZE, limits.frameBytes, at: place)
    try set(ZMQ_SNDHWM, limits.waiting, at: place)
    try set(ZMQ_RCVHWM, limits.waiting, at: place)
    // The last words (`finished`, `goodbye`) get this long to leave.
    try set(ZMQ_LINGER, 1_000, at: place)
    // A peer that a cut cable or SIGSTOP has silenced is noticed, and its connection closed.
    try set(ZMQ_HEARTBEAT_IVL, 5_000, at: place)
    try set(ZMQ_HEARTBEAT_TIMEOUT, 20_000, at: place)
    try set(ZMQ_HANDSHAKE_IVL, 10_000, at: place)
  }
}
