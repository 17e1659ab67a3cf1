import Experience
import Generation
import Rollouts
import Tensors
import Tokenizers
import Transformer

/// A model small enough that a thousand tokens take milliseconds, over the characters of ASCII, with weights large enough
/// that it has opinions.
struct TinyWriter {
  let tokenizer = CharacterTokenizer.ascii
  let configuration: ModelConfiguration
  let parameters: Parameters

  init(seed: UInt64 = 5) {
    configuration = ModelConfiguration(
      architecture: .qwen3, vocabSize: tokenizer.vocabSize, hiddenSize: 32, intermediateSize: 48,
      numHiddenLayers: 2, numAttentionHeads: 2, numKeyValueHeads: 1, headDim: 16, initializerRange: 0.3)
    parameters = Parameters(configuration)
    parameters.initialize(configuration, seed: seed)
  }

  func generator(_ settings: GeneratorConfiguration = .init(speculation: .off)) throws -> Generator {
    Generator(
      model: InferenceModel(configuration, parameters: parameters, compute: try Compute(threads: 1)),
      configuration: settings)
  }

  func source(
    _ settings: GeneratorConfiguration = .init(speculation: .off), stop: StopRules, seed: UInt64 = 3
  ) throws -> InProcessSource {
    InProcessSource(
      generator: try generator(settings),
      encoder: PromptEncoder(tokenizer: tokenizer, maxTokens: 1000, render: { $0.prompt }), stop: stop,
      seed: seed)
  }

  /// Groups with prompts of their own.
  func requests(groups: Int, members: Int, segmentLength: Int? = nil) -> [SegmentRequest] {
    (0..<groups).flatMap { group in
      let prompt = "\(group) plus \(group) is "
      let task = ReasoningTask(
        id: "\(group)", source: "test", prompt: prompt, groundTruth: "", verifier: "number")
      return (0..<members).map { sample in
        SegmentRequest(
          item: WorkItem(step: 4, group: group, sample: sample), task: task,
          promptTokens: tokenizer.encode(prompt), segmentLength: segmentLength)
      }
    }
  }

  /// What ends an answer under a recipe.
  func rules(_ change: (inout RolloutConfiguration) -> Void = { _ in }) throws -> StopRules {
    var rollout = RolloutConfiguration()
    change(&rollout)
    return try StopRules(rollout: rollout, tokenizer: tokenizer, eosTokenIDs: [])
  }
}
