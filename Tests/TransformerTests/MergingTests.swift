import Testing
import Transformer

@Suite struct `Merging weights` {
  // Long-to-short merging, worked by hand: base 1, changes .40 −.10 .30 .02 and −.20 −.30 .25 .50.
  let base: [Double] = [1, 1, 1, 1]
  let models: [[Double]] = [[1.4, 0.9, 1.3, 1.02], [0.8, 0.7, 1.25, 1.5]]
  var deltas: [[Double]] { taskVectors(base: base, models: models) }

  func expectClose(_ found: [Double], _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation)
  {
    let isClose =
      found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 }
    #expect(isClose, "\(found), not \(expected)", sourceLocation: sourceLocation)
  }

  @Test func `the worked numbers of averaging and task arithmetic`() {
    expectClose(averaged(models, weights: [1, 1]), [1.1, 0.8, 1.275, 1.26])
    expectClose(
      taskArithmetic(base: base, deltas: deltas, weights: [1, 1], lambda: 0.7), [1.14, 0.72, 1.385, 1.364])
    // A model that counts three times as much: (3 · 1.4 + .8) / 4.
    expectClose(averaged(models, weights: [3, 1]), [1.25, 0.85, 1.2875, 1.14])
  }

  @Test func `the worked numbers of TIES: trim, elect, average`() {
    // Kept: (.40 0 .30 0), (0 −.30 0 .50).
    expectClose(
      tiesMerged(base: base, models: models, weights: [1, 1], keepFraction: 0.5, lambda: 1),
      [1.4, 0.7, 1.3, 1.5])
    // Nothing trimmed: signs + − + +, so the first entry is .40 alone; weights 1 and 3 turn it: .40 − .60 < 0.
    expectClose(
      tiesMerged(base: base, models: models, weights: [1, 1], keepFraction: 1, lambda: 1),
      [1.4, 0.8, 1.275, 1.26])
    expectClose(
      tiesMerged(base: base, models: models, weights: [1, 3], keepFraction: 1, lambda: 1),
      [0.8, 0.75, 1.2625, 1.38])
  }

  @Test func `signs that cancel count as plus, and a change of nothing has no vote`() {
    expectClose(
      tiesMerged(
        base: [0, 0], models: [[0.5, 0], [-0.5, 0.25]], weights: [1, 1], keepFraction: 1, lambda: 1),
      [0.5, 0.25])
  }

  @Test func `TIES keeps the first of equal changes, at least one, and none for a share of 0`() {
    #expect([0, 0.1, 0.25, 0.5, 0.99, 1].map { tiesKept(of: 4, keepFraction: $0) } == [0, 1, 1, 2, 3, 4])
    #expect(tiesKept(of: 0, keepFraction: 0.5) == 0)
    var largest = LargestMagnitudes(of: [0.5, -0.5, 0.5, 0.1], keep: 2, ties: .byIndex)
    #expect(trimmed([0.5, -0.5, 0.5, 0.1], largest: &largest) == [0.5, -0.5, 0, 0])
  }

  @Test func `the worked numbers of DARE`() {
    // p = .25, mask 1 0 1 1 on the first change.
    let kept = dropped(deltas[0], kept: [true, false, true, true], dropProbability: 0.25)
    expectClose(kept, [0.4 / 0.75, 0, 0.3 / 0.75, 0.02 / 0.75])
    // To the L1 norm instead: .82 over .72.
    let rescaled = droppedKeepingL1(deltas[0], kept: [true, false, true, true], dropProbability: 0.25)
    #expect(abs(rescaled[0] - 0.4 * 0.82 / 0.72) < 1e-6 && rescaled[1] == 0)
    expectClose(
      dareTIES(base: base, dropped: [kept, [0, -0.4, 0.2, 0]], weights: [1, 1], lambda: 0.5),
      [1 + 0.4 / 1.5, 0.8, 1.15, 1 + 0.01 / 0.75])
  }

  @Test func `what DARE drops depends on seed, tensor, model and index, not on how a tensor is cut`() {
    func mask(_ range: Range<Int>, tensor: String = "w", model: Int = 0, seed: UInt64 = 1) -> [Bool] {
      dareMask(range, tensor: tensor, model: model, dropProbability: 0.3, seed: seed)
    }
    let whole = mask(0..<10_000)
    #expect(mask(0..<17) + mask(17..<4003) + mask(4003..<10_000) == whole)
    #expect(mask(0..<10_000, tensor: "v") != whole && mask(0..<10_000, model: 1) != whole)
    #expect(mask(0..<10_000, seed: 2) != whole)
    // 7000 of 10000 on average, with a standard deviation of 46.
    #expect(abs(whole.count { $0 } - 7000) < 230)
    #expect(dareMask(0..<100, tensor: "w", model: 0, dropProbability: 0, seed: 1).allSatisfy { $0 })
  }

  @Test func `the worked numbers of update-selective merging, ties kept`() {
    // 2 of 8 by ⌈.25 · 8⌉: −.05 and .03, times .7.
    let tuned = [0.01, -0.05, 0.002, 0.03, -0.004, 0.02, 0.0005, -0.012]
    let threshold = updateSelectiveThreshold(tuned, keepFraction: 0.25)
    let result = updateSelective(base: Array(repeating: 0, count: 8), tuned: tuned, scale: 0.7) {
      abs($0) >= threshold
    }
    expectClose(result.merged, [0, -0.035, 0, 0.021, 0, 0, 0, 0])
    #expect(result.kept == 2)
    #expect(updateSelectiveThreshold([0.5, -0.5, 0.1], keepFraction: 0.3) == 0.5)
    #expect(updateSelectiveThreshold([0.5, 0.1], keepFraction: 0) == .infinity)
  }

  @Test func `the k largest are those of a sort, with all the ties or the first ones`() {
    // Few different values, so that ties are everywhere, over many magnitudes.
    let values: [Double] = (0..<500).map { index in
      let digits = Double((index * 7919) % 37 - 18)
      return digits * [0x1p-40, 0x1p-28, 0x1p-16, 0x1p-4][index % 4]
    }
    for keep in [0, 1, 2, 17, 100, 250, 499, 500] {
      let order = values.indices.sorted { first, second in
        let (a, b) = (abs(values[first]), abs(values[second]))
        return a == b ? first < second : a > b
      }
      let first = Set(order.prefix(keep))
      let threshold = keep == 0 ? Double.infinity : abs(values[order[keep - 1]])
      var byIndex = LargestMagnitudes(of: values, keep: keep, ties: .byIndex)
      var all = LargestMagnitudes(of: values, keep: keep, ties: .all)
      #expect(values.indices.filter { byIndex.takes(values[$0]) } == first.sorted(), "\(keep)")
      #expect(values.filter { all.takes($0) } == values.filter { abs($0) >= threshold }, "\(keep)")
    }
  }

  @Test func `no change, or none of it, gives the base to the bit`() {
    let odd: [Double] = [-0.0, 0, 0.1, -3, .leastNonzeroMagnitude]
    let other: [Double] = [1, -1, 0.3, 4, 7]
    func same(_ values: [Double]) -> Bool { values.map(\.bitPattern) == odd.map(\.bitPattern) }
    let deltas = taskVectors(base: odd, models: [other, other])
    #expect(same(taskArithmetic(base: odd, deltas: deltas, weights: [1, 1], lambda: 0)))
    #expect(same(tiesElected(base: odd, trimmed: deltas, weights: [1, 1], lambda: 0)))
    #expect(same(dareTIES(base: odd, dropped: deltas, weights: [1, 1], lambda: 0)))
    #expect(same(updateSelective(base: odd, tuned: other, scale: 0) { _ in true }.merged))
    #expect(same(updateSelective(base: odd, tuned: other, scale: 1) { _ in false }.merged))
    #expect(same(averaged([odd, odd], weights: [1, 1])))
  }

  @Test func `the order of the models does not matter`() {
    let third: [Double] = [1.05, 1.2, 0.4, 0.9]
    let (one, other) = (models + [third], [third] + models.reversed())
    let (weights, turned): ([Double], [Double]) = ([1, 2, 3], [3, 2, 1])
    expectClose(averaged(one, weights: weights), averaged(other, weights: turned))
    expectClose(
      tiesMerged(base: base, models: one, weights: weights, keepFraction: 0.5, lambda: 0.8),
      tiesMerged(base: base, models: other, weights: turned, keepFraction: 0.5, lambda: 0.8))
  }
}
