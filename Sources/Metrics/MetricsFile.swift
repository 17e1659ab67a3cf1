internal import Foundation

/// `metrics.jsonl`: one JSON object per line, one line per step or evaluation.
///
/// A line goes out in one write, so a reader never sees two lines mixed; a crash can leave a last line
/// without its end, which readers skip and the next writer cuts off.
public struct MetricsFile: Sendable {
  public let path: String
  private let handle: FileHandle

  /// Opens the file for appending, or creates it.
  public init(path: String) throws(MetricsError) {
    self.path = path
    if !FileManager.default.fileExists(atPath: path),
      !FileManager.default.createFile(atPath: path, contents: nil)
    {
      throw MetricsError(
        path: path, reason: .system(action: "create the file", detail: Self.words(ofErrno: errno)))
    }
    guard let handle = FileHandle(forUpdatingAtPath: path) else {
      throw MetricsError(
        path: path, reason: .system(action: "open the file for writing", detail: Self.words(ofErrno: errno)))
    }
    self.handle = handle
    let end = try attempt("read the file") { () throws in try self.endOfLastLine() }
    if try position != end { try attempt("cut off its last line") { try handle.truncate(atOffset: end) } }
  }

  /// Bytes written so far: what a checkpoint remembers, for ``truncate(to:)``.
  public var position: UInt64 {
    get throws(MetricsError) { try attempt("find its end") { try handle.seekToEnd() } }
  }

  /// Adds one line. If it cannot be written whole, nothing of it remains.
  public func append(_ record: MetricRecord) throws(MetricsError) {
    let begin = try position
    do throws(MetricsError) {
      try attempt("write") { try handle.write(contentsOf: Data((record.json + "\n").utf8)) }
    } catch {
      try? handle.truncate(atOffset: begin)
      throw error
    }
  }

  /// Forces what was written to the disk; call it before a checkpoint that remembers ``position`` is put in
  /// place.
  public func synchronize() throws(MetricsError) {
    try attempt("sync") { try handle.synchronize() }
  }

  /// Goes back to where a checkpoint was written: later lines are dropped.
  public func truncate(to position: UInt64) throws(MetricsError) {
    let size = try self.position
    guard position <= size else {
      throw MetricsError(path: path, reason: .positionBeyondEnd(position: position, size: size))
    }
    let before = try attempt("read the file") {
      if position == 0 { return true }
      try handle.seek(toOffset: position - 1)
      return try handle.read(upToCount: 1) == Data([UInt8(ascii: "\n")])
    }
    guard before else { throw MetricsError(path: path, reason: .positionInsideLine(position: position)) }
    try attempt("cut it back") { try handle.truncate(atOffset: position) }
  }

  /// All records of a file, oldest first. A last line without its end, left by a crash, is skipped.
  public static func read(_ path: String) throws(MetricsError) -> [MetricRecord] {
    let contents: Data
    do {
      contents = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw MetricsError(path: path, reason: .system(action: "read the file", detail: words(of: error)))
    }
    var records: [MetricRecord] = []
    var lines = contents.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    lines.removeLast()  // what stands after the last line end: nothing, or half a line
    for (index, line) in lines.enumerated() {
      guard let text = String(validating: line, as: UTF8.self) else {
        throw MetricsError(path: path, line: index + 1, reason: .notText)
      }
      do {
        records.append(try MetricRecord(json: text))
      } catch {
        throw MetricsError(path: path, line: index + 1, reason: error.reason)
      }
    }
    return records
  }

  /// Where the last whole line ends; looks at the end of the file only, as far back as it must.
  private func endOfLastLine() throws -> UInt64 {
    var end = try handle.seekToEnd()
    while end > 0 {
      let begin = end > 4096 ? end - 4096 : 0
      try handle.seek(toOffset: begin)
      let block = try handle.read(upToCount: Int(end - begin)) ?? Data()
      if let place = block.lastIndex(of: UInt8(ascii: "\n")) {
        return begin + UInt64(block.distance(from: block.startIndex, to: place)) + 1
      }
      end = begin
    }
    return 0
  }

  private func attempt<Result>(_ action: String, _ body: () throws -> Result) throws(MetricsError) -> Result {
    do {
      return try body()
    } catch {
      if Self.isDiskFull(error) { throw MetricsError(path: path, reason: .diskFull) }
      throw MetricsError(path: path, reason: .system(action: action, detail: Self.words(of: error)))
    }
  }

  private static func isDiskFull(_ error: any Error) -> Bool {
    chain(error).contains { problem in
      problem.domain == NSPOSIXErrorDomain && problem.code == Int(POSIXErrorCode.ENOSPC.rawValue)
        || problem.domain == NSCocoaErrorDomain
          && problem.code == CocoaError.Code.fileWriteOutOfSpace.rawValue
    }
  }

  private static func words(of error: any Error) -> String {
    for problem in chain(error) where problem.domain == NSPOSIXErrorDomain {
      return words(ofErrno: Int32(problem.code))
    }
    switch CocoaError.Code(rawValue: (error as NSError).code) {
    case .fileReadNoSuchFile, .fileNoSuchFile: return "no such file or directory"
    case .fileReadNoPermission, .fileWriteNoPermission: return "permission denied"
    default: return "\(error)"
    }
  }

  private static func words(ofErrno code: Int32) -> String {
    NSError(domain: NSPOSIXErrorDomain, code: Int(code)).localizedDescription
  }

  private static func chain(_ error: any Error) -> [NSError] {
    var chain = [error as NSError]
    while let next = chain[chain.count - 1].userInfo[NSUnderlyingErrorKey] as? NSError { chain.append(next) }
    return chain
  }
}
