/// What a store says of itself, checked: that every rollout is accounted for, and that what was trained is what was sampled.
public struct Audit: Sendable, Hashable {
  public enum Verdict: String, Sendable, Hashable {
    case passed
    case failed
    /// The store was written by an apus that did not record what the check is about.
    case notRecorded = "not_recorded"
  }

  /// One thing that must be true.
  public struct Check: Sendable, Hashable {
    /// What must be true, in words.
    public let claim: String
    public let verdict: Verdict
    /// What was looked at: `128 rollouts = 96 trained + 32 surplus`.
    public let detail: String
    /// Rows that contradict it.
    public let offenderCount: Int
    /// The first of them.
    public let offenders: [String]
  }

  public internal(set) var checks: [Check] = []

  /// Nothing contradicts any of it.
  public var passes: Bool { !checks.contains { $0.verdict == .failed } }
}
