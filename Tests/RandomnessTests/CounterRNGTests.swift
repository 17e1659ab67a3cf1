import Randomness
import Testing

@Suite struct `Counter-based random numbers` {
  /// Known answers of Philox4x32-10 from Random123's `kat_vectors`, words least significant first.
  /// Our counter is (position, stream), our key the seed, low word first in each.
  static let knownAnswers: [(counter: [UInt32], key: [UInt32], block: [UInt32])] = [
    (
      [0, 0, 0, 0], [0, 0],
      [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]
    ),
    (
      [0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], [0xFFFF_FFFF, 0xFFFF_FFFF],
      [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD]
    ),
    (
      [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344], [0xA409_3822, 0x299F_31D0],
      [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1]
    ),
  ]

  @Test(arguments: knownAnswers)
  func `a block is Random123's Philox4x32-10`(answer: (counter: [UInt32], key: [UInt32], block: [UInt32])) {
    func joined(_ words: ArraySlice<UInt32>) -> UInt64 {
      words.reversed().reduce(0) { $0 << 32 | UInt64($1) }
    }
    let block = CounterRNG.block(
      seed: joined(answer.key[...]), stream: joined(answer.counter[2...]),
      position: joined(answer.counter[..<2]))
    #expect([block.0, block.1, block.2, block.3] == answer.block)
  }

  @Test func `two draws are the two halves of one block, low words first`() {
    var random = CounterRNG(seed: 7, stream: Stream("halves"))
    let block = CounterRNG.block(seed: 7, stream: Stream("halves").identifier, position: 0)
    #expect(random.next() == UInt64(block.1) << 32 | UInt64(block.0))
    #expect(random.next() == UInt64(block.3) << 32 | UInt64(block.2))
    let second = CounterRNG.block(seed: 7, stream: Stream("halves").identifier, position: 1)
    #expect(random.next() == UInt64(second.1) << 32 | UInt64(second.0))
  }

  @Test(arguments: [UInt64(0), 1, 17, 1 << 40])
  func `starting at a position gives what drawing up to it gives`(position: UInt64) {
    var jumped = CounterRNG(seed: 3, stream: Stream("jump", 2), position: position)
    if position < 100 {
      var sequential = CounterRNG(seed: 3, stream: Stream("jump", 2))
      for _ in 0..<2 * position { _ = sequential.next() }
      for _ in 0..<9 { #expect(jumped.next() == sequential.next()) }
    } else {
      // The high word of the position counts too.
      var low = CounterRNG(seed: 3, stream: Stream("jump", 2), position: position & 0xFFFF_FFFF)
      #expect(jumped.next() != low.next())
    }
  }

  @Test func `a uniform number is the top 24 bits of the block's first word`() {
    for position in UInt64(0)..<100 {
      let word = CounterRNG.block(seed: 5, stream: Stream("u").identifier, position: position).0
      let uniform = CounterRNG.uniform(seed: 5, stream: Stream("u"), position: position)
      #expect(uniform == Float(word >> 8) / 16_777_216)
      #expect(uniform >= 0 && uniform < 1)
    }
  }

  /// Tolerances are five standard errors: 1/√(12 n) for the mean and √(1/180 n) for the variance of a uniform.
  @Test func `uniform numbers have the moments and the bins of the uniform distribution`() {
    let count = 200_000
    var random = CounterRNG(seed: 1, stream: Stream("moments"))
    let draws = (0..<count).map { _ in random.uniform() }
    let mean = draws.reduce(0, +) / Double(count)
    let variance = draws.reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) } / Double(count)
    #expect(abs(mean - 0.5) < 5 * (1 / (12 * Double(count))).squareRoot())
    #expect(abs(variance - 1 / 12) < 5 * (1 / (180 * Double(count))).squareRoot())
    var bins = [Double](repeating: 0, count: 64)
    for draw in draws { bins[Int(draw * 64)] += 1 }
    let expected = Double(count) / 64
    // 63 degrees of freedom: beyond 120 with probability 2e-5, below 20 with 1e-7. Seeded, so it cannot flake.
    let chiSquare = bins.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    #expect(chiSquare < 120 && chiSquare > 20)
  }

  @Test func `normal numbers have mean 0, variance 1, no skew and a kurtosis of 3`() {
    let count = 200_000
    var random = CounterRNG(seed: 2, stream: Stream("normal"))
    let draws = (0..<count).map { _ in random.normal() }
    func moment(_ power: Int) -> Double {
      draws.reduce(0) { sum, draw in sum + (0..<power).reduce(1) { product, _ in product * draw } }
        / Double(count)
    }
    // Standard errors: √(1/n), √(2/n), √(15/n), √(96/n).
    let unit = 5 / Double(count).squareRoot()
    #expect(abs(moment(1)) < unit)
    #expect(abs(moment(2) - 1) < unit * 2.0.squareRoot())
    #expect(abs(moment(3)) < unit * 15.0.squareRoot())
    #expect(abs(moment(4) - 3) < unit * 96.0.squareRoot())
  }

  @Test func `neighbouring streams, seeds and positions are uncorrelated`() {
    let count = 100_000
    func draws(_ seed: UInt64, _ stream: Stream, _ position: UInt64) -> [Double] {
      var random = CounterRNG(seed: seed, stream: stream, position: position)
      return (0..<count).map { _ in random.uniform() - 0.5 }
    }
    let base = draws(1, Stream("sampling", 1, 2, 3), 0)
    let others = [
      draws(1, Stream("sampling", 1, 2, 4), 0), draws(1, Stream("sampling", 1, 3, 2), 0),
      draws(1, Stream("shuffle", 1, 2, 3), 0), draws(2, Stream("sampling", 1, 2, 3), 0),
      draws(1, Stream("sampling", 1, 2, 3), 1),
    ]
    for other in others {
      let correlation = 12 * zip(base, other).reduce(0) { $0 + $1.0 * $1.1 } / Double(count)
      #expect(abs(correlation) < 5 / Double(count).squareRoot())
    }
    // …and one further along is the same sequence, one block later.
    #expect(Array(base[2..<count]) == Array(others[4][0..<count - 2]))
  }
}
