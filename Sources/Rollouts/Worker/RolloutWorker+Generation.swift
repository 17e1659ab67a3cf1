internal import Experience
internal import Generation
internal import Transport

/// Generating, with a look at the socket between two tokens.
extension RolloutWorker {
  /// Generates until nothing is left to do, or something wants the generator to itself.
  func generate() throws {
    guard let engine, engine.version != nil, end == nil, kitFetch == nil else { return }
    (leases, void) = ([:], [])
    counts.begin(now: now)
    defer { counts.pause(now: now) }
    var failure: (any Error)?
    do {
      _ = try engine.generator.run(
        [], engine.sampling, seed: engine.seed, onFinish: { number, sequence in finish(number, sequence) },
        beforeStep: { control in
          do { try self.betweenSteps(engine, &control) } catch {
            failure = error
            control.stop()
          }
        })
    } catch {
      // There is no memory for all of them together, whatever each needs by itself.
      for order in working.values.sorted(by: { $0.lease < $1.lease }) { fail(order, "\(error)") }
    }
    working = [:]
    if let failure { throw failure }
  }

  private func betweenSteps(_ engine: WorkerEngine, _ control: inout StepControl) throws {
    try turn(waitingUpTo: 0)
    // What needs the generator to itself, or ends it all: what is at work is void in all of these cases, or given back.
    guard end == nil, kitFetch == nil, refusal == nil else { return control.stop() }
    if isDraining { return control.pauseAll() }
    if let isSame = try switchWeights() { control.weightsChanged(keepsCaches: isSame) }
    if !void.isEmpty {
      control.cancel(void)
      for number in void { leases[number] = nil }
      void = []
    }
    guard !fetch.isReady else { return }
    for order in takeWaiting(engine) {
      do {
        let number = try control.join(
          GenerationRequest(
            prompt: order.prompt, continuation: order.continuation, maxNewTokens: order.maxCompletionLength,
            segmentTokens: order.segmentLength, stream: order.item.stream(order.purpose),
            expectedLength: order.expectedLength))
        leases[number] = order.lease
        working[order.lease] = order
      } catch {
        fail(order, "\(error)")
      }
    }
  }

  /// Orders to begin now. Those that are bound to weights which are not in memory are forgotten: the next heartbeats
  /// do not name them, so the trainer gives them to another.
  private func takeWaiting(_ engine: WorkerEngine) -> [WorkOrder] {
    defer { waiting = [] }
    return waiting.filter { order in
      guard order.version ?? engine.version == engine.version else { return false }
      guard order.prompt.count + order.maxCompletionLength <= engine.positions else {
        fail(order, "prompt and answer have more positions than the model (\(engine.positions))")
        return false
      }
      return true
    }
  }

  /// New weights that have come and been checked take the place of the old ones, if they may now.
  ///
  /// - Returns: nil where nothing has changed; else whether only the number has, and the numbers of the weights are the same.
  @discardableResult
  func switchWeights() throws -> Bool? {
    guard let engine, fetch.isReady, !engine.switchesAtItem || working.isEmpty else { return nil }
    guard let (weights, seconds, bytes) = fetch.takeReady() else { return nil }
    let before = engine.version
    try engine.load(weights)
    if let version = engine.version { observe(.weights(version, bytes: bytes, seconds: seconds)) }
    // What was to be made by the old weights alone cannot be any more.
    let bound = working.values.filter { $0.version != nil && $0.version != engine.version }.map(\.lease)
    for (number, lease) in leases where bound.contains(lease) { void.insert(number) }
    for lease in bound { working[lease] = nil }
    return engine.version?.digest == before?.digest
  }

  private func finish(_ number: Int, _ sequence: GeneratedSequence) {
    guard let lease = leases.removeValue(forKey: number), let order = working.removeValue(forKey: lease),
      !sequence.tokens.isEmpty, let engine, let version = engine.version
    else { return }
    counts.add(segmentOf: sequence.tokens.count)
    let report = SegmentReport(
      lease: lease, item: order.item, start: order.continuation.count,
      runs: sequence.segments.map { .init(count: $0.count, version: $0.version ?? version) },
      tokens: sequence.tokens, logprobs: sequence.logprobs, sampled: sequence.sampled,
      isFinished: FinishReason(sequence.finish) != nil)
    say(link.report(report, now: now))
  }

  private func fail(_ order: WorkOrder, _ reason: String) {
    working[order.lease] = nil
    observe(.failed(order.item, reason: reason))
    say(.failed(order.lease, reason: reason))
  }
}
