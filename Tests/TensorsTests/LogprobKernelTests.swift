import Foundation
import Tensors
import Testing

@Suite struct `Logprob and entropy` {
  static let all = Kernels.Level.allCases.filter(\.isAvailable)

  /// Logprobs, entropies and log-sum-exps of rows of logits.
  func forward(
    _ kernels: Kernels, _ logits: Tensor, _ inverseTemperature: Float, _ targets: [Int32]
  ) -> Tensor {
    let out = Tensor(rows: 3, columns: targets.count)
    kernels.logprob(logits, inverseTemperature: inverseTemperature, targets: targets[...], out: out, at: 0)
    return out
  }

  /// Logits of size 12 at T = 0.5 are up to 80 from their maximum: half an ulp there is 4e-6.
  @Test(arguments: all, [1, 2, 3, 15, 16, 17, 31, 33, 64, 100, 257, 4096, 32_001])
  func `are those of a computation in double`(level: Kernels.Level, vocab: Int) {
    let rows = 3
    let logits = normals(rows * vocab, "logits\(vocab)", scale: 4)
    let targets = [0, vocab / 2, vocab - 1].map { Int32($0) }
    for inverse in [Float(1), 2, 0.5] {
      let out = forward(Kernels(level: level), Tensor(logits, columns: vocab), inverse, targets)
      for row in 0..<rows {
        let scaled = logits[row * vocab..<(row + 1) * vocab].map { Double($0) * Double(inverse) }
        let (logprobs, entropy) = logSoftmax(scaled)
        let expected = [logprobs[Int(targets[row])], entropy, logSumExp(scaled)].map { Float($0) }
        expectClose(
          [out[0, row], out[1, row], out[2, row]], expected, relative: 1e-6, absolute: 1e-5,
          "logprob, entropy, log-sum-exp of row \(row) at 1/T = \(inverse)")
      }
    }
  }

  @Test(arguments: all)
  func `of logits that are no ordinary numbers are exact limits`(level: Kernels.Level) {
    let huge = Float.greatestFiniteMagnitude
    let cases: [(name: String, logits: [Float], target: Int32, logprob: Float, entropy: Float)] = [
      ("one token", [5], 0, 0, 0),
      ("all alike", [7, 7, 7, 7, 7], 3, -log(5), log(5)),
      ("all alike, very large", [1e30, 1e30, 1e30], 1, -log(3), log(3)),
      ("all alike, very negative", [-1e30, -1e30, -1e30], 1, -log(3), log(3)),
      ("one far above", [0, 1e4, 0], 1, 0, 0),
      ("a target far below", [0, 1e4, 0], 0, -1e4, 0),
      ("masked with the smallest number", [-huge, 0, -huge, 0, -huge], 1, -log(2), log(2)),
      ("a masked target", [-1e9, 0, -1e9, 0, -1e9], 0, -1e9, log(2)),
      ("masked with minus infinity", [-.infinity, 0, 0, -.infinity], 2, -log(2), log(2)),
      ("an impossible target", [-.infinity, 0, 0, -.infinity], 0, -.infinity, log(2)),
      ("both ends of the range", [huge, -huge], 0, 0, 0),
    ]
    for item in cases {
      let out = forward(
        Kernels(level: level), Tensor(item.logits, columns: item.logits.count), 1, [item.target])
      expectClose([out[0, 0]], [item.logprob], relative: 1e-6, absolute: 1e-6, "logprob: \(item.name)")
      expectClose([out[1, 0]], [item.entropy], absolute: 1e-6, "entropy: \(item.name)")
    }
  }

