internal import Experience

extension MessageCoding {
  /// Frames of a trainer's message, which is to be within the limits of whoever reads it.
  public static func encode(_ message: TrainerMessage) -> [[UInt8]] {
    switch message {
    case .welcome(let welcome): frames(.welcome, welcome)
    case .work(let orders):
      frames(
        .work, WorkHeader(orders: orders.map(OrderHeader.init)),
        WireArrays.bytes(orders.flatMap(\.prompt)), WireArrays.bytes(orders.flatMap(\.continuation)))
    case .announce(let announcement): frames(.announce, announcement)
    case .weights(let chunk):
      frames(
        .weights,
        WeightsHeader(digest: chunk.digest, base: chunk.base, index: chunk.index, count: chunk.count),
        chunk.bytes)
    case .kit(let chunk):
      frames(.kit, KitHeader(digest: chunk.digest, index: chunk.index, count: chunk.count), chunk.bytes)
    case .acknowledge(let leases): frames(.acknowledge, LeasesHeader(leases: leases))
    case .cancel(let leases): frames(.cancel, LeasesHeader(leases: leases))
    case .unknownWorker: frames(.unknownWorker, EmptyHeader())
    case .refused(let reason):
      frames(.refused, RefusedHeader(reason: WireChecks.shown(reason, most: RefusedHeader.most)))
    case .finished: frames(.finished, EmptyHeader())
    }
  }

  /// What a trainer sent.
  ///
  /// - Parameters:
  ///   - frames: As received; untrusted.
  ///   - limits: Of the worker.
  /// - Returns: A message whose every value is within the limits.
  /// - Throws: `WireError` that says what was wrong first.
  public static func decodeTrainer(_ frames: [[UInt8]], limits: WireLimits) throws(WireError)
    -> TrainerMessage
  {
    let envelope = try Envelope(frames, limits, allowed: Kind.welcome.rawValue...Kind.finished.rawValue)
    switch envelope.kind {
    case .welcome: return .welcome(try welcome(envelope))
    case .work: return .work(try work(envelope))
    case .announce:
      let announcement = try envelope.header(WeightsAnnouncement.self)
      try WireChecks.version(announcement.version, "version")
      try WireChecks.count(announcement.bytes, "bytes")
      return .announce(announcement)
    case .weights:
      let header = try envelope.header(WeightsHeader.self)
      let bytes = envelope.array(0)
      try WireChecks.digest(header.digest, "digest")
      if let base = header.base { try WireChecks.digest(base, "base") }
      try WireChecks.chunk(bytes, index: header.index, of: header.count, limits)
      return .weights(
        WeightsChunk(
          digest: header.digest, base: header.base, index: header.index, count: header.count, bytes: bytes))
    case .kit:
      let header = try envelope.header(KitHeader.self)
      let bytes = envelope.array(0)
      try WireChecks.digest(header.digest, "digest")
      try WireChecks.chunk(bytes, index: header.index, of: header.count, limits)
      return .kit(KitChunk(digest: header.digest, index: header.index, count: header.count, bytes: bytes))
    case .acknowledge: return .acknowledge(try leases(envelope))
    case .cancel: return .cancel(try leases(envelope))
    case .unknownWorker:
      _ = try envelope.header(EmptyHeader.self)
      return .unknownWorker
    case .refused:
      let header = try envelope.header(RefusedHeader.self)
      try WireChecks.words(header.reason, "reason", most: RefusedHeader.most)
      return .refused(header.reason)
    case .finished:
      _ = try envelope.header(EmptyHeader.self)
      return .finished
    default: throw WireError(.unknownMessage(envelope.kind.rawValue))
    }
  }

  private static func welcome(_ envelope: Envelope) throws(WireError) -> Welcome {
    let welcome = try envelope.header(Welcome.self)
    try WireChecks.words(welcome.session, "session")
    try WireChecks.words(welcome.run, "run")
    try WireChecks.seconds(welcome.heartbeatSeconds, "heartbeatSeconds")
    guard (0.01...86_400).contains(welcome.heartbeatSeconds) else {
      throw .bad("heartbeatSeconds", "is \(welcome.heartbeatSeconds), outside of 0.01...86400")
    }
    try WireChecks.digest(welcome.kitDigest, "kitDigest")
    try WireChecks.count(welcome.kitBytes, "kitBytes")
    return welcome
  }

