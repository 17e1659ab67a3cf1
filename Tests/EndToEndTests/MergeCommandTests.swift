import Foundation
import Testing

@Suite struct `apus merge` {
  /// Two models of one shape: what was taught, and the same after two steps more.
  private func models(_ program: Program) throws -> (base: String, tuned: String) {
    let run = try TaughtModel.train(program, [], into: "tuned")
    #expect(run.status == 0, "\(run.all)")
    return (try TaughtModel.folder.get() + "/model", "tuned/model")
  }

  @Test(arguments: ["average", "task_arithmetic", "ties", "dare", "dare_ties", "update_selective"])
  func `writes a model that can be evaluated, and says where it is from`(_ method: String) throws {
    let program = try Program()
    defer { program.clean() }
    let (base, tuned) = try models(program)
    let merge = try program.run("merge", method, "--base", base, "--model", tuned, "--output", "merged")
    #expect(merge.status == 0, "\(merge.all)")
    let provenance = try program.object("merged/merge.json")
    #expect(provenance["method"] as? String == method)
    let generated = try program.run(
      "generate", "merged", "--prompt", "(3+4) mod 5", "--max-new-tokens", "4", "--temperature", "0")
    #expect(generated.status == 0, "\(generated.all)")
    // What is there is never written over.
    let again = try program.run("merge", method, "--base", base, "--model", tuned, "--output", "merged")
    #expect(again.status != 0 && again.errors.contains("merged"), "\(again.all)")
  }

  @Test func `with λ 0 gives the base back bit for bit`() throws {
    let program = try Program()
    defer { program.clean() }
    let (base, tuned) = try models(program)
    for method in ["task_arithmetic", "ties", "dare"] {
      let merge = try program.run(
        "merge", method, "--base", base, "--model", tuned, "--lambda", "0", "--output", method)
      #expect(merge.status == 0, "\(merge.all)")
      let merged = try Data(contentsOf: program.folder.appending(path: "\(method)/model.safetensors"))
      #expect((merged == (try Data(contentsOf: URL(filePath: base + "/model.safetensors")))) as Bool)
    }
  }

  @Test func `refuses what does not fit, and writes nothing`() throws {
    let program = try Program()
    defer { program.clean() }
    let (base, tuned) = try models(program)
    let other = Program.fixture("TransformerTests/Fixtures/hf-parity/qwen2-tied")
    // Weights that its own config.json does not ask for, and nothing that --force could take from elsewhere.
    try FileManager.default.copyItem(atPath: base, toPath: program.folder.path + "/broken")
    try program.write(
      program.text("broken/config.json").replacing(
        "\"intermediate_size\" : 64", with: "\"intermediate_size\" : 96"),
      to: "broken/config.json")
    for (arguments, word) in [
      (["merge", "ties", "--base", base, "--model", other], "qwen2-tied"),
      (["merge", "ties", "--base", base, "--model", "nowhere"], "nowhere"),
      (["merge", "average", "--base", "broken", "--model", "broken", "--force"], "broken"),
      (["merge", "blend", "--base", base, "--model", tuned], "blend"),
      (["merge", "ties", "--base", base, "--model", tuned, "--keep-fraction", "2"], "keep"),
      (["merge", "average", "--base", base, "--model", tuned, "--lambda", "1"], "lambda"),
      (["merge", "ties", "--model", tuned], "base"),
    ] {
      let merge = try program.run(arguments + ["--output", "merged"])
      #expect(merge.status != 0 && merge.errors.contains(word), "\(arguments): \(merge.all)")
      #expect(!program.exists("merged"))
    }
  }
}
