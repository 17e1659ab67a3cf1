import Curriculum
import Foundation
import Generation
import Recipe
import Rollouts
import Tensors
import Tokenizers
import Training
import Transformer

/// A model ready to continue texts, under the settings of the command line and of the run that it lies in.
final class GenerateSession {
  let model: LoadedModel
  var tokenizer: any Tokenizer { model.tokenizer }
  let sampling: SamplingArguments
  let parameters: SamplingParameters
  let maxNewTokens: Int
  /// nil outside of a run.
  let template: DataConfiguration?
  private(set) var generator: Generator
  private let compute: Compute
  private let rollout: RolloutConfiguration
  private let segmentTokens: Int?
  private let keepsCaches: Bool

  init(
    _ source: ModelArguments, _ sampling: SamplingArguments, _ stop: StopArguments,
    _ machine: GeneratorArguments,
    keepsCaches: Bool
  ) throws {
    let settings = try source.settings()
    var rollout = settings?.rollout ?? RolloutConfiguration()
    rollout.stop += stop.stopTexts
    if let maxRepeat = stop.maxRepeat { rollout.maxRepeat = maxRepeat }
    if let thinkTokens = stop.thinkTokens { rollout.thinkTokens = thinkTokens }
    if let thinkEnd = stop.thinkEnd { rollout.thinkEnd = thinkEnd }
    guard stop.thinkEnd == nil || rollout.thinkTokens != nil else {
      throw CommandError(
        "`--think-end` says what ends thinking, but there is no budget; give `--think-tokens` too")
    }
    if let weightFormat = machine.weightDtype {
      rollout.weightFormat = weightFormat
      // What the run rounded goes with the run's weights.
      if weightFormat != .bf16 { rollout.activationFormat = .fp32 }
    }
    if let activationFormat = machine.activationDtype { rollout.activationFormat = activationFormat }
    try checkFormats(rollout.weightFormat, rollout.activationFormat)
    if let keyValueFormat = machine.kvDtype { rollout.keyValueFormat = keyValueFormat }
    if let bytes = machine.kvMemory { rollout.keyValueMemory = bytes }
    if let speculation = machine.speculation { rollout.speculation = speculation }
    self.rollout = rollout
    self.sampling = sampling
    maxNewTokens = stop.maxNewTokens
    segmentTokens = machine.segmentTokens
    self.keepsCaches = keepsCaches || machine.segmentTokens != nil
    template = settings?.data
    model = try LoadedModel(directory: source.model, tokenizer: settings?.tokenizer ?? .automatic)
    let hasEndToken = !model.configuration.eosTokenIDs.isEmpty || !model.tokenizer.eosTokenIDs.isEmpty
    guard hasEndToken || !rollout.stop.isEmpty else {
      throw CommandError(
        "\(source.model): neither config.json nor the tokenizer names an end token — say what ends a continuation "
          + "with `--stop`")
    }
    parameters = SamplingParameters(
      temperature: Float(sampling.temperature), topK: sampling.topK, topP: Float(sampling.topP),
      stop: try model.stopRules(rollout))
    compute = try Compute(threads: settings?.compute.threads)
    let inference = InferenceModel(
      model.configuration, parameters: model.parameters, weightFormat: rollout.weightFormat,
      activationFormat: rollout.activationFormat, compute: compute)
    generator = Generator(model: inference)
  }

  /// Sequences that are at work at the same time.
  var maxConcurrent: Int { rollout.maxConcurrent }
  /// Tokens that the model can tell apart by position.
  var positions: Int { model.configuration.maxPositionEmbeddings }

  /// Gets ready for continuations of so many tokens, prompt included: memory for keys and values is what all of them
  /// need or three quarters of what the machine has, unless it was named.
  func prepare(longest: Int, sequences: Int) {
    var configuration = rollout.generator
    configuration.keepsCaches = keepsCaches
    let one = (longest + KeyValueBlocks.positions - 1) / KeyValueBlocks.positions + 1
    let whole =
      Double(one) * Double(min(configuration.maxConcurrent, sequences))
      * Double(InferenceModel.bytesPerBlock(model.configuration, rollout.keyValueFormat))
    if configuration.keyValueMemory == nil {
      configuration.keyValueMemory = Int(min(whole, 0.75 * Double(MemoryPlan.available ?? 4 << 30)))
    }
    generator = Generator(model: generator.model, configuration: configuration)
  }

  /// The tokens of a prompt in the run's template, with room behind them.
  func encode(_ prompt: Prompt) throws -> [Int32] {
    let place = prompt.place.map { $0 + ": " } ?? ""
    guard template == nil || !prompt.text.isEmpty else {
      throw CommandError("\(place)the prompt is empty; give one with `--prompt`")
    }
    let rendered = template?.rendered(prompt.text) ?? prompt.text
    let tokens = model.tokenizer.prefixTokenIDs + (try model.tokenizer.encode(rendered))
    guard !tokens.isEmpty else { throw CommandError("\(place)the prompt is empty; give one with `--prompt`") }
    guard tokens.count < positions else {
      throw CommandError(
        "\(place)the prompt is \(tokens.count) tokens, but the model has \(positions) positions — shorten it")
    }
    return tokens
  }

  /// The cap on new tokens after a prompt of so many.
  func cap(after promptCount: Int) -> Int { min(maxNewTokens, positions - promptCount) }

  /// Continues all of them, segment by segment where that was asked for.
  ///
  /// - Returns: One continuation per request, in their order; nil when interrupted.
  /// - Throws: Also when standard output takes no more.
  func generate(
    _ requests: [GenerationRequest], onToken: @escaping (_ request: Int, _ token: Int32) -> Void
  ) throws -> [GeneratedSequence]? {
    var results = [GeneratedSequence](repeating: GeneratedSequence(), count: requests.count)
    var open = Array(requests.indices)
    while !open.isEmpty {
      let going = open
      let parts = try generator.generate(
        going.map { index in
          var request = requests[index]
          request.continuation = results[index].tokens
          request.segmentTokens = segmentTokens
          return request
        }, parameters, seed: sampling.seed, onToken: { onToken(going[$0], $1) },
        beforeStep: { Interrupt.isAsked || StandardOutput.hasFailed ? .stop : .goOn })
      guard let parts else {
        try StandardOutput.flush()
        return nil
      }
      for (index, part) in zip(going, parts) { results[index].continue(with: part) }
      open.removeAll { results[$0].finish != .paused }
    }
    return results
  }
}

extension GeneratedSequence {
  /// Adds the next segment.
  fileprivate mutating func `continue`(with part: GeneratedSequence) {
    tokens += part.tokens
    logprobs += part.logprobs
    sampled += part.sampled
    segments += part.segments
    finish = part.finish
  }
}
