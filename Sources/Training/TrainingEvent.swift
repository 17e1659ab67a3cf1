public import Evaluation
public import Experience
public import Metrics

/// What a run tells whoever watches.
public enum TrainingEvent: Sendable {
  /// Something worth knowing, once.
  case note(String)
  /// Something that is probably wrong.
  case warning(String)
  case stageStarted(name: String, kind: String, steps: Int, from: Int)
  /// A step is done.
  case step(MetricRecord, stage: String, stageStep: Int, stageSteps: Int)
  case evaluated(EvaluationResult, stage: String, step: Int, label: String)
  /// One rollout to look at.
  case sample(ScoredRollout, step: Int)
  case checkpoint(step: Int, path: String)
  case finished(RunSummary)

  /// One line for a log; nil where there is nothing to say in one.
  public var line: String? {
    switch self {
    case .note(let words): return words
    case .warning(let words): return "warning: " + words
    case .stageStarted(let name, let kind, let steps, let from):
      return "stage \(name) (\(kind)): \(steps) steps" + (from > 0 ? ", from step \(from)" : "")
    case .step(let record, let stage, let stageStep, let stageSteps):
      let values = record.fields.filter { !["step", "stage", "kind"].contains($0.name) }
      return "\(stage) \(stageStep)/\(stageSteps): "
        + values.map { "\($0.name) \($0.value.short)" }.joined(separator: ", ")
    case .evaluated(let result, let stage, let step, let label):
      return "evaluation \(label) (\(stage), step \(step)): \(result.words)"
    case .sample(let scored, let step):
      return "sample at step \(step): \(scored.rollout.task.prompt.debugDescription) -> "
        + "\(scored.rollout.text.debugDescription) [\(scored.reward.reason)]"
    case .checkpoint(let step, let path): return "checkpoint of step \(step): \(path)"
    case .finished(let summary):
      return "\(summary.status) after \(summary.steps) steps; weights \(summary.weightsDigest)"
    }
  }
}

extension MetricValue {
  /// Four significant digits.
  var short: String {
    guard case .number(let value) = self, value.isFinite, value != 0 else { return description }
    var scale = 1.0
    var size = abs(value)
    while size < 1000 {
      size *= 10
      scale *= 10
      if scale > 1e15 { return description }
    }
    return "\((value * scale).rounded() / scale)"
  }
}

extension EvaluationResult {
  /// The result in one line.
  public var words: String {
    func share(_ value: Double) -> String { MetricValue.number((value * 1000).rounded() / 1000).description }
    var words = "greedy \(share(greedy))"
    if let passAtK { words += ", pass@1 \(share(passAt1))" + (k > 1 ? ", pass@\(k) \(share(passAtK))" : "") }
    words += ", mean length \((meanLength * 10).rounded() / 10), \(tasks) tasks"
    if let horizons {
      words += ", by horizon " + horizons.map { share($0.accuracy) }.joined(separator: " ")
    }
    if let all = budgets?.all { words += ", off budget by \(share(all.absoluteDeviation))" }
    return withoutVerdict > 0 ? words + " (\(withoutVerdict) without verdict)" : words
  }
}
