internal import Foundation

/// A new folder that only this user may enter, with a short path; removed with its contents when it is no longer held.
final class PrivateFolder: Sendable {
  let path: String

  /// - Throws: Where the system has no place for temporary files.
  init() throws {
    // Sockets of the file system have at most 107 bytes of path, and some systems' own place has long ones.
    let place = NSTemporaryDirectory().utf8.count <= 60 ? NSTemporaryDirectory() : "/tmp/"
    var template = Array((place + (place.hasSuffix("/") ? "" : "/") + "apus-XXXXXX").utf8CString)
    guard unsafe mkdtemp(&template) != nil else {
      throw WorkerError(.noFolder(place: place, detail: unsafe String(cString: strerror(errno)).lowercased()))
    }
    path = unsafe template.dropLast().withUnsafeBufferPointer { letters in
      unsafe String(decoding: letters.lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file into it.
  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(filePath: path + "/" + name))
  }
}
