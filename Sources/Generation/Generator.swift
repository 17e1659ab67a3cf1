internal import Experience
internal import Randomness
public import Tensors
public import Transformer

/// Continues many sequences at once: before every step a ``Scheduler`` says who runs, rows that end are replaced at the
/// next step, prompts are computed in chunks between tokens, equal beginnings once.
///
/// What a sequence becomes depends on its prompt, its stream, the seed, the sampling parameters and the weights, and
/// on nothing else; see ``InferenceModel``. Order, memory, sharing, speculation and threads change only the time. (But where
/// weights change in the middle and caches are kept: which tokens were computed by which weights then depends on the order.)
public final class Generator {
  public let model: InferenceModel
  public let configuration: GeneratorConfiguration
  public private(set) var statistics = GenerationStatistics()
  private var memory: SequenceMemory
  private let forward: ForwardPass
  private var speculator: Speculator
  /// `model.loadCount` when what is kept was computed.
  private var knownLoads: Int

  /// Prompt tokens that a step runs at most, over all sequences.
  public static let prefillTokens = 1024
  /// Guessed tokens that a step runs at most, over all sequences.
  public static var draftTokens: Int { Speculator.allDrafts }

  public init(model: InferenceModel, configuration: GeneratorConfiguration = GeneratorConfiguration()) {
    self.model = model
    self.configuration = configuration
    memory = SequenceMemory(model: model, configuration: configuration)
    forward = ForwardPass(model: model)
    speculator = Speculator(configuration.speculation)
    knownLoads = model.loadCount
  }

  /// Bytes of keys and values that a sequence of so many tokens needs by itself: its blocks, and one to copy a shared one
  /// into.
  public static func keyValueBytes(longest: Int, _ model: ModelConfiguration, _ format: KeyValueFormat) -> Int
  {
    (SequenceMemory.blockCount(longest) + 1) * InferenceModel.bytesPerBlock(model, format)
  }

  /// How threads share a step; nil = as is faster. For tests and measurement: bits do not depend on it.
  package var division: Division? {
    get { forward.division }
    set { forward.division = newValue }
  }

  /// Told the logits `[V]` that each new token comes from, with the number of tokens before it; for tests.
  package var onLogits: ((_ request: Int, _ position: Int, _ logits: [Float]) -> Void)?

  /// Blocks of keys and values in use by sequences of a call (0 between calls), and kept for others to come; for tests.
  package var blockCounts: (used: Int, kept: Int) { (memory.usedBlocks, memory.keptBlocks) }

  /// To be called between two calls where `model.reload` was and kept keys and values are to be used nevertheless; without
  /// it they are dropped.
  public func weightsChanged(keepsCaches: Bool) {
    knownLoads = model.loadCount
    memory.weightsChanged(keepsCaches: keepsCaches)
  }

  /// Continues sequences of which others may join and leave in the middle, and tells of each as soon as it is over.
  ///
  /// - Parameters:
  ///   - requests: To begin with; numbered from 0. Each prompt has at least one token.
  ///   - parameters: How tokens are drawn, and what ends a sequence.
  ///   - seed: Of the random numbers.
  ///   - onToken: Told each request's new tokens as they come, in order within a request.
  ///   - onFinish: Told what each request got in this call, at the end of the step in which it is over or pauses.
  ///   - beforeStep: Asked before every step, and when nothing is left to do: if nobody joins then, the call returns.
  /// - Returns: Whether all are over; false when told to stop.
  /// - Throws: Where a sequence does not fit into `keyValueMemory` even by itself (``StepControl/join(_:)`` has its own), or
  ///   the system has no more memory.
  public func run(
    _ requests: [GenerationRequest] = [], _ parameters: SamplingParameters, seed: UInt64,
    onToken: ((_ request: Int, _ token: Int32) -> Void)? = nil,
    onFinish: (_ request: Int, _ sequence: GeneratedSequence) -> Void,
    beforeStep: ((inout StepControl) -> Void)? = nil
  ) throws(GenerationError) -> Bool {
    // Whatever was kept of other weights is no use, unless the caller has said that it is.
    if model.loadCount != knownLoads { weightsChanged(keepsCaches: false) }
    var queue = SequenceQueue(parameters)
    speculator.begin()
    let sampler = TokenSampler(parameters: parameters, kernels: model.compute.kernels)
    defer {
      for sequence in queue.running { memory.release(sequence) }
      memory.dropPrompts()
    }
    let longest = requests.reduce(0) { max($0, $1.longest) }
    try memory.prepare(capacity: memory.capacity(longest: longest, sequences: requests.count))
    add(requests, to: &queue, onFinish)
    while true {
      var control = StepControl(
        running: queue.running.count, waiting: queue.state.waiting.count, next: queue.count,
        limit: memory.limit)
      beforeStep?(&control)
      if control.isStopped { return false }
      if control.isPaused {
        for (number, result) in queue.pauseAll() { onFinish(number, result) }
        return false
      }
      if let keepsCaches = control.keepsCaches ?? (model.loadCount != knownLoads ? false : nil) {
        switchWeights(&queue, keepsCaches: keepsCaches)
      }
      if !control.joined.isEmpty {
        try makeRoom(for: control.joined, &queue)
        add(control.joined, except: control.cancelled, to: &queue, onFinish)
      }
      if !control.cancelled.isEmpty { withdraw(control.cancelled, &queue) }
      if !queue.isDone {
        step(&queue, sampler, seed: seed, onToken: onToken, onFinish)
      } else if control.isIdle {
        return true
      }
    }
  }

