import Foundation
import Metrics
import Testing

@Suite struct `metrics.jsonl` {
  @Test func `what is appended is read back, through a reopening too`() throws {
    try withTemporaryFile { (path: String) throws in
      try MetricsFile(path: path).append(["step": 1, "loss": 0.5])
      try MetricsFile(path: path).append(["step": 2, "loss": .number(.nan)])

      #expect(try contents(path) == "{\"step\": 1, \"loss\": 0.5}\n{\"step\": 2, \"loss\": \"NaN\"}\n")
      #expect(try MetricsFile.read(path) == [["step": 1, "loss": 0.5], ["step": 2, "loss": .number(.nan)]])
    }
  }

  @Test func `going back to a remembered position drops exactly the later lines`() throws {
    try withTemporaryFile { (path: String) throws in
      let file = try MetricsFile(path: path)
      #expect(try file.position == 0)
      try file.append(["step": 1])
      let checkpoint = try file.position
      try file.append(["step": 2])
      try file.append(["step": 3])

      let resumed = try MetricsFile(path: path)
      try resumed.truncate(to: checkpoint)
      try resumed.append(["step": 20])
      try resumed.synchronize()
      #expect(try MetricsFile.read(path) == [["step": 1], ["step": 20]])

      try resumed.truncate(to: 0)
      #expect(try MetricsFile.read(path).isEmpty)
    }
  }

  @Test func `a position that the file does not have is refused and nothing is cut`() throws {
    try withTemporaryFile { (path: String) throws in
      let file = try MetricsFile(path: path)
      try file.append(["step": 1])  // 12 bytes with the line end
      let beyond = #expect(throws: MetricsError.self) { try file.truncate(to: 13) }
      #expect(
        beyond?.description.hasPrefix(
          "\(path): the checkpoint goes on from byte 13, but the file has only 12") == true)
      let inside = #expect(throws: MetricsError.self) { try file.truncate(to: 5) }
      #expect(inside?.description.contains("byte 5, which is inside a line") == true)
      #expect(try contents(path) == "{\"step\": 1}\n")
    }
  }

  @Test func `a last line that a crash cut short is skipped by readers and cut off by the next writer`()
    throws
  {
    try withTemporaryFile { (path: String) throws in
      // Longer than the block in which the end is looked for.
      let whole = "{\"step\": 1}\n"
      let half = "{\"step\": 2, \"stage\": \"" + String(repeating: "x", count: 10_000)
      try Data((whole + half).utf8).write(to: URL(filePath: path))

      #expect(try MetricsFile.read(path) == [["step": 1]])
      let file = try MetricsFile(path: path)
      #expect(try file.position == 12)
      try file.append(["step": 2])
      #expect(try contents(path) == "{\"step\": 1}\n{\"step\": 2}\n")
    }
  }

  @Test func `a file of half a line is empty`() throws {
    try withTemporaryFile { (path: String) throws in
      try Data("{\"step\"".utf8).write(to: URL(filePath: path))
      #expect(try MetricsFile.read(path).isEmpty)
      #expect(try MetricsFile(path: path).position == 0)
    }
  }

  @Test func `a broken line in the middle is named by file and line`() throws {
    try withTemporaryFile { (path: String) throws in
      try Data("{\"step\": 1}\n{\"step\": oops}\n{\"step\": 3}\n".utf8).write(to: URL(filePath: path))
      let error = #expect(throws: MetricsError.self) { try MetricsFile.read(path) }
      #expect(error?.description.hasPrefix("\(path):2:10: not a line of metrics") == true)
    }
  }

  @Test func `a missing file, a missing directory and a full disk say so`() throws {
    try withTemporaryFile { (path: String) throws in
      let missing = #expect(throws: MetricsError.self) { try MetricsFile.read(path) }
      #expect(missing?.description == "\(path): cannot read the file: no such file or directory")
      let nowhere = #expect(throws: MetricsError.self) { try MetricsFile(path: path + "/metrics.jsonl") }
      #expect(nowhere?.description.hasPrefix("\(path)/metrics.jsonl: cannot create the file: ") == true)

      // /dev/full refuses every write with "no space left".
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/full")
      let file = try MetricsFile(path: path)
      let full = #expect(throws: MetricsError.self) { try file.append(["step": 1]) }
      #expect(
        full?.description
          == "\(path): cannot write: no space left on the device — free some space and go on with `--resume`")
    }
  }

  @Test func `two hundred records of numbers from the whole range come back as they were`() throws {
    try withTemporaryFile { (path: String) throws in
      let file = try MetricsFile(path: path)
      let records = (0..<200).map { (step: Int) -> MetricRecord in
        var record: MetricRecord = ["step": .integer(step)]
        for index in 0..<8 {
          // An odd multiplier scatters the bits: every exponent, subnormals and NaNs come by.
          record["m/\(index)"] = .number(
            Double(bitPattern: UInt64(step * 8 + index) &* 0x9E37_79B9_7F4A_7C15))
        }
        return record
      }
      for record in records { try file.append(record) }
      #expect(try MetricsFile.read(path) == records)
    }
  }

  private func contents(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  private func withTemporaryFile(_ body: (String) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "apus-metrics-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try body(directory.appending(path: "metrics.jsonl").path(percentEncoded: false))
  }
}
