import Foundation
import Testing

/// One clear error each, a status other than 0, and nothing half-written.
@Suite struct `Bad input` {
  struct Case: CustomTestStringConvertible {
    var name: String
    var settings: [String]
    var expected: [String]
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(
      name: "an unknown key", settings: ["rollout.num_generation=8"],
      expected: ["num_generation", "num_generations"]),
    Case(name: "a wrong type", settings: ["stages.sft.steps=many"], expected: ["steps", "many"]),
    Case(
      name: "an impossible batch", settings: ["algorithm.num_minibatches=5"],
      expected: ["num_minibatches", "16"]),
    Case(
      name: "a missing data file", settings: ["data.train={path: nowhere.jsonl}"], expected: ["nowhere.jsonl"]
    ),
    Case(
      name: "a broken JSON line", settings: ["data.train={path: broken.jsonl}"], expected: ["broken.jsonl:2"]),
    Case(
      name: "a row without an answer", settings: ["data.train={path: unanswered.jsonl}"],
      expected: ["unanswered.jsonl:3", "answer"]),
    Case(
      name: "a missing model directory", settings: ["model.path=no-model"],
      expected: ["no-model", "config.json"]),
    Case(
      name: "a truncated safetensors file", settings: ["model.path=truncated"],
      expected: ["truncated/model.safetensors"]),
    Case(
      name: "a tensor of another shape", settings: ["model.path=misshapen"],
      expected: ["misshapen", "q_proj.weight", "config.json asks for"]),
    Case(
      name: "too little memory for the plan",
      settings: ["compute.max_tokens_per_microbatch=1000000000", "stages.sft.batch_size=20000000"],
      expected: ["memory", "activations of", "max_tokens_per_microbatch"]),
    Case(
      name: "more answers than memory holds",
      settings: ["rollout.num_prompts=2000000000", "rollout.num_generations=2000000000"], expected: ["memory"]
    ),
    Case(
      name: "a batch that memory does not hold", settings: ["stages.sft.batch_size=2000000000"],
      expected: ["memory"]),
    Case(
      name: "a temperature that single precision cannot divide by", settings: ["rollout.temperature=1e-40"],
      expected: ["temperature", "0.001"]),
    Case(
      name: "answers longer than the model", settings: ["rollout.max_completion_length=500"],
      expected: ["max_completion_length"]),
    Case(
      name: "an unknown task", settings: ["data.train={task: arithmetic_chains}"],
      expected: ["arithmetic_chain"]),
    Case(name: "an unknown BLAS core", settings: ["compute.blas_core=Pentium9"], expected: ["Pentium9"]),
    Case(
      name: "a directory that cannot be made", settings: ["output.dir=tiny.yaml/out"],
      expected: ["tiny.yaml/out"]),
  ]

  @Test(arguments: cases)
  func `is refused with what, where and what to do`(example: Case) throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    try program.write("{\"question\": \"1+1\", \"answer\": \"2\"}\n{\"question\": \"1+\n", to: "broken.jsonl")
    try program.write(
      "{\"question\": \"1+1\", \"answer\": \"2\"}\n\n{\"question\": \"1+2\"}\n", to: "unanswered.jsonl")
    try makeModels(program)
    let settings = ["output.dir=out"] + example.settings
    let run = try program.run(["train", "tiny.yaml"] + settings.flatMap { ["--set", $0] })
    #expect(run.status != 0)
    for words in example.expected { #expect(run.errors.contains(words), "\(run.all)") }
    #expect(!run.errors.contains("Fatal error"))
    #expect(!program.exists("out"), "nothing is written before everything is checked")
  }

  private func makeModels(_ program: Program) throws {
    let source = URL(filePath: Program.fixture("TransformerTests/Fixtures/hf-parity/qwen3-tied"))
    for name in ["truncated", "misshapen"] {
      let target = program.folder.appending(path: name)
      try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
      var weights = try Data(contentsOf: source.appending(path: "model.safetensors"))
      var configuration = try String(contentsOf: source.appending(path: "config.json"), encoding: .utf8)
      if name == "truncated" { weights.removeLast(100) }
      if name == "misshapen" {
        configuration = configuration.replacing("\"head_dim\": 16", with: "\"head_dim\": 32")
      }
      try weights.write(to: target.appending(path: "model.safetensors"))
      try program.write(configuration, to: name + "/config.json")
    }
  }

  @Test func `on the command line names the option`() throws {
    let program = try Program()
    defer { program.clean() }
    let model = Program.fixture("TransformerTests/Fixtures/hf-parity/qwen3-tied")
    for (arguments, words) in [
      (["parity", model, "--input-ids", "5,x"], "`x`"), (["parity", model, "--input-ids", "5,999"], "999"),
      (["parity", model, "--input-ids", "5"], "at least two"), (["train", "absent.yaml"], "absent.yaml"),
      (["eval", model], "--tasks"), (["generate", model, "--prompt", "a", "--top-p", "2"], "top-p"),
      (["eval", model, "--tasks", "none.jsonl"], "none.jsonl"),
    ] {
      let run = try program.run(arguments)
      #expect(run.status != 0 && run.errors.contains(words), "\(arguments): \(run.all)")
    }
  }

  @Test func `a full disk ends the run with one error, and the checkpoint before stays whole`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    // A limit on file size stands in for the disk: the optimizer's file does not fit.
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.currentDirectoryURL = program.folder
    shell.arguments = [
      "-c", "trap '' XFSZ; ulimit -f 200; exec \"$0\" train tiny.yaml --quiet --set output.dir=out 2> err",
      Program.executable.path,
    ]
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus != 0)
    #expect(program.text("err").contains("out/"), "\(program.text("err"))")
    let resumed = try program.run("train", "tiny.yaml", "--quiet", "--resume", "--set", "output.dir=out")
    #expect(resumed.status == 0, "\(resumed.all)")
  }
}