  /// Continues sequences until all are over.
  ///
  /// - Parameters:
  ///   - requests: Each prompt has at least one token.
  ///   - parameters: How tokens are drawn, and what ends a sequence.
  ///   - seed: Of the random numbers.
  ///   - onToken: Told each request's new tokens as they come, in order within a request.
  ///   - beforeStep: Asked before every step. `stop` ends the call, which then returns nil.
  /// - Returns: One continuation per request, in their order; nil when told to stop.
  /// - Throws: Where a sequence does not fit into `keyValueMemory` even by itself.
  public func generate(
    _ requests: [GenerationRequest], _ parameters: SamplingParameters, seed: UInt64,
    onToken: ((_ request: Int, _ token: Int32) -> Void)? = nil, beforeStep: (() -> StepDecision)? = nil
  ) throws(GenerationError) -> [GeneratedSequence]? {
    var results = [GeneratedSequence](repeating: GeneratedSequence(), count: requests.count)
    let areOver = try run(
      requests, parameters, seed: seed, onToken: onToken, onFinish: { results[$0] = $1 },
      beforeStep: { control in
        guard let beforeStep, !control.isIdle else { return }
        switch beforeStep() {
        case .goOn: break
        case .stop: control.stop()
        case .weightsChanged(let keepsCaches): control.weightsChanged(keepsCaches: keepsCaches)
        }
      })
    return areOver ? results : nil
  }

  // MARK: Between steps

  private func switchWeights(_ queue: inout SequenceQueue, keepsCaches: Bool) {
    queue.cutSegments()
    if keepsCaches {
      for slot in queue.running.indices { memory.detachLogits(&queue.running[slot]) }
    } else {
      queue.sendBack(queue.running.map(\.request), memory: &memory)
    }
    weightsChanged(keepsCaches: keepsCaches)
    queue.noteCached(memory.cachedTokens)
  }

  /// Sees to it that those who join fit beside the others. Where there are not blocks enough, all give theirs up and are
  /// computed again; so that this is rare, there are then blocks for as many as may ever run, and for somewhat longer ones.
  private func makeRoom(
    for joined: [GenerationRequest], _ queue: inout SequenceQueue
  ) throws(GenerationError) {
    let longest = joined.reduce(queue.longest) { max($0, $1.longest) }
    guard
      memory.isSmaller(
        than: try memory.capacity(longest: longest, sequences: queue.openCount + joined.count))
    else { return }
    queue.sendBack(queue.running.map(\.request), memory: &memory)
    memory.dropPrompts()
    let sequences = configuration.maxConcurrent
    let enough = try memory.capacity(longest: longest, sequences: sequences)
    let roomy = try? memory.capacity(longest: longest + longest / 4, sequences: sequences)
    try memory.prepare(capacity: roomy ?? enough)
    queue.noteCached(memory.cachedTokens)
  }

  private func add(
    _ requests: [GenerationRequest], except cancelled: Set<Int> = [], to queue: inout SequenceQueue,
    _ onFinish: (_ request: Int, _ sequence: GeneratedSequence) -> Void
  ) {
    let first = queue.count
    model.prepare(positions: requests.reduce(0) { max($0, $1.longest) })
    var complete: [Int] = []
    for (index, request) in requests.enumerated() {
      if !queue.add(request) { complete.append(first + index) }
    }
    // Prompts that siblings at work have computed are there for those who came late.
    sharePrompts(&queue, nil)
    queue.noteCached(from: first, memory.cachedTokens)
    for number in complete where !cancelled.contains(number) { onFinish(number, GeneratedSequence()) }
  }

