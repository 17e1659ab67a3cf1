import Foundation

/// A new folder with a short path, gone with its holder.
final class TestFolder: Sendable {
  let path: String

  init() throws {
    path = "/tmp/apus-test-\(UInt32.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
