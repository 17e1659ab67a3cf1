import Foundation
import Testing

/// `apus compose` and `apus segment`, as people call them.
@Suite struct `apus compose and segment` {
  private func rows(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  /// Names of what lies in a program's folder, but for its calls' streams.
  private func files(_ program: Program) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: program.folder.path).filter { !$0.hasPrefix("call-") }
  }

  private static let shops = (0..<40).map {
    #"{"question": "Shop number \#($0 + 1) has \#(100 + 7 * $0) pears and sells \#(11 + $0). How many are left?", "answer": "\#(89 + 6 * $0)"}"#
  }.joined(separator: "\n")

  @Test func `composes chains that are loaded again, and says what it left out`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(Self.shops, to: "rows.jsonl")
    let run = try program.shell("compose rows.jsonl --horizon 3 --count 50 --seed 4 --out chains.jsonl")
    #expect(run.status == 0 && run.output.isEmpty, "\(run.all)")
    #expect(run.errors.contains("50 chains in chains.jsonl, all verified; left out:"))
    #expect(run.errors.contains("problems on the other side of the training/held-out split: "))
    let text = program.text("chains.jsonl")
    let chains = try rows(text)
    #expect(chains.count == 50)
    for chain in chains {
      let parts = try #require((chain["provenance"] as? [String: Any])?["parts"] as? [[String: Any]])
      #expect(chain["horizon"] as? Int == 3 && parts.count == 3)
      #expect(chain["answer"] as? String == (parts[2]["answer"] as? Int).map(String.init))
      #expect((chain["question"] as? String)?.contains("Problem 3. Let n = answer[2]") == true)
    }
    let again = try program.shell("compose rows.jsonl --horizon 3 --count 50 --seed 4 --out again.jsonl")
    #expect(again.status == 0)
    #expect(program.text("again.jsonl") == text)
    let longer = try program.shell(
      "compose chains.jsonl --horizon 1 --count 10 --seed 1 --part all --out atoms.jsonl")
    #expect(longer.status == 0, "\(longer.all)")
    let taken = try program.shell("compose rows.jsonl --horizon 3 --count 5 --out chains.jsonl")
    #expect(taken.status != 0 && taken.errors.contains("chains.jsonl: is there already"))
  }

  @Test func `composes families, and refuses what it cannot do in words`() throws {
    let program = try Program()
    defer { program.clean() }
    let run = try program.shell(
      "compose --task arithmetic_chain --horizon 2 --count 20 --seed 1 --out out.jsonl")
    #expect(run.status == 0, "\(run.all)")
    #expect(
      try rows(program.text("out.jsonl")).allSatisfy { ($0["question"] as? String)?.contains("; n=") == true }
    )
    try program.write(Self.shops, to: "rows.jsonl")
    for (arguments, words) in [
      ("rows.jsonl --composer executed --horizon 2 --count 2", "name a family with `--task`"),
      ("--horizon 2 --count 2", "the composer `offset` needs a FILE"),
      ("rows.jsonl --horizon 0 --count 2", "`--horizon` is 0"),
      ("rows.jsonl --horizon 900 --count 2", "problems for chains of horizon"),
      ("--task countdown --horizon 2 --count 2", "of these they can: `arithmetic_chain`"),
      ("none.jsonl --horizon 2 --count 2", "none.jsonl: there is no such file"),
    ] {
      let refused = try program.shell("compose \(arguments) --out refused.jsonl")
      #expect(refused.status != 0 && refused.errors.contains(words), "\(refused.all)")
    }
    #expect(try files(program).sorted() == ["out.jsonl", "rows.jsonl"])
  }

  @Test func `parts a file into slices, rows byte for byte`() throws {
    let program = try Program()
    defer { program.clean() }
    let lines = [100, 200, 247, 300, 400].map {
      #"{ "prompt":"\#(String(repeating: "é", count: $0))",  "answer": 1.50 }"#
    }
    try program.write(lines.joined(separator: "\n"), to: "rows.jsonl")
    let run = try program.shell("segment rows.jsonl --out slices")
    #expect(run.status == 0, "\(run.all)")
    #expect(run.errors.contains("short: 3 of 5 prompts, up to 249.40 characters, mean 182.33"))
    func slice(_ name: String) throws -> [String] {
      program.text("slices/\(name).jsonl").split(separator: "\n").map(String.init)
    }
    #expect(
      try slice("short") == Array(lines[..<3]) && slice("long") == Array(lines[3...]) && slice("all") == lines
    )
    let report = try rows(program.text("slices/report.json"))[0]
    #expect(
      report["threshold"] as? Double == 249.4 && (report["long"] as? [String: Any])?["mean"] as? Double == 350
    )
    let tokens = try program.shell("segment rows.jsonl --by tokens --tokenizer chars --at 247 --out tokens")
    #expect(
      tokens.status == 0 && tokens.errors.contains("short: 3 of 5 prompts, up to 247.00 tokens"),
      "\(tokens.all)")
    #expect(
      try program.shell("segment rows.jsonl --by tokens --out t").errors.contains("needs a `--tokenizer`"))
    #expect(try program.shell("segment rows.jsonl --out slices").errors.contains("is there already"))
    #expect(try program.shell("segment rows.jsonl --at most --out t").status != 0)
    try program.write("{\"question\": 5\n", to: "broken.jsonl")
    #expect(
      try program.shell("segment broken.jsonl --out t").errors.contains(
        "broken.jsonl:1: this line is not JSON"))
    #expect(try files(program).sorted() == ["broken.jsonl", "rows.jsonl", "slices", "tokens"])
  }
}
