// `stdout` and `stderr` are variables to C, which nobody sets here.
@unsafe @preconcurrency import Glibc

/// Standard output: whether what was written to it got out.
enum StandardOutput {
  /// Whether something was lost (a full disk, a closed pipe); it stays so until the end.
  static var hasFailed: Bool { unsafe ferror(stdout) != 0 }

  /// Writes what is held back.
  ///
  /// - Throws: An error when this or anything before could not be written.
  static func flush() throws {
    guard fflush(nil) == 0, !hasFailed else {
      throw CommandError("standard output could not be written whole")
    }
  }
}

/// Keeps the numbers of standard streams that are closed from going to files that are opened later: reading and
/// writing there fails as it would have.
func reserveStandardStreams() {
  for (stream, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
  where fcntl(stream, F_GETFD) == -1 {
    _ = unsafe open("/dev/null", mode)
  }
}

/// A line on standard error; one that nobody can get is lost.
func say(_ line: String, end: String = "\n") {
  _ = unsafe fputs(line + end, stderr)
}

/// What a file, a pipe or a terminal gives.
struct Input {
  private let descriptor: Int32

  static let standard = Input(descriptor: STDIN_FILENO)

  private init(descriptor: Int32) { self.descriptor = descriptor }

  /// A file or a pipe, open until the process ends.
  init(path: String) throws {
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure() }
  }

  /// What is left of it.
  func readToEnd() throws -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let chunk = try read()
      guard !chunk.isEmpty else { return bytes }
      bytes += chunk
    }
  }

  /// What is there, after waiting for it; empty at the end.
  func read() throws -> [UInt8] {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      }
      if count >= 0 { return Array(chunk.prefix(count)) }
      guard errno == EINTR else { throw Self.failure() }
    }
  }

  /// All of a file, which may be a pipe.
  static func contents(of path: String) throws -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    return try Input(descriptor: descriptor).readToEnd()
  }

  /// Why the last call failed.
  private static func failure() -> CommandError {
    switch errno {
    case ENOENT: CommandError("there is no such file")
    case EACCES, EPERM: CommandError("this user may not read it")
    case EISDIR: CommandError("it is a directory")
    case EBADF: CommandError("it is closed")
    default: CommandError(unsafe String(cString: strerror(errno)).lowercased())
    }
  }
}

/// Where bytes go at once, with nothing held back.
struct Output {
  /// The reader of a pipe has gone; there is nobody left to write for.
  struct NobodyReads: Error {}

  private let descriptor: Int32

  static let standard = Output(descriptor: STDOUT_FILENO)

  private init(descriptor: Int32) { self.descriptor = descriptor }

  /// A new file, open until the process ends.
  ///
  /// - Throws: Where it cannot be made, or there is one.
  init(creating path: String) throws {
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw CommandError(unsafe String(cString: strerror(errno)).lowercased()) }
  }

  func write(_ bytes: [UInt8]) throws {
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(descriptor, buffer.baseAddress.map { unsafe $0 + written }, buffer.count - written)
      }
      if count >= 0 {
        written += count
      } else if errno == EPIPE {
        throw NobodyReads()
      } else if errno != EINTR {
        throw CommandError(unsafe String(cString: strerror(errno)).lowercased())
      }
    }
  }

  /// Returns once what was written is on the disk.
  func synchronize() throws {
    guard fsync(descriptor) == 0 else {
      throw CommandError(unsafe String(cString: strerror(errno)).lowercased())
    }
  }

  /// From here on a pipe that nobody reads is an error of the write, and not the end of the process.
  static func surviveClosedPipes() { _ = signal(SIGPIPE, SIG_IGN) }
}
