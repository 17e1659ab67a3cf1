import Randomness
import Tensors
import Transformer

/// √Σ (found − expected)² / √Σ expected²; infinite where lengths or zeros do not match.
func relativeGap(_ found: [Double], _ expected: [Double]) -> Double {
  guard found.count == expected.count else { return .infinity }
  let gap = zip(found, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  return gap == 0 ? 0 : gap / expected.reduce(0) { $0 + $1 * $1 }.squareRoot()
}

enum RandomModel {
  /// A small model with every kind of parameter its architecture can have, all of them random. Queries are wider than
  /// the residual stream; llama has biases everywhere and a head of its own, qwen3 a single key head.
  static func make(
    _ architecture: ModelConfiguration.Architecture, seed: UInt64, initializerRange: Double = 0.3
  ) -> (ModelConfiguration, Parameters) {
    let hasAllBiases = architecture == .llama
    let configuration = ModelConfiguration(
      architecture: architecture, vocabSize: 37, hiddenSize: 24, intermediateSize: 40, numHiddenLayers: 2,
      numAttentionHeads: 4, numKeyValueHeads: architecture == .qwen3 ? 1 : 2, headDim: 8,
      tieWordEmbeddings: architecture != .llama, attentionBias: hasAllBiases ? true : nil,
      attentionOutputBias: hasAllBiases, mlpBias: hasAllBiases, initializerRange: initializerRange)
    let parameters = Parameters(configuration)
    parameters.initialize(configuration, seed: seed)
    var random = CounterRNG(seed: seed, stream: Stream("norms and biases"))
    for entry in parameters.entries where entry.shape.count == 1 {
      let vector = parameters[entry.name]
      let deviation = entry.name.hasSuffix("bias") ? initializerRange : 0.2
      vector.assign(vector.values.map { $0 + Float(deviation * random.normal()) })
    }
    return (configuration, parameters)
  }
}

/// Batches of prompts with several answers, and the same without sharing.
enum SharedPrefix {
  /// Random tokens; every answer is scored as a whole, the prompts not at all.
  static func example(prompts: [Int], answers: [[Int]], vocabSize: Int, seed: UInt64) -> [PackedBatch.Span] {
    var random = CounterRNG(seed: seed, stream: Stream("shared prefix"))
    func tokens(_ count: Int) -> [Int32] {
      (0..<count).map { _ in Int32(random.next() % UInt64(vocabSize)) }
    }
    var spans: [PackedBatch.Span] = []
    for (prompt, answers) in zip(prompts, answers) {
      let parent = spans.count
      spans.append(PackedBatch.Span(tokens: tokens(prompt), scored: 0..<0))
      for answer in answers {
        spans.append(PackedBatch.Span(tokens: tokens(answer), parent: parent, scored: 0..<answer))
      }
    }
    return spans
  }

  /// Up to 9 spans, each of them a root or the child of any earlier one, some empty, any part of them scored.
  static func randomForest(vocabSize: Int, seed: UInt64) -> [PackedBatch.Span] {
    var random = CounterRNG(seed: seed, stream: Stream("random forest"))
    func draw(_ below: Int) -> Int { Int(random.next() % UInt64(below)) }
    var spans: [PackedBatch.Span] = []
    var ends: [Int] = []
    for index in 0..<2 + draw(8) {
      let parent = index == 0 || draw(4) == 0 ? nil : draw(index)
      let tokens = (0..<draw(9)).map { _ in Int32(draw(vocabSize)) }
      let start = parent.map { ends[$0] } ?? 0
      // The very first token of a sequence has nothing that predicts it.
      let first = min(draw(tokens.count + 1), tokens.count)
      let scored = max(first, start == 0 ? 1 : 0)..<max(tokens.count, start == 0 ? 1 : 0)
      spans.append(
        PackedBatch.Span(tokens: tokens, parent: parent, scored: tokens.isEmpty ? 0..<0 : scored))
      ends.append(start + tokens.count)
    }
    return spans
  }

  /// Every span with scored tokens as a sequence of its own, with the tokens of its ancestors before it.
  static func repeated(_ spans: [PackedBatch.Span]) -> [PackedBatch.Span] {
    var paths: [[Int32]] = []
    var result: [PackedBatch.Span] = []
    for span in spans {
      let ancestors = span.parent.map { paths[$0] } ?? []
      paths.append(ancestors + span.tokens)
      if span.scored.isEmpty { continue }
      let start = ancestors.count
      result.append(
        PackedBatch.Span(
          tokens: ancestors + span.tokens,
          scored: start + span.scored.lowerBound..<start + span.scored.upperBound))
    }
    return result
  }

  /// A random loss, linear in logprobs and entropies; its numbers are the same in both precisions.
  struct Upstream {
    let dLogprobs: [Float]
    let dEntropies: [Float]

    init(count: Int, seed: UInt64) {
      var random = CounterRNG(seed: seed, stream: Stream("upstream"))
      dLogprobs = (0..<count).map { _ in Float(random.normal()) }
      dEntropies = (0..<count).map { _ in Float(random.normal()) }
    }

    func loss(_ pass: ReferenceDecoder.Pass) -> Double {
      zip(dLogprobs, pass.logprobs).reduce(0) { $0 + Double($1.0) * $1.1 }
        + zip(dEntropies, pass.entropies).reduce(0) { $0 + Double($1.0) * $1.1 }
    }

    func gradients(_ pass: ReferenceDecoder.Pass) -> [String: [Double]] {
      pass.gradients(dLogprobs: dLogprobs.map(Double.init), dEntropies: dEntropies.map(Double.init))
    }
  }
}
