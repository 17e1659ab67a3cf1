public import Experience
public import Generation
internal import Randomness
internal import Tokenizers

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
  private let stopTokens: Set<Int32>

  public init(generator: Generator, encoder: PromptEncoder, stopTokens: Set<Int32>, seed: UInt64) {
    self.generator = generator
    self.encoder = encoder
    self.stopTokens = stopTokens
    self.seed = seed
  }

  /// After the weights changed.
  public func reload() { generator.model.reload() }

  /// - Parameters:
  ///   - requests: What to sample.
  ///   - purpose: Keeps the random numbers of training and evaluation apart.
  ///   - sampling: How tokens are drawn.
  ///   - version: The weights in use; it is put on every segment.
  ///   - shouldStop: Asked once a token; true ends the call.
  /// - Returns: One rollout per request, in their order; nil when `shouldStop` said so.
  public func rollouts(
    _ requests: [RolloutRequest], purpose: String, sampling: RolloutSampling, version: PolicyVersion,
    shouldStop: (() -> Bool)? = nil
  ) -> [Rollout]? {
    let parameters = SamplingParameters(
      temperature: Float(sampling.temperature), topK: sampling.topK, topP: Float(sampling.topP),
      stopTokens: stopTokens)
    let generated = generator.generate(
      requests.map { request in
        let item = request.item
        return GenerationRequest(
          prompt: request.promptTokens, maxNewTokens: sampling.maxCompletionLength,
          stream: Stream(purpose, UInt64(item.step), UInt64(item.group), UInt64(item.sample)))
      }, parameters, seed: seed, shouldStop: shouldStop)
    guard let generated else { return nil }
    return zip(requests, generated).map { request, sequence in
      Rollout(
        item: request.item, task: request.task, promptTokens: request.promptTokens,
        segments: [Segment(tokens: sequence.tokens, logprobs: sequence.logprobs, version: version)],
        finishReason: sequence.finish == .stop ? .stop : .length, text: text(sequence))
    }
  }

  private func text(_ sequence: GeneratedSequence) -> String {
    let ended = sequence.finish == .stop
    return encoder.tokenizer.decode(ended ? Array(sequence.tokens.dropLast()) : sequence.tokens)
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
