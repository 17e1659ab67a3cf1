internal import Experience
internal import Foundation
internal import Synchronization
internal import Transport

/// The exchange's thread: it alone has the socket. It decodes what comes, lets ``ExchangeCore`` decide, and carries
/// that out; others tell the core what they want and wake it.
final class ExchangeHub: Sendable {
  private let core: Mutex<ExchangeCore>
  private let orders = Mutex(Orders())
  private let router: RouterSocket
  private let waker: Waker
  private let kit: ModelKit
  private let limits: WireLimits
  private let onSegment: @Sendable (ArrivedSegment) -> Void
  private let onEvent: @Sendable (ExchangeEvent) -> Void
  private let beginning = ContinuousClock.now
  private let ended = DispatchSemaphore(value: 0)

  /// What others want of the thread itself.
  private struct Orders {
    var weights: WeightsSnapshot?
    var isStarted = false
    var isClosing = false
    var isClosed = false
  }

  /// Messages that are taken in before anything is sent.
  private static let batch = 256
  /// Between two looks at the time where nothing happens.
  private static let idleMilliseconds = 50

  init(
    _ core: ExchangeCore, router: RouterSocket, kit: ModelKit, limits: WireLimits,
    onSegment: @escaping @Sendable (ArrivedSegment) -> Void,
    onEvent: @escaping @Sendable (ExchangeEvent) -> Void
  ) throws {
    self.core = Mutex(core)
    self.router = router
    self.kit = kit
    self.limits = limits
    self.onSegment = onSegment
    self.onEvent = onEvent
    waker = try Waker()
  }

  var endpoint: String { router.endpoint }
  var status: ExchangeStatus { core.withLock { $0.status } }

  /// Seconds since it was made; monotonic.
  private var now: Double { beginning.duration(to: .now) / .seconds(1) }

  // MARK: From other threads

  func start() {
    orders.withLock { $0.isStarted = true }
    let thread = Thread { [self] in run() }
    thread.name = "apus.exchange"
    thread.start()
  }

  /// Lets the core take note of something, and sees to what follows from it.
  func change(_ body: (inout ExchangeCore, _ now: Double) -> Void) {
    let now = now
    core.withLock { body(&$0, now) }
    waker.wake()
  }

  func publish(_ weights: WeightsSnapshot) {
    // Before it is announced: whoever asks at once finds it.
    orders.withLock { $0.weights = weights }
    change { core, now in core.publish(weights.announcement, now: now) }
  }

  func check(_ entrance: @autoclosure () -> WorkerEntrance) throws(ExchangeError) {
    try core.withLock { (core) throws(ExchangeError) in try core.check(entrance()) }
  }

  func close(isFinished: Bool) {
    let isFirst = orders.withLock { orders in
      defer { orders.isClosing = true }
      return !orders.isClosing && orders.isStarted
    }
    guard isFirst else { return }
    // The thread ends when it sees that it is to, so what it still has to say comes first.
    change { core, _ in core.close(isFinished: isFinished) }
    orders.withLock { $0.isClosed = true }
    waker.wake()
    ended.wait()
  }

  // MARK: On the thread

  private func run() {
    var desk = TransferDesk(kit: kit)
    while true {
      // Whether to end is asked before the last look at what is to be sent.
      let isLast = orders.withLock { orders in
        if let weights = orders.weights.take() { desk.publish(weights) }
        return orders.isClosed
      }
      let (messages, isDrained) = receive()
      let now = now
      let actions = core.withLock { core in
        for message in messages { take(message, &core, now: now) }
        // Silence counts only when all that was said has been heard.
        if isDrained { core.tick(now: now) }
        return core.takeActions()
      }
      for action in actions { perform(action, &desk) }
      let pause = pump(&desk)
      if isLast { break }
      router.wait(milliseconds: isDrained ? pause ?? Self.idleMilliseconds : 0, waker: waker)
    }
    ended.signal()
  }

  private enum Read {
    case message(WorkerMessage, from: WorkerID)
    case refused(peer: String, kind: String, reason: String)
  }

  private func receive() -> ([Read], isDrained: Bool) {
    var messages: [Read] = []
    while messages.count < Self.batch {
      switch router.receive() {
      case nil: return (messages, true)
      case .refused(let refusal):
        messages.append(.refused(peer: refusal.peer, kind: refusal.kind, reason: "\(refusal)"))
      case .message(let incoming):
        do {
          messages.append(
            .message(try MessageCoding.decodeWorker(incoming.frames, limits: limits), from: incoming.peer))
        } catch {
          let name = incoming.peer.name
          messages.append(.refused(peer: name, kind: error.kind, reason: "\(name): \(error)"))
        }
      }
    }
    return (messages, false)
  }

  private func take(_ read: Read, _ core: inout ExchangeCore, now: Double) {
    switch read {
    case .message(let message, let worker): core.take(message, from: worker, now: now)
    case .refused(let peer, let kind, let reason): core.refuse(peer, kind, reason)
    }
  }

  private func perform(_ action: ExchangeCore.Action, _ desk: inout TransferDesk) {
    switch action {
    case .send(let message, let worker):
      // What does not get out is asked for or said again: nothing here depends on a single message.
      _ = router.send(MessageCoding.encode(message), to: worker)
    case .grant(let grant): send(grant)
    case .segment(let segment): onSegment(segment)
    case .event(let event): onEvent(event)
    case .weights(let request, let worker): desk.ask(request, for: worker)
    case .kit(let request, let worker): desk.ask(request, for: worker)
    case .forget(let worker): desk.forget(worker)
    }
  }

  /// Sends orders, some at a time so that messages stay small.
  private func send(_ grant: WorkGrant) {
    var left = grant.orders[...]
    while !left.isEmpty {
      let some = Array(left.prefix(Self.ordersAtOnce))
      guard router.send(MessageCoding.encode(.work(some)), to: grant.worker) == .sent else {
        return core.withLock { $0.undeliverable(WorkGrant(worker: grant.worker, orders: Array(left))) }
      }
      left = left.dropFirst(some.count)
    }
  }

  private static let ordersAtOnce = 128

  /// Sends chunks that were asked for, a few to each.
  ///
  /// - Returns: Milliseconds after which to go on; nil = nobody waits.
  private func pump(_ desk: inout TransferDesk) -> Int? {
    let workers = desk.waiting
    guard !workers.isEmpty else { return nil }
    var isFull = true
    for worker in workers {
      for _ in 0..<Self.chunksAtOnce {
        guard let parcel = desk.next(for: worker) else { break }
        let result = send(parcel, to: worker)
        if result == .gone { desk.forget(worker) }
        guard result == .sent else { break }
        isFull = false
        desk.sent(parcel, to: worker)
      }
    }
    return desk.waiting.isEmpty ? nil : isFull ? 2 : 0
  }

  private func send(_ parcel: TransferDesk.Parcel, to worker: WorkerID) -> SendResult {
    switch parcel {
    case .kit(let chunk): return router.send(MessageCoding.encode(.kit(chunk)), to: worker)
    case .weights(let chunk):
      let result = router.send(MessageCoding.encode(.weights(chunk)), to: worker)
      if result == .sent { core.withLock { $0.sent(chunk.bytes.count, of: chunk.digest, to: worker) } }
      return result
    case .announcement(let announcement, let asked):
      core.withLock { $0.missed(asked, by: worker) }
      return router.send(MessageCoding.encode(.announce(announcement)), to: worker)
    case .nothing(let asked):
      core.withLock { $0.missed(asked, by: worker) }
      return .sent
    }
  }

  private static let chunksAtOnce = 4
}
