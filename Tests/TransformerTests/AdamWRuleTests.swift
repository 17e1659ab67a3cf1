import Tensors
import Testing
import Transformer

@Suite struct `The arithmetic of AdamW` {
  @Test func `one step by hand`() {
    // ‖g‖ = 5, so g becomes (.6, .8); after one step m̂ = g and √v̂ = |g|: every weight moves by lr, after losing lr · decay.
    var configuration = OptimizerConfiguration()
    configuration.weightDecay = 0.5
    let rule = AdamWRule<Double>(configuration)
    var weights = [AdamWRule<Double>.Weight([2]), AdamWRule<Double>.Weight([-1])]
    let norm = rule.step(&weights, gradients: [[3], [-4]], learningRate: 0.1, number: 1)
    #expect(norm == 5)
    #expect(abs(weights[0].values[0] - (2 * 0.95 - 0.1)) < 1e-7)
    #expect(abs(weights[1].values[0] - (-1 * 0.95 + 0.1)) < 1e-7)
    #expect(abs(weights[0].firstMoment[0] - 0.06) < 1e-7 && abs(weights[1].secondMoment[0] - 0.032) < 1e-7)
  }

  @Test func `the optimizer that trains does the same`() throws {
    let shape = ModelConfiguration(
      architecture: .llama, vocabSize: 7, hiddenSize: 6, intermediateSize: 5, numHiddenLayers: 1,
      numAttentionHeads: 1, numKeyValueHeads: 1, headDim: 4)
    let parameters = Parameters(shape)
    parameters.initialize(shape, seed: 3)
    let gradients = Parameters(shape)
    var configuration = OptimizerConfiguration()
    configuration.weightDecay = 0.1
    let optimizer = AdamW(configuration, parameters: parameters, compute: try Compute(threads: 2))
    // Two groups, as decay is for matrices only; they share the norm, so that clipping is done beforehand here.
    func values(_ source: Parameters, decaying: Bool) -> [Double] {
      source.entries.filter { ($0.shape.count == 2) == decaying }.flatMap {
        source[$0.name].values.map(Double.init)
      }
    }
    var plain = configuration
    plain.maxGradNorm = 0
    var undecayed = plain
    undecayed.weightDecay = 0
    let rules = [AdamWRule<Double>(plain), AdamWRule<Double>(undecayed)]
    var weights = [true, false].map { [AdamWRule<Double>.Weight(values(parameters, decaying: $0))] }
    for step in 1...5 {
      gradients.flat.assign((0..<gradients.count).map { Float(($0 * 31 + step * 17) % 23 - 11) / 9 })
      let norm = gradients.flat.values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      let scale = min(1, 1 / (norm + 1e-6))
      _ = optimizer.step(gradients: gradients, learningRate: 0.01)
      for (group, decaying) in [true, false].enumerated() {
        let scaled = values(gradients, decaying: decaying).map { $0 * scale }
        _ = rules[group].step(&weights[group], gradients: [scaled], learningRate: 0.01, number: step)
        let worst = zip(values(parameters, decaying: decaying), weights[group][0].values).map { abs($0 - $1) }
          .max()
        #expect((worst ?? 1) < 2e-6, "step \(step), matrices \(decaying): \(worst ?? 0)")
      }
    }
  }
}

@Suite struct `Learning rates of other trainers` {
  func factors(_ shape: LearningRateSchedule.Shape, warmup: Int, ratio: Double = 0, total: Int, steps: Int)
    -> [Double]
  {
    var schedule = LearningRateSchedule()
    schedule.name = shape
    schedule.warmupSteps = warmup
    schedule.minRatio = ratio
    return (0..<steps).map { schedule.factorInTransformers(step: $0, totalSteps: total) }
  }

  func isClose(_ found: [Double], _ expected: [Double]) -> Bool {
    found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 }
  }

  @Test func `the warm-up begins at zero, one step behind ours`() {
    #expect(isClose(factors(.constant, warmup: 4, total: 9, steps: 6), [0, 0.25, 0.5, 0.75, 1, 1]))
    #expect(isClose(factors(.linear, warmup: 2, total: 4, steps: 7), [0, 0.5, 1, 0.5, 0, 0, 0]))
  }

  @Test func `a cosine rises again past the end`() {
    // (1 + cos πx)/2 at x = 0, ½, 1, 3/2, 2, with a floor of .2.
    #expect(
      isClose(factors(.cosine, warmup: 1, ratio: 0.2, total: 3, steps: 6), [0, 1, 0.6, 0.2, 0.6, 1]))
  }

  @Test func `a stage that is all warm-up`() {
    #expect(isClose(factors(.linear, warmup: 3, total: 3, steps: 5), [0, 1.0 / 3, 2.0 / 3, 0, 0]))
    #expect(isClose(factors(.cosine, warmup: 3, total: 3, steps: 6), [0, 1.0 / 3, 2.0 / 3, 1, 0, 1]))
  }
}
