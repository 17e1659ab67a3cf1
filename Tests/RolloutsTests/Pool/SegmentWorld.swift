import Experience
import Randomness
import Rollouts

/// Answers whose tokens are a function of item and position, as those of a counter-based generator under fixed weights are.
struct SegmentWorld {
  /// Tokens that each answer has by nature, end token included, in order of issue.
  var lengths: [Int]
  var groupSize = 1
  var limit = 16

  static let task = ReasoningTask(
    id: "t/0", source: "t", prompt: "p", groundTruth: "g", verifier: "exact")

  /// The step is left out: which one a group is issued in depends on the segments.
  static func token(_ item: WorkItem, _ position: Int) -> Int32 {
    var hash = StableHash()
    for number in [item.group, item.sample, position] { hash.combine(UInt64(bitPattern: Int64(number))) }
    return Int32(hash.value % 1000)
  }

  static func version(_ number: Int) -> PolicyVersion {
    PolicyVersion(number: number, digest: "sha256:\(number)")
  }

  static func segment(_ item: WorkItem, from start: Int, count: Int, version: Int) -> Segment {
    let tokens = (start..<start + count).map { token(item, $0) }
    return Segment(
      tokens: tokens, logprobs: tokens.map { -Float($0 + 1) / 1000 }, version: Self.version(version))
  }

  func group(_ index: Int, step: Int) -> PooledGroup {
    PooledGroup(
      step: step, index: index, task: Self.task, promptTokens: [1, 2], dataPosition: index, size: groupSize)
  }

  func length(_ item: WorkItem) -> Int { lengths[item.group * groupSize + item.sample] }

  /// What a source makes of a request.
  func outcome(_ request: SegmentRequest, version: Int, atMost: Int = .max) -> SegmentOutcome {
    let (item, start) = (request.item, request.continuation.count)
    let end = min(length(item), limit, start + min(request.segmentLength ?? (.max - start), atMost))
    let finish: FinishReason? = end == length(item) ? .stop : end == limit ? .length : nil
    return SegmentOutcome(
      item: item, start: start,
      segments: [Self.segment(item, from: start, count: end - start, version: version)], finish: finish,
      text: finish.map { _ in "answer" })
  }

  /// What a run trained, and how its slots were used.
  struct History {
    /// Finished answers per step, by number in `lengths`.
    var finished: [[Int]] = []
    /// Groups per step as they were trained.
    var trained: [[PooledGroup]] = []
    var statistics: [PoolStatistics] = []
    /// Idle slots in the steps after which groups were still to be admitted.
    var idleWithWorkLeft: [Int] = []
  }

  /// Steps until nothing is left; the weights of step t have number t.
  func run(slots: Int, segment: Int?) throws -> History {
    var pool = RolloutPool(
      slots: slots, groupSize: groupSize, segmentLength: segment, maxCompletionLength: limit)
    var history = History()
    var issued = 0
    var step = 0
    while issued < lengths.count / groupSize || !pool.groups.isEmpty {
      step += 1
      for _ in 0..<min(pool.admission, lengths.count / groupSize - issued) {
        try pool.add(group(issued, step: step))
        issued += 1
      }
      let statistics = pool.statistics(at: step)
      history.statistics.append(statistics)
      if issued < lengths.count / groupSize { history.idleWithWorkLeft.append(statistics.idleSlots) }
      var finished: [Int] = []
      for request in pool.work {
        if try pool.take(outcome(request, version: step), step: step).isFinished {
          finished.append(request.item.group * groupSize + request.item.sample)
        }
      }
      history.finished.append(finished)
      history.trained.append(pool.takeComplete())
    }
    return history
  }
}
