import Foundation
import Testing

/// The plan that `--dry-run` prints, beside what the process really had at its peak.
@Suite(.serialized) struct `Point 3: the plan of memory` {
  static let recipe = """
    name: planned
    model: {init: {hidden_size: 256, intermediate_size: 704, num_hidden_layers: 4, num_attention_heads: 4, num_key_value_heads: 2,
      head_dim: 64, max_position_embeddings: 4096}}
    data: {train: {path: long.jsonl}, held_out: {count: 2}}
    rollout: {max_completion_length: 8}
    stages: [{kind: sft, steps: 3, batch_size: 8}]
    evaluation: {every: 0, samples: 1, keep_best: false}
    output: {checkpoint_every: 100}
    """

  @Test(arguments: [
    [], ["compute.gradient_checkpointing=true"], ["compute.matmul_dtype=bf16"],
    ["compute.matmul_dtype=bf16", "compute.max_tokens_per_microbatch=20000"],
  ])
  func `is within 15 % of the measured peak`(settings: [String]) throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(Self.recipe, to: "planned.yaml")
    // All of them 1,500 tokens long, so that micro-batches are as full as they may be.
    let lines = (100..<160).map { number in
      #"{"question": "\#(number)+1=", "answer": "\#(number + 1)", "solution": "\#(String(repeating: "0123456789", count: 148))#### \#(number + 1)"}"#
    }
    try program.write(lines.joined(separator: "\n"), to: "long.jsonl")
    let arguments =
      ["train", "planned.yaml", "--set", "data.train.solution_field=solution"]
      + settings.flatMap { ["--set", $0] }
    let plan = try program.run(arguments + ["--dry-run"])
    #expect(plan.status == 0, "\(plan.all)")
    let planned = try #require(total(plan.output), "\(plan.output)")
    let run = try program.run(arguments + ["--set", "output.dir=out"])
    #expect(run.status == 0, "\(run.all)")
    let peaks = program.text("out/metrics.jsonl").split(separator: "\n").compactMap { line in
      (try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["memory/peak_mib"]
        as? Double
    }
    let peak = try #require(peaks.max())
    #expect(abs(planned / peak - 1) <= 0.15, "planned \(planned) MiB, measured \(peak) MiB\n\(plan.output)")
  }

  /// MiB of the line `… total`.
  private func total(_ text: String) -> Double? {
    guard let line = text.split(separator: "\n").first(where: { $0.hasSuffix("  total") }) else { return nil }
    let words = line.split(separator: " ")
    guard words.count >= 4, let value = Double(words[1]) else { return nil }
    return words[2] == "GiB" ? value * 1024 : value
  }
}
