/// The arithmetic of AdamW in any precision, one weight after another: what ``AdamW`` does with the kernels is tested against it.
///
///     g ← g · min(1, max_grad_norm / (‖g‖ + 1e-6))
///     p ← p (1 − lr·decay)
///     m ← m + (1 − β₁)(g − m),  v ← β₂ v + (1 − β₂) g²
///     p ← p − lr / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
///
/// Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization", arXiv:1711.05101, in torch's order of operations.
public struct AdamWRule<Scalar: BinaryFloatingPoint & Sendable>: Sendable {
  /// A weight tensor with its moments, `[N]` each.
  public struct Weight: Sendable {
    public var values: [Scalar]
    public var firstMoment: [Scalar]
    public var secondMoment: [Scalar]

    /// The moments are zero.
    public init(_ values: [Scalar]) {
      self.values = values
      firstMoment = Array(repeating: 0, count: values.count)
      secondMoment = firstMoment
    }
  }

  public var beta1: Double
  public var beta2: Double
  /// Added to the root of the second moment.
  public var adamEpsilon: Double
  /// Decoupled; for every weight it is given.
  public var weightDecay: Double
  /// Global L2 norm above which gradients are scaled down; 0 = no clipping.
  public var maxGradNorm: Double

  public init(_ configuration: OptimizerConfiguration) {
    beta1 = configuration.beta1
    beta2 = configuration.beta2
    adamEpsilon = configuration.adamEpsilon
    weightDecay = configuration.weightDecay
    maxGradNorm = configuration.maxGradNorm
  }

  /// One step over all weights.
  ///
  /// - Parameters:
  ///   - weights: `[W]`, changed.
  ///   - gradients: `[W][N]`.
  ///   - learningRate: The rate of this step.
  ///   - number: t, counted from 1.
  /// - Returns: The global norm of the gradients before clipping.
  public func step(
    _ weights: inout [Weight], gradients: [[Scalar]], learningRate: Double, number: Int
  ) -> Scalar {
    precondition(
      weights.map(\.values.count) == gradients.map(\.count), "gradients have not the shapes of the weights")
    let norm = gradients.joined().reduce(Scalar(0)) { $0 + $1 * $1 }.squareRoot()
    let scale = maxGradNorm > 0 ? min(1, Scalar(maxGradNorm) / (norm + Scalar(1e-6))) : 1
    // What depends on the step alone is worked out in double precision, as in torch.
    let rate = Scalar(learningRate / (1 - power(beta1, number)))
    let root = Scalar((1 - power(beta2, number)).squareRoot())
    let shrink = Scalar(1 - learningRate * weightDecay)
    for w in weights.indices {
      for i in gradients[w].indices {
        let gradient = gradients[w][i] * scale
        let first = weights[w].firstMoment[i] + Scalar(1 - beta1) * (gradient - weights[w].firstMoment[i])
        let second = Scalar(beta2) * weights[w].secondMoment[i] + Scalar(1 - beta2) * gradient * gradient
        weights[w].firstMoment[i] = first
        weights[w].secondMoment[i] = second
        weights[w].values[i] =
          weights[w].values[i] * shrink - rate * first / (second.squareRoot() / root + Scalar(adamEpsilon))
      }
    }
    return norm
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1.0) { result, _ in result * base }
  }
}
