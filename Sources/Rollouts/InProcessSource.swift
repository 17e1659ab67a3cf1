public import Experience
public import Generation
internal import Tokenizers

/// One sample to be made in one go.
public struct RolloutRequest: Sendable {
  public var item: WorkItem
  public var task: ReasoningTask
  public var promptTokens: [Int32]

  public init(item: WorkItem, task: ReasoningTask, promptTokens: [Int32]) {
    self.item = item
    self.task = task
    self.promptTokens = promptTokens
  }
}

/// Rollouts generated in the trainer's own process.
///
/// A rollout is a function of the weights, the seed, the purpose and its work item: it does not depend on what it was
/// batched with, on the number of threads, or on how it was cut into segments.
public final class InProcessSource {
  private let generator: Generator
  private let encoder: PromptEncoder
  private let seed: UInt64
  private let stop: StopRules
  private var lengths = LengthExpectation()

  public init(generator: Generator, encoder: PromptEncoder, stop: StopRules, seed: UInt64) {
    self.generator = generator
    self.encoder = encoder
    self.stop = stop
    self.seed = seed
  }

  /// After the weights changed.
  public func reload() { generator.model.reload(version: nil) }

  /// What the generator has done so far.
  public var statistics: GenerationStatistics { generator.statistics }

  /// Makes the next segment of each.
  ///
  /// - Parameters:
  ///   - requests: What to continue.
  ///   - purpose: Keeps the random numbers of training and evaluation apart.
  ///   - sampling: How tokens are drawn.
  ///   - version: The weights in use; it is put on every segment.
  ///   - onSegment: Told each segment as soon as it is over, in whatever order that happens.
  ///   - shouldStop: Asked before every step; true ends the call.
  /// - Returns: Whether all were made; false when `shouldStop` said so.
  /// - Throws: Where a sequence does not fit into the memory for keys and values.
  public func generate(
    _ requests: [SegmentRequest], purpose: String, sampling: RolloutSampling, version: PolicyVersion,
    onSegment: (SegmentOutcome) -> Void, shouldStop: (() -> Bool)? = nil
  ) throws -> Bool {
    try run(
      requests, purpose: purpose, sampling: sampling, version: version, onSegment: { onSegment($1) },
      shouldStop: shouldStop)
  }

  /// Makes whole rollouts, each in one go.
  ///
  /// - Parameters:
  ///   - requests: What to sample.
  ///   - purpose: Keeps the random numbers of training and evaluation apart.
  ///   - sampling: How tokens are drawn.
  ///   - version: The weights in use; it is put on every segment.
  ///   - onFinished: Told each rollout as soon as it is over, in whatever order that happens: its index in `requests`, and
  ///     the rollout as it will be returned.
  ///   - shouldStop: Asked before every step; true ends the call.
  /// - Returns: One rollout per request, in their order; nil when `shouldStop` said so.
  /// - Throws: Where a sequence does not fit into the memory for keys and values.
  public func rollouts(
    _ requests: [RolloutRequest], purpose: String, sampling: RolloutSampling, version: PolicyVersion,
    onFinished: ((_ index: Int, _ rollout: Rollout) -> Void)? = nil, shouldStop: (() -> Bool)? = nil
  ) throws -> [Rollout]? {
    var finished = [Rollout?](repeating: nil, count: requests.count)
    let areOver = try run(
      requests.map { SegmentRequest(item: $0.item, task: $0.task, promptTokens: $0.promptTokens) },
      purpose: purpose, sampling: sampling, version: version,
      onSegment: { index, outcome in
        guard let reason = outcome.finish, let text = outcome.text else { return }
        let rollout = Rollout(
          item: outcome.item, task: requests[index].task, promptTokens: requests[index].promptTokens,
          segments: outcome.segments, finishReason: reason, text: text)
        finished[index] = rollout
        onFinished?(index, rollout)
      }, shouldStop: shouldStop)
    guard areOver else { return nil }
    let whole = finished.compactMap(\.self)
    precondition(whole.count == requests.count, "a rollout without a limit on its segment has paused")
    return whole
  }

  private func run(
    _ requests: [SegmentRequest], purpose: String, sampling: RolloutSampling, version: PolicyVersion,
    onSegment: (_ index: Int, SegmentOutcome) -> Void, shouldStop: (() -> Bool)?
  ) throws -> Bool {
    generator.model.version = version
    return try generator.run(
      requests.map { request in
        GenerationRequest(
          prompt: request.promptTokens, continuation: request.continuation,
          maxNewTokens: sampling.maxCompletionLength, segmentTokens: request.segmentLength,
          stream: request.item.stream(purpose), expectedLength: lengths.expected(request.task))
      }, SamplingParameters(sampling, stop: stop), seed: seed,
      onFinish: { index, sequence in
        let request = requests[index]
        let outcome = SegmentOutcome(
          sequence, item: request.item, continuation: request.continuation, version: version,
          tokenizer: encoder.tokenizer)
        if outcome.finish != nil {
          lengths.record(request.task, length: outcome.start + outcome.tokenCount)
        }
        onSegment(index, outcome)
      },
      beforeStep: { control in
        if shouldStop?() == true { control.stop() }
      })
  }
}

/// How the tokens of a batch of rollouts are drawn.
public struct RolloutSampling: Sendable, Hashable {
  /// 0 = greedy.
  public var temperature: Double
  public var topK: Int
  public var topP: Double
  public var maxCompletionLength: Int

  public init(temperature: Double, topK: Int = 0, topP: Double = 1, maxCompletionLength: Int) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.maxCompletionLength = maxCompletionLength
  }
}

extension RolloutConfiguration {
  /// Sampling as training does it.
  public var sampling: RolloutSampling {
    RolloutSampling(
      temperature: temperature, topK: topK, topP: topP, maxCompletionLength: maxCompletionLength)
  }
}

extension SamplingParameters {
  /// As the generator takes it.
  public init(_ sampling: RolloutSampling, stop: StopRules) {
    self.init(
      temperature: Float(sampling.temperature), topK: sampling.topK, topP: Float(sampling.topP), stop: stop)
  }
}
