import Objectives
import Testing

@Suite struct `Group advantages` {
  @Test func `one right of two, by hand`() throws {
    // mean 0.5, std (ddof 1) sqrt(4 · 0.25 / 3) = 0.5773503  ⇒  A = ±0.5 / 0.5773513
    #expect(try advantages([1, 0, 0, 1]).isNear([0.866024, -0.866024, -0.866024, 0.866024]))
    // std (ddof 0) 0.5  ⇒  A = ±0.5 / 0.500001
    #expect(
      try advantages([1, 0, 0, 1], AdvantageRule(stdDdof: 0)).isNear([
        0.999998, -0.999998, -0.999998, 0.999998,
      ]))
    #expect(try advantages([1, 0, 0, 1], AdvantageRule(scaling: .none)).isNear([0.5, -0.5, -0.5, 0.5]))
    #expect(
      try advantages([1, 0, 0, 1], AdvantageRule(baseline: .leaveOneOut, scaling: .none)).isNear([
        0.666667, -0.666667, -0.666667, 0.666667,
      ]))
  }

  @Test func `one right of four, by hand`() throws {
    #expect(try advantages([1, 0, 0, 0]).isNear([1.499997, -0.499999, -0.499999, -0.499999]))
    #expect(
      try advantages([1, 0, 0, 0], AdvantageRule(stdDdof: 0)).isNear([
        1.732047, -0.577349, -0.577349, -0.577349,
      ]))
    #expect(try advantages([1, 0, 0, 0], AdvantageRule(scaling: .none)).isNear([0.75, -0.25, -0.25, -0.25]))
    // the others' mean: 0 for the right one, 1/3 for each wrong one
    #expect(
      try advantages([1, 0, 0, 0], AdvantageRule(baseline: .leaveOneOut, scaling: .none)).isNear([
        1, -0.333333, -0.333333, -0.333333,
      ]))
  }

  @Test func `a length-weighted baseline leans on long responses`() throws {
    // baseline (3 · 1 + 1 · 0) / 4
    let result = groupAdvantages(
      rewards: [[1, 0, nil]], lengths: [[3, 1, 100]],
      rule: AdvantageRule(baseline: .lengthWeighted, scaling: .none))
    #expect(result == [[0.25, -0.75, nil]])
  }

  @Test func `without baseline and scaling the advantage is the reward`() {
    let rule = AdvantageRule(baseline: .none, scaling: .none)
    #expect(groupAdvantages(rewards: [[1, 1], [0.5, -2]], rule: rule) == [[1, 1], [0.5, -2]])
  }

  @Test func `batch scaling divides by the spread of all groups`() throws {
    // rewards 1,0 | 1,1: mean of all 0.75, std (ddof 1) sqrt(0.75 / 3) = 0.5; the second group has no spread
    let result = groupAdvantages(rewards: [[1, 0], [1, 1]], rule: AdvantageRule(scaling: .batch))
    #expect(try #require(result[0][0]).isClose(to: 0.5 / 0.500001, absolute: 1e-12))
    #expect(result[1] == [0, 0])
  }

  @Test(arguments: [3, 6, 7, 16]) func `equal rewards give exactly 0`(size: Int) {
    for baseline in [AdvantageBaseline.groupMean, .leaveOneOut, .lengthWeighted] {
      for scaling in RewardScaling.allCases {
        let result = groupAdvantages(
          rewards: [Array(repeating: 0.9, count: size), [0, 1]],
          lengths: [Array(1...size), [1, 2]], rule: AdvantageRule(baseline: baseline, scaling: scaling))
        #expect(result[0].allSatisfy { $0 == 0 }, "\(baseline) \(scaling)")
      }
    }
  }

  @Test func `a response without a verdict is in no statistic and has no advantage`() {
    let result = groupAdvantages(rewards: [[1, nil, 0, .nan]], rule: AdvantageRule(scaling: .none))
    #expect(result == [[0.5, nil, -0.5, nil]])
    let rloo = AdvantageRule(baseline: .leaveOneOut, scaling: .none)
    #expect(groupAdvantages(rewards: [[1, nil, 0, .nan]], rule: rloo) == [[1, nil, -1, nil]])
  }

  @Test func `a group with one verdict of several has no advantages`() {
    let result = groupAdvantages(rewards: [[nil, 1, nil], [nil, nil], []], rule: AdvantageRule())
    #expect(result == [[nil, nil, nil], [nil, nil], []])
  }

  @Test func `a group of one keeps its reward`() throws {
    #expect(try advantages([0.8], AdvantageRule(scaling: .none)) == [0.8])
    #expect(try advantages([0.8], AdvantageRule(baseline: .leaveOneOut, scaling: .none)) == [0.8])
    #expect(try advantages([0.8])[0].isClose(to: 0.8 / 1.000001, absolute: 1e-12))
    #expect(groupAdvantages(rewards: [[nil]], rule: AdvantageRule()) == [[nil]])
  }

  @Test(arguments: AdvantageBaseline.allCases.filter { $0 != .none }, 1...8)
  func `shift, positive scale and order of the rewards do not matter`(
    baseline: AdvantageBaseline, seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 2...9, using: &random)
    let rewards = (0..<count).map { _ in Double.random(in: -1...1, using: &random) }
    let lengths = (0..<count).map { _ in Int.random(in: 1...9, using: &random) }
    func result(_ rewards: [Double], _ lengths: [Int], scaling: RewardScaling = .group) throws -> [Double] {
      try groupAdvantages(
        rewards: [rewards], lengths: [lengths], rule: AdvantageRule(baseline: baseline, scaling: scaling)
      )[0].map { try #require($0) }
    }
    let base = try result(rewards, lengths)
    #expect(try result(rewards.map { $0 + 3 }, lengths).isNear(base))
    // 1e-6 is added to a std that is 10 times larger: 1e-6 / std relative
    #expect(try result(rewards.map { $0 * 10 }, lengths).isNear(base, absolute: 1e-4))
    let centered = try result(rewards, lengths, scaling: .none)
    #expect(
      try result(rewards.map { $0 * 10 }, lengths, scaling: .none).isNear(centered.map { $0 * 10 }))
    let order = Array(rewards.indices).shuffled(using: &random)
    #expect(
      try result(order.map { rewards[$0] }, order.map { lengths[$0] }).isNear(order.map { base[$0] }))
  }

  @Test func `centered advantages of a group add up to 0`() throws {
    for baseline in [AdvantageBaseline.groupMean, .leaveOneOut] {
      let result = try advantages([0.3, -1, 2, 0.9, 0], AdvantageRule(baseline: baseline))
      #expect(result.reduce(0, +).isClose(to: 0, absolute: 1e-12))
    }
  }
}

