import Evaluation
import Experience
import Foundation
import Metrics
import Training

/// Shows a run to people: a bar in a terminal, plain lines elsewhere, JSON lines for programs.
final class Progress {
  enum Style { case automatic, quiet, json }

  private enum Mode { case bar, lines, quiet, json }

  private let mode: Mode
  private let start = ContinuousClock.now
  private var stageStart = ContinuousClock.now
  private var stageFirstStep = 0
  private var barIsShown = false

  init(style: Style) {
    mode =
      switch style {
      case .json: .json
      case .quiet: .quiet
      case .automatic: isatty(STDOUT_FILENO) == 1 ? .bar : .lines
      }
  }

  func show(_ event: TrainingEvent) {
    if mode == .json { return showJSON(event) }
    switch event {
    case .warning(let words):
      clearBar()
      say("warning: \(words)")
    case .note(let words):
      line(words)
    case .stageStarted(_, _, _, let from):
      stageStart = .now
      stageFirstStep = from
      if let words = event.line { line(words) }
    case .step(let record, let stage, let stageStep, let stageSteps):
      step(record, stage, stageStep, stageSteps)
    case .evaluated(let result, _, let step, let label):
      line("  evaluation \(label), step \(step): \(result.words)")
    case .sample(let scored, let step):
      sample(scored, step)
    case .checkpoint, .finished:
      break
    }
  }

  /// A last word.
  func finish(note: String) {
    clearBar()
    if mode != .json { print(note) }
    fflush(nil)
  }

  // MARK: Steps

  private func step(_ record: MetricRecord, _ stage: String, _ stageStep: Int, _ stageSteps: Int) {
    let words = describe(record)
    switch mode {
    case .bar:
      let elapsed = stageStart.duration(to: .now)
      let done = stageStep - stageFirstStep
      let left = elapsed / Double(max(1, done)) * Double(stageSteps - stageStep)
      let isNarrow = columns < 130
      let width = isNarrow ? 8 : 20
      let filled = width * stageStep / max(1, stageSteps)
      let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
      let text =
        "\(stage) \(bar) \(stageStep)/\(stageSteps)  \(isNarrow ? brief(record) : words)  \(clock(left)) left"
      print("\r\u{1B}[K" + String(text.prefix(columns - 1)), terminator: "")
      fflush(nil)
      barIsShown = true
    case .lines:
      // About twenty lines a stage, and the last step always.
      let every = max(1, stageSteps / 20)
      guard stageStep % every == 0 || stageStep == stageSteps else { return }
      line("\(stage) \(stageStep)/\(stageSteps)  \(words)")
    case .quiet, .json:
      break
    }
  }

  /// The same in few columns: reward, entropy, length, truncated share, speed.
  private func brief(_ record: MetricRecord) -> String {
    func value(_ name: String) -> Double? { record[name]?.number }
    var parts: [String] = []
    if let reward = value("reward") { parts.append("reward " + format(reward, 2)) }
    if value("reward") == nil, let loss = value("loss") { parts.append("loss " + format(loss, 3)) }
    if let entropy = value("entropy") { parts.append("H " + format(entropy, 2)) }
    if let length = value("completions/mean_length") { parts.append("len " + format(length, 0)) }
    if let deviation = value("budget/absolute_deviation") {
      parts.append("off budget " + format(deviation * 100, 0) + " %")
    }
    if let share = value("completions/clipped_ratio") { parts.append("cut " + format(share * 100, 0) + "%") }
    if let rate = (value("tokens_per_second/generate") ?? value("tokens_per_second/train")).flatMap(speed) {
      parts.append(format(rate, 0) + " tok/s")
    }
    return parts.joined(separator: " ")
  }

