/// One answer to be judged, as every verifier and length term sees it.
public struct Completion: Sendable, Hashable {
  /// Why the text ends where it ends.
  public enum FinishReason: String, Sendable, Hashable, CaseIterable {
    /// By itself: an end token, or a stop text.
    case stop
    /// The limit of generated tokens was reached.
    case length
    /// The same text came over and over, and was cut off early.
    case repetition
    /// Something else ended it: a filter, an abort.
    case other
  }

  /// How many tokens the prompt asks the answer to take.
  public enum Budget: Sendable, Hashable {
    /// As many.
    case exact(Int)
    /// At most as many.
    case maximum(Int)
  }

  /// The question, as the task states it.
  public var prompt: String
  /// What the policy wrote, end token left out.
  public var text: String
  /// The generated tokens themselves; only terms that look for repetition in tokens read them.
  public var tokens: [Int32]
  /// Generated tokens, end token included; what length terms count (never characters).
  public var tokenCount: Int
  /// Verifiers judge the text as it stands, however it ended.
  public var finishReason: FinishReason
  /// Which of its group's samples this is, from 0; terms that give samples different budgets read it.
  public var sampleIndex: Int
  /// What a right answer is compared with, in the form the verifier documents.
  public var groundTruth: String
  /// Further columns of the data row, as text.
  public var columns: [String: String]
  /// What the prompt says of the answer's length; nil = nothing. Length terms with budgets read it.
  public var budget: Budget?

  public init(
    prompt: String = "", text: String, tokens: [Int32] = [], tokenCount: Int = 0,
    finishReason: FinishReason = .stop, sampleIndex: Int = 0, groundTruth: String,
    columns: [String: String] = [:], budget: Budget? = nil
  ) {
    self.prompt = prompt
    self.text = text
    self.tokens = tokens
    self.tokenCount = tokenCount
    self.finishReason = finishReason
    self.sampleIndex = sampleIndex
    self.groundTruth = groundTruth
    self.columns = columns
    self.budget = budget
  }

  /// True where it did not end by itself.
  public var isTruncated: Bool { finishReason != .stop }
}
