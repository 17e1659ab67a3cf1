/// Judges whether a completion answers its task.
///
/// A verifier is a pure function of the completion: no clock, no I/O, no randomness, and work that is linear
/// in the length of the text, so the verdict is the same on every machine and no response can stall a step.
public protocol Verifier: Sendable {
  /// The name in recipes, tasks and metrics.
  static var name: String { get }

  func verify(_ completion: Completion) -> Verdict
}

/// The verifiers that recipes and tasks can name.
public enum Verifiers {
  private static let all: [any Verifier] = [
    CountdownVerifier(), GSM8KVerifier(), MathVerifier(), NumberVerifier(), OrderingVerifier(),
    TextVerifier(),
  ]

  /// All names, sorted.
  public static let names: [String] = all.map { type(of: $0).name }.sorted()

  /// The verifier of that name; nil where there is none.
  public static func named(_ name: String) -> (any Verifier)? {
    all.first { type(of: $0).name == name }
  }
}
