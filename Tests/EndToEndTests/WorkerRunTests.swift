import Foundation
import Metrics
import Testing

@Suite struct `A run with workers` {
  /// Timing of generation belongs to who generates; everything else must agree.
  func isShared(_ name: String) -> Bool {
    !["workers/", "publish/", "generation/", "pipeline/"].contains { name.hasPrefix($0) }
  }

  func comparable(_ program: Program, _ run: String) throws -> [MetricRecord] {
    try outcome(program, run).records.map { record in
      var kept = MetricRecord()
      for field in record.fields where isShared(field.name) { kept[field.name] = field.value }
      return kept
    }
  }

  @Test(arguments: [[], ["--set", "rollout.segment_length=9"]])
  func `in sequential mode comes to the same tokens and weights with none, one and three of them`(
    _ settings: [String]
  ) throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    let call = ["train", "tiny.yaml", "--quiet"] + settings
    #expect(try program.run(call + ["--set", "output.dir=none"]).status == 0)
    let expected = try outcome(program, "none").digest
    let metrics = try comparable(program, "none")
    for count in [1, 3] {
      let run = try program.run(call + ["--set", "output.dir=with-\(count)", "--spawn-workers", "\(count)"])
      #expect(run.status == 0, "\(count): \(run.all)")
      #expect(try outcome(program, "with-\(count)").digest == expected, "\(count) workers")
      #expect(try comparable(program, "with-\(count)") == metrics, "\(count) workers")
      let audit = try program.run("replay", "audit", "with-\(count)")
      #expect(audit.status == 0, "\(count): \(audit.all)")
    }
  }

  @Test
  func `in asynchronous mode keeps staleness in its bound, adds up, and can be done again from its store`()
    throws
  {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    let run = try program.run(
      "train", "tiny.yaml", "--quiet", "--spawn-workers", "2", "--set", "output.dir=out", "--set",
      "rollout.mode=async", "--set", "rollout.max_staleness=2", "--set", "stages.rl.steps=12")
    #expect(run.status == 0, "\(run.all)")
    let records = try MetricsFile.read(program.folder.path + "/out/metrics.jsonl").filter {
      $0["kind"] == "rl"
    }
    #expect(records.count == 12)
    #expect(records.allSatisfy { $0["staleness/max"]?.number ?? 0 <= 2 })
    #expect(
      records.contains { $0["staleness"]?.number ?? 0 > 0 }, "nothing was ever stale: is it asynchronous?")
    let audit = try program.run("replay", "audit", "out")
    #expect(audit.status == 0, "\(audit.all)")
    let again = try program.run("replay", "train", "out", "--quiet")
    #expect(again.status == 0, "\(again.all)")
  }

  @Test func `says who it waits for where nobody comes, and ends`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    let run = try program.run(
      "train", "tiny.yaml", "--quiet", "--listen", "tcp://127.0.0.1:*", "--set", "output.dir=out", "--set",
      "rollout.workers.join_deadline=0.5")
    #expect(run.status != 0 && run.errors.contains("join_deadline"), "\(run.all)")
  }
}
