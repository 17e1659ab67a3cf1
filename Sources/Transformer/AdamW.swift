public import Tensors

/// AdamW with clipping by the global norm and decoupled weight decay.
///
///     g ← g · min(1, max_grad_norm / (‖g‖ + 1e-6))
///     m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²
///     p ← p (1 − lr·decay) − lr · m̂ / (√v̂ + ε),  m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)
///
/// Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization", arXiv:1711.05101. Decay applies to matrices
/// only. A step whose gradient norm is not finite changes nothing and is reported.
public final class AdamW {
  public let configuration: OptimizerConfiguration
  /// Steps taken, skipped ones not counted.
  public var stepCount = 0
  /// `[1, count]`, as ``Parameters/flat``.
  public let firstMoment: Tensor
  public let secondMoment: Tensor
  private let parameters: Parameters
  private let compute: Compute

  public init(_ configuration: OptimizerConfiguration, parameters: Parameters, compute: Compute) {
    self.configuration = configuration
    self.parameters = parameters
    self.compute = compute
    firstMoment = Tensor(rows: 1, columns: parameters.count)
    secondMoment = Tensor(rows: 1, columns: parameters.count)
  }

  /// What a step did.
  public enum Outcome: Sendable, Equatable {
    /// Norm before clipping.
    case stepped(gradNorm: Double)
    /// Nothing was changed; the tensors that held NaN or infinities.
    case skipped(culprits: [String])
  }

  /// One step with the given learning rate. The gradients are read, not cleared.
  public func step(gradients: Parameters, learningRate: Double) -> Outcome {
    let norm = compute.sumOfSquares(gradients.flat).squareRoot()
    guard norm.isFinite else { return .skipped(culprits: Self.nonFinite(gradients, compute)) }
    stepCount += 1
    let limit = configuration.maxGradNorm
    let scale = limit > 0 ? min(1, limit / (norm + 1e-6)) : 1
    var step = AdamWStep(
      gradientScale: Float(scale), learningRate: Float(learningRate), beta1: Float(configuration.beta1),
      beta2: Float(configuration.beta2), epsilon: Float(configuration.adamEpsilon), weightDecay: 0,
      firstCorrection: Float(1 / (1 - power(configuration.beta1, stepCount))),
      secondCorrection: Float(1 / (1 - power(configuration.beta2, stepCount))))
    for run in decayRuns {
      step.weightDecay = run.decays ? Float(configuration.weightDecay) : 0
      func part(_ tensor: Tensor) -> Tensor {
        tensor.part(from: run.range.lowerBound, rows: 1, columns: run.range.count)
      }
      compute.adamW(
        parameters: part(parameters.flat), gradients: part(gradients.flat), firstMoment: part(firstMoment),
        secondMoment: part(secondMoment), step: step)
    }
    return .stepped(gradNorm: norm)
  }

  /// Starts afresh: moments and step count zero.
  public func reset() {
    stepCount = 0
    firstMoment.fill(0)
    secondMoment.fill(0)
  }

  /// Neighbouring weights with the same decay, merged.
  private lazy var decayRuns: [(range: Range<Int>, decays: Bool)] = {
    var runs: [(range: Range<Int>, decays: Bool)] = []
    for entry in parameters.entries {
      let range = entry.offset..<entry.offset + entry.count
      if let last = runs.last, last.decays == entry.decays {
        runs[runs.count - 1].range = last.range.lowerBound..<range.upperBound
      } else {
        runs.append((range, entry.decays))
      }
    }
    return runs
  }()

  private static func nonFinite(_ gradients: Parameters, _ compute: Compute) -> [String] {
    gradients.entries.filter { !compute.sumOfSquares(gradients[$0.name]).isFinite }.map(\.name)
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0
    var factor = base
    var left = exponent
    while left > 0 {
      if left & 1 == 1 { result *= factor }
      factor *= factor
      left >>= 1
    }
    return result
  }
}
