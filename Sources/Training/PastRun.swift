internal import Evaluation
public import Replay

/// A run that is done again from what it stored: its rollouts with their rewards, in the order in which its updates took them, and its
/// evaluations. Nothing is generated and nothing judged.
public struct PastRun: Sendable {
  let reader: ReplayReader
  private let updates: [Int: UpdateRecord]
  /// By step. A run that was made longer had other rates on its way than its recipe gives now.
  private let learningRates: [Int: Double]
  /// By stage.
  private let lastSteps: [String: Int]
  /// The last step that the store knows of.
  let lastStep: Int

  /// - Throws: ``ReplayError`` where the store cannot be read.
  public init(_ reader: ReplayReader) throws {
    self.reader = reader
    let records = try reader.updates()
    updates = Dictionary(records.map { ($0.step, $0) }, uniquingKeysWith: { $1 })
    lastStep = try reader.lastStep()
    learningRates = try reader.metric("learning_rate")
    lastSteps = try reader.lastSteps()
  }

  func learningRate(at step: Int) -> Double? { learningRates[step] }

  /// Whether the run went no further in a stage.
  func isOver(_ stage: String, at step: Int) -> Bool { lastSteps[stage].map { step >= $0 } ?? false }

  /// Where the row of tasks stood after a step; nil where the step consumed nothing.
  func dataPosition(after step: Int) -> UInt64? {
    updates[step].flatMap { UInt64(exactly: $0.dataPosition) }
  }

  /// What an evaluation saw; nil where the store has none of that step and stage.
  func evaluation(_ evaluator: Evaluator, step: Int, stage: String) throws -> Evaluator.Outcome? {
    let greedy = try reader.evaluations(step: step, stage: stage, kind: .greedyEvaluation)
    let sampled = try reader.evaluations(step: step, stage: stage, kind: .evaluation)
    guard !greedy.isEmpty else { return nil }
    return evaluator.outcome(greedy: greedy.flatMap { $0 }, sampled: sampled)
  }
}
