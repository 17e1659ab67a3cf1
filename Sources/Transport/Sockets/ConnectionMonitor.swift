internal import CZeroMQ
internal import Synchronization

/// What a worker learns about its connection.
public enum ConnectionNews: Sendable, Hashable {
  /// Connected, keys included.
  case connected
  /// Broken, or not come about; it is tried again. With a trainer whose key is another than we were told, it never comes about.
  case disconnected
  /// The other side turned the connection down: it does not know this worker's key, or is no trainer. It is tried again, later.
  case refused
}

/// libzmq's events of one socket's connections.
struct ConnectionMonitor {
  let socket: SocketHandle

  private static let numbers = Atomic(0)

  init(_ context: ZMQContext, of watched: SocketHandle, at place: String) throws(TransportError) {
    let number = Self.numbers.add(1, ordering: .relaxed).newValue
    let address = "inproc://apus.monitor.\(number)"
    let events =
      ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
      | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
    guard watched.monitor(address, events: events) else { throw TransportError.system(at: place) }
    socket = try context.socket(ZMQ_PAIR)
    try socket.set(ZMQ_LINGER, 0, at: place)
    guard socket.connect(address) else { throw TransportError.system(at: place) }
  }

  /// The next event that means something to a worker.
  func next() -> ConnectionNews? {
    let limits = FrameLimits(frameBytes: 4_096, frames: 2, messageBytes: 8_192)
    while let message = socket.receive(limits: limits) {
      // Two bytes of event and four of value in the machine's order; then the address.
      guard let frame = message.frames.first, frame.count == 6 else { continue }
      let event = Int32(UInt16(littleEndian: UInt16(frame[0]) | UInt16(frame[1]) << 8))
      switch event {
      case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: return .connected
      case ZMQ_EVENT_DISCONNECTED, ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: return .disconnected
      default: return .refused
      }
    }
    return nil
  }
}
