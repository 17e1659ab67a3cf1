internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The few calls below Foundation that durability needs, checked; the only place where C strings appear.
enum SystemCalls {
  static func open(_ path: String, _ flags: Int32, to action: String) throws(HFFilesError) -> Int32 {
    try check(path, action) {
      #if canImport(Glibc)
        unsafe Glibc.open(path, flags | O_CLOEXEC, 0o644)
      #elseif canImport(Musl)
        unsafe Musl.open(path, flags | O_CLOEXEC, 0o644)
      #else
        unsafe Darwin.open(path, flags | O_CLOEXEC, 0o644)
      #endif
    }
  }

  /// One `write(2)`: how many bytes went, or -1 with `errno`.
  static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      unsafe Musl.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      unsafe Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }

  static func makeDirectory(_ path: String) throws(HFFilesError) {
    try check(path, "create the directory") { unsafe mkdir(path, 0o755) }
  }

  static func move(_ path: String, to target: String, action: String) throws(HFFilesError) {
    try check(target, action) { unsafe rename(path, target) }
  }

  /// Forces a file's contents, or a directory's entries (names, renames, removals), to the disk.
  static func synchronize(_ path: String, isDirectory: Bool) throws(HFFilesError) {
    let descriptor = try open(path, isDirectory ? O_RDONLY | O_DIRECTORY : O_RDONLY, to: "open it to sync it")
    defer { _ = close(descriptor) }
    try check(path, "sync it to disk") { fsync(descriptor) }
  }

  /// Runs a call that answers -1 on failure, again if a signal interrupted it.
  @discardableResult
  static func check(_ path: String, _ action: String, _ call: () -> Int32) throws(HFFilesError) -> Int32 {
    while true {
      let answer = call()
      if answer >= 0 { return answer }
      if errno != EINTR { throw .system(path, action, errno) }
    }
  }
}

/// A file being written: every write is checked, and a full disk says so.
struct OutputFile: ~Copyable {
  let path: String
  private let descriptor: Int32

  /// Creates the file, or empties the one that is there.
  init(creating path: String) throws(HFFilesError) {
    self.path = path
    descriptor = try SystemCalls.open(path, O_WRONLY | O_CREAT | O_TRUNC, to: "create the file")
  }

  func write(_ data: Data) throws(HFFilesError) {
    // `withUnsafeBytes` does not carry typed errors out of `Data`, so the error travels as a value.
    let problem: HFFilesError? = unsafe data.withUnsafeBytes { bytes in unsafe put(bytes) }
    if let problem { throw problem }
  }

  /// The elements as they lie in memory; callers have made them little-endian.
  func write<Element: BitwiseCopyable>(_ elements: [Element]) throws(HFFilesError) {
    let problem: HFFilesError? = unsafe elements.withUnsafeBytes { bytes in unsafe put(bytes) }
    if let problem { throw problem }
  }

  /// Forces what was written to the disk itself.
  func synchronize() throws(HFFilesError) {
    try SystemCalls.check(path, "sync it to disk") { fsync(descriptor) }
  }

  private func put(_ bytes: UnsafeRawBufferPointer) -> HFFilesError? {
    var done = 0
    while done < bytes.count {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
      let count = unsafe SystemCalls.write(descriptor, rest)
      if count < 0 {
        if errno == EINTR { continue }
        return .system(path, "write \(bytes.count) bytes", errno)
      }
      done += count
    }
    return nil
  }

  deinit { _ = close(descriptor) }
}

extension HFFilesError {
  /// A failed system call in words; a full disk gets its own.
  static func system(_ path: String, _ action: String, _ code: Int32) -> HFFilesError {
    if code == ENOSPC || code == EDQUOT { return HFFilesError(path: path, reason: .diskFull(action: action)) }
    let text = unsafe String(cString: strerror(code)).lowercased()
    return HFFilesError(path: path, reason: .system(action: action, code: code, text: text))
  }

  /// What Foundation says when a file cannot be read, reduced to the system's reason.
  static func reading(_ path: String, _ error: any Error) -> HFFilesError {
    var code = EIO
    var current: NSError? = error as NSError
    while let problem = current {
      if problem.domain == NSPOSIXErrorDomain { code = Int32(problem.code) }
      if problem.domain == NSCocoaErrorDomain {
        switch CocoaError.Code(rawValue: problem.code) {
        case .fileReadNoSuchFile, .fileNoSuchFile: code = ENOENT
        case .fileReadNoPermission: code = EACCES
        default: break
        }
      }
      current = problem.userInfo[NSUnderlyingErrorKey] as? NSError
    }
    return .system(path, "read it", code)
  }
}
