internal import Foundation
private import Synchronization

/// A data file, open for as long as its rows may be asked for.
///
/// It is held by its handle, not by its path: a file that is replaced or removed during a run (editors and downloads
/// do so) stays what it was.
final class OpenFile: Sendable {
  /// As it was given.
  let path: String
  /// Bytes; nil for what can be read only once, such as a pipe.
  let size: UInt64?
  private let handle: Mutex<FileHandle>

  init(path: String) throws(DataError) {
    if !FileManager.default.fileExists(atPath: path) { throw DataError(.missingFile, file: path) }
    let target = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
    let attributes = try? FileManager.default.attributesOfItem(atPath: target)
    let type = attributes?[.type] as? FileAttributeType
    if type == .typeDirectory { throw DataError(.notAFile, file: path) }
    self.path = path
    size = type == .typeRegular ? (attributes?[.size] as? NSNumber)?.uint64Value : nil
    do {
      handle = Mutex(try FileHandle(forReadingFrom: URL(filePath: path)))
    } catch {
      throw DataError(.unreadable(error.localizedDescription), file: path)
    }
  }

  /// The next piece, nil at the end.
  func next(upTo count: Int) throws(DataError) -> Data? {
    do {
      return try handle.withLock { try $0.read(upToCount: count) }.flatMap { $0.isEmpty ? nil : $0 }
    } catch {
      throw DataError(.unreadable(error.localizedDescription), file: path)
    }
  }

  /// So many bytes from a place on; fewer where the file ends before.
  func read(_ count: Int, at offset: UInt64) throws(DataError) -> [UInt8] {
    do {
      return try handle.withLock { handle in
        try handle.seek(toOffset: offset)
        return try handle.read(upToCount: count).map { [UInt8]($0) } ?? []
      }
    } catch {
      throw DataError(.unreadable(error.localizedDescription), file: path)
    }
  }
}
