import Foundation
import HFFiles
import Testing

extension Program {
  /// A model of 256 positions without a tokenizer of its own: its ids are characters, 160 of them, of which the
  /// character tokenizer knows 100.
  static let characterModel = fixture("TransformerTests/Fixtures/hf-parity/qwen3-tied")

  /// The same model over bytes: its embedding repeated, so that random text has characters of several bytes, whole ones
  /// and broken ones.
  func makeByteModel() throws -> String {
    let source = try SafetensorsFile(path: Self.characterModel + "/model.safetensors")
    let target = folder.appending(path: "bytes")
    try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
    let embedding = "model.embed_tokens.weight"
    let tensors = source.tensors.map { name, info in
      SafetensorsWriter.Tensor(name: name, shape: name == embedding ? [258, info.shape[1]] : info.shape)
    }.sorted { $0.name < $1.name }
    try SafetensorsWriter.write(tensors, as: .float32, to: target.appending(path: "model.safetensors").path) {
      name in
      let values = try source.floats(name)
      guard name == embedding else { return values }
      // Large weights make a sharp distribution: that of a text that goes on and on, not of noise.
      let width = values.count / 160
      return (0..<258 * width).map { values[$0 % values.count] * (1 + 0.01 * Float($0 / values.count)) }
    }
    let configuration = try String(contentsOfFile: Self.characterModel + "/config.json", encoding: .utf8)
    try write(
      configuration.replacing("\"vocab_size\": 160", with: "\"vocab_size\": 258"), to: "bytes/config.json")
    return target.path
  }

  /// The objects of a run with `--json`.
  func objects(_ arguments: [String]) throws -> [[String: Any]] {
    let run = try run(arguments + ["--json"])
    #expect(run.status == 0, "\(arguments): \(run.all)")
    return try run.output.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  /// The only object of such a run.
  func object(_ arguments: [String]) throws -> [String: Any] {
    let all = try objects(arguments)
    #expect(all.count == 1)
    return try #require(all.first)
  }

  /// A run that reads `input`.
  func run(_ arguments: [String], input: String) throws -> Result {
    try write(input, to: "input")
    let process = Process()
    process.executableURL = Self.executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = try FileHandle(forReadingFrom: folder.appending(path: "input"))
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let found = output.fileHandleForReading.readDataToEndOfFile()
    let said = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, output: String(decoding: found, as: UTF8.self),
      errors: String(decoding: said, as: UTF8.self))
  }
}

extension [String: Any] {
  var text: String? { self["text"] as? String }
  var tokens: [Int] { self["tokens"] as? [Int] ?? [] }
  var finishReason: String? { self["finish_reason"] as? String }
  var logprob: Double { self["logprob"] as? Double ?? .nan }
}