  private static func work(_ envelope: Envelope) throws(WireError) -> [WorkOrder] {
    let limits = envelope.limits
    let headers = try envelope.header(WorkHeader.self).orders
    guard headers.count <= limits.maxItems else {
      throw WireError(.tooLarge(what: "orders", count: headers.count, most: limits.maxItems))
    }
    // Each count is below a million or so, and there are few, so the sums cannot overflow.
    var (prompts, continuations) = (0, 0)
    for header in headers {
      try header.check(limits)
      prompts += header.prompt
      continuations += header.continuation
    }
    let prompt = try WireArrays.tokens(
      envelope.array(0), count: prompts, "prompt", vocabSize: limits.vocabSize)
    let continuation = try WireArrays.tokens(
      envelope.array(1), count: continuations, "continuation", vocabSize: limits.vocabSize)
    var orders: [WorkOrder] = []
    var (fromPrompt, fromContinuation) = (0, 0)
    for header in headers {
      orders.append(
        WorkOrder(
          lease: header.lease, item: header.item, purpose: header.purpose,
          prompt: Array(prompt[fromPrompt..<fromPrompt + header.prompt]),
          continuation: Array(continuation[fromContinuation..<fromContinuation + header.continuation]),
          segmentLength: header.segmentLength, maxCompletionLength: header.maxCompletionLength,
          version: header.version, expectedLength: header.expectedLength))
      fromPrompt += header.prompt
      fromContinuation += header.continuation
    }
    return orders
  }

  private static func leases(_ envelope: Envelope) throws(WireError) -> [LeaseID] {
    let leases = try envelope.header(LeasesHeader.self).leases
    try WireChecks.leases(leases, "leases", envelope.limits)
    return leases
  }
}

private struct WorkHeader: Codable {
  var orders: [OrderHeader]
}

/// A work order without its arrays; `prompt` and `continuation` count tokens.
private struct OrderHeader: Codable {
  var lease: LeaseID
  var item: WorkItem
  var purpose: String
  var prompt: Int
  var continuation: Int
  var segmentLength: Int?
  var maxCompletionLength: Int
  var version: PolicyVersion?
  var expectedLength: Double?

  init(_ order: WorkOrder) {
    lease = order.lease
    item = order.item
    purpose = order.purpose
    prompt = order.prompt.count
    continuation = order.continuation.count
    segmentLength = order.segmentLength
    maxCompletionLength = order.maxCompletionLength
    version = order.version
    expectedLength = order.expectedLength
  }

  func check(_ limits: WireLimits) throws(WireError) {
    try WireChecks.item(item)
    try WireChecks.words(purpose, "purpose", most: 64)
    try WireChecks.count(prompt, "prompt", from: 1, to: limits.maxPromptLength)
    try WireChecks.count(maxCompletionLength, "maxCompletionLength", from: 1, to: limits.maxCompletionLength)
    try WireChecks.count(continuation, "continuation", to: maxCompletionLength - 1)
    if let segmentLength { try WireChecks.count(segmentLength, "segmentLength", from: 1) }
    if let version { try WireChecks.version(version, "version") }
    if let expectedLength {
      guard expectedLength.isFinite, expectedLength >= 0 else {
        throw .bad("expectedLength", "is \(expectedLength), not a number of tokens")
      }
    }
  }
}

private struct WeightsHeader: Codable {
  var digest: String
  var base: String?
  var index: Int
  var count: Int
}

private struct KitHeader: Codable {
  var digest: String
  var index: Int
  var count: Int
}

private struct LeasesHeader: Codable {
  var leases: [LeaseID]
}

private struct RefusedHeader: Codable {
  /// Bytes of a reason.
  static let most = 1_000

  var reason: String
}
