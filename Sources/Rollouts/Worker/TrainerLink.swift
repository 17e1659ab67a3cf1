package import Experience
package import Transport

/// The worker's half of its conversation with the trainer: who is heard, what is due to be said, which reports are not
/// acknowledged. Decides; told the time, in seconds on a clock that does not go back.
package struct TrainerLink {
  /// What a message means to the worker.
  package enum News: Sendable {
    /// The trainer knows the worker. In a new session all that the worker held of an earlier one is void.
    case welcome(Welcome, isNewSession: Bool)
    case orders([WorkOrder])
    /// Leases that are void: nobody wants these tokens.
    case drop([LeaseID])
    /// The trainer has given the worker up: all leases are void, and it must say hello again.
    case dropAll
    case announced(WeightsAnnouncement)
    case weights(WeightsChunk)
    case kit(KitChunk)
    case finished
    case refused(String)
  }

  private let hello: Hello
  private(set) package var welcome: Welcome?
  /// Said hello, and was welcomed since.
  private(set) package var isWelcome = false
  private var isConnected: Bool
  private var lastHeard: Double
  private var lastHello: Double?
  private var lastHeartbeat: (time: Double, credit: Int, version: PolicyVersion?)?
  /// Sent, and not acknowledged.
  private var reports: [LeaseID: (report: SegmentReport, sent: Double)] = [:]

  /// Seconds after which what was not answered is said again.
  private static let patience = 5.0
  /// Seconds between two heartbeats that only say that there is room for more.
  private static let briefly = 0.01

  /// - Parameters:
  ///   - hello: Who this worker is; session and version are filled in.
  ///   - isConnected: Whether one may speak at once, and not only when the socket says that it is connected.
  ///   - now: Silence counts from here.
  package init(_ hello: Hello, isConnected: Bool, now: Double) {
    self.hello = hello
    self.isConnected = isConnected
    lastHeard = now
  }

  package var heartbeatSeconds: Double { welcome?.heartbeatSeconds ?? 1 }

  /// Leases whose reports are not acknowledged yet.
  package var unacknowledged: [LeaseID] { reports.keys.sorted() }

  package func silentSeconds(now: Double) -> Double { max(0, now - lastHeard) }

  // MARK: What is heard

  /// The connection came, or is gone. What is said without one would only wait, and be stale when it arrives.
  package mutating func connection(isThere: Bool) {
    isConnected = isThere
    isWelcome = false
    lastHello = nil
  }

  package mutating func take(_ message: TrainerMessage, now: Double) -> News? {
    lastHeard = now
    switch message {
    case .welcome(let welcome):
      let isNew = welcome.session != self.welcome?.session
      if isNew { reports = [:] }
      // What was reported before the connection broke may not have arrived.
      for lease in reports.keys { reports[lease]?.sent = -.infinity }
      self.welcome = welcome
      isWelcome = true
      lastHeartbeat = nil
      return .welcome(welcome, isNewSession: isNew)
    case .work(let orders): return isWelcome ? .orders(orders) : nil
    case .announce(let announcement): return isWelcome ? .announced(announcement) : nil
    case .weights(let chunk): return .weights(chunk)
    case .kit(let chunk): return .kit(chunk)
    case .acknowledge(let leases):
      for lease in leases { reports[lease] = nil }
      return nil
    case .cancel(let leases):
      for lease in leases { reports[lease] = nil }
      return .drop(leases)
    case .unknownWorker:
      // Several of them may answer what was said before.
      guard isWelcome else { return nil }
      isWelcome = false
      lastHello = nil
      reports = [:]
      return .dropAll
    case .refused(let reason): return .refused(reason)
    case .finished: return .finished
    }
  }

  // MARK: What is said

  /// A report to be sent, now and until it is acknowledged.
  package mutating func report(_ report: SegmentReport, now: Double) -> WorkerMessage {
    reports[report.lease] = (report, now)
    return .segment(report)
  }

  /// What is due now.
  ///
  /// - Parameters:
  ///   - credit: Further items that the worker takes.
  ///   - version: In its memory.
  ///   - now: The time.
  ///   - heartbeat: How the worker fares in full; called only where it is said.
  /// - Returns: To be sent in this order.
  package mutating func due(
    credit: Int, version: PolicyVersion?, now: Double, heartbeat: (_ unacknowledged: [LeaseID]) -> Heartbeat
  ) -> [WorkerMessage] {
    guard isConnected else { return [] }
    guard isWelcome else {
      if let lastHello, now - lastHello < Self.patience { return [] }
      lastHello = now
      var hello = hello
      hello.session = welcome?.session
      hello.version = version
      return [.hello(hello)]
    }
    var messages: [WorkerMessage] = []
    for (lease, (report, _)) in reports.filter({ now - $1.sent >= Self.patience }).sorted(by: {
      $0.key < $1.key
    }) {
      reports[lease]?.sent = now
      messages.append(.segment(report))
    }
    if isHeartbeatDue(credit: credit, version: version, now: now) {
      lastHeartbeat = (now, credit, version)
      messages.append(.heartbeat(heartbeat(unacknowledged)))
    }
    return messages
  }

  private func isHeartbeatDue(credit: Int, version: PolicyVersion?, now: Double) -> Bool {
    guard let last = lastHeartbeat else { return true }
    let passed = now - last.time
    if passed >= heartbeatSeconds || last.version != version { return true }
    return credit > last.credit && passed >= Self.briefly
  }

  /// Seconds until something is due by itself, and half a second at most: the worker looks at other things then, too.
  ///
  /// - Parameters:
  ///   - credit: Further items that the worker takes.
  ///   - version: In its memory; a new one is told at once, as the trainer may wait for nothing else.
  ///   - now: The time.
  /// - Returns: Seconds, at least 0.
  package func idleSeconds(credit: Int, version: PolicyVersion?, now: Double) -> Double {
    guard isConnected else { return Self.longestIdle }
    if isWelcome, isHeartbeatDue(credit: credit, version: version, now: now) { return 0 }
    if isWelcome, credit > lastHeartbeat?.credit ?? .max { return Self.briefly }
    let wait =
      isWelcome
      ? heartbeatSeconds - (now - (lastHeartbeat?.time ?? -.infinity))
      : Self.patience - (now - (lastHello ?? -.infinity))
    return min(max(0.01, wait), Self.longestIdle)
  }

  private static let longestIdle = 0.5
}
