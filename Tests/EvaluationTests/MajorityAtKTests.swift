import Evaluation
import Testing

@Suite struct `Majority at k` {
  /// The definition: all subsets, one after another.
  func enumerated(_ answers: [String?], gold: String, k: Int) -> Double {
    var (sum, subsets) = (0.0, 0.0)
    for bits in 0..<(1 << answers.count) where bits.nonzeroBitCount == k {
      let votes = answers.indices.filter { bits >> $0 & 1 == 1 }.compactMap { answers[$0] }
      let counts = votes.reduce(into: [:]) { $0[$1, default: 0] += 1 }
      let winners = counts.filter { $0.value == counts.values.max() }.keys
      sum += winners.contains(gold) ? 1 / Double(winners.count) : 0
      subsets += 1
    }
    return sum / subsets
  }

  @Test func `a tie of two is worth a half, by hand`() {
    // 17, 17, 18, 18, 3: all five are drawn, two answers lead.
    #expect(majorityAtK(answers: [17, 17, 18, 18, 3], gold: 17, k: 5) == 0.5)
    // One of three is drawn: right with 2/3. Two of three: 17 17 (1), and twice 17 18 (½): (1 + ½ + ½) / 3.
    #expect(abs(majorityAtK(answers: [17, 17, 18], gold: 17, k: 1) - 2 / 3.0) < 1e-15)
    #expect(abs(majorityAtK(answers: [17, 17, 18], gold: 17, k: 2) - 2 / 3.0) < 1e-15)
  }

  @Test func `answers that could not be read count in the draw and never win`() {
    // Two of (nil, nil, 17): 17 is drawn in two of three pairs, and then leads alone.
    #expect(abs(majorityAtK(answers: [nil, nil, 17], gold: 17, k: 2) - 2 / 3.0) < 1e-15)
    #expect(majorityAtK(answers: [nil, nil], gold: 17, k: 2) == 0)
    #expect(majorityAtK(answers: [nil, 17, nil], gold: 17, k: 3) == 1)
    #expect(majorityAtK(answers: [18, nil], gold: 17, k: 1) == 0)
  }

  @Test func `equals the mean over all subsets`() {
    var generator = Draws(state: 7)
    for _ in 0..<60 {
      let count = Int.random(in: 1...11, using: &generator)
      let answers = (0..<count).map { _ in ["a", "b", "c", "d", nil].randomElement(using: &generator) ?? nil }
      for k in 1...count {
        let (found, expected) = (
          majorityAtK(answers: answers, gold: "a", k: k), enumerated(answers, gold: "a", k: k)
        )
        #expect(abs(found - expected) < 1e-12, "\(answers), k \(k): \(found), not \(expected)")
      }
    }
  }

  @Test func `one answer drawn is the share of right ones, also of a thousand`() {
    let answers = (0..<1024).map { $0 % 3 }
    #expect(abs(majorityAtK(answers: answers, gold: 0, k: 1) - 342 / 1024.0) < 1e-13)
  }

  @Test func `a thousand answers neither overflow nor lose digits`() {
    // Three answers, by symmetry: the chances of being the winner add up to 1 whenever somebody was drawn.
    let answers = (0..<1024).map { $0 % 3 }
    for k in [2, 511, 1023, 1024] {
      let sum = (0..<3).reduce(0) { $0 + majorityAtK(answers: answers, gold: $1, k: k) }
      #expect(abs(sum - 1) < 1e-11, "k \(k): \(sum)")
    }
    // All different: each is as likely as any other to be named, if it was drawn.
    let different = Array(0..<1024)
    #expect(abs(majorityAtK(answers: different, gold: 5, k: 512) - 1 / 1024.0) < 1e-13)
  }
}

/// The same draws in every run (SplitMix64).
private struct Draws: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
