import Foundation
import HFFiles
import Tensors
import Testing
import Transformer

/// Our numbers beside those of Hugging Face transformers, for every model in `Fixtures/hf-parity`.
@Suite struct `Parity with Hugging Face transformers` {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "Fixtures/hf-parity")
  static let models = [
    "llama-tied", "llama-untied", "qwen2-tied", "qwen2-untied", "qwen3-tied", "qwen3-untied",
    "qwen3-untied-bf16-sharded",
  ]

  struct Reference {
    let directory: String
    let file: SafetensorsFile
    let compute: Compute
    let decoder: Decoder

    init(_ model: String) throws {
      directory = folder.appending(path: model).path
      file = try SafetensorsFile(path: directory + "/expected.safetensors")
      compute = try Compute(threads: 2)
      let (configuration, parameters) = try ModelDirectory.load(directory)
      decoder = Decoder(configuration, parameters: parameters, compute: compute)
    }

    func sequences(_ name: String) throws -> [[Int32]] {
      let ids = try file.integers(name).map { Int32($0) }
      let width = try #require(file.tensors[name]?.shape.last)
      return stride(from: 0, to: ids.count, by: width).map { Array(ids[$0..<$0 + width]) }
    }
  }

  /// Two correct fp32 implementations differ by about 1e-5 here; 1e-4 is the fixtures' fair tolerance.
  @Test(arguments: models, ["plain", "long"])
  func `logits and logprobs agree within 1e-4`(model: String, part: String) throws {
    let reference = try Reference(model)
    let sequences = try reference.sequences("\(part).input_ids")
    let batch = PackedBatch(sequences.map { ($0, 1..<$0.count) })
    expectClose(
      reference.decoder.logits(batch).values, try reference.file.floats("\(part).logits"), absolute: 1e-4,
      "logits")
    let pass = reference.decoder.forward(batch, temperature: 1)
    expectClose(pass.logprobs, try reference.file.floats("\(part).logprobs"), absolute: 1e-4, "logprobs")
  }

  @Test(arguments: models)
  func `a left-padded row gives what the row without padding gives here`(model: String) throws {
    let reference = try Reference(model)
    let rows = try reference.sequences("leftpad.input_ids")
    let masks = try reference.sequences("leftpad.attention_mask")
    let expected = try reference.file.floats("leftpad.logits")
    let vocab = reference.decoder.configuration.vocabSize
    for (index, (row, mask)) in zip(rows, masks).enumerated() {
      let padding = mask.filter { $0 == 0 }.count
      let logits = reference.decoder.logits(PackedBatch([(Array(row[padding...]), 1..<1)])).values
      let start = (index * row.count + padding) * vocab
      expectClose(
        logits, Array(expected[start..<(index + 1) * row.count * vocab]), absolute: 1e-4, "row \(index)")
    }
  }

  @Test(arguments: models)
  func `every gradient agrees within 1e-3 of its norm`(model: String) throws {
    let reference = try Reference(model)
    let sequences = try reference.sequences("plain.input_ids")
    let labels = try reference.sequences("plain.labels")
    let scored = labels.map { row in (row.firstIndex { $0 != -100 } ?? 0)..<row.count }
    let pass = reference.decoder.forward(PackedBatch(Array(zip(sequences, scored))), temperature: 1)
    let count = Float(pass.logprobs.count)
    let loss = -pass.logprobs.reduce(0) { $0 + Double($1) } / Double(count)
    let meta = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(filePath: reference.directory + "/expected.json")))
    let expectedLoss = try #require((meta as? [String: Any])?["plain.loss"] as? Double)
    #expect(abs(loss - expectedLoss) < 1e-5)
    reference.decoder.backward(pass, dLogprobs: pass.logprobs.map { _ in -1 / count })
    for entry in reference.decoder.gradients.entries {
      let expected = try reference.file.floats("plain.grad.\(entry.name)")
      let found = reference.decoder.gradients[entry.name].values
      let norm = expected.reduce(0) { $0 + Double($1 * $1) }.squareRoot()
      let gap = zip(found, expected).reduce(0) { $0 + pow(Double($1.0 - $1.1), 2) }.squareRoot()
      #expect(gap <= 1e-3 * norm, "\(entry.name): \(gap / norm) of its norm")
    }
  }

  @Test(arguments: models)
  func `both spellings of config.json say the same`(model: String) throws {
    let source = Self.folder.appending(path: model)
    let old = try ModelConfiguration(directory: source.path)
    let copy = FileManager.default.temporaryDirectory.appending(path: "apus-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: copy) }
    try FileManager.default.copyItem(
      at: source.appending(path: "config.v5.json"), to: copy.appending(path: "config.json"))
    #expect(try ModelConfiguration(directory: copy.path) == old)
  }

  /// Compares element by element and names the worst.
  func expectClose(_ found: [Float], _ expected: [Float], absolute: Float, _ what: String) {
    #expect(found.count == expected.count)
    let worst = zip(found, expected).enumerated().max {
      abs($0.element.0 - $0.element.1) < abs($1.element.0 - $1.element.1)
    }
    guard let worst else { return }
    let gap = abs(worst.element.0 - worst.element.1)
    #expect(gap <= absolute, "\(what): \(gap) > \(absolute) at \(worst.offset)")
  }
}
