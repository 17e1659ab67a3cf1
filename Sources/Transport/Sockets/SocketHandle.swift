internal import CZeroMQ

/// A libzmq socket: all that is done with raw memory between Swift and libzmq. Not Sendable; `RouterSocket` and `DealerSocket`
/// put a lock around it.
@safe
final class SocketHandle {
  private let pointer: UnsafeMutableRawPointer
  /// Kept, since a context must outlive its sockets.
  private let context: ZMQContext

  /// Frames from here on are handed to libzmq as they are; smaller ones are copied, which is cheaper than keeping them.
  private static let sharedFrom = 16 * 1024

  init(_ pointer: UnsafeMutableRawPointer, of context: ZMQContext) {
    unsafe self.pointer = unsafe pointer
    self.context = context
  }

  deinit { unsafe _ = zmq_close(pointer) }

  // MARK: Options and addresses

  func set(_ option: Int32, _ value: Int, at place: String) throws(TransportError) {
    // One option is 64 bits wide, the others are C's int.
    if option == ZMQ_MAXMSGSIZE {
      var wide = Int64(value)
      try check(
        unsafe zmq_setsockopt(pointer, option, &wide, MemoryLayout<Int64>.size), place)
    } else {
      var narrow = Int32(clamping: value)
      try check(
        unsafe zmq_setsockopt(pointer, option, &narrow, MemoryLayout<Int32>.size), place)
    }
  }

  func set(_ option: Int32, _ text: String, at place: String) throws(TransportError) {
    let bytes = Array(text.utf8)
    let code = unsafe bytes.withUnsafeBytes {
      unsafe zmq_setsockopt(pointer, option, $0.baseAddress, $0.count)
    }
    try check(code, place)
  }

  func bind(_ address: String) -> Bool { unsafe zmq_bind(pointer, address) == 0 }

  func connect(_ address: String) -> Bool { unsafe zmq_connect(pointer, address) == 0 }

