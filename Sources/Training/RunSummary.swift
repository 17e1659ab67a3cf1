public import Evaluation
internal import Experience
internal import Foundation
internal import HFFiles

/// `summary.json`: what came of a run.
public struct RunSummary: Sendable, Equatable {
  /// `finished`, `interrupted`, or `budget: …`.
  public var status: String
  public var before: EvaluationResult?
  public var after: EvaluationResult?
  public var control: EvaluationResult?
  /// What each control stage came to, by its name.
  public var controls: [String: EvaluationResult]
  public var steps: Int
  public var seconds: Double
  public var stageSeconds: [String: Double]
  public var tokens: Int
  public var skippedSteps: Int
  public var bestGreedy: Double?
  public var bestStep: Int?
  public var weightsDigest: String

  init(_ state: TrainerState, status: String, digest: String) {
    self.status = status
    before = state.before
    after = state.after
    control = state.control
    controls = state.controls ?? [:]
    steps = state.step
    seconds = state.seconds
    stageSeconds = state.stageSeconds
    tokens = state.tokens
    skippedSteps = state.skippedSteps
    bestGreedy = state.bestGreedy
    bestStep = state.bestStep
    weightsDigest = digest
  }

  /// Reads the status, steps and digest of a summary.
  public init(path: String) throws {
    let object =
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path))) as? [String: Any]
    guard let status = object?["status"] as? String, let steps = object?["steps"] as? Int,
      let digest = object?["weights_digest"] as? String
    else { throw TrainingError(.directory("\(path): not a summary of apus")) }
    self.init(TrainerState(), status: status, digest: digest)
    self.steps = steps
  }

  public var json: String {
    var object: [String: Any] = [
      "status": status, "steps": steps, "seconds": rounded(seconds), "tokens": tokens,
      "skipped_steps": skippedSteps, "weights_digest": weightsDigest,
      "stage_seconds": stageSeconds.mapValues(rounded),
    ]
    for (name, result) in [("before", before), ("after", after), ("control", control)] {
      if let result { object[name] = Self.object(result) }
    }
    if controls.count > 1 { object["controls"] = controls.mapValues(Self.object) }
    if let bestGreedy, let bestStep {
      object["best"] = ["greedy": bestGreedy, "step": bestStep] as [String: Any]
    }
    let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let data = try? JSONSerialization.data(withJSONObject: object, options: options)
    return String(decoding: data ?? Data(), as: UTF8.self) + "\n"
  }

  func write(to path: String) throws {
    try AtomicFile.write(Data(json.utf8), to: URL(filePath: path))
  }

  private static func object(_ result: EvaluationResult) -> [String: Any] {
    var object: [String: Any] = [
      "greedy": result.greedy, "mean_length": result.meanLength, "truncated": result.truncated,
      "tasks": result.tasks,
    ]
    if let passAtK = result.passAtK {
      object["pass@\(result.k)"] = passAtK
      object["pass@1"] = result.passAt1
    }
    if let budgets = result.budgets {
      object["budget"] = Self.object(budgets.all)
      for bin in budgets.bins { object["budget_\(bin.budget.tokens)"] = Self.object(bin.adherence) }
    }
    return object
  }

  private static func object(_ adherence: BudgetAdherence) -> [String: Any] {
    [
      "accuracy": adherence.accuracy, "mean_length": adherence.meanLength,
      "signed_deviation": adherence.signedDeviation, "absolute_deviation": adherence.absoluteDeviation,
      "violation_rate": adherence.violationRate, "truncated": adherence.truncated,
      "answers": adherence.answers,
    ]
  }

  private func rounded(_ seconds: Double) -> Double { (seconds * 10).rounded() / 10 }
}
