import Foundation
import Transport

#if canImport(Glibc)
  import Glibc
#endif

/// A folder of its own for one test, gone with it.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "apus-" + UUID().uuidString.prefix(8)
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }
}

extension RouterSocket {
  /// The next thing that comes within the time; nil = nothing.
  func next(within seconds: Double = 3) -> Received? {
    let end = Date(timeIntervalSinceNow: seconds)
    while true {
      if let received = receive() { return received }
      if Date() >= end { return nil }
      wait(milliseconds: 20)
    }
  }

  /// The next message; refusals are passed over.
  func nextMessage(within seconds: Double = 3) -> Incoming? {
    while let received = next(within: seconds) {
      if case .message(let message) = received { return message }
    }
    return nil
  }

  /// The next refusal; messages are passed over.
  func nextRefusal(within seconds: Double = 3) -> Refusal? {
    while let received = next(within: seconds) {
      if case .refused(let refusal) = received { return refusal }
    }
    return nil
  }
}

extension DealerSocket {
  func next(within seconds: Double = 3) -> [[UInt8]]? {
    let end = Date(timeIntervalSinceNow: seconds)
    while true {
      if let frames = receive() { return frames }
      if Date() >= end { return nil }
      wait(milliseconds: 20)
    }
  }

  func nextNews(within seconds: Double = 3) -> ConnectionNews? {
    let end = Date(timeIntervalSinceNow: seconds)
    while true {
      if let news = news() { return news }
      if Date() >= end { return nil }
      wait(milliseconds: 20)
    }
  }
}

/// A peer that speaks ZMTP 3.0 by hand, without keys, and says whatever it likes.
final class RawPeer {
  private let descriptor: Int32

  /// - Parameters:
  ///   - endpoint: `tcp://127.0.0.1:PORT`.
  ///   - identity: What it calls itself; nil = no greeting at all.
  init?(_ endpoint: String, identity: [UInt8]?) {
    guard let port = endpoint.split(separator: ":").last.flatMap({ UInt16($0) }) else { return nil }
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let code = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else { return nil }
    guard let identity else { return }
    let zeros = { (count: Int) in [UInt8](repeating: 0, count: count) }
    write([0xFF] + zeros(8) + [0x7F, 3, 0] + Array("NULL".utf8) + zeros(16 + 32))
    // libzmq closes a connection on which more comes before it has said its own greeting.
    read(64)
    let ready = property("Socket-Type", Array("DEALER".utf8)) + property("Identity", identity)
    write([4, UInt8(6 + ready.count), 5] + Array("READY".utf8) + ready)
    // Its own READY: a byte of flags, one of size, then so many.
    if let size = read(2).last { read(Int(size)) }
  }

  /// So many bytes; fewer where the connection ends.
  @discardableResult
  private func read(_ count: Int) -> [UInt8] {
    var result: [UInt8] = []
    var byte: UInt8 = 0
    while result.count < count, recv(descriptor, &byte, 1, 0) == 1 { result.append(byte) }
    return result
  }

  deinit { close(descriptor) }

  /// Keeps the connection until here: one closed with unread bytes takes back what it sent.
  func end() {}

  private func property(_ name: String, _ value: [UInt8]) -> [UInt8] {
    [UInt8(name.utf8.count)] + Array(name.utf8) + [0, 0, 0, UInt8(value.count)] + value
  }

  /// - Returns: Whether all of it went out.
  @discardableResult
  func write(_ bytes: [UInt8]) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes {
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return false }
      done += count
    }
    return true
  }

  /// A frame's header, and as much of its body as is given.
  @discardableResult
  func frame(_ body: [UInt8], more: Bool = false, claimed: UInt64? = nil) -> Bool {
    let size = claimed ?? UInt64(body.count)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: size >> (56 - 8 * UInt64($0))) }
    return write([2 | (more ? 1 : 0)] + length + body)
  }

  /// Whether the other side has closed the connection.
  func isClosed(within seconds: Double = 3) -> Bool {
    var time = timeval(tv_sec: Int(seconds), tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    var bytes = [UInt8](repeating: 0, count: 4_096)
    while true {
      let count = recv(descriptor, &bytes, bytes.count, 0)
      if count == 0 || (count < 0 && errno == ECONNRESET) { return true }
      if count < 0 { return false }
    }
  }
}
