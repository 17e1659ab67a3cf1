import Experience
import Foundation
import Randomness
import Rollouts
import Transport

/// Answers with a long tail, by group: lognormal and cut at a cap, those of a group alike.
struct SegmentLengths {
  /// By group, then by member, tokens.
  let groups: [[Int]]
  let cap: Int
  /// How many are cut at the cap.
  let cut: Int

  /// Standard deviation of log length between groups and within one: 1.17 together, 80 % of the variance between.
  private static let (between, within) = (1.05, 0.525)
  /// The cap over the median.
  static let capOverMedian = 16

  init(groups count: Int, size: Int, median: Int, seed: UInt64) {
    let cap = median * Self.capOverMedian
    var random = CounterRNG(seed: seed, stream: Stream("bench segments"))
    var cut = 0
    groups = (0..<count).map { _ in
      let group = Self.between * random.normal()
      return (0..<size).map { _ in
        let length = Double(median) * exp(group + Self.within * random.normal())
        if length > Double(cap) { cut += 1 }
        return max(2, Int(min(length, Double(cap)).rounded()))
      }
    }
    self.cap = cap
    self.cut = cut
  }

  var all: [Int] { groups.flatMap(\.self) }

  /// The length that a share of all is at most: 0.5 for the median.
  func percentile(_ share: Double) -> Int {
    let sorted = all.sorted()
    let rank = Int((share * Double(sorted.count)).rounded(.up)) - 1
    return sorted[min(max(rank, 0), sorted.count - 1)]
  }
}

/// A trainer with workers on a clock that only the cost of steps moves on: the pool and the dispatcher are the real ones.
struct SegmentClock {
  let lengths: SegmentLengths
  let cost: BenchDecodeCost
  let promptTokens: Int
  let workers: Int
  /// B; with the size of groups, the slots.
  let groupsPerStep: Int
  /// Of the trainer, per trained token.
  let trainSeconds: Double

  /// What a run came to.
  struct Result {
    var segments: Int
    /// Complete groups below which another segment runs instead of an update.
    var minGroups: Int
    /// nil = whole responses.
    var segmentLength: Int?
    var updates = 0
    var seconds = 0.0
    /// Trained tokens, which are all that were generated.
    var tokens = 0
    /// Tokens of prompts and of earlier segments that were computed to go on from.
    var recomputed = 0
    /// Row-steps in use, and in all.
    var busySteps = 0
    var allSteps = 0
    /// Versions that tokens were behind when they were trained, summed over tokens.
    var lag = 0
    var maxLag = 0

    var secondsPerToken: Double { seconds / Double(tokens) }
    var idleShare: Double { 1 - Double(busySteps) / Double(allSteps) }
    var meanLag: Double { Double(lag) / Double(tokens) }
  }

  /// Generates and trains all groups.
  ///
  /// - Parameters:
  ///   - count: Segments that the longest answer is cut into; 1 = whole responses.
  ///   - minGroups: Complete groups below which another segment runs instead of an update.
  /// - Returns: What it came to.
  /// - Throws: Where pool or dispatcher refuse what they asked for: a bug.
  func run(segments count: Int, minGroups: Int) throws -> Result {
    let segment = count == 1 ? nil : (lengths.cap + count - 1) / count
    var result = Result(segments: count, minGroups: minGroups, segmentLength: segment)
    var kept = KeptSequences()
    let size = lengths.groups[0].count
    let slots = groupsPerStep * size
    var pool = RolloutPool(
      slots: slots, groupSize: size, segmentLength: segment, maxCompletionLength: lengths.cap)
    var dispatcher = Dispatcher(DispatchSettings(continuesItems: false), session: "bench")
    var (issued, version) = (0, PolicyVersion(number: 0, digest: "0"))
    while issued < lengths.groups.count || !pool.groups.isEmpty {
      for _ in 0..<min(pool.admission, lengths.groups.count - issued) {
        try pool.add(group(issued, step: version.number, size: size))
        issued += 1
      }
      join(&dispatcher, version, slots: slots, now: result.seconds)
      dispatcher.issue(
        pool.work.map {
          DispatchItem($0, purpose: "train", maxCompletionLength: lengths.cap, version: version)
        })
      let before = result.seconds
      var longest = 0
      for grant in dispatcher.grants(now: before) {
        let works = grant.orders.map(work)
        longest = max(longest, works.map(\.count).max() ?? 0)
        result.busySteps += works.reduce(0) { $0 + $1.count }
        let prefill = kept.missing(grant, promptTokens: promptTokens)
        result.recomputed += prefill
        // The step is over when the slowest worker is done.
        result.seconds = max(result.seconds, before + seconds(grant.orders, works, prefill: prefill))
        for (order, work) in zip(grant.orders, works) {
          try settle(order, work, of: grant.worker, version, &pool, &dispatcher, now: before)
        }
      }
      result.allSteps += longest * slots
      guard pool.completeGroups.count >= minGroups || pool.unfinishedCount == 0 else { continue }
      train(&pool, &result, at: version.number)
      kept = KeptSequences()
      version = PolicyVersion(number: version.number + 1, digest: "\(version.number + 1)")
    }
    return result
  }

