import Foundation
import Tensors
import Testing
import Transformer

@Suite struct `The AdamW optimizer` {
  /// Parameters with three matrices and vectors between them, all zero.
  static let shape = ModelConfiguration(
    architecture: .llama, vocabSize: 4, hiddenSize: 4, intermediateSize: 4, numHiddenLayers: 1,
    numAttentionHeads: 1,
    numKeyValueHeads: 1, headDim: 4)

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    struct Settings: Decodable, Sendable {
      var lr: Double
      var betas: [Double]
      var eps: Double
      var weightDecay: Double
      var maxGradNorm: Double?
    }
    struct Input: Decodable, Sendable {
      var parameters: [Nested]
      var gradients: [[Nested]]
      var lrs: [Double]?
    }
    struct Expected: Decodable, Sendable {
      struct Step: Decodable, Sendable {
        var gradNorm: Double
        var parameters: [Nested]
      }
      var steps: [Step]
      var firstMoment: [Nested]
      var secondMoment: [Nested]
    }
    var name: String
    var settings: Settings
    var input: Input
    var expected: Expected
    var testDescription: String { name }
  }

  /// Numbers in lists in lists, flattened.
  struct Nested: Decodable, Sendable {
    var numbers: [Float]
    init(from decoder: any Swift.Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Float.self) {
        numbers = [number]
      } else {
        numbers = try container.decode([Nested].self).flatMap(\.numbers)
      }
    }
  }

  static func goldens() throws -> [Case] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "Fixtures/optimizer/adamw.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Golden.self, from: Data(contentsOf: file)).cases
  }

  struct Golden: Decodable {
    var cases: [Case]
  }

  /// torch decays vectors too, so both of torch's tensors lie in matrices here; the rest is zero and stays zero.
  @Test func `does what torch does, step by step`() throws {
    let goldens = try Self.goldens()
    #expect(goldens.count == 6)
    for golden in goldens {
      let parameters = Parameters(Self.shape)
      let gradients = Parameters(Self.shape)
      let homes = ["model.embed_tokens.weight", "model.layers.0.mlp.down_proj.weight"]
      func put(_ parts: [Nested], into target: Parameters) {
        for (home, part) in zip(homes, parts) {
          target[home].assign(part.numbers + [Float](repeating: 0, count: 16 - part.numbers.count))
        }
      }
      func expectSame(_ found: Tensor, _ parts: [Nested], _ what: String) {
        let whole = Parameters(Self.shape)
        put(parts, into: whole)
        for (index, (a, b)) in zip(found.values, whole.flat.values).enumerated() {
          #expect(abs(a - b) <= 1e-6 + 1e-6 * abs(b), "\(golden.name), \(what): \(a), not \(b) at \(index)")
        }
      }
      put(golden.input.parameters, into: parameters)
      var configuration = OptimizerConfiguration()
      configuration.beta1 = golden.settings.betas[0]
      configuration.beta2 = golden.settings.betas[1]
      configuration.adamEpsilon = golden.settings.eps
      configuration.weightDecay = golden.settings.weightDecay
      configuration.maxGradNorm = golden.settings.maxGradNorm ?? 0
      let optimizer = AdamW(configuration, parameters: parameters, compute: try Compute(threads: 2))
      for (step, expected) in golden.expected.steps.enumerated() {
        put(golden.input.gradients[step], into: gradients)
        let rate = golden.input.lrs?[step] ?? golden.settings.lr
        guard case .stepped(let norm) = optimizer.step(gradients: gradients, learningRate: rate) else {
          Issue.record("\(golden.name): step \(step) was skipped")
          continue
        }
        #expect(
          abs(norm - expected.gradNorm) <= 1e-6 * max(1, expected.gradNorm), "\(golden.name), norm of \(step)"
        )
        expectSame(parameters.flat, expected.parameters, "step \(step)")
      }
      #expect(optimizer.stepCount == golden.expected.steps.count)
      expectSame(optimizer.firstMoment, golden.expected.firstMoment, "first moment")
      expectSame(optimizer.secondMoment, golden.expected.secondMoment, "second moment")
    }
  }

  @Test func `decays matrices and leaves vectors alone`() throws {
    let parameters = Parameters(Self.shape)
    parameters.flat.fill(2)
    var configuration = OptimizerConfiguration()
    configuration.weightDecay = 0.5
    let optimizer = AdamW(configuration, parameters: parameters, compute: try Compute(threads: 1))
    _ = optimizer.step(gradients: Parameters(Self.shape), learningRate: 0.1)
    // Without gradients a matrix loses lr · decay = 5 % of itself.
    for entry in parameters.entries {
      let expected: Float = entry.shape.count == 2 ? 1.9 : 2
      #expect(parameters[entry.name].values.allSatisfy { abs($0 - expected) < 1e-6 }, "\(entry.name)")
    }
  }

  @Test func `clips by the norm over all tensors`() throws {
    // Gradients 3 and 4 in two tensors: norm 5, limit 1, so 0.6 and 0.8 reach the moments, times 1 − β₁ = 0.1.
    let gradients = Parameters(Self.shape)
    gradients["model.norm.weight"][0, 0] = 3
    gradients["model.embed_tokens.weight"][0, 0] = 4
    let optimizer = AdamW(
      OptimizerConfiguration(), parameters: Parameters(Self.shape), compute: try Compute(threads: 1))
    #expect(optimizer.step(gradients: gradients, learningRate: 0.1) == .stepped(gradNorm: 5))
    let moments = optimizer.firstMoment.values.filter { $0 != 0 }
    #expect(moments.count == 2 && abs(moments[0] - 0.08) < 1e-6 && abs(moments[1] - 0.06) < 1e-6)
    // The gradients themselves are only read.
    #expect(gradients["model.norm.weight"][0, 0] == 3)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func `a step with a gradient that is no number changes nothing and names the tensors`(bad: Float) throws {
    let parameters = Parameters(Self.shape)
    parameters.flat.assign((0..<parameters.count).map { Float($0) })
    let gradients = Parameters(Self.shape)
    gradients.flat.fill(0.5)
    let optimizer = AdamW(OptimizerConfiguration(), parameters: parameters, compute: try Compute(threads: 2))
    _ = optimizer.step(gradients: gradients, learningRate: 0.1)
    let before = [parameters.flat, optimizer.firstMoment, optimizer.secondMoment].map(\.values)
    gradients["model.layers.0.mlp.up_proj.weight"][3, 3] = bad
    gradients["model.norm.weight"][0, 1] = bad
    let outcome = optimizer.step(gradients: gradients, learningRate: 0.1)
    #expect(outcome == .skipped(culprits: ["model.layers.0.mlp.up_proj.weight", "model.norm.weight"]))
    #expect([parameters.flat, optimizer.firstMoment, optimizer.secondMoment].map(\.values) == before)
    #expect(optimizer.stepCount == 1)
    // The next good step is the second one.
    gradients.flat.fill(0.5)
    #expect(optimizer.step(gradients: gradients, learningRate: 0.1) != outcome)
    #expect(optimizer.stepCount == 2)
  }

  @Test func `a gradient that overflows fp32 when squared is clipped, not skipped`() throws {
    let gradients = Parameters(Self.shape)
    gradients["model.norm.weight"][0, 0] = 1e30
    let optimizer = AdamW(
      OptimizerConfiguration(), parameters: Parameters(Self.shape), compute: try Compute(threads: 1))
    guard case .stepped(let norm) = optimizer.step(gradients: gradients, learningRate: 0.1) else {
      Issue.record("skipped")
      return
    }
    #expect(abs(norm / 1e30 - 1) < 1e-6)
    #expect(optimizer.firstMoment.values.allSatisfy { $0.isFinite })
  }

  @Test func `reset forgets everything`() throws {
    let gradients = Parameters(Self.shape)
    gradients.flat.fill(0.5)
    let optimizer = AdamW(
      OptimizerConfiguration(), parameters: Parameters(Self.shape), compute: try Compute(threads: 1))
    _ = optimizer.step(gradients: gradients, learningRate: 0.1)
    optimizer.reset()
    #expect(optimizer.stepCount == 0)
    #expect((optimizer.firstMoment.values + optimizer.secondMoment.values).allSatisfy { $0 == 0 })
  }
}

