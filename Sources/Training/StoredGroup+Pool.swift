internal import Experience
internal import Replay
internal import Rollouts

extension StoredGroup {
  /// The same group for the pool.
  var pooled: PooledGroup {
    PooledGroup(
      step: key.step, index: key.index, task: task, promptTokens: promptTokens, dataPosition: dataPosition,
      members: members.map {
        PooledMember(
          segments: $0.segments, finish: $0.finish, text: $0.text, finishedStep: $0.finishedStep)
      })
  }
}

extension [PooledGroup] {
  /// Generated tokens of all members.
  var joinedTokenCount: Int { reduce(0) { $0 + $1.members.reduce(0) { $0 + $1.length } } }
}

extension SegmentEntry {
  init(_ outcome: SegmentOutcome, reward: RewardBreakdown?) {
    self.init(
      item: outcome.item, start: outcome.start, segments: outcome.segments, finish: outcome.finish,
      text: outcome.text, reward: reward)
  }

  var outcome: SegmentOutcome {
    SegmentOutcome(item: item, start: start, segments: segments, finish: finish, text: text)
  }
}
