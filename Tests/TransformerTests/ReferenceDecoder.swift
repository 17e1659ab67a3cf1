import Foundation
import Tensors
import Transformer

/// The decoder once more, in double precision and written to be read: one token after another, plain arrays, no blocks.
///
/// The fast one is compared with it. Weights are those of a `Parameters`; the spans are laid out as a forest.
struct ReferenceDecoder {
  let configuration: ModelConfiguration
  /// By Hugging Face name, row-major.
  var weights: [String: [Double]]
  private let shapes: [String: [Int]]

  init(_ configuration: ModelConfiguration, _ parameters: Parameters) {
    self.configuration = configuration
    weights = [:]
    for entry in parameters.entries { weights[entry.name] = parameters[entry.name].values.map(Double.init) }
    shapes = Dictionary(uniqueKeysWithValues: parameters.entries.map { ($0.name, $0.shape) })
  }

  /// Logprobs and entropies of the scored tokens, `[N]`, and what it takes to go back from them.
  struct Pass {
    fileprivate let tape: Tape
    fileprivate let parameters: [String: Variable]
    fileprivate let scores: Tape.Scores

    var logprobs: [Double] { scores.logprobs.value }
    var entropies: [Double] { scores.entropies.value }

    /// Gradients of a loss for every parameter, by name. Once per pass.
    func gradients(dLogprobs: [Double], dEntropies: [Double]) -> [String: [Double]] {
      scores.logprobs.gradient = dLogprobs
      scores.entropies.gradient = dEntropies
      tape.backward()
      return parameters.mapValues(\.gradient)
    }
  }

  func forward(_ spans: [PackedBatch.Span], temperature: Double) -> Pass {
    let c = configuration
    let forest = Forest(spans)
    let tape = Tape()
    let parameters = weights.reduce(into: [String: Variable]()) { result, weight in
      let shape = shapes[weight.key] ?? []
      result[weight.key] = Variable(weight.value, columns: shape.last ?? 1)
    }
    func parameter(_ name: String) -> Variable {
      guard let found = parameters[name] else { preconditionFailure("no parameter `\(name)`") }
      return found
    }
    func linear(_ x: Variable, _ name: String) -> Variable {
      tape.linear(x, weight: parameter(name + ".weight"), bias: parameters[name + ".bias"])
    }
    func norm(_ x: Variable, _ name: String, heads: Int = 1) -> Variable {
      tape.rmsNorm(x, weight: parameter(name + ".weight"), heads: heads, epsilon: c.rmsNormEps)
    }

    let angles = forest.contexts.map { rotaryAngles(position: $0.count - 1) }
    var x = tape.gatherRows(of: parameter("model.embed_tokens.weight"), at: forest.tokens)
    for layer in 0..<c.numHiddenLayers {
      let prefix = "model.layers.\(layer)."
      let input = norm(x, prefix + "input_layernorm")
      var query = linear(input, prefix + "self_attn.q_proj")
      var key = linear(input, prefix + "self_attn.k_proj")
      if c.hasQueryKeyNorm {
        query = norm(query, prefix + "self_attn.q_norm", heads: c.numAttentionHeads)
        key = norm(key, prefix + "self_attn.k_norm", heads: c.numKeyValueHeads)
      }
      let attended = tape.attention(
        query: tape.rotate(query, angles: angles, headDim: c.headDim),
        key: tape.rotate(key, angles: angles, headDim: c.headDim),
        value: linear(input, prefix + "self_attn.v_proj"), contexts: forest.contexts, headDim: c.headDim)
      x = tape.add(x, linear(attended, prefix + "self_attn.o_proj"))
      let middle = norm(x, prefix + "post_attention_layernorm")
      let activated = tape.siluMultiply(
        gate: linear(middle, prefix + "mlp.gate_proj"), up: linear(middle, prefix + "mlp.up_proj"))
      x = tape.add(x, linear(activated, prefix + "mlp.down_proj"))
    }
    let last = norm(tape.gatherRows(of: x, at: forest.predictingRows), "model.norm")
    let logits = linear(last, c.tieWordEmbeddings ? "model.embed_tokens" : "lm_head")
    let scores = tape.score(logits, targets: forest.targets, temperature: temperature)
    return Pass(tape: tape, parameters: parameters, scores: scores)
  }

  /// Radians by which each pair of a head is turned, `[C/2]`. Formed in single precision, because models are trained
  /// that way: at position 300 its rounding already is 1e-5 radians.
  private func rotaryAngles(position: Int) -> [Double] {
    (0..<configuration.headDim / 2).map { pair in
      let exponent = Float(2 * pair) / Float(configuration.headDim)
      let frequency = 1 / Float(pow(configuration.rope.theta, Double(exponent)))
      return Double(Float(position) * stretched(frequency))
    }
  }

  private func stretched(_ frequency: Float) -> Float {
    switch configuration.rope.scaling {
    case .none: return frequency
    case .linear(let factor): return frequency / Float(factor)
    case .llama3(let factor, let low, let high, let original):
      // Turns within the original length: more than `high` are kept, fewer than `low` divided, a ramp between.
      let turns = Float(original) * frequency / (2 * .pi)
      let kept = min(max((turns - Float(low)) / Float(high - low), 0), 1)
      return kept * frequency + (1 - kept) * frequency / Float(factor)
    }
  }
}

/// Where every token of a list of spans lies, and which rows it sees.
struct Forest {
  private(set) var tokens: [Int] = []
  /// Rows that each row attends to: its span's ancestors, then its span up to itself.
  private(set) var contexts: [[Int]] = []
  private(set) var targets: [Int] = []
  private(set) var predictingRows: [Int] = []

  init(_ spans: [PackedBatch.Span]) {
    var paths: [[Int]] = []
    for span in spans {
      let start = tokens.count
      let ancestors = span.parent.map { paths[$0] } ?? []
      let path = ancestors + Array(start..<start + span.tokens.count)
      paths.append(path)
      tokens += span.tokens.map { Int($0) }
      for index in span.tokens.indices { contexts.append(Array(path[...(ancestors.count + index)])) }
      for index in span.scored {
        targets.append(Int(span.tokens[index]))
        predictingRows.append(path[ancestors.count + index - 1])
      }
    }
  }
}