  private func describe(_ record: MetricRecord) -> String {
    func value(_ name: String) -> Double? { record[name]?.number }
    var parts: [String] = []
    if let reward = value("reward") {
      parts.append("reward " + format(reward, 2) + (value("reward_std").map { " ±" + format($0, 2) } ?? ""))
    }
    if let accuracy = value("accuracy") { parts.append("accuracy " + format(accuracy, 2)) }
    if value("reward") == nil, let loss = value("loss") { parts.append("loss " + format(loss, 3)) }
    if let entropy = value("entropy") { parts.append("entropy " + format(entropy, 2) + " nats") }
    if let length = value("completions/mean_length") { parts.append("length " + format(length, 0) + " tok") }
    if let share = value("completions/clipped_ratio") {
      parts.append("truncated " + format(share * 100, 0) + " %")
    }
    if let age = value("staleness"), record["workers/count"] != nil || age > 0 {
      parts.append("staleness " + format(age, 2))
    }
    if let wait = value("time/generate_seconds"), record["pipeline/ready_groups"] != nil {
      parts.append("waited " + format(wait, 2) + " s")
    }
    if let rate = value("tokens_per_second/generate").flatMap(speed) {
      parts.append(format(rate, 0) + " tok/s")
    }
    if let rate = value("tokens_per_second/train"), value("reward") == nil {
      parts.append(format(rate, 0) + " tok/s")
    }
    if let seconds = value("step_time") { parts.append(format(seconds, 1) + " s") }
    return parts.joined(separator: "  ")
  }

  private func sample(_ scored: ScoredRollout, _ step: Int) {
    guard mode == .bar || mode == .lines else { return }
    let verdict =
      scored.reward.correctness.map { $0 >= 1 ? "right" : $0 <= 0 ? "wrong" : "partly right" } ?? "no verdict"
    line(
      "  sample, step \(step): \(verdict) (\(scored.reward.reason)); the answer is \(visible(scored.rollout.task.groundTruth))"
    )
    let text = visible(scored.rollout.task.prompt) + " ⏎ " + visible(scored.rollout.text)
    line("    " + (text.count > 200 ? text.prefix(120) + " … " + text.suffix(70) : text[...]))
  }

  /// Model output on one line, control characters made harmless.
  private func visible(_ text: String) -> String {
    String(
      text.map { character -> Character in
        if character.isNewline { return "⏎" }
        let isControl = character.unicodeScalars.contains { $0.properties.generalCategory == .control }
        return isControl ? "·" : character
      })
  }

  /// nil for what was read from a store in no time, and not generated.
  private func speed(_ rate: Double) -> Double? { rate < 1e9 ? rate : nil }

  // MARK: The table at the end

  func table(_ summary: RunSummary, stages: [StageConfiguration], directory: RunDirectory) {
    clearBar()
    guard mode != .json else { return }
    let controls = stages.filter(\.isControl)
    let several = controls.count > 1 ? controls : []
    let rows: [(String, EvaluationResult?)] =
      [("before RL", summary.before), ("after RL", summary.after)]
      + (several.isEmpty
        ? [("control", summary.control)] : several.map { ($0.name, summary.controls[$0.name]) })
    let results = rows.compactMap { name, result in result.map { (name, $0) } }
    if let first = results.first?.1 {
      let sampled = first.passAtK != nil
      let width = max(12, 2 + (results.map(\.0.count).max() ?? 0))
      var header = pad("held-out", width) + pad("greedy", 9)
      if sampled { header += pad("pass@1", 9) + (first.k > 1 ? pad("pass@\(first.k)", 9) : "") }
      let hasBudgets = first.budgets != nil
      print("\n" + header + (hasBudgets ? pad("mean length", 14) + "off budget" : "mean length"))
      for (name, result) in results {
        var row = pad(name, width) + pad(format(result.greedy, 3), 9)
        if sampled { row += pad(format(result.passAt1, 3), 9) }
        if let passAtK = result.passAtK, result.k > 1 { row += pad(format(passAtK, 3), 9) }
        if hasBudgets {
          row += pad(format(result.meanLength, 1), 14)
          row += result.budgets.map { format($0.all.absoluteDeviation * 100, 1) + " %" } ?? "–"
        } else {
          row += format(result.meanLength, 1)
        }
        print(row)
      }
      let seconds = summary.stageSeconds.sorted { $0.key < $1.key }.map {
        "\($0.key) \(format($0.value, 0)) s"
      }
      print("\n\(first.tasks) held-out tasks; time in stages: \(seconds.joined(separator: ", "))")
      if !several.isEmpty {
        print(
          "controls: "
            + several.map { "`\($0.name)`" + ($0.from.map { " from the weights of `\($0)`" } ?? "") }
            .joined(separator: ", "))
      } else if summary.control != nil {
        let seconds = { (wanted: (StageConfiguration) -> Bool) in
          stages.filter(wanted).reduce(0) { $0 + (summary.stageSeconds[$1.name] ?? 0) }
        }
        let what =
          controls.allSatisfy { $0.kind == .sft }
          ? "imitation alone" : controls.map { "`\($0.name)`" }.joined(separator: ", ")
        print(
          "control: the same start, then \(what) for \(format(seconds(\.isControl), 0)) s, where RL took "
            + "\(format(seconds { $0.kind == .rl && !$0.isControl }, 0)) s")
      }
    }
    if summary.skippedSteps > 0 {
      print("\(summary.skippedSteps) updates skipped (NaN or infinite); see \(directory.log)")
    }
    print("weights \(summary.weightsDigest)")
    if FileManager.default.fileExists(atPath: directory.model) {
      print("model   \(directory.model)   (try: apus eval \(directory.model))")
    }
    fflush(nil)
  }

