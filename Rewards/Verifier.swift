/// Judges whether a completion answers its task, or keeps to a form.
///
/// A verifier is a pure function of the completion: no clock, no I/O, no randomness. Work on the response is linear in its length and
/// everything beyond is bounded by counted effort, so that the verdict is the same on every machine and no response can stall a step.
public protocol Verifier: Sendable {
  /// Its name, what it compares, its parameters and examples: what `apus rewards describe` prints.
  static var description: VerifierDescription { get }

  /// Whether a task that it cannot read is an error of the data, to be said when they are loaded, and not a row without a
  /// verdict: where tasks are small programs, one that is misread would be trained on.
  static var refusesUnreadableTasks: Bool { get }

  /// - Parameter parameters: As a recipe or a command gives them; keys that `description` does not list never get here.
  /// - Throws: Where a value cannot be used.
  init(_ parameters: VerifierParameters) throws(VerifierParameterError)

  func verify(_ completion: Completion) -> Verdict
}

extension Verifier {
  /// The name in recipes, tasks and metrics.
  public static var name: String { description.name }

  public static var refusesUnreadableTasks: Bool { false }
}
