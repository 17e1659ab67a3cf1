import Experience
import Foundation
import Replay

extension [RolloutSummary] {
  /// One line each.
  var table: TextTable {
    let hasBudgets = contains { $0.budget != nil }
    var table = TextTable(
      [">id", ">step", "kind", ">group/sample", ">tokens"] + (hasBudgets ? ["budget"] : [])
        + ["end", ">right", ">total", ">advantage", "fate", "terms"])
    for rollout in self {
      table.add(
        [
          "\(rollout.id)", "\(rollout.step)", rollout.kind.rawValue, "\(rollout.group)/\(rollout.sample)",
          "\(rollout.completionLength)",
        ] + (hasBudgets ? [rollout.budget?.words ?? "–"] : []) + [
          rollout.finishReason?.rawValue ?? "–", short(rollout.correctness),
          short(rollout.total), short(rollout.advantage), rollout.fate ?? "none",
          rollout.components.map { "\($0.name)=\(short($0.value))×\(short($0.weight))" }.joined(
            separator: " "),
        ])
    }
    return table
  }
}

extension LengthBudget {
  /// `64` or `at most 64`.
  var words: String { kind == .exact ? "\(tokens)" : "at most \(tokens)" }
}

extension StoredRollout {
  /// Everything, for people.
  var words: String {
    let (rollout, reward) = (scored.rollout, scored.reward)
    var lines = [
      "rollout \(summary.id) of \(summary.run): `\(summary.kind.rawValue)`, step \(summary.step), stage "
        + "\(summary.stage), group \(summary.group), sample \(summary.sample)"
        + (summary.attempt > 0 ? ", attempt \(summary.attempt + 1)" : ""),
      "task       \(rollout.task.id)" + (rollout.task.difficulty.map { ", difficulty \($0)" } ?? "")
        + "; right answer \(rollout.task.groundTruth) (\(rollout.task.verifier))",
    ]
    if let budget = rollout.task.budget {
      lines += ["budget     \(budget.words) tokens: \(budget.instruction.debugDescription) in the prompt"]
    }
    lines += ["prompt     \(counted(rollout.promptTokens.count, "token"))"]
    lines += indented(excerpt(rollout.task.prompt))
    lines += [
      "answer     \(counted(summary.completionLength, "token")), "
        + (summary.finishReason?.words ?? "under way: its text comes with its end")
    ]
    lines += indented(excerpt(rollout.text))
    lines += [
      "verdict    \(short(reward.correctness, none: "none")): \(reward.reason)"
        + (reward.extracted.map { "; read \(excerpt($0))" } ?? ""), "reward",
    ]
    lines += indented(breakdown.lines.joined(separator: "\n"))
    if let difference = unexplained {
      lines += ["    the terms are off by \(short(difference)) from the total"]
    }
    lines += [isVacuumed ? "segments   dropped by `apus replay vacuum`" : "segments"]
    if !isVacuumed { lines += indented(segmentTable.lines.joined(separator: "\n")) }
    lines += ["advantage  \(short(scored.advantage, none: "none"))", "fate       \(scored.fate.description)"]
    return lines.joined(separator: "\n") + "\n"
  }

  /// The terms of the reward. One inside another (`product/cosine`) stands under it and counts through it.
  private var breakdown: TextTable {
    var table = TextTable(["term", ">value", ">weight", ">value × weight"])
    for term in ordered {
      let depth = term.name.count { $0 == "/" }
      let name = term.name.split(separator: "/").last.map(String.init) ?? term.name
      let counts = depth == 0 ? short(term.value.map { $0 * term.weight }) : ""
      table.add([
        String(repeating: "  ", count: depth) + name, short(term.value, none: "no verdict"),
        short(term.weight),
        counts,
      ])
    }
    table.add(["total", "", "", short(scored.reward.total, none: "no verdict")])
    return table
  }

  /// The terms, each behind what it is a part of: what group terms measured by (`da_dler/limit`) is stored last.
  private var ordered: [RewardComponent] {
    var ordered: [RewardComponent] = []
    for term in scored.reward.components {
      let parent = term.name.split(separator: "/").dropLast().joined(separator: "/")
      let family = ordered.lastIndex { $0.name == parent || $0.name.hasPrefix(parent + "/") }
      let place = parent.isEmpty ? nil : family
      ordered.insert(term, at: place.map { $0 + 1 } ?? ordered.endIndex)
    }
    return ordered
  }

  /// What the outermost terms leave to explain of the total; nil if nothing.
  private var unexplained: Double? {
    let outermost = scored.reward.components.filter { !$0.name.contains("/") }
    guard let total = scored.reward.total, !outermost.isEmpty else { return nil }
    let sum = outermost.reduce(0) { $0 + ($1.value ?? 0) * $1.weight }
    return abs(total - sum) > 1e-6 * max(1, abs(total)) ? total - sum : nil
  }

