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

  @Test func `where nobody gives a count, verl leaves fully masked responses out of it`() {
    #expect(
      StepTotals.trainedOnly(responseTokenCounts: [2, 0, 3]) == StepTotals(tokens: 5, responses: 2))
    #expect(tokenSumWeights(responseTokenCounts: [2, 0, 3]) == [1, 0, 1])
  }

  @Test func `what stands outside the mask is not added`() {
    let loss = aggregate(
      [1, .nan, 3, 4], offsets: [0, 2, 2, 4], mask: [true, false, true, true], weights: [0.5, 7, 0.25])
    #expect(loss == 0.5 + 0.25 * 7)
  }
}
