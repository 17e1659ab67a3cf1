import Foundation
import Metrics
import Testing

/// Training on several sources at once: a CSV file, a JSON Lines file with a row that cannot be used, and chains.
@Suite struct `A run on a mixture of sources` {
  private static let table = (0..<30).map { "\"\($0)+\($0 + 1)=\",\"#### \(2 * $0 + 1)\"" }
  private static let rows = (0..<40).map { #"{"question": "\#($0)-1=", "answer": "so #### \#($0 - 1)"}"# }

  /// ``tinyRecipe`` on other data.
  private func prepare(_ program: Program) throws {
    try program.write((["question,answer"] + Self.table).joined(separator: "\n"), to: "table.csv")
    var rows = Self.rows
    rows.insert(#"{"question": "5-1=", "answer":"#, at: 7)
    try program.write(rows.joined(separator: "\n"), to: "rows.jsonl")
    let data = """
      data:
        train:
          - {path: table.csv, weight: 1}
          - {path: rows.jsonl, weight: 2, on_bad_row: skip}
          - {composer: executed, tasks: [{task: arithmetic_chain, difficulty: [1, 1]}], horizon: 2, weight: 1}
        held_out: {count: 12}
      """
    let start = try #require(tinyRecipe.range(of: "data:\n"))
    let end = try #require(tinyRecipe.range(of: "  prompt_template"))
    try program.write(
      tinyRecipe.replacingCharacters(in: start.lowerBound..<end.lowerBound, with: data + "\n"),
      to: "mixture.yaml")
  }

  /// The task of every rollout that was asked for, by step, group and sample.
  private func tasks(_ program: Program, _ run: String) throws -> [String] {
    let lines = try program.run("replay", "export", run).output.split(separator: "\n")
    return try lines.map {
      let object = try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
      return try #require(object?["task"] as? String) + ": " + (object?["prompt"] as? String ?? "")
    }
  }

  @Test func `says what it found, and where a row was passed over`() throws {
    let program = try Program()
    defer { program.clean() }
    try prepare(program)
    let run = try program.run("train", "mixture.yaml", "--dry-run")
    #expect(run.status == 0, "\(run.all)")
    for line in [
      "table.csv: question ← `question`, answer ← `answer` (####)",
      "mixture: of every 4 tasks 1 `table.csv` (of ",
      "1 row passed over because they cannot be used: rows.jsonl:8: this line is not JSON",
      "chains (executed) of arithmetic_chain, difficulty 1 to 1 (operations), verifier `gsm8k`, horizon 2",
    ] {
      #expect(run.all.contains(line), "\(line)\n\(run.all)")
    }
    let stopped = try program.run(
      "train", "mixture.yaml", "--dry-run", "--set", "data.train[1].on_bad_row=stop")
    #expect(
      stopped.status != 0 && stopped.errors.contains("rows.jsonl:8: this line is not JSON"), "\(stopped.all)")
  }

  @Test func `goes on with the same prompts after kill -9`() throws {
    let program = try Program()
    defer { program.clean() }
    try prepare(program)
    let whole = try program.run("train", "mixture.yaml", "--quiet", "--set", "output.dir=whole")
    #expect(whole.status == 0, "\(whole.all)")
    let expected = try tasks(program, "whole")
    let sources = expected.map { $0.prefix { $0 != "/" } }
    #expect(Set(sources) == ["table.csv", "rows.jsonl", "arithmetic_chain"])
    #expect(sources.count { $0 == "rows.jsonl" } == 2 * sources.count { $0 == "table.csv" })
    for steps in [3, 15, 19] {
      let arguments = ["train", "mixture.yaml", "--quiet", "--resume", "--set", "output.dir=killed-\(steps)"]
      let process = try program.start(arguments, output: "first-\(steps)")
      while process.isRunning,
        program.text("killed-\(steps)/metrics.jsonl").count(where: { $0 == "\n" }) < steps
      {
        Thread.sleep(forTimeInterval: 0.002)
      }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let resumed = try program.run(arguments)
      #expect(resumed.status == 0, "\(resumed.all)")
      let (one, two) = (try outcome(program, "whole"), try outcome(program, "killed-\(steps)"))
      #expect(one.digest == two.digest && one.records == two.records, "killed after \(steps) steps")
      #expect(try tasks(program, "killed-\(steps)") == expected)
    }
  }
}
