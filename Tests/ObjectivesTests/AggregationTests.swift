import Objectives
import Testing

@Suite struct `Loss aggregation` {
  @Test func `two rows of unequal length, by hand`() {
    // Rows A = [1, 1], B = [−.5] × 6: Σ A = 2, Σ B = −3
    let expected: [(LossAggregation, Double)] = [
      (.tokenMean, -1.0 / 8), (.seqMeanTokenMean, (1 - 0.5) / 2), (.seqMeanTokenSum, (2.0 - 3) / 2),
      (.seqMeanTokenSumNorm, (2.0 - 3) / 10 / 2),
    ]
    for (mode, loss) in expected {
      let weights = tokenWeights(
        mode: mode, responseTokenCounts: [2, 6], totals: StepTotals(tokens: 8, responses: 2), constant: 10)
      #expect((weights[0] * 2 - weights[1] * 3).isClose(to: loss, absolute: 1e-12), "\(mode)")
    }
  }

  @Test func `a response without trained tokens weighs nothing but counts as a response`() {
    let totals = StepTotals(responseTokenCounts: [2, 0])
    #expect(totals == StepTotals(tokens: 2, responses: 2))
    for (mode, weight) in [
      (LossAggregation.tokenMean, 0.5), (.seqMeanTokenMean, 0.25), (.seqMeanTokenSum, 0.5),
    ] {
      let weights = tokenWeights(mode: mode, responseTokenCounts: [2, 0], totals: totals, constant: 1)
      #expect(weights == [weight, 0], "\(mode)")
    }
  }

  @Test func `a step without trained tokens weighs nothing`() {
    for mode in LossAggregation.allCases {
      let totals = StepTotals(responseTokenCounts: [0, 0])
      #expect(tokenWeights(mode: mode, responseTokenCounts: [0, 0], totals: totals, constant: 1) == [0, 0])
    }
  }

  @Test func `longer by appended tokens, Dr. GRPO keeps the weight of the others`() {
    let weights = [3, 6].map { length in
      tokenWeights(
        mode: .seqMeanTokenSumNorm, responseTokenCounts: [length, 5],
        totals: StepTotals(tokens: length + 5, responses: 2), constant: 16)[0]
    }
    #expect(weights == [1.0 / 32, 1.0 / 32])
  }

  struct Case: Decodable {
    struct Settings: Decodable { var constant: Double }
    struct Input: Decodable { var values: [[Double]], mask: [[Int]], microBatches: [[Int]]? }
    struct Expected: Decodable { var aggregations: [Aggregation] }
    struct Aggregation: Decodable {
      var mode: String, loss: Double, weight: [[Double]], microBatchLosses: [Double]?
    }
    var name: String, settings: Settings, input: Input, expected: Expected
  }

  @Test func `matches verl, whole and in micro-batches`() throws {
    for golden in try GoldenFile<Case>.read("aggregation.json") {
      let counts = golden.input.mask.map { $0.reduce(0, +) }
      let totals = StepTotals(responseTokenCounts: counts.filter { $0 > 0 })  // as verl counts unless told
      for aggregation in golden.expected.aggregations {
        guard let mode = LossAggregation(rawValue: aggregation.mode) else { continue }
        func loss(_ rows: [Int]) -> Double {
          let weights = tokenWeights(
            mode: mode, responseTokenCounts: rows.map { counts[$0] }, totals: totals,
            constant: golden.settings.constant)
          return zip(rows, weights).reduce(0) { sum, pair in
            let (row, weight) = pair
            return sum
              + zip(golden.input.values[row], golden.input.mask[row]).reduce(0) {
                $0 + weight * $1.0 * Double($1.1)
              }
          }
        }
        let place: Comment = "\(golden.name), \(aggregation.mode)"
        #expect(loss(Array(counts.indices)).isClose(to: aggregation.loss, absolute: 1e-7), place)
        for (rows, share) in zip(golden.input.microBatches ?? [], aggregation.microBatchLosses ?? []) {
          #expect(loss(rows).isClose(to: share, absolute: 1e-7), place)
        }
      }
    }
  }
}
