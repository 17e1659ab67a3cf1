/// One answer to be judged, as every verifier and length term sees it.
public struct Completion: Sendable, Hashable {
  /// The question, as the task states it.
  public var prompt: String
  /// What the policy wrote, end token left out.
  public var text: String
  /// The generated tokens themselves; only terms that look for repetition in tokens read them.
  public var tokens: [Int32]
  /// Generated tokens, end token included; what length terms count (never characters).
  public var tokenCount: Int
  /// True where the length limit ended it. Verifiers judge the text as it stands.
  public var isTruncated: Bool
  /// Which of its group's samples this is, from 0; terms that give samples different budgets read it.
  public var sampleIndex: Int
  /// What a right answer is compared with, in the form the verifier documents.
  public var groundTruth: String
  /// Further columns of the data row, as text.
  public var columns: [String: String]

  public init(
    prompt: String = "", text: String, tokens: [Int32] = [], tokenCount: Int = 0, isTruncated: Bool = false,
    sampleIndex: Int = 0, groundTruth: String, columns: [String: String] = [:]
  ) {
    self.prompt = prompt
    self.text = text
    self.tokens = tokens
    self.tokenCount = tokenCount
    self.isTruncated = isTruncated
    self.sampleIndex = sampleIndex
    self.groundTruth = groundTruth
    self.columns = columns
  }
}
