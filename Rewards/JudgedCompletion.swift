/// A completion with everything that can be said of it alone: what `judge` returns while others of its group
/// are still generated.
public struct JudgedCompletion: Sendable, Hashable {
  public let completion: Completion
  public let verdict: Verdict
  /// `max_completion_length`, tokens, as it was judged under.
  public let maximumLength: Int
  /// The values of the configuration's leaves, depth first; nil where there is none, or where it takes the
  /// group to say.
  package let values: [Double?]
  /// Why a term has no value although there is a verdict: the data lack a column it reads.
  public let problem: RewardError?
}
