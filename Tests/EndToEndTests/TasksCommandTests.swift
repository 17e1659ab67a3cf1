import Foundation
import Testing

@Suite struct `apus tasks` {
  @Test func `lists and shows every family`() throws {
    let program = try Program()
    defer { program.clean() }
    let list = try program.run("tasks", "list")
    let names = list.output.split(separator: "\n").dropFirst().compactMap {
      $0.split(separator: " ").first.map(String.init)
    }
    #expect(list.status == 0 && names.count >= 12 && names == names.sorted())
    for name in names {
      let page = try program.run("tasks", "show", name)
      #expect(page.output.hasPrefix("\(name): ") && page.output.contains("\n  branching\n"), "\(page.all)")
    }
    let unknown = try program.run("tasks", "show", "gdc")
    #expect(
      unknown.status == 1 && unknown.errors.contains("unknown task `gdc`; there are: "), "\(unknown.all)")
    let page = try program.run("tasks", "show", "--markdown").output
    #expect(
      page == (try String(contentsOf: Program.sources.appending(path: "docs/tasks.md"), encoding: .utf8)))
  }

  @Test func `samples rows that a run loads`() throws {
    let program = try Program()
    defer { program.clean() }
    let sample = [
      "tasks", "sample", "gcd", "--difficulty", "2-3", "--count", "40", "--seed", "7", "--style", "branching",
    ]
    let written = try program.run(sample + ["--out", "gcd.jsonl"])
    #expect(written.status == 0 && written.errors == "40 tasks in gcd.jsonl\n", "\(written.all)")
    let rows = program.text("gcd.jsonl")
    #expect(rows == (try program.run(sample).output))
    for row in rows.split(separator: "\n") {
      let members = try #require(try JSONSerialization.jsonObject(with: Data(row.utf8)) as? [String: Any])
      #expect(members["data_source"] as? String == "gcd" && members["verifier"] as? String == "gcd")
      #expect((members["solution"] as? String)?.contains("\nno: ") == true)
    }
    try program.write(tinyRecipe, to: "tiny.yaml")
    let run = try program.run(
      "train", "tiny.yaml", "--dry-run", "--set", "data.train={path: gcd.jsonl}", "--set",
      "data.teacher={}", "--set", "data.held_out={task: gcd, count: 2}")
    #expect(run.status == 0 && run.all.contains("verifier by `data_source`: gcd → `gcd` (40)"), "\(run.all)")
    let again = try program.run(sample + ["--out", "gcd.jsonl"])
    #expect(again.status == 1 && again.errors.contains("gcd.jsonl: is there already"))
    #expect(program.text("gcd.jsonl") == rows)
    for bad in [["--difficulty", "3-2"], ["--difficulty", "11"], ["--count", "0"], ["--slip-rate", "2"]] {
      #expect(try program.run(["tasks", "sample", "gcd"] + bad).status != 0, "\(bad)")
    }
  }
}
