import ArgumentParser
import Foundation
import Tensors
import Transformer

/// Lengths of sequences, each once, shortest first: `4096,8192`.
struct Lengths {
  static let allowed = 2...1_000_000
  let values: [Int]

  init(_ text: String) throws {
    values = try Set(
      text.split(separator: ",", omittingEmptySubsequences: false).map { word in
        guard let length = Int(word), Self.allowed.contains(length) else {
          throw ValidationError(
            "`\(word)` in --lengths must be a number from 2 to 1000000, with commas between several")
        }
        return length
      }
    ).sorted()
  }
}

extension BenchTrainCommand {
  /// One sequence of each length: what a step takes and holds.
  func lengthsBench(_ lengths: Lengths) throws -> BenchReport {
    let load = BenchFacts.load
    let compute = try Compute(threads: bench.threads)
    let lines =
      if lengths.values.count == 1 {
        try [line(length: lengths.values[0])]
      } else {
        // Memory that a process gives back is not always seen to go, so each length has one of its own.
        try lengths.values.map(lineOfAnotherProcess)
      }
    let name = bench.model.map { URL(filePath: $0).lastPathComponent } ?? (bench.shape ?? .nano).rawValue
    var report = BenchReport(
      lines: [
        "\(name), train steps of one sequence, \(training.words)", BenchFacts.line(compute, load: load),
        "  tokens    seconds   tokens/s   peak RSS   bytes/token",
      ] + lines.map(\.words))
    report.lines.append(
      "bytes/token: how far the process grew in the step, beyond weights, gradients, moments and the program")
    report.members =
      [("model", .text(name))] + training.members + [("table", .list(lines.map(\.json)))]
      + BenchFacts.members(compute, load: load, peakMemory: lines.map(\.peakMemory).max() ?? 0)
    return report
  }

  private func line(length: Int) throws -> LengthLine {
    let model = try BenchModel(bench, otherwise: .nano)
    try training.check(
      model, tokens: length, positions: length, "a sequence of \(length) tokens (`--lengths`)")
    let step = TrainingStep(model, training)
    // Gradients and moments take memory when they are first written to.
    step.run(PackedBatch([(model.prompt(0, count: 2), 1..<2)]))
    let before = BenchFacts.memory
    let batch = PackedBatch([(model.prompt(0, count: length), 1..<length)])
    let times = (0..<(bench.rounds ?? 1)).map { _ in secondsTaken { step.run(batch) } }
    let peak = BenchFacts.peakMemory
    return LengthLine(
      tokens: length, seconds: Spread(times).median, peakMemory: peak,
      bytesPerToken: Double(peak - before) / Double(length))
  }

  private func lineOfAnotherProcess(length: Int) throws -> LengthLine {
    guard let executable = Bundle.main.executablePath else {
      throw CommandError("cannot find this program's own file to start it for a sequence of \(length) tokens")
    }
    var arguments = [
      "bench", "train", "--lengths", "\(length)", "--json", "--dtype", training.matmul.rawValue,
    ]
    for (name, value) in [
      ("--shape", bench.shape?.rawValue), ("--model", bench.model),
      ("--threads", bench.threads.map(String.init)),
      ("--rounds", bench.rounds.map(String.init)),
    ] {
      if let value { arguments += [name, value] }
    }
    if training.checkpointing { arguments.append("--checkpointing") }
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(filePath: executable)
    process.arguments = arguments
    process.standardOutput = output
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    // It has said itself what is wrong.
    guard process.terminationStatus == 0 else { throw ExitCode(process.terminationStatus) }
    guard let line = try JSONDecoder().decode(LengthTable.self, from: text).table.first else {
      preconditionFailure("no line for a sequence of \(length) tokens")
    }
    return line
  }
}

private struct LengthTable: Decodable {
  var table: [LengthLine]
}

/// A line of the table of lengths.
private struct LengthLine: Decodable {
  var tokens: Int
  var seconds: Double
  var peakMemory: Int
  var bytesPerToken: Double

  enum CodingKeys: String, CodingKey {
    case tokens, seconds
    case peakMemory = "peak_rss_bytes"
    case bytesPerToken = "bytes_per_token"
  }

  var words: String {
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(1, width - text.count)) + text
    }
    return right("\(tokens)", 8) + right(grouped(seconds), 11)
      + right(grouped(Double(tokens) / seconds), 11) + right(ByteCount.approximate(peakMemory), 11)
      + right(grouped(bytesPerToken), 14)
  }

  var json: JSONText {
    [
      "tokens": .integer(tokens), "seconds": .number(seconds),
      "tokens_per_second": .number(Double(tokens) / seconds),
      "peak_rss_bytes": .integer(peakMemory), "bytes_per_token": .number(bytesPerToken),
    ]
  }
}