  /// The address that it was bound to, with the port that the system chose.
  var lastEndpoint: String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1_024) { buffer in
      var size = buffer.count
      guard let start = buffer.baseAddress,
        unsafe zmq_getsockopt(pointer, ZMQ_LAST_ENDPOINT, start, &size) == 0
      else { return "" }
      return unsafe String(cString: start)
    }
  }

  /// Tells an inproc socket of this context what happens to the connections of this one.
  func monitor(_ address: String, events: Int32) -> Bool {
    unsafe zmq_socket_monitor(pointer, address, events) == 0
  }

  private func check(_ code: Int32, _ place: String) throws(TransportError) {
    if code != 0 { throw TransportError.system(at: place) }
  }

  // MARK: Messages

  /// Sends a message whole, or not at all; never waits. A ROUTER needs the identity of the connection.
  func send(_ frames: [[UInt8]], to destination: [UInt8]? = nil) -> SendResult {
    let all = destination.map { [$0] + frames } ?? frames
    var result = SendResult.sent
    for (index, frame) in all.enumerated() {
      let isLast = index == all.count - 1
      let code = sendFrame(frame, more: !isLast)
      guard code != 0 else { continue }
      if result == .sent { result = code == EAGAIN ? .full : .gone }
      // When the connection ends between two frames, libzmq swallows the rest of the message and has to be given it; when the
      // first frame was refused, nothing has begun.
      if index == 0 { return result }
    }
    return result
  }

  /// - Returns: 0 or the error's number.
  private func sendFrame(_ frame: [UInt8], more: Bool) -> Int32 {
    let flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)
    var message = zmq_msg_t()
    if frame.count >= Self.sharedFrom {
      // An array's storage stays where it is while someone holds the array and nobody writes to it; the kept copy holds it,
      // and makes writing through any other copy move that one.
      let kept = unsafe Unmanaged.passRetained(KeptFrame(frame))
      let code = unsafe frame.withUnsafeBytes { bytes in
        unsafe zmq_msg_init_data(
          &message, UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count,
          { _, hint in
            if let hint = unsafe hint { unsafe Unmanaged<KeptFrame>.fromOpaque(hint).release() }
          }, kept.toOpaque())
      }
      guard code == 0 else {
        let error = zmq_errno()
        unsafe kept.release()
        return error
      }
    } else {
      guard unsafe zmq_msg_init_size(&message, frame.count) == 0 else { return zmq_errno() }
      // Small messages are within the struct, so their data is there only while it is held in place.
      unsafe withUnsafeMutablePointer(to: &message) { message in
        unsafe frame.withUnsafeBytes { bytes in
          if let source = bytes.baseAddress, let target = unsafe zmq_msg_data(message) {
            unsafe target.copyMemory(from: source, byteCount: bytes.count)
          }
        }
      }
    }
    while true {
      if unsafe zmq_msg_send(&message, pointer, flags) >= 0 { return 0 }
      let code = zmq_errno()
      if code == EINTR { continue }
      unsafe _ = zmq_msg_close(&message)
      return code
    }
  }

  /// The next message, if one is there; never waits.
  ///
  /// Frames past the limits are taken off the socket and thrown away.
  func receive(limits: FrameLimits) -> RawMessage? {
    var result = RawMessage()
    while true {
      var message = zmq_msg_t()
      unsafe _ = zmq_msg_init(&message)
      defer { unsafe _ = zmq_msg_close(&message) }
      var code = unsafe zmq_msg_recv(&message, pointer, ZMQ_DONTWAIT)
      while code < 0, zmq_errno() == EINTR { code = unsafe zmq_msg_recv(&message, pointer, ZMQ_DONTWAIT) }
      guard code >= 0 else { return nil }
      // The frame with the sender's name does not have it, those that came over the wire do.
      if result.user == nil, let user = unsafe zmq_msg_gets(&message, "User-Id") {
        result.user = unsafe String(cString: user)
      }
      let size = unsafe zmq_msg_size(&message)
      result.frameCount += 1
      result.byteCount += size
      if result.frameCount <= limits.frames, result.byteCount <= limits.messageBytes {
        result.frames.append(unsafe Self.bytes(of: &message, size))
      } else {
        // The first frame stays: it says who sent this.
        result.frames.removeLast(max(0, result.frames.count - 1))
        result.isTooLarge = true
      }
      if unsafe zmq_msg_more(&message) == 0 { return result }
    }
  }

  private static func bytes(of message: UnsafeMutablePointer<zmq_msg_t>, _ size: Int) -> [UInt8] {
    guard size > 0, let data = unsafe zmq_msg_data(message) else { return [] }
    return unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      if let start = buffer.baseAddress {
        unsafe UnsafeMutableRawPointer(start).copyMemory(from: data, byteCount: size)
      }
      count = size
    }
  }

  // MARK: Waiting

  /// Waits until one of the sockets has a message, the descriptor can be read, a signal comes, or the time is over.
  static func wait(_ sockets: [SocketHandle], descriptor: Int32?, milliseconds: Int) {
    var items = unsafe sockets.map {
      unsafe zmq_pollitem_t(socket: $0.pointer, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
    }
    if let descriptor {
      unsafe items.append(zmq_pollitem_t(socket: nil, fd: descriptor, events: Int16(ZMQ_POLLIN), revents: 0))
    }
    let count = unsafe Int32(items.count)
    unsafe items.withUnsafeMutableBufferPointer {
      unsafe _ = zmq_poll($0.baseAddress, count, milliseconds)
    }
  }

  /// Whether a message can be received now.
  var isReadable: Bool {
    var events: Int32 = 0
    var size = MemoryLayout<Int32>.size
    return unsafe zmq_getsockopt(pointer, ZMQ_EVENTS, &events, &size) == 0 && events & ZMQ_POLLIN != 0
  }
}

/// Holds an array until libzmq has sent it.
private final class KeptFrame: Sendable {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }
}

/// A message as it came.
struct RawMessage {
  var frames: [[UInt8]] = []
  /// What the authenticator called the owner of the key; nil without keys.
  var user: String?
  var frameCount = 0
  var byteCount = 0
  var isTooLarge = false
}