  private var segmentTable: TextTable {
    var table = TextTable([
      ">segment", ">tokens", ">sampled", ">mean logprob", ">version", "weights", "worker",
    ])
    for (index, segment) in scored.rollout.segments.enumerated() {
      let logprobs = zip(segment.logprobs, segment.sampled).filter(\.1).map { Double($0.0) }
      let mean = logprobs.isEmpty ? nil : logprobs.reduce(0, +) / Double(logprobs.count)
      table.add([
        "\(index)", "\(segment.tokens.count)", "\(logprobs.count)", short(mean), "\(segment.version.number)",
        String(segment.version.digest.prefix(19)), segment.worker ?? "trainer",
      ])
    }
    return table
  }

  /// Beginning and end of a text that is too long to read.
  private func excerpt(_ text: String) -> String {
    let (head, tail) = (1200, 800)
    let characters = Array(text)
    guard characters.count > head + tail + 100 else { return text }
    return String(characters.prefix(head))
      + "\n… \(characters.count - head - tail) characters (`--json` has all) …\n"
      + String(characters.suffix(tail))
  }

  private func indented(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "    " + $0 }
  }
}

extension FinishReason {
  fileprivate var words: String {
    switch self {
    case .stop: "ended by itself"
    case .length: "cut at the limit"
    case .repetition: "cut for repeating itself"
    }
  }
}

extension [LedgerLine] {
  /// A line per step, and the sum. Columns that would be empty throughout are left out.
  func table(_ total: LedgerLine) -> TextTable {
    typealias Column = (name: String, count: (LedgerLine) -> Int)
    let reasons = total.filtered.keys.sorted().map { reason -> Column in
      (reason, { $0.filtered[reason, default: 0] })
    }
    let rare: [Column] = [
      ("stale", { $0.stale.values.reduce(0, +) }), ("failed", { $0.failed.values.reduce(0, +) }),
      ("orphaned", \.orphaned), ("pending", \.pending), ("no fate", \.unknown),
    ]
    let always: [Column] = [
      ("rollouts", \.rollouts), ("tokens", \.tokens), ("trained", \.trained), ("surplus", \.surplus),
    ]
    let columns = always + reasons + rare.filter { $0.count(total) > 0 }
    var table = TextTable([">step", "stage"] + columns.map { ">\($0.name)" })
    for (name, stage, line) in map({ ("\($0.step)", $0.stage, $0) }) + [("all", "", total)] {
      table.add([name, stage] + columns.map { "\($0.count(line))" })
    }
    return table
  }
}

extension ReplayStatistics {
  var lines: [String] {
    var lines: [String] = []
    if let sampledLength, let trainedLength {
      lines.append(
        "mean length: \(short(sampledLength)) tokens of what was sampled, \(short(trainedLength)) of what was trained"
      )
    }
    let tokens = staleness.reduce(0) { $0 + $1.tokens }
    if tokens > 0 {
      let shares = staleness.map { "\($0.versions): \(percent($0.tokens, of: tokens))" }
      lines.append("versions that trained tokens were behind: " + shares.joined(separator: ", "))
    }
    if !stages.isEmpty { lines += stageTable.lines }
    return workers.isEmpty ? lines : lines + workerTable.lines
  }

  private var stageTable: TextTable {
    var table = TextTable([
      "stage", ">from step", ">to", ">prompts", ">answers", ">window", ">rollouts", ">trained", ">length",
      ">right", "ended by",
    ])
    for stage in stages {
      func text(_ number: Int?) -> String { number.map(String.init) ?? "" }
      table.add([
        stage.name, "\(stage.begin + 1)", text(stage.end), text(stage.numPrompts), text(stage.numGenerations),
        text(stage.maxCompletionLength), "\(stage.rollouts)", "\(stage.trained)",
        short(stage.meanLength, none: ""), short(stage.accuracy, none: ""),
        stage.endReason ?? "(goes on)",
      ])
    }
    return table
  }

  private var workerTable: TextTable {
    var table = TextTable([
      "worker", "host", ">threads", "kernels", ">segments", ">tokens", ">duplicates", ">reissued", ">refused",
    ])
    for worker in workers {
      let counts = [
        worker.segments, worker.tokens, worker.duplicates, worker.reissued, worker.refused,
      ].map(String.init)
      table.add([worker.name, worker.host, "\(worker.threads)", worker.kernels] + counts)
    }
    return table
  }

  private func percent(_ part: Int, of whole: Int) -> String {
    String(format: "%.1f %%", 100 * Double(part) / Double(whole))
  }
}

extension Audit {
  /// A line per check, with the rows that contradict it.
  var lines: [String] {
    checks.flatMap { check -> [String] in
      let word =
        switch check.verdict {
        case .passed: "ok            "
        case .failed: "FAILED        "
        case .notRecorded: "not recorded  "
        }
      let rest = check.offenderCount - check.offenders.count
      return [word + check.claim + ": " + check.detail]
        + check.offenders.map { "                " + $0 }
        + (rest > 0 ? ["                … and \(rest) more"] : [])
    }
  }
}

/// Four digits, as many as a list has room for.
private func short(_ value: Double?, none: String = "–") -> String {
  guard let value else { return none }
  // A term may be −0, which is nothing to show.
  return String(format: "%.4g", value == 0 ? 0 : value)
}
