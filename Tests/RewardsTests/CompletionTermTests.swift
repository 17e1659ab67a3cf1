import Rewards
import Testing

/// Equal to a last few bits; the worked numbers are rounded.
private func isNear(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool { abs(a - b) <= tolerance }

@Suite struct `DLER truncation` {
  @Test func `a right answer counts only where it ended by itself within the limit`() {
    // L = 4,000, all right: 3900 and 4000 count, 4001 and 4200 do not, nor 4000 that was cut there.
    let rule = DLER(limit: 4000)
    let rewards = [(3900, false), (4000, false), (4001, false), (4200, false), (4000, true)].map {
      length, isTruncated in
      rule.reward(correctness: 1, isWhole: !isTruncated && length <= 4000)
    }
    #expect(rewards == [1, 1, 0, 0, 0])
  }

  @Test func `the factor is what is left of a cut right answer, and of a wrong one nothing is left anyway`() {
    let released = DLER(truncatedRewardFactor: 0.1)
    #expect(released.reward(correctness: 1, isWhole: false) == 0.1)
    #expect(released.reward(correctness: 0, isWhole: false) == 0)
    #expect(DLER(truncatedRewardFactor: 1).reward(correctness: 1, isWhole: false) == 1)
  }

  @Test func `what a filter looks at is correctness within the limit`() {
    var configuration = RewardConfiguration()
    configuration.terms = [RewardTerm(.dler(DLER(limit: 10)))]
    func accuracy(_ tokens: Int, isTruncated: Bool = false, text: String = "#### 7") -> Double? {
      let completion = Completion(
        text: text, tokenCount: tokens, finishReason: isTruncated ? .length : .stop, groundTruth: "7")
      let result = configuration.evaluate(completion, taskVerifier: "gsm8k", maximumLength: 20)
      #expect(result.correctness == (text == "#### 7" ? 1 : 0))
      return result.accuracy
    }
    #expect(accuracy(10) == 1)
    #expect(accuracy(11) == 0)
    #expect(accuracy(9, isTruncated: true) == 0)
    #expect(accuracy(9, text: "#### 8") == 0)
    // Without penalty the term is correctness.
    configuration.terms = [RewardTerm(.dler(DLER(limit: 10, truncatedRewardFactor: 1)))]
    #expect(accuracy(11) == 1)
  }
}

@Suite struct `LCPO reward` {
  @Test(arguments: [
    (1.0, 1000, 800, 0.94), (0, 1000, 800, -0.06), (1, 100, 4096, -0.1988), (1, 3600, 3600, 1),
    (0, 1000, 900, -0.03), (0, 1000, 1400, -0.12),
  ])
  func `exact takes alpha per token off the budget, right or wrong`(
    correctness: Double, budget: Int, length: Int, expected: Double
  ) {
    let reward = LCPO.exact.reward(correctness: correctness, length: length, budget: budget)
    #expect(isNear(reward, expected))
  }

  @Test(arguments: [
    (400, 1.0), (524, 1), (900, 0.624), (1024, 0.5), (1100, 0.424), (1524, 0), (9000, 0),
  ])
  func `maximum gives half at the budget and nothing to wrong answers`(length: Int, expected: Double) {
    #expect(isNear(LCPO.maximum.reward(correctness: 1, length: length, budget: 1024), expected))
    #expect(LCPO.maximum.reward(correctness: 0, length: length, budget: 1024) == 0)
  }

  @Test(arguments: [(1024, 0.8072), (2048, 0.5), (3072, 0.1928), (381, 1), (382, 0.9998), (3715, 0)])
  func `maximum with the slope of the paper's exact form`(length: Int, expected: Double) {
    let rule = LCPO(mode: .maximum(delta: 0.5), alpha: 3e-4)
    #expect(isNear(rule.reward(correctness: 1, length: length, budget: 2048), expected))
  }

  @Test func `the budget comes from the data row, and a row without one gets no total but keeps its verdict`()
  {
    var configuration = RewardConfiguration()
    configuration.terms = [RewardTerm(.lcpo(.exact))]
    func result(_ columns: [String: String]) -> RewardResult {
      configuration.evaluate(
        Completion(text: "#### 7", tokenCount: 800, groundTruth: "7", columns: columns),
        taskVerifier: "gsm8k", maximumLength: 4096)
    }
    #expect(result(["budget": "1000"]).total.map { isNear($0, 0.94) } == true)
    for bad in [[:], ["budget": "soon"], ["budget": "0"], ["budget": "1e3"]] {
      let result = result(bad)
      #expect(result.total == nil && result.correctness == 1 && result.problem != nil)
      #expect(throws: RewardError.self) { try configuration.validate(columns: bad) }
    }
    #expect(
      result([:]).problem?.description
        == "reward term `lcpo` reads the data column `budget`, which this row does not have; add it, "
        + "or give the term a constant, or draw budgets for prompts with `data.budgets`")
  }

  @Test func `what the prompt asks for comes before the data row, and a constant before both`() {
    func total(_ rule: LCPO, asked: Completion.Budget?) -> Double? {
      var configuration = RewardConfiguration()
      configuration.terms = [RewardTerm(.lcpo(rule))]
      return configuration.evaluate(
        Completion(
          text: "#### 7", tokenCount: 800, groundTruth: "7", columns: ["budget": "900"], budget: asked),
        taskVerifier: "gsm8k", maximumLength: 4096
      ).total
    }
    #expect(total(.exact, asked: nil).map { isNear($0, 0.97) } == true)
    #expect(total(.exact, asked: .exact(1000)).map { isNear($0, 0.94) } == true)
    let constant = LCPO(mode: .exact, alpha: 3e-4, budget: .constant(800))
    #expect(total(constant, asked: .exact(1000)) == 1)
  }

  @Test func `dual pays each prompt by what it asks for`() {
    let rule = LCPO.dual
    // 1 − 3e-4 · 200, and clip(1e-3 · 200 + .5).
    #expect(isNear(rule.reward(correctness: 1, length: 800, budget: .exact(1000)), 0.94))
    #expect(isNear(rule.reward(correctness: 1, length: 800, budget: .maximum(1000)), 0.7))
    #expect(isNear(rule.reward(correctness: 0, length: 800, budget: .exact(1000)), -0.06))
    #expect(rule.reward(correctness: 0, length: 800, budget: .maximum(1000)) == 0)
    for length in [100, 524, 900, 1024, 1524, 9000] {
      for correctness in [0.0, 0.5, 1] {
        #expect(
          rule.reward(correctness: correctness, length: length, budget: .maximum(1024))
            == LCPO.maximum.reward(correctness: correctness, length: length, budget: 1024))
        #expect(
          rule.reward(correctness: correctness, length: length, budget: .exact(1024))
            == LCPO.exact.reward(correctness: correctness, length: length, budget: 1024))
      }
    }
    let other = LCPO(mode: .dual(maximumAlpha: 0.01, delta: 0.25), alpha: 0.001)
    #expect(isNear(other.reward(correctness: 1, length: 110, budget: .maximum(100)), 0.15))
    #expect(isNear(other.reward(correctness: 1, length: 110, budget: .exact(100)), 0.99))
  }

  @Test func `dual does not guess what a prompt without a budget means`() throws {
    var configuration = RewardConfiguration()
    configuration.terms = [RewardTerm(.lcpo(.dual))]
    let error = try #require(throws: RewardError.self) {
      try configuration.validate(columns: ["budget": "900"])
    }
    #expect(error.description.contains("`data.budgets`"))
    try configuration.validate(columns: [:], budget: .maximum(64))
    configuration.terms = [
      RewardTerm(.lcpo(LCPO(mode: .dual(maximumAlpha: 1, delta: 0.5), alpha: 1, budget: .constant(9))))
    ]
    #expect(throws: RewardError.self) { try configuration.validate(maximumLength: 100) }
  }

  @Test func `a wrong group of exact answers is told apart by length, one of maximum answers is not`() {
    // n = 1000: −.03, 0, −.12, −.3 → advantages .6111, .8333, −.0556, −1.3889 (ddof 1), as §3 of the paper has it.
    let lengths = [900, 1000, 1400, 2000]
    let rewards = lengths.map { LCPO.dual.reward(correctness: 0, length: $0, budget: .exact(1000)) }
    #expect(zip(rewards, [-0.03, 0, -0.12, -0.3]).allSatisfy { isNear($0, $1) })
    let mean = rewards.reduce(0, +) / 4
    let deviation = (rewards.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3).squareRoot()
    let advantages = rewards.map { ($0 - mean) / deviation }
    #expect(zip(advantages, [0.6111, 0.8333, -0.0556, -1.3889]).allSatisfy { abs($0 - $1) < 5e-5 })
    #expect(lengths.allSatisfy { LCPO.dual.reward(correctness: 0, length: $0, budget: .maximum(1000)) == 0 })
  }
}