  /// Central differences of wl·logprob + wh·entropy in double; the kernels' p carries 1e-7.
  @Test(arguments: all, [1, 2, 3, 15, 16, 17, 33, 100])
  func `have the gradients of central differences`(level: Kernels.Level, vocab: Int) {
    let logits = normals(2 * vocab, "logits\(vocab)", scale: 2)
    let targets = [Int32(vocab / 3), Int32(vocab - 1)]
    for inverse in [Float(1), 1.6] {
      for (wl, wh) in [(Float(1), Float(0)), (0, 1), (-0.7, 0.3)] {
        let kernels = Kernels(level: level)
        let work = Tensor(logits, columns: vocab)
        let out = forward(kernels, work, inverse, targets)
        kernels.logprobBackward(
          work, inverseTemperature: inverse, targets: targets[...], forward: out,
          gradients: Tensor([wl, wl, wh, wh], columns: 2), at: 0)
        for row in 0..<2 {
          let here = logits[row * vocab..<(row + 1) * vocab].map(Double.init)
          let expected = differences(here) { z in
            let (logprobs, entropy) = logSoftmax(z.map { $0 * Double(inverse) })
            return Double(wl) * logprobs[Int(targets[row])] + Double(wh) * entropy
          }
          expectClose(
            work.rows(row..<row + 1).values, expected, absolute: 3e-6,
            "row \(row), \(wl)·logprob + \(wh)·entropy")
        }
      }
    }
  }

  @Test(arguments: all)
  func `gradients stay finite where tokens are masked out`(level: Kernels.Level) {
    for mask in [Float(-1e9), -.greatestFiniteMagnitude, -.infinity] {
      let logits = Tensor([mask, 0, 0, mask, 0, mask], columns: 6)
      let kernels = Kernels(level: level)
      let out = forward(kernels, logits, 1, [1])
      kernels.logprobBackward(
        logits, inverseTemperature: 1, targets: [1], forward: out, gradients: Tensor([1, 1], columns: 1),
        at: 0)
      // p = 1/3 each: 1[v = target] − p; the entropy of a uniform distribution has no slope.
      expectClose(
        logits.values, [0, 2.0 / 3, -1.0 / 3, 0, -1.0 / 3, 0], absolute: 1e-6, "masked with \(mask)")
    }
  }

  @Test(arguments: all, sizes)
  func `softmax of one row sums to one and agrees with double`(level: Kernels.Level, vocab: Int) {
    let logits = normals(vocab, "logits\(vocab)", scale: 5)
    for inverse in [Float(1), 0.3, 4] {
      let probabilities = Framed(rows: 1, columns: vocab)
      let total = Kernels(level: level).softmax(
        Tensor(logits, columns: vocab), inverseTemperature: inverse, into: probabilities.view)
      let scaled = logits.map { Double($0) * Double(inverse) }
      expectClose(
        probabilities.view.values, logSoftmax(scaled).logprobs.map { Float(exp($0)) }, relative: 1e-5,
        absolute: 1e-7, "probabilities")
      expectClose([total], [Float(logSumExp(scaled))], relative: 1e-6, absolute: 1e-5, "log-sum-exp")
      #expect(probabilities.isFrameIntact)
    }
  }

  @Test(arguments: all)
  func `a NaN among the logits is never hidden`(level: Kernels.Level) {
    let kernels = Kernels(level: level)
    for place in 0..<20 {
      var values = normals(20, "row")
      values[place] = .nan
      let out = forward(kernels, Tensor(values, columns: 20), 1, [Int32((place + 1) % 20)])
      #expect(out[0, 0].isNaN && out[1, 0].isNaN && out[2, 0].isNaN, "at \(place)")
      let probabilities = Tensor(rows: 1, columns: 20)
      #expect(kernels.softmax(Tensor(values, columns: 20), inverseTemperature: 1, into: probabilities).isNaN)
    }
  }
}

@Suite struct `Looking for a token in a row` {
  @Test func `the first of equal maxima wins`() {
    #expect(Kernels.indexOfMaximum(Tensor([1, 3, 2, 3], columns: 4)) == 1)
    #expect(Kernels.indexOfMaximum(Tensor([-5], columns: 1)) == 0)
  }
}
