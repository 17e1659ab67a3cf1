internal import CZeroMQ

/// libzmq's own thread and what its sockets share; one for each program, or for each socket in tests.
///
/// It is closed when the last socket made with it is gone, which waits until what was sent has left (`linger`).
@safe
public final class ZMQContext: Sendable {
  private let pointer: ContextPointer

  /// - Throws: When the system refuses (too many open files), or where libzmq has no CURVE.
  public init() throws(TransportError) {
    guard let made = unsafe zmq_ctx_new() else { throw TransportError.system(at: "ZeroMQ") }
    unsafe pointer = ContextPointer(raw: made)
    guard unsafe zmq_has("curve") == 1 else { throw TransportError("libzmq", .noCurve) }
  }

  deinit { unsafe _ = zmq_ctx_term(pointer.raw) }

  /// A socket of one of libzmq's types (`ZMQ_ROUTER`).
  func socket(_ type: Int32) throws(TransportError) -> SocketHandle {
    guard let made = unsafe zmq_socket(pointer.raw, type) else { throw TransportError.system(at: "ZeroMQ") }
    return unsafe SocketHandle(made, of: self)
  }
}

/// libzmq's contexts may be used from any thread (zmq_socket(3), "Thread safety").
@unsafe private struct ContextPointer: @unchecked Sendable {
  let raw: UnsafeMutableRawPointer
}
