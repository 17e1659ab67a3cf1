public import Experience

/// What a worker's log tells.
public enum WorkerEvent: Sendable {
  /// The trainer knows this worker.
  case welcome(run: String, session: String)
  /// Nothing was heard of the trainer for so many seconds; `isKnown` = it has welcomed this worker, `hasKeys` = the connection is
  /// encrypted. Said once for each silence.
  case silence(seconds: Double, isKnown: Bool, hasKeys: Bool)
  /// The connection is lost; it is made again by itself.
  case disconnected
  /// The trainer turned the connection down, for its keys.
  case refusedConnection
  /// The model's files are there; shape and settings in words.
  case model(String)
  /// These weights are in memory now.
  case weights(PolicyVersion, bytes: Int, seconds: Double)
  /// A transfer of weights did not hold; it begins again.
  case badTransfer(String)
  /// A message of the trainer that is none, the first; later ones are only counted.
  case refused(String)
  /// An item that this worker cannot generate.
  case failed(WorkItem, reason: String)
  /// Once a minute.
  case progress(WorkerProgress)
  case draining
}

/// How a worker has fared since the last time it said so.
public struct WorkerProgress: Sendable, Hashable {
  public var seconds: Double
  public var tokens: Int
  public var segments: Int
  /// Share of the time in which nothing was generated.
  public var idleShare: Double

  public var tokensPerSecond: Double { seconds > 0 ? Double(tokens) / seconds : 0 }
}

/// What a worker counts.
struct WorkerCounts {
  private(set) var tokens = 0
  private(set) var segments = 0
  /// Messages that were none.
  var refused = 0
  private var busy = 0.0
  private var busySince: Double?
  private var last = (time: 0.0, tokens: 0, segments: 0, busy: 0.0)

  private static let interval = 60.0

  mutating func add(segmentOf count: Int) {
    segments += 1
    tokens += count
  }

  mutating func begin(now: Double) { busySince = now }

  mutating func pause(now: Double) {
    busy = busySeconds(now: now)
    busySince = nil
  }

  func busySeconds(now: Double) -> Double { busy + (busySince.map { max(0, now - $0) } ?? 0) }

  func isDue(now: Double) -> Bool { now - last.time >= Self.interval }

  mutating func report(now: Double) -> WorkerProgress {
    let busy = busySeconds(now: now)
    defer { last = (now, tokens, segments, busy) }
    let seconds = now - last.time
    return WorkerProgress(
      seconds: seconds, tokens: tokens - last.tokens, segments: segments - last.segments,
      idleShare: seconds > 0 ? max(0, 1 - (busy - last.busy) / seconds) : 0)
  }
}
