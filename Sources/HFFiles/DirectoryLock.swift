public import Foundation

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Holds a directory for one process, until it is released or the process ends in whatever way.
///
/// An advisory `flock` on a file with the holder's pid in it. The kernel drops the lock with the process, so
/// there is no stale lock after `kill -9`; the file itself stays, which is harmless.
public final class DirectoryLock: Sendable {
  private let descriptor: Int32

  /// - Throws: `.locked(pid:)` if another holder, in this process or any other, has it.
  public init(directory: URL, name: String = ".lock") throws(HFFilesError) {
    let path = directory.appending(path: name).filePath
    let descriptor = try SystemCalls.open(path, O_RDWR | O_CREAT, to: "open the lock file")
    do throws(HFFilesError) {
      while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        if errno == EINTR { continue }
        guard errno == EWOULDBLOCK else { throw HFFilesError.system(path, "lock the directory", errno) }
        throw HFFilesError(path: directory.filePath, reason: .locked(pid: Self.holder(path)))
      }
      // Written only under the lock: truncate, then one short write at the beginning.
      try SystemCalls.check(path, "write the lock file") { ftruncate(descriptor, 0) }
      let pid = Array("\(getpid())\n".utf8)
      let written = unsafe pid.withUnsafeBytes { bytes in
        unsafe pwrite(descriptor, bytes.baseAddress, bytes.count, 0)
      }
      if written != pid.count { throw HFFilesError.system(path, "write the lock file", errno) }
    } catch {
      _ = close(descriptor)
      throw error
    }
    self.descriptor = descriptor
  }

  deinit { _ = close(descriptor) }

  /// The pid a lock file names; nil while its holder has not written it yet.
  private static func holder(_ path: String) -> Int32? {
    guard let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8) else { return nil }
    return Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
  }
}
