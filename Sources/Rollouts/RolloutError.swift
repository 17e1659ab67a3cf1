public import Generation

/// Why rollouts cannot be made as asked.
public struct RolloutError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Reason: Sendable, Hashable {
    /// Nothing would ever end an answer.
    case noEndToken
    /// The text that is to end thinking is none that the tokenizer can write.
    case unwritableThinkEnd(String)
    /// A stop rule cannot be as asked.
    case rule(GenerationError)
    /// A worker's assignment is not JSON with the fields that it should have; what is wrong with it.
    case unreadableAssignment(String)
    /// A field of a worker's assignment has a value that it cannot have.
    case assignmentValue(key: String, value: String, allowed: String)
  }

  public let reason: Reason

  public init(_ reason: Reason) { self.reason = reason }

  public var description: String {
    switch reason {
    case .noEndToken:
      "neither config.json nor the tokenizer names an end token — answers would never end; set `rollout.stop`"
    case .unwritableThinkEnd(let text):
      "`think_end` is \"\(text)\", which the tokenizer cannot write — name a text that it can"
    case .rule(let error): "`rollout`: \(error)"
    case .unreadableAssignment(let problem):
      "the trainer's assignment cannot be read: \(problem) — trainer and worker must be of one version of apus"
    case .assignmentValue(let key, let value, let allowed):
      "the trainer's assignment has `\(key)` \(value), allowed is \(allowed)"
    }
  }
}
