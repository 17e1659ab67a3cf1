internal import CZeroMQ

/// Who is let in: answers libzmq's question about every new connection (ZAP, ZeroMQ RFC 27), and says of every message whether its
/// sender may still be heard.
struct KeyDoor {
  let socket: SocketHandle
  private var authorized: AuthorizedKeys

  /// Where libzmq asks; one for each context.
  private static let address = "inproc://zeromq.zap.01"

  init(_ context: ZMQContext, authorized: AuthorizedKeys, at place: String) throws(TransportError) {
    socket = try context.socket(ZMQ_REP)
    self.authorized = authorized
    try socket.set(ZMQ_LINGER, 0, at: place)
    guard socket.bind(Self.address) else { throw TransportError.binding(Self.address, code: zmq_errno()) }
  }

  /// Answers what libzmq has asked.
  ///
  /// - Returns: The first that was refused; there may be more.
  mutating func work() -> Refusal? {
    if let problem = authorized.refresh() { return Self.refusal(problem) }
    let limits = FrameLimits(frameBytes: 64 << 10, frames: 16, messageBytes: 64 << 10)
    while let request = socket.receive(limits: limits) {
      let (answer, refusal) = answer(request.frames)
      _ = socket.send(answer)
      if let refusal { return refusal }
    }
    return nil
  }

  /// Version, request, domain, address, identity, mechanism, credentials → version, request, code, words, user, metadata.
  private func answer(_ frames: [[UInt8]]) -> ([[UInt8]], Refusal?) {
    let version = Array("1.0".utf8)
    func reply(_ code: String, _ words: String, user: String = "") -> [[UInt8]] {
      let request = frames.count > 1 ? frames[1] : []
      return [version, request, Array(code.utf8), Array(words.utf8), Array(user.utf8), []]
    }
    guard frames.count == 7, frames[0] == version, frames[5] == Array("CURVE".utf8),
      let key = CurvePublicKey(bytes: frames[6])
    else {
      let address = frames.count > 3 ? String(decoding: frames[3].prefix(64), as: UTF8.self) : "unknown"
      return (reply("400", "No CURVE key"), Refusal(peer: address, reason: .unknownKey))
    }
    guard authorized.name(of: key.text) != nil else {
      let address = String(decoding: frames[3].prefix(64), as: UTF8.self)
      return (reply("400", "Unknown key"), Refusal(peer: "key \(key) from \(address)", reason: .unknownKey))
    }
    return (reply("200", "OK", user: key.text), nil)
  }

  enum Judgment {
    case allowed(key: String)
    case refused(Refusal.Reason)
  }

  /// Whether a message may be heard, by what its sender calls itself and the key that its connection was made with.
  mutating func judge(_ peer: WorkerID, user: String?) -> Judgment {
    if let problem = authorized.refresh() { return .refused(.authorizedKeys(detail: problem.description)) }
    guard let user else { return .refused(.unknownKey) }
    guard let name = authorized.name(of: user) else { return .refused(.revokedKey) }
    guard peer.name == name || peer.name.hasPrefix(name + ".") else {
      return .refused(.foreignName(key: name))
    }
    return .allowed(key: name)
  }

  private static func refusal(_ problem: TransportError) -> Refusal {
    Refusal(peer: problem.place, reason: .authorizedKeys(detail: problem.description))
  }
}
