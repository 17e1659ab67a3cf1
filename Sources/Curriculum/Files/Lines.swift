private import Foundation

/// Reads a text file line by line, a piece at a time, and hands over those that are not blank.
///
/// A byte order mark at the beginning is dropped; the last line needs no line feed. A carriage return at a
/// line's end stays: to JSON it is a blank.
///
/// - Parameters:
///   - path: The file, relative to the working directory or absolute.
///   - limit: Longest line in bytes.
///   - body: Gets the line's number, from 1, and its bytes.
/// - Throws: ``DataError`` where the file cannot be read, and what `body` throws.
func forEachLine(
  ofFileAt path: String, limit: Int = 64 << 20, _ body: (Int, ArraySlice<UInt8>) throws(DataError) -> Void
) throws(DataError) {
  let handle = try open(path)
  var number = 0
  var pending: [UInt8] = []

  func take(_ line: ArraySlice<UInt8>) throws(DataError) {
    number += 1
    if line.count > limit { throw DataError(.lineTooLong(limit: limit), file: path, line: number) }
    var line = line
    if number == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
    if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return }
    try body(number, line)
  }

  while let piece = try read(handle, path) {
    var rest = ArraySlice([UInt8](piece))
    while let end = rest.firstIndex(of: 0x0A) {
      if pending.isEmpty {
        try take(rest[..<end])
      } else {
        pending += rest[..<end]
        try take(pending[...])
        pending.removeAll(keepingCapacity: true)
      }
      rest = rest[(end + 1)...]
    }
    pending += rest
    if pending.count > limit { throw DataError(.lineTooLong(limit: limit), file: path, line: number + 1) }
  }
  if !pending.isEmpty { try take(pending[...]) }
}

private func open(_ path: String) throws(DataError) -> FileHandle {
  if !FileManager.default.fileExists(atPath: path) { throw DataError(.missingFile, file: path) }
  let target = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
  let type = try? FileManager.default.attributesOfItem(atPath: target)[.type] as? FileAttributeType
  if type == .typeDirectory { throw DataError(.notAFile, file: path) }
  do {
    return try FileHandle(forReadingFrom: URL(filePath: path))
  } catch {
    throw DataError(.unreadable(error.localizedDescription), file: path)
  }
}

/// The next piece, nil at the end.
private func read(_ handle: FileHandle, _ path: String) throws(DataError) -> Data? {
  do {
    return try handle.read(upToCount: 1 << 20).flatMap { $0.isEmpty ? nil : $0 }
  } catch {
    throw DataError(.unreadable(error.localizedDescription), file: path)
  }
}
