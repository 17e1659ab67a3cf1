import Foundation
import Randomness
import Tensors
import Testing

@Suite struct `Drawing a token` {
  static let levels = Kernels.Level.allCases.filter(\.isAvailable)
  static let almostOne: Float = 0x1.fffffep-1

  func draw(_ logits: [Float], _ uniform: Float, _ level: Kernels.Level, inverse: Float = 1) -> (
    token: Int, logprob: Float
  ) {
    let scratch = Tensor(rows: 1, columns: logits.count)
    return Kernels(level: level).draw(
      Tensor(logits, columns: logits.count), inverseTemperature: inverse, uniform: uniform, scratch: scratch)
  }

  /// 299 degrees of freedom: beyond 420 with probability 5e-6. Seeded, so it cannot flake.
  @Test(arguments: levels) func `frequencies follow softmax at the temperature`(level: Kernels.Level) {
    let logits = normals(300, "logits", scale: 0.8)
    let probabilities = logSoftmax(logits.map { Double($0) * 1.25 }).logprobs.map { exp($0) }
    var counts = [Double](repeating: 0, count: 300)
    let draws = 200_000
    let (row, scratch) = (Tensor(logits, columns: 300), Tensor(rows: 1, columns: 300))
    let kernels = Kernels(level: level)
    for index in 0..<draws {
      let uniform = CounterRNG.uniform(seed: 5, stream: Stream("draw"), position: UInt64(index))
      counts[kernels.draw(row, inverseTemperature: 1.25, uniform: uniform, scratch: scratch).token] += 1
    }
    let chiSquare = zip(counts, probabilities).reduce(0.0) { sum, pair in
      let expected = pair.1 * Double(draws)
      return sum + (pair.0 - expected) * (pair.0 - expected) / expected
    }
    #expect(chiSquare < 420)
  }

  /// The token's stretch of the cumulative distribution contains the uniform number, within what fp32 probabilities
  /// add up to; the logprob is its own.
  @Test(arguments: levels, [2, 3, 255, 256, 257, 300, 1000, 32_000])
  func `the cumulative distribution is inverted in the order of tokens`(level: Kernels.Level, vocab: Int) {
    let logits = normals(vocab, "logits \(vocab)", scale: 2)
    let logprobs = logSoftmax(logits.map { Double($0) * 0.7 }).logprobs
    var cumulative = [0.0]
    for logprob in logprobs { cumulative.append(cumulative[cumulative.count - 1] + exp(logprob)) }
    let uniforms =
      [0, Self.almostOne, 0.5, 0.25]
      + (0..<60).map { CounterRNG.uniform(seed: 1, stream: Stream("u"), position: $0) }
    for uniform in uniforms {
      let (token, logprob) = draw(logits, uniform, level, inverse: 0.7)
      let u = Double(uniform)
      #expect(cumulative[token] <= u + 1e-6 && u <= cumulative[token + 1] + 1e-6, "\(uniform) gave \(token)")
      #expect(abs(Double(logprob) - logprobs[token]) < 4e-6)
    }
  }

  @Test(arguments: levels) func `a larger uniform number never gives an earlier token`(level: Kernels.Level) {
    let logits = normals(700, "logits")
    let tokens = (0..<2000).map { draw(logits, Float($0) / 2000, level).token }
    #expect(tokens == tokens.sorted() && tokens[0] == 0 && (tokens.last ?? 0) > 690)
  }

  @Test(arguments: levels, [0, 0.5, almostOne])
  func `a certain token is always drawn, and one alone too`(level: Kernels.Level, uniform: Float) {
    for (vocab, place) in [(300, 0), (300, 299), (300, 256), (32_000, 31_744), (1, 0), (17, 16)] {
      var logits = normals(vocab, "logits")
      logits[place] = 1e4
      let found = draw(logits, uniform, level)
      #expect(found.token == place && found.logprob == 0, "\(place) of \(vocab)")
    }
  }

  @Test(arguments: levels, [0, 0.3, almostOne])
  func `a token of logit minus infinity is never drawn`(level: Kernels.Level, uniform: Float) {
    for vocab in [3, 300, 1000] {
      for open in [1..<2, 1..<vocab - 1, vocab / 2..<vocab / 2 + 1] {
        var logits = [Float](repeating: -.infinity, count: vocab)
        for token in open { logits[token] = Float(token % 7) }
        let found = draw(logits, uniform, level)
        #expect(open.contains(found.token), "\(found.token) of \(open)")
        #expect(found.logprob.isFinite)
      }
    }
  }

  @Test(arguments: levels, [Float(1), 0.1, 0.01, 0.001])
  func `at low temperatures the logprob loses nothing to large logits`(
    level: Kernels.Level, temperature: Float
  ) {
    for seed in 0..<50 {
      let row = normals(512, "cold \(seed)", scale: 2 * temperature).map { $0 + 25 }
      let drawn = Kernels(level: level).draw(
        Tensor(row, columns: 512), inverseTemperature: 1 / temperature, uniform: Float(seed) / 50,
        scratch: Tensor(rows: 1, columns: 512))
      let scaled = row.map { (Double($0) - Double(row.max() ?? 0)) * Double(1 / temperature) }
      let exact = logSoftmax(scaled).logprobs[drawn.token]
      #expect(abs(Double(drawn.logprob) - exact) < 1e-5, "\(drawn.logprob) instead of \(exact)")
    }
  }
}