@Suite struct `Cosine length reward` {
  // The paper's numbers: 1 … 2 for right, −10 … 0 for wrong, T_max 14,336, margin 16.
  @Test(arguments: [
    (1000, 1.9880, -9.8804), (7000, 1.5184, -5.1840), (14_000, 1.0014, -0.0135), (14_319, 1, 0),
    (14_320, -10, -10), (Int.max, -10, -10),
  ])
  func `matches the worked table`(length: Int, right: Double, wrong: Double) {
    let rule = CosineReward()
    #expect(isNear(rule.reward(isRight: true, length: length, maximumLength: 14_336), right, 5e-5))
    #expect(isNear(rule.reward(isRight: false, length: length, maximumLength: 14_336), wrong, 5e-5))
  }

  @Test func `falls with length for right answers, rises for wrong ones, up to the jump one token wide`() {
    let rule = CosineReward()
    let right = (0..<984).map { rule.reward(isRight: true, length: $0, maximumLength: 1000) }
    let wrong = (0..<984).map { rule.reward(isRight: false, length: $0, maximumLength: 1000) }
    #expect(zip(right, right.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(zip(wrong, wrong.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(right.allSatisfy { $0 >= 1 } && wrong.allSatisfy { $0 <= 0 })
    #expect(rule.reward(isRight: true, length: 984, maximumLength: 1000) == -10)
  }

