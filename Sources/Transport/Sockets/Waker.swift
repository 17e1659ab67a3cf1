#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Lets any thread end another's `wait` on a socket at once.
public final class Waker: Sendable {
  /// The end of a pipe that can be read while somebody has called and nobody has answered.
  let descriptor: Int32
  private let other: Int32

  public init() throws(TransportError) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw TransportError.system(at: "pipe", code: errno) }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    (descriptor, other) = (ends[0], ends[1])
  }

  deinit {
    close(descriptor)
    close(other)
  }

  /// Ends the wait that goes on, or the next one; several calls before it count as one.
  public func wake() {
    // A pipe that is full will wake the other side all the same.
    var call: UInt8 = 1
    unsafe _ = write(other, &call, 1)
  }

  /// Forgets the calls.
  func answer() {
    var calls: [UInt8] = Array(repeating: 0, count: 64)
    while unsafe read(descriptor, &calls, calls.count) == calls.count {}
  }
}
