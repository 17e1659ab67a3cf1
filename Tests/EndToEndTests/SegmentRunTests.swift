import Foundation
import Metrics
import Testing

/// Metrics without times, and the digest.
func outcome(_ program: Program, _ run: String) throws -> (records: [MetricRecord], digest: String) {
  let records = try MetricsFile.read(program.folder.path + "/\(run)/metrics.jsonl").map(\.reproducible)
  let digest = try program.object("\(run)/summary.json")["weights_digest"] as? String
  return (records, try #require(digest))
}

@Suite struct `A run in segments` {
  static let segments = ["--set", "rollout.segment_length=7", "--set", "rollout.min_groups_per_step=2"]

  @Test
  func `has answers of several versions, adds up, and is the same when it is done again from its store`()
    throws
  {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    let run = try program.run(["train", "tiny.yaml", "--quiet", "--set", "output.dir=out"] + Self.segments)
    #expect(run.status == 0, "\(run.all)")
    let records = try MetricsFile.read(program.folder.path + "/out/metrics.jsonl").filter {
      $0["kind"] == "rl"
    }
    #expect(records.contains { $0["staleness/max"]?.number ?? 0 > 0 }, "every answer is from one version")
    #expect(records.contains { $0["segments/unfinished"]?.number ?? 0 > 0 })
    #expect(records.allSatisfy { $0["completions/max_length"]?.number ?? 0 <= 40 })
    let audit = try program.run("replay", "audit", "out")
    #expect(audit.status == 0, "\(audit.all)")
    let again = try program.run("replay", "train", "out", "--quiet")
    #expect(again.status == 0, "\(again.all)")
  }

  @Test func `with a segment as long as the limit is an ordinary run, bit for bit`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    #expect(try program.run("train", "tiny.yaml", "--quiet", "--set", "output.dir=whole").status == 0)
    let long = try program.run(
      "train", "tiny.yaml", "--quiet", "--set", "output.dir=long", "--set", "rollout.segment_length=40")
    #expect(long.status == 0, "\(long.all)")
    let (one, two) = (try outcome(program, "whole"), try outcome(program, "long"))
    #expect(one.digest == two.digest)
  }

  @Test func `goes on with its unfinished answers after kill -9, to the same weights and metrics`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(tinyRecipe, to: "tiny.yaml")
    let started = ContinuousClock.now
    let whole = try program.run(
      ["train", "tiny.yaml", "--quiet", "--set", "output.dir=whole"] + Self.segments)
    #expect(whole.status == 0, "\(whole.all)")
    let duration = started.duration(to: .now)
    let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    let expected = try outcome(program, "whole")
    for share in [0.35, 0.5, 0.6, 0.75] {
      let name = "killed-\(share)"
      let arguments =
        ["train", "tiny.yaml", "--quiet", "--resume", "--set", "output.dir=\(name)"] + Self.segments
      let process = try program.start(arguments, output: name)
      Thread.sleep(forTimeInterval: seconds * share)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let resumed = try program.run(arguments)
      #expect(resumed.status == 0, "\(share): \(resumed.all)")
      let found = try outcome(program, name)
      #expect(found.digest == expected.digest, "weights after a kill at \(share)")
      #expect(found.records == expected.records, "metrics after a kill at \(share)")
      let audit = try program.run("replay", "audit", name)
      #expect(audit.status == 0, "\(share): \(audit.all)")
    }
  }
}
