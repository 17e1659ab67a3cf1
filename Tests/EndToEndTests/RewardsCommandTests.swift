import Foundation
import Testing

@Suite struct `apus rewards` {
  @Test func `lists and describes every verifier`() throws {
    let program = try Program()
    defer { program.clean() }
    let list = try program.run("rewards", "list")
    let names = list.output.split(separator: "\n").compactMap {
      $0.split(separator: " ").first.map(String.init)
    }
    #expect(list.status == 0 && names.contains("gsm8k") && names == names.sorted())
    for name in names {
      let page = try program.run("rewards", "describe", name)
      #expect(page.output.hasPrefix("\(name): ") && page.output.contains("yes: "), "\(page.all)")
    }
    let unknown = try program.run("rewards", "describe", "gsm9k")
    #expect(unknown.status == 1 && unknown.errors.contains("unknown verifier `gsm9k`; there are: "))
  }

  @Test func `prints the page that is in docs`() throws {
    let program = try Program()
    defer { program.clean() }
    let page = try program.run("rewards", "describe", "--markdown").output
    let kept = try String(contentsOf: Program.sources.appending(path: "docs/verifiers.md"), encoding: .utf8)
    #expect(
      page == kept,
      "docs/verifiers.md is of other verifiers: apus rewards describe --markdown > docs/verifiers.md")
  }

  static let cases = """
    {"id": "a", "category": "one", "tier": "core", "verifier": "gsm8k", "gold": "72", "response": "#### 72", "expected": true, "math_verify": true}
    {"id": "b", "category": "one", "tier": "core", "verifier": "gsm8k", "gold": "72", "response": "#### 71", "expected": true, "math_verify": "error"}
    {"id": "c", "category": "two", "tier": "policy", "verifier": "number", "gold": "72", "response": "72", "expected": false, "math_verify": false}
    {"id": "d", "category": "two", "tier": "core", "verifier": "gsm8k", "gold": "72", "response": "#### LONG", "expected": true, "limit_ok": true, "math_verify": false}
    {"id": "e", "category": "two", "tier": "core", "verifier": "gsm8k", "gold": "?", "response": "#### 1", "expected": false, "math_verify": false}

    """.replacing("LONG", with: String(repeating: "9", count: 70))

  @Test func `judges cases without looking at what is expected`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(Self.cases, to: "cases.jsonl")
    let run = try program.run("rewards", "test", "cases.jsonl", "--out", "verdicts.jsonl", "--json")
    #expect(run.status == 0, "\(run.all)")
    let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let all = try #require(report["all"] as? [String: Double])
    // a right; b a false no; c a false yes; d refused as it may be; e without verdict, which is no yes
    #expect(
      all["cases"] == 5 && all["right"] == 3 && all["false_negatives"] == 1 && all["false_positives"] == 1)
    #expect(all["false_positive_rate"] == 0.5 && all["math_verify_accuracy"] == 0.8)
    #expect(report["without_verdict"] as? Int == 1)
    let tiers = try #require(report["tiers"] as? [String: [String: Double]])
    #expect(tiers["core"]?["accuracy"] == 0.75 && tiers["policy"]?["accuracy"] == 0)
    let verdicts = try program.text("verdicts.jsonl").split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(verdicts.map { $0["id"] as? String } == ["a", "b", "c", "d", "e"])
    #expect(verdicts.map { $0["correct"] as? Bool } == [true, false, true, false, nil])
    #expect(
      verdicts.map { $0["status"] as? String } == ["correct", "incorrect", "correct", "limit", "no_verdict"])
    #expect(Set(verdicts[0].keys) == ["id", "correct", "status", "extracted", "reason", "ms"])
    let blind = Self.cases.replacing(#""expected": true"#, with: #""expected": false"#)
    try program.write(blind, to: "blind.jsonl")
    try program.run("rewards", "test", "blind.jsonl", "--out", "again.jsonl")
    func withoutTimes(_ path: String) -> [String] {
      program.text(path).split(separator: "\n").map {
        String($0.prefix(upTo: $0.range(of: "\"ms\"")?.lowerBound ?? $0.endIndex))
      }
    }
    #expect(withoutTimes("again.jsonl") == withoutTimes("verdicts.jsonl"))
  }

  @Test func `prints a table by tier and category for people`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(Self.cases, to: "cases.jsonl")
    let run = try program.run("rewards", "test", "cases.jsonl")
    #expect(
      run.output.contains("category  cases  right  accuracy  false no  false yes  math-verify"), "\(run.all)")
    #expect(
      run.output.contains(
        "3 of 5 cases right: 0.600; 1 of 2 wrong answers accepted: 0.500; 1 without a verdict"))
  }

  @Test(arguments: [
    (#"{"id": "a"}"#, "cases.jsonl:1: no column for the verifier"),
    (
      #"{"id": "a", "verifier": "gsm9k", "gold": "1", "response": "1", "expected": true}"#,
      "cases.jsonl:1: unknown verifier `gsm9k`"
    ),
    (#"{"id": "a", "verifier": "gsm8k", "gold": "1"}"#, "cases.jsonl:1: no text in column `response`"),
    (
      #"{"id": "a", "verifier": "gsm8k", "gold": "1", "response": "1"}"#,
      "cases.jsonl:1: column `expected` is missing, but must be true or false"
    ),
    (
      #"{"id": "a", "verifier": "gsm8k", "gold": "1", "response": "1", "expected": "yes"}"#,
      "cases.jsonl:1: column `expected` holds"
    ),
    ("", "cases.jsonl: there is no case in this file"),
  ])
  func `refuses what is no case`(row: String, words: String) throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(row, to: "cases.jsonl")
    let run = try program.run("rewards", "test", "cases.jsonl")
    #expect(run.status == 1 && run.errors.contains(words), "\(run.all)")
  }

  @Test func `times verdicts, and says what programs read`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(Self.cases, to: "cases.jsonl")
    let found = try program.object(["bench", "verifiers", "cases.jsonl", "--rounds", "1"])
    #expect(found["cases"] as? Int == 5 && found["correct"] as? Int == 2)
    #expect((found["verdicts_s"] as? Double).map { $0 > 1000 } == true)
    let long = try program.object(["bench", "verifiers", "--scenario", "long", "--rounds", "1"])
    #expect((long["table"] as? [Any])?.count == 3 && long["ratio"] is Double)
    let first = try program.object(["bench", "verifiers", "--scenario", "first-row", "--rounds", "1"])
    #expect((first["sides"] as? [String: Double])?["first row"].map { $0 > 0 } == true)
  }
}
