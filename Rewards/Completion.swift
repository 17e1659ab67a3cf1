/// One answer to be judged, as every verifier and length term sees it.
public struct Completion: Sendable, Hashable {
  /// The question, as the task states it.
  public var prompt: String
  /// What the policy wrote, end token left out.
  public var text: String
  /// Generated tokens, end token included; what length terms count (never characters).
  public var tokenCount: Int
  /// True where the length limit ended it. Verifiers judge the text as it stands.
  public var isTruncated: Bool
  /// What a right answer is compared with, in the form the verifier documents.
  public var groundTruth: String
  /// Further columns of the data row, as text.
  public var columns: [String: String]

  public init(
    prompt: String = "", text: String, tokenCount: Int = 0, isTruncated: Bool = false, groundTruth: String,
    columns: [String: String] = [:]
  ) {
    self.prompt = prompt
    self.text = text
    self.tokenCount = tokenCount
    self.isTruncated = isTruncated
    self.groundTruth = groundTruth
    self.columns = columns
  }
}