  @Test func `clamped, it stays at its end value past the cap`() {
    let rule = CosineReward(minCorrect: 0.5, maxCorrect: 1, minWrong: -1, maxWrong: -0.5, form: .clamped)
    let lengths = [0, 50, 100, 101, 200]
    let right = lengths.map { rule.reward(isRight: true, length: $0, maximumLength: 100) }
    let wrong = lengths.map { rule.reward(isRight: false, length: $0, maximumLength: 100) }
    #expect(zip(right, [1, 0.75, 0.5, 0.5, 0.5]).allSatisfy { isNear($0, $1) })
    #expect(zip(wrong, [-1, -0.75, -0.5, -0.5, -0.5]).allSatisfy { isNear($0, $1) })
  }
}

@Suite struct `O1-Pruner weight` {
  // Reference: 1,000 tokens, half right. Raw 4.0, 2.75, −2.667, −2.875; clipped to [−2, 4].
  @Test(arguments: [
    (400, 1.0, 4.0, 4.0), (800, 1.0, 2.75, 2.75), (1200, 0.0, -8.0 / 3, -2.0), (1600, 0.0, -2.875, -2.0),
  ])
  func `matches the worked row`(length: Int, correctness: Double, raw: Double, clipped: Double) {
    let reference = O1Pruner.Reference(length: 1000, accuracy: 0.5)
    let rule = O1Pruner()
    #expect(isNear(rule.rawWeight(correctness: correctness, length: length, reference: reference), raw))
    #expect(isNear(rule.weight(correctness: correctness, length: length, reference: reference), clipped))
  }

  @Test func `an empty completion is bounded like any other`() {
    let reference = O1Pruner.Reference(length: 1000, accuracy: 0.5)
    #expect(O1Pruner().weight(correctness: 0, length: 0, reference: reference) == 4)
  }

  @Test func `the reference comes from the data row or from constants`() {
    var configuration = RewardConfiguration()
    configuration.terms = [RewardTerm(.o1Pruner(O1Pruner()))]
    func result(_ columns: [String: String]) -> RewardResult {
      configuration.evaluate(
        Completion(text: "#### 7", tokenCount: 800, groundTruth: "7", columns: columns),
        taskVerifier: "gsm8k", maximumLength: 4096)
    }
    #expect(result(["reference_length": "1000", "reference_accuracy": "0.5"]).total == 2.75)
    #expect(result(["reference_length": "1000"]).total == nil)
    #expect(result(["reference_length": "0", "reference_accuracy": "0.5"]).total == nil)
    #expect(result(["reference_length": "1000", "reference_accuracy": "nan"]).total == nil)
    configuration.terms = [RewardTerm(.o1Pruner(O1Pruner(referenceLength: 1000, referenceAccuracy: 0.5)))]
    #expect(result([:]).total == 2.75)
  }
}
