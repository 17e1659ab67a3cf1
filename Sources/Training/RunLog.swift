internal import Foundation

/// `log.txt`: every event as a line with its time, appended over all attempts of a run.
final class RunLog: Sendable {
  private let handle: FileHandle

  init(path: String) throws {
    if !FileManager.default.fileExists(atPath: path) {
      guard FileManager.default.createFile(atPath: path, contents: nil) else {
        throw TrainingError(
          .directory("\(path): cannot be created (\(unsafe String(cString: strerror(errno))))"))
      }
    }
    guard let handle = FileHandle(forWritingAtPath: path) else {
      throw TrainingError(
        .directory("\(path): cannot be written (\(unsafe String(cString: strerror(errno))))"))
    }
    _ = try? handle.seekToEnd()
    self.handle = handle
  }

  /// A line for ``write(_:)``, with the time it is now.
  func stamped(_ words: String) -> String { "\(Date.now.formatted(.iso8601)) \(words)\n" }

  /// A log that cannot be written (a full disk) stops nothing: what must not be lost fails elsewhere.
  func write(_ line: String) {
    try? handle.write(contentsOf: Data(line.utf8))
  }
}