@Suite struct `Learning rate schedules` {
  func factors(_ shape: LearningRateSchedule.Shape, warmup: Int, ratio: Double, total: Int, steps: Int)
    -> [Double]
  {
    var schedule = LearningRateSchedule()
    schedule.name = shape
    schedule.warmupSteps = warmup
    schedule.minRatio = ratio
    return (0..<steps).map { schedule.factor(step: $0, totalSteps: total) }
  }

  func expectClose(_ found: [Double], _ expected: [Double]) {
    #expect(
      found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 }, "\(found)")
  }

  @Test func `warm-up rises to the peak in equal steps and starts above zero`() {
    expectClose(
      factors(.constant, warmup: 4, ratio: 0, total: 10, steps: 6), [0.25, 0.5, 0.75, 1, 1, 1])
  }

  @Test func `linear falls to the ratio and stays there`() {
    // Warm-up of 2, then x = 0, ¼, ½, ¾, 1, 1 of 4 steps: 0.2 + 0.8 (1 − x).
    expectClose(
      factors(.linear, warmup: 2, ratio: 0.2, total: 6, steps: 8), [0.5, 1, 1, 0.8, 0.6, 0.4, 0.2, 0.2])
  }

  @Test func `cosine falls slowly, quickly, slowly`() {
    // (1 + cos πx)/2 at x = 0, ⅓, ⅔, 1 is 1, ¾, ¼, 0; with a floor of 0.1: 0.1 + 0.9 times that.
    expectClose(factors(.cosine, warmup: 0, ratio: 0.1, total: 3, steps: 5), [1, 0.775, 0.325, 0.1, 0.1])
  }

  @Test func `a warm-up as long as the stage, or longer, never divides by zero`() {
    expectClose(factors(.cosine, warmup: 3, ratio: 0.5, total: 3, steps: 5), [1.0 / 3, 2.0 / 3, 1, 0.5, 0.5])
    expectClose(factors(.linear, warmup: 4, ratio: 0, total: 2, steps: 5), [0.25, 0.5, 0.75, 1, 0])
    expectClose(factors(.linear, warmup: 0, ratio: 0.3, total: 0, steps: 1), [0.3])
  }
}
