/// One row as it stands in a file, not yet parsed.
struct Record {
  /// Where it begins, counted from 1.
  let line: Int
  /// Where it begins, in bytes.
  let offset: UInt64
  /// Without the line end.
  let bytes: ArraySlice<UInt8>
  /// Why there is no row to be had from it, where that shows before parsing.
  var fault: DataError.Reason?
}

/// Cuts a file into records, a piece of the file at a time: memory holds one piece and one record.
///
/// Blank lines are passed over, a byte order mark at the beginning is dropped, the last line needs no line feed. In
/// CSV a line feed between quotes belongs to its field. A quote that is never closed would swallow the rest of the
/// file, so it costs its own line only: reading goes on behind that line's end. Such a line is read at most twice.
///
/// (SwiftCSV 0.10.0 was looked at: it takes the whole file as one `String` and calls back without line numbers, and
/// a broken row ends it. Hence our own hundred lines.)
struct RecordReader {
  private enum State { case fieldStart, bare, quoted, afterQuote }

  let file: OpenFile
  private let delimiter: UInt8?
  /// Longest record, in bytes.
  private let limit: Int
  private let pieceSize: Int
  private var buffer: [UInt8] = []
  private var bufferOffset: UInt64 = 0
  /// The current record's beginning in ``buffer``, and the next byte to look at.
  private var start = 0
  private var scan = 0
  private var atEnd = false
  private var line = 1
  private var state = State.fieldStart
  /// Line feeds within the current record, and the line of its last opening quote.
  private var innerLines = 0
  private var quoteLine = 1
  /// Passing over the rest of a line that was too long.
  private var discards = false

  /// - Parameters:
  ///   - file: Not read from yet.
  ///   - format: How its rows are written.
  ///   - limit: Longest record in bytes.
  ///   - pieceSize: How much is read at a time, in bytes.
  init(_ file: OpenFile, format: DataFormat, limit: Int = 64 << 20, pieceSize: Int = 1 << 20) {
    self.file = file
    delimiter = format.delimiter
    self.limit = limit
    self.pieceSize = pieceSize
  }

  /// The next record; nil at the end.
  mutating func next() throws(DataError) -> Record? {
    while true {
      if let end = recordEnd() {
        if let record = take(upTo: end) { return record }
      } else if scan - start > limit {
        if let record = tooLong() { return record }
      } else if !atEnd {
        try refill()
      } else if start == buffer.count {
        return nil
      } else if state == .quoted {
        return openQuote()
      } else if let record = take(upTo: buffer.count) {
        return record
      }
    }
  }

  /// Where the current record's line feed stands, as far as has been read.
  private mutating func recordEnd() -> Int? {
    guard let delimiter, !discards else {
      let end = buffer[scan...].firstIndex(of: 0x0A)
      scan = end ?? buffer.count
      return end
    }
    while scan < buffer.count {
      let byte = buffer[scan]
      if state == .quoted {
        if byte == UInt8(ascii: "\"") { state = .afterQuote } else if byte == 0x0A { innerLines += 1 }
      } else if byte == 0x0A {
        return scan
      } else if byte == delimiter {
        state = .fieldStart
      } else if byte == UInt8(ascii: "\""), state != .bare {
        if state == .fieldStart { quoteLine = line + innerLines }
        state = .quoted  // opened, or two quotes within a field
      } else {
        state = .bare
      }
      scan += 1
    }
    return nil
  }

  /// The record that ends here; nil where it is blank.
  private mutating func take(upTo end: Int) -> Record? {
    var bytes = buffer[start..<end]
    let record: Record?
    if discards || bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) {
      record = nil
    } else if bytes.count > limit {
      record = Record(line: line, offset: 0, bytes: [], fault: .lineTooLong(limit: limit))
    } else {
      // In JSON a carriage return is a blank, and stays.
      if delimiter != nil, bytes.last == 0x0D { bytes.removeLast() }
      record = Record(line: line, offset: bufferOffset + UInt64(start), bytes: bytes)
    }
    discards = false
    beginRecord(at: min(end + 1, buffer.count), lines: innerLines + 1)
    return record
  }

  private mutating func beginRecord(at place: Int, lines: Int) {
    line += lines
    start = place
    scan = place
    state = .fieldStart
    innerLines = 0
  }

  /// Gives up a record that has outgrown the limit.
  private mutating func tooLong() -> Record? {
    if state == .quoted { return openQuote() }
    let record =
      discards ? nil : Record(line: line, offset: 0, bytes: [], fault: .lineTooLong(limit: limit))
    discards = true
    start = scan
    return record
  }

  /// Gives up a record whose quote is not closed, and goes on behind its first line.
  private mutating func openQuote() -> Record {
    let record = Record(line: quoteLine, offset: 0, bytes: [], fault: .openQuote)
    let end = buffer[start...].firstIndex(of: 0x0A) ?? buffer.count
    beginRecord(at: min(end + 1, buffer.count), lines: 1)
    return record
  }

  private mutating func refill() throws(DataError) {
    buffer.removeSubrange(..<start)
    bufferOffset += UInt64(start)
    scan -= start
    start = 0
    guard let piece = try file.next(upTo: pieceSize) else {
      atEnd = true
      return
    }
    let isFirst = bufferOffset == 0 && buffer.isEmpty
    buffer += piece
    if isFirst, buffer.starts(with: [0xEF, 0xBB, 0xBF]) { (start, scan) = (3, 3) }
  }
}
