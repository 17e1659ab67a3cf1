public import Experience

/// Why the pool does not take a group or an outcome. Nothing is changed by what it refuses.
public struct PoolError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Reason: Sendable, Hashable {
    case noSlots(needed: Int, free: Int)
    case wrongGroupSize(Int, expected: Int)
    case groupExists
    case unknownGroup
    case unknownMember
    case alreadyFinished
    case wrongStart(Int, expected: Int)
    case noTokens
    case arraysDiffer
    case overSegment(tokens: Int, asked: Int)
    case overLimit(tokens: Int, limit: Int)
    case cutShort(tokens: Int, limit: Int)
    case finishedWithoutText
  }

  /// Group and, where it is about one answer, which.
  public let group: GroupID
  public let sample: Int?
  public let reason: Reason

  public init(_ group: GroupID, sample: Int? = nil, _ reason: Reason) {
    self.group = group
    self.sample = sample
    self.reason = reason
  }

  public init(_ item: WorkItem, _ reason: Reason) {
    self.init(GroupID(item), sample: item.sample, reason)
  }

  public var description: String {
    let member = sample.map { "sample \($0) of " } ?? ""
    return "\(member)\(group): \(reason.words)"
  }
}

extension PoolError.Reason {
  /// All wording of the pool, in one place.
  fileprivate var words: String {
    switch self {
    case .noSlots(let needed, let free): "needs \(needed) slots, and \(free) are free"
    case .wrongGroupSize(let count, let expected):
      "has \(count) members, but `num_generations` is \(expected)"
    case .groupExists: "is in the pool already"
    case .unknownGroup: "is not in the pool"
    case .unknownMember: "is not in the pool, so nobody asked for these tokens"
    case .alreadyFinished: "is finished, and takes no more tokens"
    case .wrongStart(let start, let expected): "goes on from token \(start), but has \(expected)"
    case .noTokens: "a segment without tokens"
    case .arraysDiffer: "tokens, logprobs and sampled mask of a segment are not of one length"
    case .overSegment(let tokens, let asked): "got \(tokens) tokens, but \(asked) were asked for"
    case .overLimit(let tokens, let limit):
      "would be \(tokens) tokens long, but `max_completion_length` is \(limit)"
    case .cutShort(let tokens, let limit):
      "ended by its length at \(tokens) tokens, but `max_completion_length` is \(limit)"
    case .finishedWithoutText: "finished without its text"
    }
  }
}
