import Foundation
import HFFiles
import Randomness
import Testing
import Transformer

/// What the fast decoder is compared with has to be right itself.
@Suite struct `The double-precision reference` {
  @Test(arguments: ModelConfiguration.Architecture.allCases)
  func `central differences give its gradients`(architecture: ModelConfiguration.Architecture) {
    let (configuration, parameters) = RandomModel.make(architecture, seed: 5)
    let reference = ReferenceDecoder(configuration, parameters)
    var random = CounterRNG(seed: 6, stream: Stream("differences"))
    let spans = SharedPrefix.example(
      prompts: [6, 3], answers: [[4, 1], [2]], vocabSize: configuration.vocabSize, seed: 7)
    let pass = reference.forward(spans, temperature: 0.8)
    let upstream = SharedPrefix.Upstream(count: pass.logprobs.count, seed: 8)
    let gradients = upstream.gradients(pass)
    for (name, start) in reference.weights {
      let direction = start.map { _ in random.normal() / Double(start.count).squareRoot() }
      func loss(_ step: Double) -> Double {
        var moved = reference
        moved.weights[name] = zip(start, direction).map { $0 + step * $1 }
        return upstream.loss(moved.forward(spans, temperature: 0.8))
      }
      let size = 1e-5
      let slope = (loss(size) - loss(-size)) / (2 * size)
      let expected = zip(gradients[name] ?? [], direction).reduce(0) { $0 + $1.0 * $1.1 }
      // Third derivatives times size² / 6, and 1e-15 of a loss of about 100 divided by the step.
      #expect(abs(slope - expected) < 1e-7, "\(name): \(slope) by differences, \(expected) by backward")
    }
  }

  /// The fixtures are fp32; 1e-5 is what two fp32 implementations differ by here.
  @Test(arguments: `Parity with Hugging Face transformers`.models)
  func `it gives the logprobs and gradients of transformers`(model: String) throws {
    let expected = try `Parity with Hugging Face transformers`.Reference(model)
    let reference = ReferenceDecoder(expected.decoder.configuration, expected.decoder.parameters)
    for part in ["plain", "long"] {
      let spans = try expected.sequences("\(part).input_ids").map {
        PackedBatch.Span(tokens: $0, scored: 1..<$0.count)
      }
      let logprobs = try expected.file.floats("\(part).logprobs").map(Double.init)
      #expect(relativeGap(reference.forward(spans, temperature: 1).logprobs, logprobs) < 1e-5, "\(part)")
    }
    let labels = try expected.sequences("plain.labels")
    let spans = try zip(expected.sequences("plain.input_ids"), labels).map { tokens, labels in
      PackedBatch.Span(tokens: tokens, scored: (labels.firstIndex { $0 != -100 } ?? 0)..<tokens.count)
    }
    let pass = reference.forward(spans, temperature: 1)
    let count = pass.logprobs.count
    let gradients = pass.gradients(
      dLogprobs: Array(repeating: -1 / Double(count), count: count),
      dEntropies: Array(repeating: 0, count: count))
    for (name, gradient) in gradients {
      let gap = relativeGap(gradient, try expected.file.floats("plain.grad.\(name)").map(Double.init))
      #expect(gap < 1e-5, "\(name): \(gap) of its norm")
    }
  }
}