  // MARK: Pieces

  private func line(_ words: String) {
    guard mode == .bar || mode == .lines else { return }
    clearBar()
    print(words)
    fflush(nil)
  }

  private func clearBar() {
    guard barIsShown else { return }
    barIsShown = false
    print("\r\u{1B}[K", terminator: "")
    fflush(nil)  // before anything goes to standard error, which waits for nobody
  }

  private var columns: Int {
    var size = winsize()
    let known = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col >= 20
    return known ? Int(size.ws_col) : 100
  }

  private func clock(_ duration: Duration) -> String {
    let seconds = max(0, duration.components.seconds)
    return String(format: "%d:%02d", Int(seconds / 60), Int(seconds % 60))
  }

  private func format(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  // MARK: JSON

  private func showJSON(_ event: TrainingEvent) {
    var record = MetricRecord()
    switch event {
    case .step(let metrics, _, _, _):
      record["event"] = "step"
      for field in metrics.fields { record[field.name] = field.value }
    case .evaluated(let result, let stage, let step, let label):
      record = ["event": "evaluation", "label": .text(label), "stage": .text(stage), "step": .integer(step)]
      record["eval/greedy"] = .number(result.greedy)
      record["eval/mean_length"] = .number(result.meanLength)
      if let passAtK = result.passAtK {
        record["eval/pass@1"] = .number(result.passAt1)
        if result.k > 1 { record["eval/pass@\(result.k)"] = .number(passAtK) }
      }
    case .sample(let scored, let step):
      record = [
        "event": "sample", "step": .integer(step), "prompt": .text(scored.rollout.task.prompt),
        "completion": .text(scored.rollout.text), "verdict": .text(scored.reward.reason),
      ]
    case .note(let words): record = ["event": "note", "text": .text(words)]
    case .warning(let words): record = ["event": "warning", "text": .text(words)]
    case .stageStarted(let name, let kind, let steps, let from):
      record = [
        "event": "stage", "stage": .text(name), "kind": .text(kind), "steps": .integer(steps),
        "from": .integer(from),
      ]
    case .checkpoint(let step, let path):
      record = ["event": "checkpoint", "step": .integer(step), "path": .text(path)]
    case .finished(let summary):
      record = [
        "event": "finished", "status": .text(summary.status), "steps": .integer(summary.steps),
        "seconds": .number(summary.seconds), "weights_digest": .text(summary.weightsDigest),
      ]
    }
    print(record.json)
    fflush(nil)
  }
}
