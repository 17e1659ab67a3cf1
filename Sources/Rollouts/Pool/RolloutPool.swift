internal import Experience

/// The answers of a run that are in the making, segment by segment (UloRL's unfinished pool).
///
/// A round is: admit new groups, generate ``work``, ``take(_:step:)`` what came of it, train what ``takeComplete()`` gives.
/// An answer that has not ended within its segment goes on in the next round, under the weights of that time, until it ends or
/// has `maxCompletionLength` tokens. Advantages need a whole group, so finished answers are held until the last of their group
/// is; they hold no slot meanwhile. With a `segmentLength` of nil, or of at least the limit, everything ends in its first round.
///
/// Decides only: it generates nothing, and knows of steps what it is told.
///
/// "UloRL: An Ultra-Long Output RL Approach", arXiv:2507.19766, §3.1. Not from there: holding groups, and admitting by whole
/// groups (at most G − 1 slots stay idle for it).
public struct RolloutPool: Sendable, Hashable {
  /// Answers in the making at most: groups per step × members.
  public let slots: Int
  /// Members per group, G.
  public let groupSize: Int
  /// Tokens that an answer gets per round; nil = to the end.
  public let segmentLength: Int?
  /// Cap on an answer's new tokens over all rounds.
  public let maxCompletionLength: Int
  /// In order of issue.
  public private(set) var groups: [PooledGroup] = []

  public init(slots: Int, groupSize: Int, segmentLength: Int? = nil, maxCompletionLength: Int) {
    precondition(groupSize > 0 && slots >= groupSize, "\(slots) slots for groups of \(groupSize)")
    precondition(maxCompletionLength > 0 && segmentLength ?? 1 > 0, "a segment has at least one token")
    self.slots = slots
    self.groupSize = groupSize
    self.segmentLength = segmentLength.flatMap { $0 < maxCompletionLength ? $0 : nil }
    self.maxCompletionLength = maxCompletionLength
  }

  // MARK: Groups

  /// How many new groups fit.
  public var admission: Int { max(0, slots - unfinishedCount) / groupSize }

  public var unfinishedCount: Int { groups.reduce(0) { $0 + $1.unfinishedCount } }

  /// Puts a group in its place in the order of issue.
  public mutating func add(_ group: PooledGroup) throws(PoolError) {
    let free = max(0, slots - unfinishedCount)
    guard group.unfinishedCount <= free else {
      throw PoolError(group.id, .noSlots(needed: group.unfinishedCount, free: free))
    }
    try restore(group)
  }

  /// Puts back a group from the store, whether there is a slot for it or not: a run may go on with fewer slots than it had.
  public mutating func restore(_ group: PooledGroup) throws(PoolError) {
    var group = group
    guard group.members.count == groupSize else {
      throw PoolError(group.id, .wrongGroupSize(group.members.count, expected: groupSize))
    }
    let place = groups.firstIndex { $0.id >= group.id } ?? groups.endIndex
    guard place == groups.endIndex || groups[place].id != group.id else {
      throw PoolError(group.id, .groupExists)
    }
    for (sample, member) in group.members.enumerated() {
      try Self.check(member.segments, group.id.item(sample))
      guard member.length <= maxCompletionLength else {
        throw PoolError(
          group.id.item(sample), .overLimit(tokens: member.length, limit: maxCompletionLength))
      }
      if member.length == maxCompletionLength, !member.isFinished { group.members[sample].finish = .length }
    }
    groups.insert(group, at: place)
  }

  /// Takes a group out, whatever its state: too old to be trained, or one of its members cannot be generated.
  @discardableResult
  public mutating func remove(_ id: GroupID) -> PooledGroup? {
    groups.firstIndex { $0.id == id }.map { groups.remove(at: $0) }
  }

  public subscript(_ id: GroupID) -> PooledGroup? { groups.first { $0.id == id } }

  /// Groups whose members have all finished, in order of issue.
  public var completeGroups: [PooledGroup] { groups.filter(\.isComplete) }

  /// Takes out the complete groups, in order of issue; where there are more than `count`, the oldest.
  public mutating func takeComplete(atMost count: Int = .max) -> [PooledGroup] {
    var taken: [PooledGroup] = []
    groups.removeAll { group in
      guard taken.count < count, group.isComplete else { return false }
      taken.append(group)
      return true
    }
    return taken
  }

  // MARK: Members

  /// The next segment of every unfinished answer, oldest group first.
  public var work: [SegmentRequest] {
    groups.flatMap { group in
      group.members.enumerated().lazy.filter { !$1.isFinished }.map { sample, member in
        SegmentRequest(
          item: group.id.item(sample), task: group.task, promptTokens: group.promptTokens,
          continuation: member.tokens, segmentLength: asked(after: member.length))
      }
    }
  }

  /// Tokens that an answer of this length is to get at most; nil = to the end.
  private func asked(after length: Int) -> Int? {
    segmentLength.map { min($0, maxCompletionLength - length) }
  }

  /// Appends what was generated.
  ///
  /// An outcome may hold fewer tokens than were asked for without the answer being over: a worker that leaves hands over what it
  /// has. One that has reached the limit is over by its length, even where its maker takes it to be paused; an end token there
  /// counts as an end.
  ///
  /// - Parameters:
  ///   - outcome: Of an unfinished member, going on exactly where that stands.
  ///   - step: The step at hand.
  /// - Returns: The member as it is now.
  /// - Throws: `PoolError`, with the pool unchanged.
  @discardableResult
  public mutating func take(_ outcome: SegmentOutcome, step: Int) throws(PoolError) -> PooledMember {
    let item = outcome.item
    guard let place = groups.firstIndex(where: { $0.id == GroupID(item) }),
      groups[place].members.indices.contains(item.sample)
    else { throw PoolError(item, .unknownMember) }
    var member = groups[place].members[item.sample]
    guard !member.isFinished else { throw PoolError(item, .alreadyFinished) }
    let before = member.length
    guard outcome.start == before else {
      throw PoolError(item, .wrongStart(outcome.start, expected: before))
    }
    guard !outcome.segments.isEmpty else { throw PoolError(item, .noTokens) }
    try Self.check(outcome.segments, item)
    let (added, total) = (outcome.tokenCount, before + outcome.tokenCount)
    guard total <= maxCompletionLength else {
      throw PoolError(item, .overLimit(tokens: total, limit: maxCompletionLength))
    }
    if let asked = asked(after: before), added > asked {
      throw PoolError(item, .overSegment(tokens: added, asked: asked))
    }
    guard outcome.finish != .length || total == maxCompletionLength else {
      throw PoolError(item, .cutShort(tokens: total, limit: maxCompletionLength))
    }
    guard outcome.finish == nil || outcome.text != nil else { throw PoolError(item, .finishedWithoutText) }
    member.segments += outcome.segments
    member.finish = outcome.finish ?? (total == maxCompletionLength ? .length : nil)
    if member.isFinished {
      member.text = outcome.text
      member.finishedStep = step
    }
    groups[place].members[item.sample] = member
    return member
  }

  private static func check(_ segments: [Segment], _ item: WorkItem) throws(PoolError) {
    for segment in segments {
      guard !segment.tokens.isEmpty else { throw PoolError(item, .noTokens) }
      guard segment.logprobs.count == segment.tokens.count, segment.sampled.count == segment.tokens.count
      else { throw PoolError(item, .arraysDiffer) }
    }
  }
}
