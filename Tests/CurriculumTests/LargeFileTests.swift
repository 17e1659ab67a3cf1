import Curriculum
import Experience
import Foundation
import Testing

@Suite struct `Large files` {
  /// As `/proc` has it, in bytes; nil on other systems.
  private static var residentMemory: Int? {
    let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
  }

  /// A file of numbered questions, each row with this filler in it.
  private static func withRows<Result>(
    _ count: Int, filler: String = "", _ body: (String) throws -> Result
  ) throws -> Result {
    let file = FileManager.default.temporaryDirectory.appending(path: "apus-large-\(UUID().uuidString).jsonl")
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let handle = try FileHandle(forWritingTo: file)
    let parts = [#"{"prompt": "question "#, #"", "answer": "#, #", "filler": ""# + filler + "\"}\n"].map {
      Array($0.utf8)
    }
    for start in stride(from: 0, to: count, by: 10_000) {
      var piece: [UInt8] = []
      for index in start..<min(start + 10_000, count) {
        let number = String(index).utf8
        piece += parts[0]
        piece += number
        piece += parts[1]
        piece += number
        piece += parts[2]
      }
      try handle.write(contentsOf: piece)
    }
    try handle.close()
    return try body(file.path)
  }

  // A million tasks held in memory would take some 500 MB, the file itself takes 72.
  @Test func `of a million rows are read in memory that does not grow with the rows' length`() throws {
    let filler = String(repeating: "x", count: 10)
    try Self.withRows(1_000_000, filler: filler) { path in
      var configuration = DataConfiguration()
      configuration.train = .file(FileSource(path: path))
      let before = Self.residentMemory
      let stream = try TaskStream(configuration, seed: 1)
      if let before, let after = Self.residentMemory {
        #expect(after - before < 200 << 20, "\((after - before) >> 20) MiB")
      }
      let rows = try #require(stream.report.trainRows)
      #expect(rows + (stream.report.heldOutRows ?? 0) == 1_000_000)
      for index in [0, 1, 500_000, UInt64(rows) * 3 + 7] as [UInt64] {
        let task = try stream.task(at: index)
        #expect(task.prompt == "question \(task.groundTruth)" && task.columns["filler"] == filler)
        #expect(task.id.hasSuffix("/\((Int(task.groundTruth) ?? 0) + 1)"))
      }
    }
  }

  @Test func `are read again row by row, and what was overwritten since is an error`() throws {
    try Self.withRows(100) { path in
      let source = FileSource(path: path)
      let kept = try TaskFile(source, keptSize: 1 << 20) { _ in }
      let placed = try TaskFile(source, keptSize: 0) { _ in }
      for row in [0, 99, 50] { #expect(try kept.task(at: row) == placed.task(at: row)) }
      let handle = try FileHandle(forWritingTo: URL(filePath: path))
      try handle.write(contentsOf: Data(#"{"prompt": "QUESTION 0", "#.utf8))
      try handle.close()
      #expect(try kept.task(at: 0).prompt == "question 0")
      #expect(try placed.task(at: 1).prompt == "question 1")
      let error = #expect(throws: DataError.self) { try placed.task(at: 0) }
      #expect(error?.description.contains(":1: this row is no longer what it was when the run began") == true)
      // Whoever replaces a file leaves the open one alone.
      try FileManager.default.removeItem(atPath: path)
      #expect(try placed.task(at: 99).prompt == "question 99")
    }
  }

  @Test func `have lines up to a limit, beyond which a line is passed over without being kept`() throws {
    try Self.withRows(3, filler: String(repeating: "y", count: 3 << 20)) { path in
      let error = #expect(throws: DataError.self) {
        try TaskFile(FileSource(path: path), lineLimit: 2 << 20) { _ in }
      }
      #expect(error?.description.contains(":1: this line is longer than 2 MiB") == true)
    }
    let long = #"{"prompt": "q", "answer": ""# + String(repeating: "1", count: 3 << 20) + "\"}\n"
    let short = #"{"prompt": "q", "answer": "1"}"# + "\n"
    try withFile(short + long + short + long) { path in
      let file = try TaskFile(FileSource(path: path, onBadRow: .skip), lineLimit: 2 << 20) { _ in }
      #expect(file.count == 2 && file.report.badRows == 2)
      #expect(try file.task(at: 1).id.hasSuffix("/3"))
    }
  }
}
