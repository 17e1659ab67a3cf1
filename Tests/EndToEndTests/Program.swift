import Foundation

/// The `apus` that was built beside these tests, run as a user runs it: as a process.
struct Program {
  /// A folder of its own, which is the working directory of every call.
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "apus-e2e-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  func clean() { try? FileManager.default.removeItem(at: folder) }

  static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Beside the test bundle, wherever the build put that.
  static let executable: URL = {
    let candidates =
      CommandLine.arguments.prefix(1).map { URL(filePath: $0) }
      + [Bundle.main.executableURL].compactMap { $0 }
    for bundle in candidates {
      var place = bundle.deletingLastPathComponent()
      for _ in 0..<4 {
        let program = place.appending(path: "apus")
        if FileManager.default.isExecutableFile(atPath: program.path) { return program }
        place.deleteLastPathComponent()
      }
    }
    return sources.appending(path: ".build/release/apus")
  }()

  struct Result {
    var status: Int32
    var output: String
    var errors: String
    var all: String { output + errors }
  }

  func start(
    _ arguments: [String], of executable: URL = executable, environment: [String: String] = [:],
    output: String
  ) throws -> Process {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    for (name, path) in [("out", output + ".out"), ("err", output + ".err")] {
      let file = folder.appending(path: path)
      _ = FileManager.default.createFile(atPath: file.path, contents: nil)
      let handle = try FileHandle(forWritingTo: file)
      if name == "out" { process.standardOutput = handle } else { process.standardError = handle }
    }
    try process.run()
    return process
  }

  @discardableResult
  func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Result {
    try run(arguments, environment: environment)
  }

  func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Result {
    let name = "call-\(UUID().uuidString)"
    let process = try start(arguments, environment: environment, output: name)
    process.waitUntilExit()
    return Result(status: process.terminationStatus, output: text(name + ".out"), errors: text(name + ".err"))
  }

  /// A run by a shell, for what that does to the standard streams.
  func shell(_ call: String, before: String = "") throws -> Result {
    let name = "call-\(UUID().uuidString)"
    let process = try start(
      ["-c", "\(before) \"$0\" \(call)", Self.executable.path], of: URL(filePath: "/bin/sh"), output: name)
    process.waitUntilExit()
    return Result(status: process.terminationStatus, output: text(name + ".out"), errors: text(name + ".err"))
  }

  func text(_ path: String) -> String {
    (try? String(contentsOf: folder.appending(path: path), encoding: .utf8)) ?? ""
  }

  func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appending(path: path).path)
  }

  func write(_ text: String, to path: String) throws {
    let file = folder.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
  }

  func object(_ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: folder.appending(path: path))
    return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
  }

  /// Fixtures of another suite.
  static func fixture(_ path: String) -> String { sources.appending(path: "Tests/" + path).path }
}

/// A recipe of seconds: every kind of stage, evaluation and checkpoint, on a very small model.
let tinyRecipe = """
  name: tiny
  seed: 3
  model:
    init: {architecture: qwen3, hidden_size: 32, intermediate_size: 64, num_hidden_layers: 2, num_attention_heads: 2,
      num_key_value_heads: 1, head_dim: 16, max_position_embeddings: 128}
  data:
    train: {task: arithmetic_chain, difficulty: [1, 2]}
    held_out: {count: 12}
    prompt_template: "{prompt}\\n"
    teacher: {slip_rate: 0.3}
  rollout: {num_prompts: 4, num_generations: 4, max_completion_length: 40}
  algorithm: {name: grpo, beta: 0.02, reference_refresh_every: 3, num_minibatches: 2}
  optimizer: {learning_rate: 1.0e-3, schedule: {name: cosine, warmup_steps: 2}}
  stages:
    - {kind: sft, steps: 14, batch_size: 8, learning_rate: 3.0e-3}
    - {kind: rl, steps: 8}
    - {kind: sft, name: control, from: sft, control: true, steps: 5, batch_size: 8}
  evaluation: {every: 3, samples: 2}
  output: {checkpoint_every: 4, keep_last: 2, sample_every: 2}
  """