@Suite struct `Advantages of several rewards` {
  /// LongWriter-Zero's example: the length band of 1500, 3200, 4800 and 9000 tokens, quality, format.
  private let components: [[[Double?]]] = [
    [[0.5, 1, 1, 5.0 / 9]], [[0.62, 0.64, 0.66, 0.70]], [[1, 1, 0, 1]],
  ]
  private let rule = AdvantageRule(stdDdof: 0)

  @Test func `averaged advantages let every component speak, their sum only the widest`() {
    let averaged = componentAdvantages(
      components: components, weights: [1.0 / 3, 1.0 / 3, 1.0 / 3], rule: rule)
    #expect(averaged[0].compactMap { $0 }.isNear([-0.573, 0.356, -0.189, 0.406], absolute: 6e-4))
    let sums: [Double?] = (0..<4).map { member in components.reduce(0) { $0 + ($1[0][member] ?? 0) } }
    let summed = groupAdvantages(rewards: [sums], rule: rule)
    #expect(summed[0].compactMap { $0 }.isNear([-0.140, 1.345, -1.453, 0.247], absolute: 6e-4))
  }

  @Test func `the scale of a component does not matter, a constant one adds nothing, one alone is GRPO`() {
    let base = componentAdvantages(components: components, weights: [1, 0.5, 0.25], rule: rule)[0]
    var scaled = components
    scaled[1] = scaled[1].map { $0.map { $0.map { $0 * 1000 } } }
    let other = componentAdvantages(components: scaled, weights: [1, 0.5, 0.25], rule: rule)[0]
    // 1e-6 counts for less beside a larger std
    #expect(other.compactMap { $0 }.isNear(base.compactMap { $0 }, absolute: 1e-4))

    let constant = componentAdvantages(
      components: [components[0], [[0.3, 0.3, 0.3, 0.3]]], weights: [1, 7], rule: rule)
    #expect(constant == componentAdvantages(components: [components[0]], weights: [1], rule: rule))
    #expect(constant == groupAdvantages(rewards: components[0], rule: rule))
  }

  @Test func `a response without a verdict in one component is left out of all`() {
    let rule = AdvantageRule(scaling: .none)
    let result = componentAdvantages(
      components: [[[1, 0, 5]], [[0, 1, nil]]], weights: [1, 2], rule: rule)
    #expect(result == [[-0.5, 0.5, nil]])
    #expect(
      componentAdvantages(components: [[[1, 0]], [[nil, 1]]], weights: [1, 2], rule: rule) == [[nil, nil]])
  }
}

/// Advantages of one group whose members all have a verdict.
private func advantages(_ rewards: [Double], _ rule: AdvantageRule = AdvantageRule()) throws -> [Double] {
  try groupAdvantages(rewards: [rewards], rule: rule)[0].map { try #require($0) }
}

extension [Double] {
  fileprivate func isNear(_ other: [Double], absolute: Double = 1e-6) -> Bool {
    count == other.count && zip(self, other).allSatisfy { $0.isClose(to: $1, absolute: absolute) }
  }
}
