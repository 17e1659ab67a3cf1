import ArgumentParser
import Foundation
import Rewards

/// `apus rewards test`: a file of cases judged, and compared with what is expected.
struct RewardsTestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Judges a file of cases and says how often the verdict is the expected one.",
    discussion: """
      A case is a line of JSON: `id`, `category`, `tier`, `verifier`, `gold`, `response`, `expected`; other columns (`choices`)
      go to the verifier. `expected` is looked at after the verdict. Where `limit_ok` is true a refusal because of a size
      limit is right too. Where the file has `math_verify`, that column stands beside ours.

        apus rewards test cases.jsonl
        apus rewards test cases.jsonl --out verdicts.jsonl --json
      """)

  @Argument(
    help: "Cases, one JSON object a line; - = standard input.", completion: .file(extensions: ["jsonl"]))
  var file: String

  @Option(
    help:
      "A file to be made: `{id, correct, status, extracted, reason, ms}` a line; `correct` is null without verdict.",
    completion: .file())
  var out: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let (cases, verifiers) = try VerifierCase.read(file)
    var report = CaseReport()
    var lines = ""
    for found in cases {
      let verifier = try verifiers.verifier(named: found.verifier)
      let start = ContinuousClock.now
      let verdict = verifier.verify(found.completion)
      let milliseconds = start.duration(to: .now) / .milliseconds(1)
      report.add(found, verdict, milliseconds)
      if out != nil { lines += "\(Self.line(found, verdict, milliseconds))\n" }
    }
    if let out {
      guard !FileManager.default.fileExists(atPath: out) else {
        throw CommandError("\(out): is there already — choose another `--out`")
      }
      do {
        try Data(lines.utf8).write(to: URL(filePath: out), options: .atomic)
      } catch {
        throw CommandError("\(out): cannot be written: \(error.localizedDescription)")
      }
    }
    print(json ? "\(report.json)" : report.text, terminator: json ? "\n" : "")
  }

  private static func line(_ found: VerifierCase, _ verdict: Verdict, _ milliseconds: Double) -> JSONText {
    [
      "id": .text(found.id),
      "correct": verdict.score == nil ? optional(nil as Double?) : .flag(verdict.status == .correct),
      "status": .text(verdict.status.rawValue), "extracted": optional(verdict.extracted),
      "reason": .text(verdict.rule), "ms": .number((milliseconds * 1000).rounded() / 1000),
    ]
  }
}

/// What a file of cases came to.
private struct CaseReport {
  private var all = CaseTally()
  private var tiers: [String: CaseTally] = [:]
  private var categories: [String: CaseTally] = [:]
  private var withoutVerdict = 0
  private var slowest = (milliseconds: 0.0, id: "")

  mutating func add(_ found: VerifierCase, _ verdict: Verdict, _ milliseconds: Double) {
    all.add(found, verdict)
    tiers[found.tier, default: CaseTally()].add(found, verdict)
    categories[found.category, default: CaseTally()].add(found, verdict)
    if verdict.score == nil { withoutVerdict += 1 }
    if milliseconds > slowest.milliseconds { slowest = (milliseconds, found.id) }
  }

  var json: JSONText {
    .object([
      ("all", all.json), ("tiers", Self.json(tiers)), ("categories", Self.json(categories)),
      ("without_verdict", .integer(withoutVerdict)), ("slowest_ms", .number(slowest.milliseconds)),
      ("slowest", .text(slowest.id)),
    ])
  }

  private static func json(_ tallies: [String: CaseTally]) -> JSONText {
    .object(tallies.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) })
  }

  var text: String {
    let hasTheirs = all.mathVerifyAccuracy != nil
    var lines: [String] = []
    for (title, tallies) in [("tier", tiers), ("category", categories)] {
      var table = TextTable(
        [title, ">cases", ">right", ">accuracy", ">false no", ">false yes"]
          + (hasTheirs ? [">math-verify"] : []))
      var rows = tallies.sorted { $0.key < $1.key }
      if title == "category" { rows.append(("all", all)) }
      for (name, tally) in rows {
        table.add(
          [
            name.isEmpty ? "-" : name, "\(tally.cases)", "\(tally.right)", Self.share(tally.accuracy),
            "\(tally.falseNegatives)", "\(tally.falsePositives)",
          ] + (hasTheirs ? [tally.mathVerifyAccuracy.map(Self.share) ?? ""] : []))
      }
      lines += table.lines + [""]
    }
    lines.append(
      "\(all.right) of \(counted(all.cases, "case")) right: \(Self.share(all.accuracy)); \(all.falsePositives) of "
        + "\(all.refusable) wrong answers accepted: \(Self.share(all.falsePositiveRate))"
        + (withoutVerdict == 0 ? "" : "; \(withoutVerdict) without a verdict"))
    lines.append("slowest: \(String(format: "%.3f", slowest.milliseconds)) ms (\(slowest.id))")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func share(_ value: Double) -> String { String(format: "%.3f", value) }
}
