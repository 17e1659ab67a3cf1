import Foundation

/// A TCP connection on the loopback interface, as little of one as the stories need; closed when nobody holds it.
final class TCPSocket: Sendable {
  let descriptor: Int32

  init(adopting descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  private static func make() throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw StoryFailure("no socket: errno \(errno)") }
    return descriptor
  }

  private static func withAddress<Result>(
    _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  convenience init(connectTo port: UInt16) throws {
    self.init(adopting: try Self.make())
    guard Self.withAddress(port, { connect(descriptor, $0, $1) }) == 0 else {
      throw StoryFailure("cannot connect to port \(port): errno \(errno)")
    }
  }

  /// Listens on a port of the system's choice.
  static func listening() throws -> (TCPSocket, port: UInt16) {
    let socket = TCPSocket(adopting: try make())
    guard withAddress(0, { bind(socket.descriptor, $0, $1) }) == 0, listen(socket.descriptor, 16) == 0 else {
      throw StoryFailure("cannot listen: errno \(errno)")
    }
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket.descriptor, $0, &size) }
    }
    guard result == 0 else { throw StoryFailure("no port: errno \(errno)") }
    return (socket, UInt16(bigEndian: address.sin_port))
  }

  /// A port that nobody listens on at the moment.
  static func freePort() throws -> UInt16 { try listening().port }

  func accepted() -> TCPSocket? {
    let connection = accept(descriptor, nil, nil)
    guard connection >= 0 else { return nil }
    // Processes that are started later must not hold it open.
    _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
    return TCPSocket(adopting: connection)
  }

  /// The next bytes; empty at the end.
  func read() -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return count > 0 ? Array(buffer[..<count]) : []
  }

  /// - Returns: Whether they were taken; not where the other side is gone.
  @discardableResult
  func write(_ bytes: some Collection<UInt8>) -> Bool {
    let bytes = Array(bytes)
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes {
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }

  /// Ends the connection for both sides; who reads it finds its end.
  func cut() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Bounds every later `read`.
  func setReadLimit(seconds: Int) {
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    _ = setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }
}
