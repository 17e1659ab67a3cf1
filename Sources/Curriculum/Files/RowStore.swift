internal import Randomness

/// The rows of a file that can be used, to be had again one by one.
///
/// Of a small file, and of a pipe, the rows' own bytes are kept; of a large file only where each row stands, 24
/// bytes a row, and a row is read again when it is asked for. It is then compared with a hash of what it was, so a
/// file that was overwritten in place is an error and not other data.
struct RowStore: Sendable {
  /// Files up to this size are kept, in bytes.
  static let keptSize = 64 << 20

  private struct Entry {
    /// In the file, or in ``kept``.
    var offset: UInt64
    var check: UInt64
    var length: UInt32
    var line: UInt32
  }

  private let file: OpenFile
  private let isKept: Bool
  private let limit: Int
  private var kept: [UInt8] = []
  private var entries: [Entry] = []

  init(_ file: OpenFile, keptSize: Int = Self.keptSize) {
    self.file = file
    limit = keptSize
    isKept = file.size.map { $0 <= UInt64(keptSize) } ?? true
  }

  var count: Int { entries.count }

  func line(of row: Int) -> Int { Int(entries[row].line) }

  /// - Throws: Where a pipe brings more than is kept.
  mutating func add(_ record: Record) throws(DataError) {
    var entry = Entry(
      offset: record.offset, check: 0, length: UInt32(record.bytes.count), line: UInt32(clamping: record.line)
    )
    if isKept {
      entry.offset = UInt64(kept.count)
      kept += record.bytes
      if kept.count > limit {
        throw DataError(.pipeTooLong(limit: limit), file: file.path, line: record.line)
      }
    } else {
      entry.check = Self.check(record.bytes)
    }
    entries.append(entry)
  }

  /// - Throws: Where the file cannot be read any more, or has changed.
  func bytes(of row: Int) throws(DataError) -> ArraySlice<UInt8> {
    let entry = entries[row]
    if isKept { return kept[Int(entry.offset)..<(Int(entry.offset) + Int(entry.length))] }
    let bytes = try file.read(Int(entry.length), at: entry.offset)[...]
    if Self.check(bytes) != entry.check {
      throw DataError(.rowChanged, file: file.path, line: Int(entry.line))
    }
    return bytes
  }

  private static func check(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var hash = StableHash()
    hash.combine(bytes: bytes)
    return hash.value
  }
}
