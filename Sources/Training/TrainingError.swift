/// Why a run cannot start or go on.
public struct TrainingError: Error, Sendable, CustomStringConvertible {
  public enum Reason: Sendable {
    /// The recipe asks for something that does not fit together.
    case configuration(String)
    /// The run directory is not what it should be.
    case directory(String)
    /// What the trainer saw while it ran.
    case run(step: Int, String)
  }

  public var reason: Reason

  public init(_ reason: Reason) {
    self.reason = reason
  }

  public var description: String {
    switch reason {
    case .configuration(let words), .directory(let words): words
    case .run(let step, let words): "step \(step): \(words)"
    }
  }

  /// The same, said of a stage.
  func inStage(_ name: String) -> TrainingError {
    guard case .configuration(let words) = reason else { return self }
    return TrainingError(.configuration("stage `\(name)`: \(words)"))
  }
}
