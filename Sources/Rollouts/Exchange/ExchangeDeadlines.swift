/// How long the trainer has waited for its workers in each of three ways. Told the time.
///
/// Only time that is seen to pass counts, in steps of at most a few seconds: a trainer that was stopped and continued
/// has not waited for anybody meanwhile. Waiting is over when a segment arrives, or nothing is out any more. So
/// workers that come and die without end run into a deadline too.
package struct ExchangeDeadlines: Sendable {
  /// What waiting depends on.
  package struct Situation: Sendable {
    /// Workers that are there.
    package var workers: Int
    /// Those that hold the weights that the items are bound to; nil where items are bound to none.
    package var holders: Int?
    /// Items issued and not arrived.
    package var items: Int
    /// Segments accepted so far.
    package var segments: Int

    package init(workers: Int, holders: Int?, items: Int, segments: Int) {
      self.workers = workers
      self.holders = holders
      self.items = items
      self.segments = segments
    }
  }

  package enum Deadline: Sendable, Hashable { case join, progress, publish }

  private let join: Double
  private let progress: Double
  private let publish: Double
  private var last: Double?
  private var segments = 0
  private var hasSeenWorkers = false
  /// Seconds without any worker, without any segment, without any holder.
  private var alone = 0.0
  private var stuck = 0.0
  private var unpublished = 0.0

  private static let longestStep = 5.0

  package init(_ configuration: WorkersConfiguration) {
    join = configuration.joinDeadline
    progress = configuration.progressDeadline
    publish = configuration.publishDeadline
  }

  /// Takes note of how things stood until now, in seconds on a clock that does not go back. Called at least every second.
  package mutating func observe(_ situation: Situation, now: Double) {
    let step = min(max(0, now - (last ?? now)), Self.longestStep)
    last = now
    guard situation.items > 0, situation.segments == segments else {
      segments = situation.segments
      (alone, stuck, unpublished) = (0, 0, 0)
      return
    }
    if situation.workers == 0 {
      alone += step
    } else {
      hasSeenWorkers = true
      alone = 0
    }
    if situation.workers > 0, situation.holders == 0 {
      unpublished += step
    } else if hasSeenWorkers {
      stuck += step
    }
  }

  /// The deadline that has passed, and the seconds waited.
  package var overdue: (deadline: Deadline, seconds: Double)? {
    if alone >= join { return (.join, alone) }
    if unpublished >= publish { return (.publish, unpublished) }
    if stuck >= progress { return (.progress, stuck) }
    return nil
  }
}
