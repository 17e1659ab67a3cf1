import Objectives
import Testing

@Suite struct `Group advantages` {
  @Test func `one right of two, by hand`() throws {
    // mean 0.5, std (ddof 1) sqrt(4 · 0.25 / 3) = 0.5773503  ⇒  A = ±0.5 / 0.5773513
    let sample = try advantages([1, 0, 0, 1], .group, 1)
    #expect(sample.isClose(to: [0.866024, -0.866024, -0.866024, 0.866024]))
    // std (ddof 0) 0.5  ⇒  A = ±0.5 / 0.500001
    #expect(try advantages([1, 0, 0, 1], .group, 0).isClose(to: [0.999998, -0.999998, -0.999998, 0.999998]))
    #expect(try advantages([1, 0, 0, 1], .none, 1).isClose(to: [0.5, -0.5, -0.5, 0.5]))
    #expect(
      try advantages([1, 0, 0, 0], .group, 0).isClose(to: [1.732047, -0.577349, -0.577349, -0.577349]))
    #expect(
      try advantages([1, 0, 0, 0], .group, 1).isClose(to: [1.499997, -0.499999, -0.499999, -0.499999]))
  }

  @Test func `batch scaling divides by the spread of all groups`() throws {
    // rewards 1,0 | 1,1: mean of all 0.75, std (ddof 1) sqrt(0.75 / 3) = 0.5; the second group has no spread
    let result = groupAdvantages(rewards: [[1, 0], [1, 1]], scaling: .batch, stdDdof: 1)
    #expect(try #require(result[0][0]).isClose(to: 0.5 / 0.500001, absolute: 1e-12))
    #expect(result[1] == [0, 0])
  }

  @Test(arguments: [3, 6, 7, 16]) func `equal rewards give exactly 0`(size: Int) {
    for scaling in RewardScaling.allCases {
      let result = groupAdvantages(
        rewards: [Array(repeating: 0.9, count: size), [0, 1]], scaling: scaling, stdDdof: 1)
      #expect(result[0] == Array(repeating: 0, count: size))
    }
  }

  @Test func `a response without a verdict is in no statistic and has no advantage`() {
    let result = groupAdvantages(rewards: [[1, nil, 0, .nan]], scaling: .none, stdDdof: 1)
    #expect(result == [[0.5, nil, -0.5, nil]])
  }

  @Test func `a group with one verdict of several has no advantages`() {
    let result = groupAdvantages(rewards: [[nil, 1, nil], [nil, nil], []], scaling: .group, stdDdof: 1)
    #expect(result == [[nil, nil, nil], [nil, nil], []])
  }

  @Test func `a group of one keeps its reward`() throws {
    #expect(try advantages([0.8], .none, 1) == [0.8])
    #expect(groupAdvantages(rewards: [[nil]], scaling: .group, stdDdof: 1) == [[nil]])
  }

  @Test(arguments: 1...20) func `shift, positive scale and order of the rewards do not matter`(seed: UInt64)
    throws
  {
    var random = SeededGenerator(seed: seed)
    let rewards = (0..<Int.random(in: 2...9, using: &random)).map { _ in
      Double.random(in: -1...1, using: &random)
    }
    let base = try advantages(rewards, .group, 1)
    #expect(try advantages(rewards.map { $0 + 3 }, .group, 1).isClose(to: base))
    // 1e-6 is added to a std that is 10 times larger: 1e-6 / std relative
    #expect(try advantages(rewards.map { $0 * 10 }, .group, 1).isClose(to: base, absolute: 1e-4))
    let order = Array(rewards.indices).shuffled(using: &random)
    #expect(try advantages(order.map { rewards[$0] }, .group, 1).isClose(to: order.map { base[$0] }))
  }

  struct Case: Decodable {
    struct Input: Decodable { var rewards: [Double], groups: [Int] }
    struct Expected: Decodable { var grpo, grpoDdof0, drGrpo: [Double], trlScaleBatch: [Double]? }
    var name: String, input: Input, expected: Expected
  }

  @Test func `match verl and TRL`() throws {
    for golden in try GoldenFile<Case>.read("advantages.json") {
      let groups = golden.input.groups
      func compute(_ scaling: RewardScaling, _ ddof: Int) throws -> [Double] {
        let names = Set(groups).sorted()
        let members = names.map { name in groups.indices.filter { groups[$0] == name } }
        let result = groupAdvantages(
          rewards: members.map { $0.map { golden.input.rewards[$0] } }, scaling: scaling, stdDdof: ddof)
        var flat = [Double](repeating: .nan, count: groups.count)
        for (group, values) in zip(members, result) {
          for (member, value) in zip(group, values) { flat[member] = try #require(value) }
        }
        return flat
      }
      #expect(try compute(.group, 1).isClose(to: golden.expected.grpo, absolute: 1e-7), "\(golden.name)")
      #expect(try compute(.group, 0).isClose(to: golden.expected.grpoDdof0, absolute: 1e-7), "\(golden.name)")
      #expect(try compute(.none, 1).isClose(to: golden.expected.drGrpo, absolute: 1e-7), "\(golden.name)")
      if let expected = golden.expected.trlScaleBatch {
        // TRL adds 1e-4 to the std where we add 1e-6.
        let rewards = golden.input.rewards
        let mean = rewards.reduce(0, +) / Double(rewards.count)
        let std = (rewards.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rewards.count - 1))
          .squareRoot()
        let rescaled = try compute(.batch, 1).map { $0 * (std + 1e-6) / (std + 1e-4) }
        #expect(rescaled.isClose(to: expected, absolute: 1e-7), "\(golden.name)")
      }
    }
  }
}

/// Advantages of one group whose members all have a verdict.
private func advantages(_ rewards: [Double], _ scaling: RewardScaling, _ ddof: Int) throws -> [Double] {
  try groupAdvantages(rewards: [rewards], scaling: scaling, stdDdof: ddof)[0].map { try #require($0) }
}

extension [Double] {
  fileprivate func isClose(to other: [Double], absolute: Double = 1e-6) -> Bool {
    count == other.count && zip(self, other).allSatisfy { $0.isClose(to: $1, absolute: absolute) }
  }
}