  private func withdraw(_ numbers: Set<Int>, _ queue: inout SequenceQueue) {
    for (request, group) in queue.withdraw(numbers, memory: &memory) {
      speculator.withdraw(request)
      if !queue.isAwaited(group: group) { memory.dropPrompt(of: group) }
      if !queue.isOpen(group: group) { speculator.forget(group: group) }
    }
  }

  // MARK: A step

  private func step(
    _ queue: inout SequenceQueue, _ sampler: TokenSampler, seed: UInt64,
    onToken: ((_ request: Int, _ token: Int32) -> Void)?,
    _ onFinish: (_ request: Int, _ sequence: GeneratedSequence) -> Void
  ) {
    let drafts = speculator.drafts(queue)
    let plan = memory.plan(&queue, drafts: drafts)
    statistics.preemptions += plan.preempt.count
    queue.sendBack(plan.preempt, memory: &memory)
    statistics.sharedTokens += queue.admit(plan.admit, memory: &memory)
    let outcome = forward.run(&queue.running, chunks: plan.chunks, drafts: drafts, memory: &memory) {
      sequence, index, logits, scratch in
      let position = UInt64(sequence.tokens.count - sequence.promptCount + index)
      let uniform = CounterRNG.uniform(seed: seed, stream: sequence.stream, position: position)
      return sampler.sample(logits, uniform: uniform, scratch: scratch)
    }
    statistics.steps += 1
    statistics.rows += outcome.rows
    speculator.observe(outcome)
    sharePrompts(&queue, outcome)
    for (slot, choices) in outcome.choices.enumerated() where !choices.isEmpty {
      accept(choices, slot, sampler, &queue, onToken)
    }
    statistics.peakKeyValueBytes = max(statistics.peakKeyValueBytes, memory.peakBytes)
    for sequence in queue.removeFinished() {
      memory.finish(sequence)
      speculator.end(sequence)
      let (result, isLast) = queue.close(sequence)
      if isLast { speculator.forget(group: sequence.group) }
      onFinish(sequence.request, result)
    }
  }

  /// Keeps prompts that are computed for the members of their groups that are to come, and drops those whose last member
  /// has entered.
  ///
  /// - Parameters:
  ///   - queue: All sequences.
  ///   - outcome: Of the step that has run; nil between steps.
  private func sharePrompts(_ queue: inout SequenceQueue, _ outcome: ForwardPass.Outcome?) {
    guard configuration.sharesPrefixes, !queue.state.waiting.isEmpty || memory.keepsPrompts else { return }
    for slot in queue.running.indices {
      let sequence = queue.running[slot]
      let isAwaited = queue.isAwaited(group: sequence.group)
      guard isAwaited != memory.keepsPrompt(of: sequence.group) else { continue }
      if !isAwaited {
        memory.dropPrompt(of: sequence.group)
      } else if sequence.position >= sequence.promptCount {
        // Logits after the prompt are at hand where it ended in this step.
        let isFresh = sequence.tokens.count == sequence.promptCount
        memory.share(sequence, logits: isFresh ? outcome?.choices[slot].first?.logits.values : nil)
        queue.noteCached(group: sequence.group, memory.cachedTokens)
      }
    }
  }

  /// Takes the tokens drawn for one sequence: the first always, each further one while the draft before it was right.
  private func accept(
    _ choices: [ForwardPass.Choice], _ slot: Int, _ sampler: TokenSampler, _ queue: inout SequenceQueue,
    _ onToken: ((_ request: Int, _ token: Int32) -> Void)?
  ) {
    let (number, group) = (queue.running[slot].request, queue.running[slot].group)
    var accepted = 0
    for choice in choices {
      onLogits?(number, queue.running[slot].tokens.count, choice.logits.values)
      let forced = queue.running[slot].stop.forced
      let drawn = forced.map { sampler.force($0, choice.logits) } ?? choice.drawn
      if forced != nil { statistics.forcedTokens += 1 }
      statistics.tokens += 1
      let finish = queue.take(drawn, sampled: forced == nil, version: model.version, slot: slot)
      speculator.take(drawn.token, of: number, group: group)
      onToken?(number, drawn.token)
      if let finish {
        if case .repetition = finish { statistics.repetitions += 1 }
        if choice.draft == drawn.token { accepted += 1 }
        break
      }
      guard choice.draft == drawn.token else { break }
      accepted += 1
      queue.running[slot].position += 1
    }
    if choices.count > 1 {
      statistics.draftedTokens += choices.count - 1
      statistics.acceptedTokens += accepted
    }
    speculator.observe(drafted: choices.count - 1, accepted: accepted)
  }
}
