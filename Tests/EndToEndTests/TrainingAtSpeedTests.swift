import Foundation
import Metrics
import Testing

/// Training runs with bf16 products, layers worked out again, and both.
@Suite struct `Training at speed` {
  /// Weights digest of a run, and the losses of its imitation stage.
  private func train(_ program: Program, _ name: String, _ settings: [String]) throws -> (
    digest: String, losses: [Double]
  ) {
    let run = try program.run(
      ["train", "tiny.yaml", "--set", "output.dir=\(name)"] + settings.flatMap { ["--set", $0] })
    #expect(run.status == 0, "\(run.all)")
    let summary = try program.object(name + "/summary.json")
    let records = try MetricsFile.read(program.folder.path + "/\(name)/metrics.jsonl")
    return (
      try #require(summary["weights_digest"] as? String),
      records.filter { $0["stage"] == "sft" && $0["kind"] == "sft" }.compactMap { $0["loss"]?.number }
    )
  }

  @Test(arguments: ["fp32", "bf16"])
  func `Point 4: the same threads give the same weights, layers worked out again or not`(matmul: String)
    throws
  {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    let settings = ["compute.threads=2", "compute.matmul_dtype=\(matmul)", "stages.control.steps=1"]
    let first = try train(program, "first", settings)
    let again = try train(program, "again", settings)
    let checkpointed = try train(program, "checkpointed", settings + ["compute.gradient_checkpointing=true"])
    #expect(first.digest == again.digest && first.losses == again.losses)
    #expect(first.digest == checkpointed.digest)
  }

  @Test func `Point 5: bf16 products learn along the same curve, and pass the check at the first RL step`()
    throws
  {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    let settings = ["stages.sft.steps=60", "stages.rl.steps=1", "stages.control.steps=1"]
    let exact = try train(program, "exact", settings)
    let rounded = try train(program, "rounded", settings + ["compute.matmul_dtype=bf16"])
    let otherSeed = try train(program, "other", settings + ["seed=4"])
    #expect(exact.digest != rounded.digest && rounded.losses.count == 60)
    func end(_ losses: [Double]) -> Double { losses.suffix(20).reduce(0, +) / 20 }
    // What a seed changes is the measure of what rounding may.
    let noise = abs(end(otherSeed.losses) - end(exact.losses))
    #expect(end(exact.losses) < 0.7 * (exact.losses.first ?? 0), "it has to learn something")
    #expect(
      abs(end(rounded.losses) - end(exact.losses)) <= max(noise, 0.02 * end(exact.losses)),
      "\(end(exact.losses)) \(end(rounded.losses)), other seed \(end(otherSeed.losses))")
  }

  @Test(arguments: ["fp32", "bf16"])
  func `Point 1: every kernel of a step is listed, and their times make up the step`(matmul: String) throws {
    let program = try Program()
    defer { program.clean() }
    let found = try program.object([
      "bench", "kernels", "--shape", "nano", "--dtype", matmul, "--sequences", "4", "--length", "200",
      "--rounds", "3",
    ])
    let kernels = try #require(found["table"] as? [[String: Any]])
    let names = Set(kernels.compactMap { $0["kernel"] as? String })
    #expect(
      names.isSuperset(of: [
        "matrix products", "attention", "attention, backward", "RMSNorm", "RMSNorm, backward",
        "rotary embedding",
        "SiLU·up", "SiLU·up, backward", "softmax and logprob", "softmax and logprob, backward", "AdamW",
        "gradient norm",
      ]), "\(names)")
    let seconds = try #require(found["seconds"] as? Double)
    let listed = kernels.compactMap { $0["seconds"] as? Double }.reduce(0, +)
    let between = try #require(found["between_kernels_seconds"] as? Double)
    #expect(abs(listed + between - seconds) < 1e-6 * seconds)
    #expect(
      kernels.allSatisfy { ($0["of_limit"] as? Double ?? 0) > 0 && ($0["seconds"] as? Double ?? 0) > 0 })
    #expect(between < 0.5 * seconds)
  }
}
