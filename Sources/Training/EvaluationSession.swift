public import Evaluation
internal import Experience

/// Measures a model as a run of the given configuration would.
public struct EvaluationSession {
  private let context: TrainingContext

  /// Loads the model and the held-out tasks; writes nothing.
  public init(_ configuration: TrainingConfiguration, observe: @escaping (TrainingEvent) -> Void) throws {
    context = try TrainingContext(configuration, observe: observe)
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
