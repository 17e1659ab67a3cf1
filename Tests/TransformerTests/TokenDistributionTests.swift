import Foundation
import Tensors
import Testing
import Transformer

@Suite struct `The distribution of a token` {
  @Test func `two tokens, by hand`() {
    // p = .99 and .01: entropy .0560015; d entropy / d logit = ∓ p (1 − p) log(p / (1 − p)).
    let token = TokenDistribution(logits: [log(0.99), log(0.01)], label: 0, temperature: 1)
    #expect(abs(token.logprob - log(0.99)) < 1e-15)
    #expect(abs(token.entropy - 0.056001534354847) < 1e-14)
    let slope = 0.99 * 0.01 * log(99.0)
    #expect(abs(token.dLogits(dLogprob: 0, dEntropy: 1)[0] + slope) < 1e-15)
    #expect(abs(token.dLogits(dLogprob: 1, dEntropy: 0)[1] + 0.01) < 1e-15)
  }

  @Test func `a shift of all logits changes nothing, and a token without a chance is harmless`() {
    let plain = TokenDistribution(logits: [1, 2, 3], label: 1, temperature: 0.7)
    let moved = TokenDistribution(logits: [4097, 4098, 4099], label: 1, temperature: 0.7)
    #expect(abs(plain.logprob - moved.logprob) < 1e-11 && abs(plain.entropy - moved.entropy) < 1e-11)
    let masked = TokenDistribution(logits: [1, 2, 3, -.infinity], label: 1, temperature: 0.7)
    #expect(masked.entropy == plain.entropy && masked.logprob == plain.logprob)
    #expect(masked.dLogits(dLogprob: 1, dEntropy: 1).last == 0)
  }

  @Test func `gradients are those of finite differences`() {
    let logits = [0.3, -1.2, 2.1, 0.7]
    for temperature in [0.6, 1, 1.7] {
      func value(_ logits: [Double]) -> Double {
        let token = TokenDistribution(logits: logits, label: 3, temperature: temperature)
        return 1.3 * token.logprob - 0.4 * token.entropy
      }
      let analytic = TokenDistribution(logits: logits, label: 3, temperature: temperature).dLogits(
        dLogprob: 1.3, dEntropy: -0.4)
      for v in logits.indices {
        var (up, down) = (logits, logits)
        up[v] += 1e-5
        down[v] -= 1e-5
        #expect(abs((value(up) - value(down)) / 2e-5 - analytic[v]) < 1e-8, "T \(temperature), logit \(v)")
      }
    }
  }

  @Test func `the fused head computes it, forward and backward`() throws {
    let shape = ModelConfiguration(
      architecture: .qwen3, vocabSize: 13, hiddenSize: 8, intermediateSize: 8, numHiddenLayers: 1,
      numAttentionHeads: 2, numKeyValueHeads: 1, headDim: 4, tieWordEmbeddings: false)
    let parameters = Parameters(shape)
    parameters.initialize(shape, seed: 5)
    parameters["lm_head.weight"].assign((0..<13 * 8).map { Float(($0 * 29) % 31 - 15) / 10 })
    let decoder = Decoder(shape, parameters: parameters, compute: try Compute(threads: 2))
    // One scored token, so that dW of the head is dlogits · hᵀ.
    let batch = PackedBatch(spans: [.init(tokens: [3, 7, 11], scored: 2..<3)])
    let logits = (0..<13).map { Double(decoder.logits(batch)[1, $0]) }
    let reference = TokenDistribution(logits: logits, label: 11, temperature: 0.8)
    let pass = decoder.forward(batch, temperature: 0.8)
    #expect(abs(Double(pass.logprobs[0]) - reference.logprob) < 1e-5)
    #expect(abs(Double(pass.entropies[0]) - reference.entropy) < 1e-5)

    decoder.backward(pass, dLogprobs: [0.9], dEntropies: [-0.6])
    let (weight, dWeight) = (parameters["lm_head.weight"], decoder.gradients["lm_head.weight"])
    let expected = reference.dLogits(dLogprob: 0.9, dEntropy: -0.6)
    // Row v of dW against a row u of W is dlogit_v · logit_u; the largest logit divides best.
    let u = logits.indices.max { abs(logits[$0]) < abs(logits[$1]) } ?? 0
    for v in expected.indices {
      let product = (0..<8).reduce(0.0) { $0 + Double(dWeight[v, $1]) * Double(weight[u, $1]) }
      #expect(abs(product / logits[u] - expected[v]) < 1e-5, "logit \(v)")
    }
  }
}