  /// What a worker does for an order.
  private struct Work {
    var count: Int
    var isFinished: Bool
  }

  private func work(_ order: WorkOrder) -> Work {
    let left = lengths.groups[order.item.group][order.item.sample] - order.continuation.count
    let count = min(left, order.segmentLength ?? left)
    return Work(count: count, isFinished: count == left)
  }

  private func group(_ index: Int, step: Int, size: Int) -> PooledGroup {
    let task = ReasoningTask(id: "\(index)", source: "bench", prompt: "", groundTruth: "", verifier: "")
    return PooledGroup(
      step: step, index: index, task: task, promptTokens: [0], dataPosition: index, size: size)
  }

  private func join(_ dispatcher: inout Dispatcher, _ version: PolicyVersion, slots: Int, now: Double) {
    dispatcher.publish(version)
    for number in 0..<workers {
      _ = dispatcher.hello(
        WorkerID("\(number)"),
        Hello(
          software: "", host: "", process: 0, processor: "", kernels: "", threads: 1,
          capacity: (slots + workers - 1) / workers, session: "bench", version: version), now: now)
    }
  }

  /// Seconds until a worker has done all its orders, which run side by side.
  private func seconds(_ orders: [WorkOrder], _ works: [Work], prefill: Int) -> Double {
    var seconds = Double(prefill) * cost.perPromptToken
    // (new tokens, tokens before them), the first to end first; the first token comes with the prompt.
    let rows = zip(orders, works).map { (count: $1.count, before: promptTokens + $0.continuation.count) }
      .sorted { $0.count < $1.count }
    var (first, context) = (0, rows.reduce(0) { $0 + $1.before })
    for step in 1..<max(2, rows.last?.count ?? 0) {
      while first < rows.count, rows[first].count <= step {
        context -= rows[first].before + step - 1
        first += 1
      }
      guard first < rows.count else { break }
      context += rows.count - first
      seconds += cost.step(rows: rows.count - first, context: Double(context))
    }
    return seconds
  }

  private func settle(
    _ order: WorkOrder, _ work: Work, of worker: WorkerID, _ version: PolicyVersion,
    _ pool: inout RolloutPool,
    _ dispatcher: inout Dispatcher, now: Double
  ) throws {
    let tokens = [Int32](repeating: 0, count: work.count)
    let segment = Segment(
      tokens: tokens, logprobs: [Float](repeating: 0, count: work.count), version: version,
      worker: worker.name)
    let report = SegmentReport(
      lease: order.lease, item: order.item, start: order.continuation.count,
      runs: [.init(count: work.count, version: version)], tokens: tokens, logprobs: segment.logprobs,
      sampled: segment.sampled, isFinished: work.isFinished)
    guard case .accepted = dispatcher.report(worker, report, now: now) else {
      throw CommandError("the dispatcher refused its own order: a bug; please report it with this command")
    }
    try pool.take(
      SegmentOutcome(
        item: order.item, start: report.start, segments: [segment], finish: work.isFinished ? .stop : nil,
        text: work.isFinished ? "" : nil), step: version.number)
    _ = dispatcher.committed(order.lease, isFinished: work.isFinished)
  }

  private func train(_ pool: inout RolloutPool, _ result: inout Result, at version: Int) {
    let groups = pool.takeComplete()
    var tokens = 0
    for segment in groups.joined() {
      tokens += segment.tokens.count
      result.lag += segment.tokens.count * (version - segment.version.number)
      result.maxLag = max(result.maxLag, version - segment.version.number)
    }
    result.tokens += tokens
    result.seconds += trainSeconds * Double(tokens)
    result.updates += 1
  }
}

/// Whose keys and values workers still have: those of paused answers, until the weights change.
private struct KeptSequences {
  private var places: [WorkItem: WorkerID] = [:]

  /// Tokens to compute before the first new ones of a grant: each prompt once, and what the answers have already, except where
  /// they are back at their worker.
  mutating func missing(_ grant: WorkGrant, promptTokens: Int) -> Int {
    let fresh = grant.orders.filter { places[$0.item] != grant.worker }
    for order in grant.orders { places[order.item] = grant.worker }
    return Set(fresh.map(\.item.group)).count * promptTokens + fresh.reduce(0) { $0 + $1.continuation.count }
  }
}

extension [PooledGroup] {
  /// All segments of all members.
  fileprivate func joined() -> [Segment] { flatMap { $0.members.flatMap(\.segments) } }
}
