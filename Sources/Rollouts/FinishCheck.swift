public import Experience
public import Generation
public import Tokenizers

/// How tokens end, read by the trainer from the tokens alone: what a worker says of them is not believed.
///
/// The rules are functions of a completion's tokens, the same that the generator goes by, so an honest report reads as it was
/// made, stop strings that begin in an earlier segment and repetitions across segments included.
public struct FinishCheck: Sendable {
  private let rules: StopRules
  private let tokenizer: any Tokenizer
  /// Cap on a completion's tokens, over all segments.
  public let maxCompletionLength: Int

  public init(rules: StopRules, tokenizer: any Tokenizer, maxCompletionLength: Int) {
    self.rules = rules
    self.tokenizer = tokenizer
    self.maxCompletionLength = maxCompletionLength
  }

  public enum Reading: Sendable, Hashable {
    /// The last token ends the completion; its text, end left out.
    case finished(FinishReason, text: String)
    /// Nothing ends it so far.
    case paused
    /// No generator with these rules makes such tokens.
    case wrong(Fault)
  }

  /// What is wrong with tokens. Positions are in the whole completion, from 0.
  public enum Fault: Sendable, Hashable, CustomStringConvertible {
    case noTokens
    /// Tokens in all, and the cap on them.
    case beyondLimit(Int, limit: Int)
    /// The completion was over with the token at this position, but more follow.
    case endedBefore(position: Int, more: Int)
    /// The thinking budget asks for another token here.
    case notForced(position: Int, token: Int32, expected: Int32)
    /// The mask says that a forced token was drawn, or that a drawn one was not.
    case wrongMask(position: Int, sampled: Bool)
    case maskLength(Int, tokens: Int)

    public var description: String {
      switch self {
      case .noTokens: "there are no new tokens"
      case .beyondLimit(let count, let limit):
        "\(count) tokens in all, allowed are \(limit) (`max_completion_length`)"
      case .endedBefore(let position, let more):
        "the completion is over with token \(position), but \(more) more follow"
      case .notForced(let position, let token, let expected):
        "token \(position) is \(token), but the thinking budget forces \(expected) there"
      case .wrongMask(let position, let sampled):
        "token \(position) is marked as \(sampled ? "drawn, but was forced" : "forced, but was drawn")"
      case .maskLength(let count, let tokens): "a mask of \(count) for \(tokens) tokens"
      }
    }
  }

  /// Reads one report.
  ///
  /// - Parameters:
  ///   - continuation: Tokens that the completion had before, as the trainer knows them.
  ///   - tokens: Those that are new.
  ///   - sampled: Whether each of them was drawn, as the report has it; nil = not looked at.
  /// - Returns: How the completion stands after them.
  public func read(continuation: [Int32], tokens: [Int32], sampled: [Bool]? = nil) -> Reading {
    guard !tokens.isEmpty else { return .wrong(.noTokens) }
    if let sampled, sampled.count != tokens.count {
      return .wrong(.maskLength(sampled.count, tokens: tokens.count))
    }
    let count = continuation.count + tokens.count
    guard count <= maxCompletionLength else {
      return .wrong(.beyondLimit(count, limit: maxCompletionLength))
    }
    var state = rules.start(after: continuation)
    for (index, token) in tokens.enumerated() {
      let position = continuation.count + index
      let forced = state.forced
      if let forced, forced != token {
        return .wrong(.notForced(position: position, token: token, expected: forced))
      }
      if let sampled, sampled[index] != (forced == nil) {
        return .wrong(.wrongMask(position: position, sampled: sampled[index]))
      }
      guard let verdict = state.advance(token) else { continue }
      let more = tokens.count - index - 1
      guard more == 0 else { return .wrong(.endedBefore(position: position, more: more)) }
      return finished(GeneratedSequence.Finish(verdict), continuation + tokens)
    }
    return count == maxCompletionLength ? finished(.length, continuation + tokens) : .paused
  }

  private func finished(_ finish: GeneratedSequence.Finish, _ tokens: [Int32]) -> Reading {
    FinishReason(finish).map { .finished($0, text: finish.text(of: tokens, tokenizer)) } ?? .paused
  }
}
