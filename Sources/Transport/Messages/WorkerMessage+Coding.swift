internal import Experience

extension MessageCoding {
  /// Frames of a worker's message, which is to be within the limits of whoever reads it.
  public static func encode(_ message: WorkerMessage) -> [[UInt8]] {
    switch message {
    case .hello(var hello):
      hello.software = WireChecks.shown(hello.software)
      hello.host = WireChecks.shown(hello.host)
      hello.processor = WireChecks.shown(hello.processor)
      hello.kernels = WireChecks.shown(hello.kernels)
      return frames(.hello, hello)
    case .heartbeat(let heartbeat): return frames(.heartbeat, heartbeat)
    case .segment(let report):
      return frames(
        .segment, SegmentHeader(report), WireArrays.bytes(report.tokens), WireArrays.bytes(report.logprobs),
        report.sampled.map { $0 ? 1 : 0 })
    case .fetchWeights(let request): return frames(.fetchWeights, request)
    case .fetchKit(let request): return frames(.fetchKit, request)
    case .failed(let lease, let reason):
      return frames(
        .failed, FailedHeader(lease: lease, reason: WireChecks.shown(reason, most: FailedHeader.most)))
    case .draining: return frames(.draining, EmptyHeader())
    case .goodbye: return frames(.goodbye, EmptyHeader())
    }
  }

  /// What a worker sent.
  ///
  /// - Parameters:
  ///   - frames: As received; untrusted.
  ///   - limits: Of the trainer's run.
  /// - Returns: A message whose every value is within the limits.
  /// - Throws: `WireError` that says what was wrong first.
  public static func decodeWorker(_ frames: [[UInt8]], limits: WireLimits) throws(WireError) -> WorkerMessage
  {
    let envelope = try Envelope(frames, limits, allowed: Kind.hello.rawValue...Kind.goodbye.rawValue)
    switch envelope.kind {
    case .hello: return .hello(try hello(envelope))
    case .heartbeat: return .heartbeat(try heartbeat(envelope))
    case .segment: return .segment(try segment(envelope))
    case .fetchWeights:
      let request = try envelope.header(WeightsRequest.self)
      try WireChecks.digest(request.digest, "digest")
      if let base = request.base { try WireChecks.digest(base, "base") }
      try WireChecks.request(first: request.first, count: request.count, limits)
      return .fetchWeights(request)
    case .fetchKit:
      let request = try envelope.header(KitRequest.self)
      try WireChecks.digest(request.digest, "digest")
      try WireChecks.request(first: request.first, count: request.count, limits)
      return .fetchKit(request)
    case .failed:
      let failed = try envelope.header(FailedHeader.self)
      try WireChecks.words(failed.reason, "reason", most: FailedHeader.most)
      return .failed(failed.lease, reason: failed.reason)
    case .draining:
      _ = try envelope.header(EmptyHeader.self)
      return .draining
    case .goodbye:
      _ = try envelope.header(EmptyHeader.self)
      return .goodbye
    default: throw WireError(.unknownMessage(envelope.kind.rawValue))
    }
  }

  private static func hello(_ envelope: Envelope) throws(WireError) -> Hello {
    let hello = try envelope.header(Hello.self)
    try WireChecks.words(hello.software, "software")
    try WireChecks.words(hello.host, "host")
    try WireChecks.words(hello.processor, "processor")
    try WireChecks.words(hello.kernels, "kernels")
    if let session = hello.session { try WireChecks.words(session, "session") }
    try WireChecks.count(hello.process, "process", to: Int(UInt32.max))
    try WireChecks.count(hello.threads, "threads", from: 1, to: 1 << 16)
    try WireChecks.count(hello.capacity, "capacity", from: 1, to: envelope.limits.maxItems)
    if let version = hello.version { try WireChecks.version(version, "version") }
    return hello
  }

  private static func heartbeat(_ envelope: Envelope) throws(WireError) -> Heartbeat {
    let heartbeat = try envelope.header(Heartbeat.self)
    try WireChecks.count(heartbeat.credit, "credit", to: envelope.limits.maxItems)
    try WireChecks.leases(heartbeat.leases, "leases", envelope.limits)
    if let version = heartbeat.version { try WireChecks.version(version, "version") }
    try WireChecks.count(heartbeat.tokens, "tokens")
    try WireChecks.seconds(heartbeat.busySeconds, "busySeconds")
    try WireChecks.seconds(heartbeat.seconds, "seconds")
    return heartbeat
  }

  private static func segment(_ envelope: Envelope) throws(WireError) -> SegmentReport {
    let limits = envelope.limits
    let header = try envelope.header(SegmentHeader.self)
    try WireChecks.item(header.item)
    let count = try WireChecks.count(header.tokens, "tokens", from: 1, to: limits.maxCompletionLength)
    try WireChecks.count(header.start, "start", to: limits.maxCompletionLength - count)
    guard (1...limits.maxRuns).contains(header.runs.count) else {
      throw .bad("runs", "are \(header.runs.count), outside of 1...\(limits.maxRuns)")
    }
    var covered = 0
    for run in header.runs {
      covered += try WireChecks.count(run.count, "runs.count", from: 1, to: count)
      try WireChecks.version(run.version, "runs.version")
    }
    guard covered == count else {
      throw WireError(.disagreement("`runs` tell the versions of \(covered) tokens, but there are \(count)"))
    }
    let tokens = try WireArrays.tokens(envelope.array(0), count: count, "tokens", vocabSize: limits.vocabSize)
    let logprobs = try WireArrays.floats(envelope.array(1), count: count, "logprobs")
    let sampled = try WireArrays.booleans(envelope.array(2), count: count, "sampled")
    for (logprob, isSampled) in zip(logprobs, sampled) {
      guard logprob.isFinite, logprob <= WireLimits.highestLogprob,
        !isSampled || logprob >= WireLimits.lowestLogprob
      else { throw .bad("logprobs", "have \(logprob), which is no logprob of a sampled token") }
    }
    return SegmentReport(
      lease: header.lease, item: header.item, start: header.start, runs: header.runs, tokens: tokens,
      logprobs: logprobs, sampled: sampled, isFinished: header.isFinished)
  }
}

private struct SegmentHeader: Codable {
  var lease: LeaseID
  var item: WorkItem
  var start: Int
  var runs: [SegmentReport.VersionRun]
  var tokens: Int
  var isFinished: Bool

  init(_ report: SegmentReport) {
    lease = report.lease
    item = report.item
    start = report.start
    runs = report.runs
    tokens = report.tokens.count
    isFinished = report.isFinished
  }
}

private struct FailedHeader: Codable {
  /// Bytes of a reason.
  static let most = 1_000

  var lease: LeaseID
  var reason: String
}
