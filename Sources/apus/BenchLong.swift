import Foundation
import Generation
import Randomness
import Tensors

extension BenchGenerateCommand {
  /// Long outputs: time per token and memory at 1,024, 2,048, … new tokens.
  func longBench() throws -> BenchReport {
    let load = BenchFacts.load
    let (model, inference) = try setUp(otherwise: .nano)
    let (newTokens, length) = (newTokens ?? 16_384, promptTokens ?? 64)
    let work = GenerationWork(
      model.configuration, weightBytes: inference.weightBytes, format: formats.keyValues)
    var report = BenchReport(
      lines: [
        "outputs of \(newTokens) tokens, \(model.name), \(formats)",
        BenchFacts.line(model.compute, load: load),
        "rows  new tokens  ms/token  attention, predicted  measured   keys and values        RSS",
      ])
    var table: [JSONText] = []
    var peakMemory = 0
    for rows in rows.map({ [$0] }) ?? [1, 4] {
      let lines = try longRun(model, inference, work, rows: rows, length: length, newTokens: newTokens)
      for line in lines {
        report.lines.append(line.words)
        table.append(line.json)
        peakMemory = max(peakMemory, line.memory)
      }
    }
    report.lines.append(
      "ms/token: of a step (one token of every row) between the line before and this one; attention, predicted: its share "
        + "of the step by FLOPs and bytes; measured: by what the step takes longer than one of the first 64 tokens"
    )
    report.members =
      [("model", .text(model.name)), ("table", .list(table))]
      + formats.members + BenchFacts.members(model.compute, load: load, peakMemory: peakMemory)
    return report
  }

  /// 1,024, 2,048, … and the end.
  private static func milestones(_ newTokens: Int) -> [Int] {
    var marks: [Int] = []
    var mark = 1024
    while mark < newTokens {
      marks.append(mark)
      mark *= 2
    }
    return marks + [newTokens]
  }

  private struct Mark {
    var tokens: Int
    var seconds: Double
    var memory: Int
  }

  /// Seconds of a step while attention has little to do: the median of some runs of 64 tokens.
  private func baseTime(_ model: BenchModel, _ inference: InferenceModel, rows: Int) throws -> Double {
    let generator = generator(inference) { $0.maxConcurrent = rows }
    let requests = (0..<rows).map {
      GenerationRequest(
        prompt: model.prompt($0, count: 1), maxNewTokens: 64, stream: Stream("bench", UInt64($0)))
    }
    let times = try (0..<20).map { _ in
      try TimedGeneration(generator, requests, SamplingParameters()).decoding.map { $0.seconds / 63 } ?? 0
    }
    return Spread(times).median
  }

  private func longRun(
    _ model: BenchModel, _ inference: InferenceModel, _ work: GenerationWork, rows: Int, length: Int,
    newTokens: Int
  ) throws -> [LongLine] {
    try model.check(
      positions: length + newTokens, sequences: rows, format: formats.keyValues, limit: nil)
    let milestones = Self.milestones(newTokens)
    let requests = (0..<rows).map {
      GenerationRequest(
        prompt: model.prompt($0, count: length), maxNewTokens: newTokens,
        stream: Stream("bench long", UInt64($0)))
    }
    let base = try baseTime(model, inference, rows: rows)
    var times: [[Double]] = []
    var memory: [Int] = []
    for _ in 0..<(bench.rounds ?? 1) {
      let generator = generator(inference) { $0.maxConcurrent = rows }
      var (soFar, marks) = (0, [Mark]())
      var wanted = ([1] + milestones)[...]
      _ = try TimedGeneration(generator, requests, SamplingParameters()) { request, now in
        // The last row's tokens close a step.
        guard request == rows - 1 else { return }
        soFar += 1
        guard soFar == wanted.first else { return }
        wanted.removeFirst()
        marks.append(Mark(tokens: soFar, seconds: now, memory: BenchFacts.memory))
      }
      times.append(
        zip(marks, marks.dropFirst()).map { ($1.seconds - $0.seconds) / Double($1.tokens - $0.tokens) })
      memory = marks.map(\.memory)
    }
    let perStep = times[0].indices.map { index in Spread(times.map { $0[index] }).median }
    let limits = MachineLimits(
      model.compute, formats: formats,
      workingSet: work.workingSet(rows: rows, prompt: length, newTokens: newTokens))
    return milestones.indices.map { index in
      let from = index == 0 ? 1 : milestones[index - 1]
      let middle = Double(length) + Double(from + milestones[index]) / 2
      let whole = limits.seconds(work.decode(rows: Double(rows), positions: middle))
      let without = limits.seconds(work.decode(rows: Double(rows), positions: 0))
      return LongLine(
        rows: rows, newTokens: milestones[index], seconds: perStep[index], predicted: 1 - without / whole,
        measured: 1 - base / perStep[index],
        keyValueBytes: rows * Int(work.positionBytes) * (length + milestones[index]),
        memory: memory[index + 1])
    }
  }
}

/// A line of the table of long outputs.
private struct LongLine {
  var rows: Int
  var newTokens: Int
  /// Of a step.
  var seconds: Double
  var predicted: Double
  var measured: Double
  var keyValueBytes: Int
  var memory: Int

  var words: String {
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(1, width - text.count)) + text
    }
    return right("\(rows)", 4) + right("\(newTokens)", 12) + right(String(format: "%.3f", seconds * 1e3), 10)
      + right(String(format: "%.0f %%", predicted * 100), 22)
      + right(String(format: "%.0f %%", measured * 100), 10)
      + right(ByteCount.approximate(keyValueBytes), 18) + right(ByteCount.approximate(memory), 11)
  }

  var json: JSONText {
    [
      "rows": .integer(rows), "new_tokens": .integer(newTokens), "ms_per_token": .number(seconds * 1e3),
      "attention_share_predicted": .number(predicted), "attention_share_measured": .number(measured),
      "kv_bytes": .integer(keyValueBytes), "rss_bytes": .integer(memory),
    ]
  }
}
