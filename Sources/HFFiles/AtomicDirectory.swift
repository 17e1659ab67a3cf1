public import Foundation

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A directory that is there whole or not at all, whatever happens while it is written.
///
/// It is filled aside (`.NAME.tmp-PID` in the same parent), synced file by file, and renamed into place. One
/// that is replaced is first renamed away (`.NAME.old-PID`); a crash between the two renames is undone by
/// ``recover(in:)``.
public enum AtomicDirectory {
  /// - Parameters:
  ///   - directory: The final name.
  ///   - replaces: What stands there is replaced as a whole; false: it is left, and the call fails.
  ///   - fill: Writes the contents into the directory it is given.
  /// - Throws: ``HFFilesError``, or what `fill` throws; nothing has changed then.
  public static func write(
    to directory: URL, replaces: Bool = true, _ fill: (URL) throws -> Void
  ) throws {
    let target = Place(directory)
    let (aside, old) = (target.leftover("tmp"), target.leftover("old"))
    try? FileManager.default.removeItem(at: aside)
    try SystemCalls.makeDirectory(aside.filePath)
    do {
      try fill(aside)
      try synchronizeTree(aside)
      // A directory is not renamed onto one that holds something: who comes second fails.
      if replaces, FileManager.default.fileExists(atPath: directory.filePath) {
        try? FileManager.default.removeItem(at: old)
        try SystemCalls.move(directory.filePath, to: old.filePath, action: "move the old directory away")
      }
      do {
        try SystemCalls.move(aside.filePath, to: directory.filePath, action: "put the directory in place")
      } catch {
        try? SystemCalls.move(old.filePath, to: directory.filePath, action: "put the old directory back")
        throw error
      }
    } catch {
      try? FileManager.default.removeItem(at: aside)
      throw error
    }
    try SystemCalls.synchronize(target.parent.filePath, isDirectory: true)
    try? FileManager.default.removeItem(at: old)
  }

  /// Cleans up after writers that died: half-written directories and files go, a directory that was moved
  /// away and never replaced comes back. Leftovers of a process that still runs are left alone.
  ///
  /// - Parameters:
  ///   - parent: Where to look.
  ///   - original: Only leftovers of this name; nil = all.
  /// - Returns: The names dealt with, sorted.
  /// - Throws: ``HFFilesError``.
  @discardableResult
  public static func recover(in parent: URL, of original: String? = nil) throws -> [String] {
    guard FileManager.default.fileExists(atPath: parent.filePath) else { return [] }
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: parent.filePath) } catch {
      throw HFFilesError.reading(parent.filePath, error)
    }
    var handled: [String] = []
    for name in names.sorted() {
      guard let leftover = Leftover(name), !leftover.isInUse,
        leftover.original == original ?? leftover.original
      else { continue }
      let url = parent.appending(path: name)
      let original = parent.appending(path: leftover.original)
      if leftover.kind == "old", !FileManager.default.fileExists(atPath: original.filePath) {
        try SystemCalls.move(url.filePath, to: original.filePath, action: "put it back")
      } else {
        do { try FileManager.default.removeItem(at: url) } catch {
          throw HFFilesError.reading(url.filePath, error)
        }
      }
      handled.append(name)
    }
    if !handled.isEmpty { try SystemCalls.synchronize(parent.filePath, isDirectory: true) }
    return handled
  }

  /// Syncs every file below, then the directories, deepest first.
  private static func synchronizeTree(_ directory: URL) throws(HFFilesError) {
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: directory.filePath) } catch {
      throw HFFilesError.reading(directory.filePath, error)
    }
    for name in names.sorted() {
      let url = directory.appending(path: name)
      if (try? url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) == true {
        try synchronizeTree(url)
      } else {
        try SystemCalls.synchronize(url.filePath, isDirectory: false)
      }
    }
    try SystemCalls.synchronize(directory.filePath, isDirectory: true)
  }
}

/// A file that holds the old contents or the new ones, never a part.
public enum AtomicFile {
  /// Written aside (`.NAME.tmp-PID`), synced, renamed over the old one.
  public static func write(_ data: Data, to file: URL) throws(HFFilesError) {
    let target = Place(file)
    let aside = target.leftover("tmp").filePath
    do throws(HFFilesError) {
      let output = try OutputFile(creating: aside)
      try output.write(data)
      try output.synchronize()
      try SystemCalls.move(aside, to: file.filePath, action: "put the file in place")
    } catch {
      try? FileManager.default.removeItem(atPath: aside)
      throw error
    }
    try SystemCalls.synchronize(target.parent.filePath, isDirectory: true)
  }
}

/// A final name and the names beside it.
private struct Place {
  let parent: URL
  let name: String

  init(_ url: URL) {
    let absolute = URL(filePath: url.filePath).standardizedFileURL
    parent = absolute.deletingLastPathComponent()
    name = absolute.lastPathComponent
  }

  func leftover(_ kind: String) -> URL { parent.appending(path: ".\(name).\(kind)-\(getpid())") }
}

/// `.NAME.tmp-PID` or `.NAME.old-PID`, taken apart.
private struct Leftover {
  let original: String
  let kind: String
  let pid: Int32

  init?(_ name: String) {
    guard name.hasPrefix("."), let dash = name.lastIndex(of: "-"),
      let pid = Int32(name[name.index(after: dash)...]), pid > 0
    else { return nil }
    let stem = name[..<dash]
    guard let dot = stem.lastIndex(of: "."), dot > stem.startIndex else { return nil }
    kind = String(stem[stem.index(after: dot)...])
    guard kind == "tmp" || kind == "old" else { return nil }
    original = String(stem[stem.index(after: stem.startIndex)..<dot])
    self.pid = pid
  }

  /// Whether another live process is the writer. (Our own pid here means an earlier process that had the same
  /// one.)
  var isInUse: Bool { pid != getpid() && (kill(pid, 0) == 0 || errno == EPERM) }
}

extension URL {
  /// The path as the system wants it: not percent-encoded, without a slash at the end.
  var filePath: String {
    let path = path(percentEncoded: false)
    return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }
}
