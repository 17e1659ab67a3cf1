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
    // Whatever was kept of other weights is no use, unless the caller has said that it is.
    if model.loadCount != knownLoads { weightsChanged(keepsCaches: false) }
    let longest = requests.map { $0.prompt.count + $0.maxNewTokens }.max() ?? 0
    try memory.prepare(longest: longest, sequences: requests.count)
    model.prepare(positions: longest)
    var queue = SequenceQueue(requests, parameters)
    queue.noteCached(memory.cachedTokens)
    var results = [GeneratedSequence](repeating: GeneratedSequence(), count: requests.count)
    let sampler = TokenSampler(parameters: parameters, kernels: model.compute.kernels)
    speculator.begin(queue.groups)
    defer {
      for sequence in queue.running { memory.release(sequence) }
      memory.dropPrompts()
    }
    while !queue.isDone {
      var decision = beforeStep?() ?? .goOn
      if decision == .goOn, model.loadCount != knownLoads { decision = .weightsChanged(keepsCaches: false) }
      switch decision {
      case .goOn: break
      case .stop: return nil
      case .weightsChanged(let keepsCaches):
        queue.cutSegments()
        if keepsCaches {
          for slot in queue.running.indices { memory.detachLogits(&queue.running[slot]) }
        } else {
          queue.sendBack(queue.running.map(\.request), memory: &memory)
        }
        weightsChanged(keepsCaches: keepsCaches)
        queue.noteCached(memory.cachedTokens)
      }
      let drafts = speculator.drafts(queue) { sequence in
        let request = requests[sequence.request]
        let left = request.maxNewTokens + sequence.promptCount - sequence.tokens.count
        let segment = request.segmentTokens.map { $0 - results[sequence.request].tokens.count }
        return min(left, segment ?? left)
      }
      let plan = memory.plan(&queue, drafts: drafts)
      statistics.preemptions += plan.preempt.count
      queue.sendBack(plan.preempt, memory: &memory)
      statistics.sharedTokens += queue.admit(plan.admit, memory: &memory)
      let outcome = forward.run(&queue.running, chunks: plan.chunks, drafts: drafts, memory: &memory) {
        sequence, index, logits, scratch in
        let position = UInt64(sequence.tokens.count - sequence.promptCount + index)
        let uniform = CounterRNG.uniform(
          seed: seed, stream: requests[sequence.request].stream, position: position)
        return sampler.sample(logits, uniform: uniform, scratch: scratch)
      }
      statistics.steps += 1
      statistics.rows += outcome.rows
      speculator.observe(outcome)
      sharePrompts(&queue, outcome)
      for (slot, choices) in outcome.choices.enumerated() where !choices.isEmpty {
        accept(choices, slot, sampler, requests, &queue, &results, onToken)
      }
      statistics.peakKeyValueBytes = max(statistics.peakKeyValueBytes, memory.peakBytes)
      for sequence in queue.removeFinished() {
        memory.finish(sequence)
        speculator.end(sequence)
      }
    }
    return results
  }

  /// Keeps prompts that were finished in this step for the members of their groups that are to come, and drops those
  /// whose last member has entered.
  private func sharePrompts(_ queue: inout SequenceQueue, _ outcome: ForwardPass.Outcome) {
    guard configuration.sharesPrefixes else { return }
    for slot in queue.running.indices {
      let sequence = queue.running[slot]
      let isAwaited = queue.isAwaited(group: sequence.group)
      guard isAwaited != memory.keepsPrompt(of: sequence.group) else { continue }
      if !isAwaited {
        memory.dropPrompt(of: sequence.group)
      } else if sequence.position >= sequence.promptCount {
        // Logits after the prompt are at hand where it ended in this step.
        let isFresh = sequence.tokens.count == sequence.promptCount
        memory.share(sequence, logits: isFresh ? outcome.choices[slot].first?.logits.values : nil)
        queue.noteCached(memory.cachedTokens, group: sequence.group)
      }
    }
  }

  /// Takes the tokens drawn for one sequence: the first always, each further one while the draft before it was right.
  private func accept(
    _ choices: [ForwardPass.Choice], _ slot: Int, _ sampler: TokenSampler, _ requests: [GenerationRequest],
    _ queue: inout SequenceQueue, _ results: inout [GeneratedSequence],
    _ onToken: ((_ request: Int, _ token: Int32) -> Void)?
  ) {
    let (index, group) = (queue.running[slot].request, queue.running[slot].group)
    var accepted = 0
    for choice in choices {
      onLogits?(index, queue.running[slot].tokens.count, choice.logits.values)
      let forced = queue.running[slot].stop.forced
      let drawn = forced.map { sampler.force($0, choice.logits) } ?? choice.drawn
      if forced != nil { statistics.forcedTokens += 1 }
      statistics.tokens += 1
      results[index].append(
        drawn, sampled: forced == nil, version: model.version,
        beginsSegment: queue.running[slot].beginsSegment)
      let verdict = queue.running[slot].stop.advance(drawn.token)
      queue.running[slot].take(drawn.token)
      speculator.take(drawn.token, of: index, group: group)
      onToken?(index, drawn.token)
      if let finish = finish(verdict, requests[index], results[index]) {
        results[index].finish = finish
        if case .repetition = finish { statistics.repetitions += 1 }
        queue.finish(slot, length: requests[index].continuation.count + results[index].tokens.count)
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

  private func finish(
    _ verdict: StopRules.Verdict?, _ request: GenerationRequest, _ result: GeneratedSequence
  ) -> GeneratedSequence.Finish? {
    switch verdict {
    case .stop: return .stop
    case .stopString(let text, let bytesToCut): return .stopString(text, bytesToCut: bytesToCut)
    case .repetition(let period, let count): return .repetition(period: period, count: count)
    case nil: break
    }
    if request.continuation.count + result.tokens.count >= request.maxNewTokens { return .length }
    if let limit = request.segmentTokens, result.tokens.count >= limit { return .paused }
    return nil
  }
}
