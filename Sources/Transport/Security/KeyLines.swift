internal import Foundation

/// Small text files of keys: their lines, their modes, and how they are written.
enum KeyLines {
  struct Line {
    /// From 1.
    var number: Int
    var words: [String]
  }

  /// By which a changed file is known.
  struct Stamp: Hashable {
    var inode: UInt64
    var bytes: Int64
    var modified: [Int]
    var mode: UInt32
  }

  /// A list of 10,000 keys has less than this.
  private static let most: Int64 = 1 << 20

  static func stamp(_ path: String) -> Stamp? {
    var info = stat()
    guard unsafe stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
    return Stamp(
      inode: UInt64(info.st_ino), bytes: Int64(info.st_size),
      modified: [
        Int(info.st_mtim.tv_sec), Int(info.st_mtim.tv_nsec), Int(info.st_ctim.tv_sec),
        Int(info.st_ctim.tv_nsec),
      ], mode: UInt32(info.st_mode) & 0o777)
  }

  /// Mode and lines with something on them, comments left out.
  static func read(_ path: String) throws(TransportError) -> (mode: UInt32, lines: [Line]) {
    guard let stamp = stamp(path) else {
      throw TransportError(path, FileManager.default.fileExists(atPath: path) ? .notAFile : .noFile)
    }
    guard stamp.bytes <= most else { throw TransportError(path, .notAKeyFile(line: nil, isSecret: false)) }
    let text: String
    do {
      text = try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
    } catch {
      throw TransportError(path, .system(code: 0, detail: "it cannot be read as text"))
    }
    var lines: [Line] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" }).map(String.init)
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      lines.append(Line(number: index + 1, words: words))
    }
    return (stamp.mode, lines)
  }

  /// Writes a file that must not be there, with this mode from the first moment.
  static func create(_ path: String, _ text: String, mode: mode_t) throws(TransportError) {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else {
      let code = errno
      throw code == EEXIST ? TransportError(path, .keyExists) : TransportError.system(at: path, code: code)
    }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    let written = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    guard written == bytes.count, fsync(descriptor) == 0 else {
      let code = errno
      unsafe unlink(path)
      throw TransportError.system(at: path, code: code)
    }
  }

  /// Writes a file anew, so that a reader sees the old text or the new one.
  static func replace(_ path: String, _ text: String) throws(TransportError) {
    let part = "\(path).\(getpid()).part"
    unsafe unlink(part)
    try create(part, text, mode: 0o600)
    guard unsafe rename(part, path) == 0 else {
      let code = errno
      unsafe unlink(part)
      throw TransportError.system(at: path, code: code)
    }
  }

  static func words(of mode: UInt32) -> String { "0" + String(mode, radix: 8) }
}
