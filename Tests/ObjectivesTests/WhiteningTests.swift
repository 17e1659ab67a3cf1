import Objectives
import Testing

@Suite struct `Whitening over the batch` {
  @Test func `token weights, by hand`() {
    // lengths 2,2,4,2: mean (1 − 1 + 2 − 1) / 10 = 0.1, var (ddof 1) 2.4 / 9 = 0.2666667
    let result = whitened([0.5, -0.5, 0.5, -0.5], counts: [2, 2, 4, 2], ddof: 1)
    #expect(mismatch(result, [0.774597, -1.161895, 0.774597, -1.161895], absolute: 1e-6) == nil)
    // every response once, ddof 0: mean 0, std 0.5
    #expect(
      mismatch(
        whitened([0.5, -0.5, 0.5, -0.5], counts: [1, 1, 1, 1], ddof: 0), [1, -1, 1, -1], absolute: 1e-6)
        == nil)
  }

  @Test func `batch-wise advantages of DLER, by hand`() {
    // groups 1,0,0,0 and 1,1,0,0, centered
    let centered = [0.75, -0.25, -0.25, -0.25, 0.5, 0.5, -0.5, -0.5]
    let once = centered.map { _ in 1.0 }
    #expect(
      mismatch(
        whitened(centered, counts: once, ddof: 0),
        [1.603567, -0.534522, -0.534522, -0.534522, 1.069045, 1.069045, -1.069045, -1.069045], absolute: 1e-6)
        == nil)
    #expect(
      mismatch(
        whitened(centered, counts: once, ddof: 1), [1.5, -0.5, -0.5, -0.5, 1, 1, -1, -1], absolute: 1e-6)
        == nil)
    // two groups 1,0 with lengths 2,6 and 4,4: mean −0.125, var 0.25
    #expect(
      mismatch(
        whitened([0.5, -0.5, 0.5, -0.5], counts: [2, 6, 4, 4], ddof: 1), [1.25, -0.75, 1.25, -0.75],
        absolute: 1e-6) == nil)
  }

  @Test(arguments: 1...10) func `the result has mean 0 and variance 1 over what counts`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let values = (0..<7).map { _ in Double.random(in: -2...2, using: &random) }
    let counts = (0..<7).map { _ in Double(Int.random(in: 1...9, using: &random)) }
    let total = counts.reduce(0, +)
    for ddof in [0, 1] {
      let result = whitened(values, counts: counts, ddof: ddof)
      let mean = zip(result, counts).reduce(0) { $0 + $1.0 * $1.1 } / total
      let variance = zip(result, counts).reduce(0) { $0 + $1.0 * $1.0 * $1.1 } / (total - Double(ddof))
      #expect(mean.isClose(to: 0, absolute: 1e-12))
      #expect(variance.isClose(to: 1, absolute: 1e-7))
    }
  }

  @Test(arguments: 1...5) func `tokens by themselves and responses by their counts agree`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let values = (0..<4).map { _ in Double.random(in: -2...2, using: &random) }
    let counts = (0..<4).map { _ in Int.random(in: 1...5, using: &random) }
    let byResponse = whitened(values, counts: counts.map(Double.init), ddof: 1)
    func spread(_ values: [Double]) -> [Double] {
      zip(values, counts).flatMap { Array(repeating: $0, count: $1) + [.nan] }
    }
    let mask = counts.flatMap { Array(repeating: true, count: $0) + [false] }
    let byToken = whitenedTokens(spread(values), mask: mask)
    let expected = zip(spread(byResponse), mask).map { $1 ? $0 : 0 }
    #expect(mismatch(byToken, expected, absolute: 1e-12) == nil)
  }

  @Test func `without spread, or without anything to compare, the result is exactly 0`() {
    #expect(whitened([0.1, 0.1, 0.1], counts: [3, 1, 2], ddof: 1) == [0, 0, 0])
    #expect(whitened([0.5, 3], counts: [4, 0], ddof: 1) == [0, 0])
    #expect(whitened([0.5], counts: [1], ddof: 1) == [0])
    #expect(whitened([], counts: [], ddof: 1) == [])
    #expect(whitenedTokens([1, 2], mask: [false, false]) == [0, 0])
    #expect(whitenedTokens([1, 2], mask: [true, false]) == [0, 0])
  }

  @Test func `a NaN does not vanish`() {
    #expect(whitened([.nan, 1], counts: [1, 1], ddof: 1).allSatisfy { $0.isNaN })
  }
}

@Suite struct `Rewards of tokens` {
  @Test func `the outcome sits on the last trained token and the KL on each`() {
    let rewards = tokenRewards(
      outcomes: [1, 2, 3], kl: [0.5, 1, 0.25, 9, 9, 0.5], beta: 2, offsets: [0, 4, 5, 6],
      mask: [true, true, true, false, false, true])
    // the fourth token was put in, and the second response has nothing to train
    #expect(rewards == [-1, -2, 0.5, 0, 0, 2])
  }

  @Test func `returns are discounted per trained token and pass over tool output`() {
    let returns = returnsToGo(
      [1, 1, 0, 0, 4, 8], offsets: [0, 5, 6], mask: [true, true, false, false, true, true], gamma: 0.5)
    #expect(returns == [2.5, 3, 0, 0, 4, 8])
    // a reward on tool output belongs to the trained tokens before it
    #expect(returnsToGo([0, 3], offsets: [0, 2], mask: [true, false], gamma: 0.5) == [1.5, 0])
  }

  @Test func `with gamma 1 and no KL every token has the outcome`() {
    let mask = [true, false, true, true]
    let rewards = tokenRewards(
      outcomes: [0.7], kl: [1, 1, 1, 1], beta: 0, offsets: [0, 4], mask: mask)
    #expect(returnsToGo(rewards, offsets: [0, 4], mask: mask, gamma: 1) == [0.7, 0, 0.7, 0.7])
  }
}
