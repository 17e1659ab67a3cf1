public import Evaluation
internal import Experience

/// Measures a model as a run of the given configuration would.
public struct EvaluationSession {
  private let context: TrainingContext

  /// Loads the model and the held-out tasks; writes nothing.
  ///
  /// - Parameters:
  ///   - configuration: What would be done; its tasks and limits are those of the stage whose outcome is the result.
  ///   - observe: Told what is odd.
  /// - Throws: What does not fit together.
  public init(_ configuration: TrainingConfiguration, observe: @escaping (TrainingEvent) -> Void) throws {
    var result = configuration.resultStage.map(configuration.inStage) ?? configuration
    // Chains are measured as far as any stage goes.
    result.evaluation.maxHorizon =
      result.evaluation.maxHorizon ?? configuration.longestHorizon.map { $0 + 3 }
    for index in result.stages.indices { result.stages[index].settings = nil }
    context = try TrainingContext(result, observe: observe)
  }

  public var weightsDigest: String { context.policyVersion.digest }

  /// Greedy and sampled answers to all held-out tasks.
  ///
  /// - Throws: Where an answer does not fit into the memory for keys and values.
  public func run() throws -> EvaluationResult {
    guard let outcome = try context.evaluator.run(context.source, step: 0, version: context.policyVersion)
    else {
      preconditionFailure("an evaluation that nobody stops ended early")
    }
    return outcome.result
  }
}
