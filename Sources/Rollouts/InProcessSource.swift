public import Experience
public import Generation
internal import Randomness
public import Tokenizers

/// One sample to be made.
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
/// batched with, or on the number of threads.
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

  /// - Parameters:
  ///   - requests: What to sample.
  ///   - purpose: Keeps the random numbers of training and evaluation apart.
  ///   - sampling: How tokens are drawn.
  ///   - version: The weights in use; it is put on every segment.
  ///   - onFinished: Told each rollout as soon as it is over, in whatever order that happens: its index in `requests`, and
  ///     the rollout as it will be returned, but for the logprobs, which it lacks.
  ///   - shouldStop: Asked once a token; true ends the call.
  /// - Returns: One rollout per request, in their order; nil when `shouldStop` said so.
  /// - Throws: Where a sequence does not fit into the memory for keys and values.
  public func rollouts(
    _ requests: [RolloutRequest], purpose: String, sampling: RolloutSampling, version: PolicyVersion,
    onFinished: ((_ index: Int, _ rollout: Rollout) -> Void)? = nil, shouldStop: (() -> Bool)? = nil
  ) throws -> [Rollout]? {
    let parameters = SamplingParameters(
      temperature: Float(sampling.temperature), topK: sampling.topK, topP: Float(sampling.topP), stop: stop)
    generator.model.version = version
    var watch = FinishWatch(count: requests.count, rules: stop, cap: sampling.maxCompletionLength)
    var finished = [Rollout?](repeating: nil, count: requests.count)
    func take(_ index: Int, _ token: Int32) {
      guard let sequence = watch.take(token, of: index) else { return }
      let rollout = withoutLogprobs(requests[index], sequence, version)
      finished[index] = rollout
      onFinished?(index, rollout)
    }
    let generated = try generator.generate(
      requests.map { request in
        let item = request.item
        return GenerationRequest(
          prompt: request.promptTokens, maxNewTokens: sampling.maxCompletionLength,
          stream: Stream(purpose, UInt64(item.step), UInt64(item.group), UInt64(item.sample)),
          expectedLength: lengths.expected(request.task))
      }, parameters, seed: seed, onToken: onFinished == nil ? nil : take,
      beforeStep: shouldStop.map { ask in { ask() ? .stop : .goOn } })
    guard let generated else { return nil }
    return requests.indices.map { index in
      let (request, sequence) = (requests[index], generated[index])
      lengths.record(request.task, length: sequence.tokens.count)
      var rollout = finished[index] ?? withoutLogprobs(request, sequence, version)
      precondition(
        rollout.finishReason == FinishReason(sequence.finish) && rollout.completionTokens == sequence.tokens,
        "rollout \(index) was said to be finished and went on")
      rollout.segments = segments(sequence, version)
      return rollout
    }
  }

  private func withoutLogprobs(
    _ request: RolloutRequest, _ sequence: GeneratedSequence, _ version: PolicyVersion
  ) -> Rollout {
    let segment = Segment(
      tokens: sequence.tokens, logprobs: [], sampled: sequence.sampled, version: version)
    return Rollout(
      item: request.item, task: request.task, promptTokens: request.promptTokens, segments: [segment],
      finishReason: FinishReason(sequence.finish), text: sequence.text(encoder.tokenizer))
  }

  private func segments(_ sequence: GeneratedSequence, _ version: PolicyVersion) -> [Segment] {
    var start = 0
    return sequence.segments.map { segment in
      defer { start += segment.count }
      let range = start..<start + segment.count
      return Segment(
        tokens: Array(sequence.tokens[range]), logprobs: Array(sequence.logprobs[range]),
        sampled: Array(sequence.sampled[range]), version: segment.version ?? version)
    }
  }
}

extension GeneratedSequence {
  /// What a reader sees: without the stop token, the stop string and what came after it.
  public func text(_ tokenizer: any Tokenizer) -> String {
    switch finish {
    case .stop: return tokenizer.decode(Array(tokens.dropLast()))
    case .stopString(_, let bytesToCut):
      let bytes = tokens.flatMap { tokenizer.bytes(of: $0) }
      return String(decoding: bytes.dropLast(bytesToCut), as: UTF8.self)
    case .length, .repetition, .paused: return tokenizer.decode(tokens)
    }
  }
}

extension FinishReason {
  init(_ finish: GeneratedSequence.Finish) {
    switch finish {
    case .stop, .stopString: self = .stop
    case .length, .paused: self = .length
    case .repetition: self = .repetition
    }
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
