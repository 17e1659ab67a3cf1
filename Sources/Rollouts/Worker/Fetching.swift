internal import Experience
internal import Transport

/// A worker's transfer of weights: what has been announced, what to ask for, and what is complete and waits to be
/// taken into use. Told the time.
struct WeightsFetch {
  private var receiver: WeightsReceiver?
  /// The newest, for when there is a model to compare it with.
  private var announced: WeightsAnnouncement?
  private var ready: (weights: WeightsSnapshot, seconds: Double)?
  private var begun = 0.0
  private var lastNews = 0.0
  private var bytes = 0
  /// Of which version it has been said that its transfer was given up.
  private var givenUp: String?

  /// Seconds without a chunk after which what was asked for is asked for again.
  private static let patience = 5.0

  var isReady: Bool { ready != nil }

  /// There is a new model; weights of an earlier one are of no use.
  mutating func begin(_ layout: WeightsLayout, now: Double) {
    receiver = WeightsReceiver(layout: layout)
    ready = nil
    if let announced { _ = take(announced, now: now) }
  }

  mutating func askAgain() { receiver?.askAgain() }

  /// - Returns: What is wrong with it, where it is said for the first time.
  mutating func take(_ announcement: WeightsAnnouncement, now: Double) -> String? {
    announced = announcement
    let before = receiver?.target
    guard let event = receiver?.announce(announcement) else { return nil }
    if receiver?.target != before { (begun, lastNews, bytes) = (now, now, 0) }
    return take(event, now: now)
  }

  /// - Returns: What is wrong with it.
  mutating func take(_ chunk: WeightsChunk, now: Double) -> String? {
    lastNews = now
    let (sum, overflow) = bytes.addingReportingOverflow(chunk.bytes.count)
    bytes = overflow ? .max : sum
    return receiver.flatMap { _ in receiver?.take(chunk) }.flatMap { take($0, now: now) }
  }

  private mutating func take(_ event: WeightsReceiver.Event, now: Double) -> String? {
    switch event {
    case .progress, .ignored: return nil
    case .ready(let weights):
      ready = (weights, now - begun)
      return nil
    case .refused(let error):
      // With the first chunk others may have been asked for that there are not.
      receiver?.askAgain()
      return "\(error)"
    case .failed(let error):
      defer { givenUp = announced?.version.digest }
      return givenUp == announced?.version.digest ? nil : "\(error)"
    }
  }

  mutating func request(now: Double) -> WeightsRequest? {
    guard receiver?.target != nil else { return nil }
    if now - lastNews >= Self.patience {
      lastNews = now
      receiver?.askAgain()
    }
    return receiver?.nextRequest()
  }

  /// The new weights, the seconds since their announcement and the bytes that came; they are in use from now on.
  mutating func takeReady() -> (weights: WeightsSnapshot, seconds: Double, bytes: Int)? {
    guard let (weights, seconds) = ready.take() else { return nil }
    return (weights, seconds, bytes)
  }
}

/// A worker's transfer of the model's files. Told the time.
struct KitFetch {
  private let welcome: Welcome
  private var receiver: ModelKitReceiver?
  private var kit: ModelKit?
  private var failure: String?
  private var lastNews: Double?

  private static let patience = 5.0

  init(_ welcome: Welcome) {
    self.welcome = welcome
    do {
      receiver = try ModelKitReceiver(digest: welcome.kitDigest, byteCount: welcome.kitBytes)
    } catch {
      failure = "\(error)"
    }
  }

  func isFor(_ other: Welcome) -> Bool {
    welcome.kitDigest == other.kitDigest && welcome.kitBytes == other.kitBytes
      && welcome.assignment == other.assignment
  }

  mutating func askAgain() { receiver?.askAgain() }

  mutating func take(_ chunk: KitChunk, now: Double) {
    lastNews = now
    switch receiver?.take(chunk) {
    case .ready(let files): kit = files
    case .failed(let error): failure = "\(error)"
    case .progress, .ignored, .refused, nil: break
    }
  }

  mutating func request(now: Double) -> KitRequest? {
    if now - (lastNews ?? now) >= Self.patience {
      lastNews = now
      receiver?.askAgain()
    }
    lastNews = lastNews ?? now
    return receiver?.nextRequest()
  }

  /// The files with what they are for, once they are here.
  ///
  /// - Throws: Where they will not come.
  func complete() throws(WorkerError) -> (ModelKit, Welcome)? {
    if let failure { throw WorkerError(.badModel(failure)) }
    return kit.map { ($0, welcome) }
  }
}
