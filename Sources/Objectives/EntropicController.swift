/// What EntroPIC's controller saw and decided in one optimizer step.
public struct EntropicStep: Sendable, Hashable {
  /// e = entropy − target, nats.
  public var error: Double
  /// I as it was used, before e was added; nats · steps.
  public var integralBefore: Double
  /// K_p · e.
  public var proportional: Double
  /// K_i · I.
  public var integralPart: Double
  /// clip(K_p · e + K_i · I, −1, 1): weight of the extra term.
  public var alpha: Double
  /// Whether the clip had to act.
  public var saturated: Bool

  public init(
    error: Double, integralBefore: Double, proportional: Double, integralPart: Double, alpha: Double,
    saturated: Bool
  ) {
    self.error = error
    self.integralBefore = integralBefore
    self.proportional = proportional
    self.integralPart = integralPart
    self.alpha = alpha
    self.saturated = saturated
  }
}

/// EntroPIC's proportional-integral controller: from the entropy of a batch to the weight α of the extra
/// term.
///
///     e = H − H_target        u = K_p · e + K_i · I        α = clip(u, −1, 1)
///     then I ← I + e, unless |u| > 1 and e has the sign of u (`anti_windup`)
///
/// A value: the state is one number, it goes in and comes out, and a checkpoint stores it. One per run, told
/// once per optimizer step the mean entropy over all trained tokens of the step, in nats at the rollout
/// temperature.
///
/// EntroPIC: Towards Stable Long-Term Training of LLMs via Entropy Stabilization with Proportional-Integral
/// Control, arXiv:2511.15248. The released code neither freezes nor stores its integral; `anti_windup: false`
/// is its form.
public struct EntropicController: Sendable, Codable, Hashable {
  /// I, the sum of past errors; nats · steps.
  public private(set) var integral: Double

  public init(integral: Double = 0) {
    self.integral = integral
  }

  /// One optimizer step. With the controller off (no target), or an entropy that is no number, α is 0 and
  /// nothing is added to the integral: one bad batch must not stay in it for the rest of the run.
  ///
  /// - Parameters:
  ///   - entropy: Mean over the trained tokens of the step, nats.
  ///   - configuration: Target and gains.
  /// - Returns: α and how it came about.
  public mutating func step(entropy: Double, _ configuration: EntropicConfiguration) -> EntropicStep {
    guard let target = configuration.targetEntropy, entropy.isFinite else {
      return EntropicStep(
        error: 0, integralBefore: integral, proportional: 0, integralPart: 0, alpha: 0, saturated: false)
    }
    let error = entropy - target
    let proportional = configuration.kp * error
    let integralPart = configuration.ki * integral
    let demand = proportional + integralPart
    let saturated = abs(demand) > 1
    let step = EntropicStep(
      error: error, integralBefore: integral, proportional: proportional, integralPart: integralPart,
      alpha: min(1, max(-1, demand)), saturated: saturated)
    let windsUp = saturated && (error > 0) == (demand > 0)
    if !(configuration.antiWindup && windsUp) { integral += error }
    return step
  }

  /// Forgets the past: a new stage has other data, and the sum of its predecessor's errors says nothing about
  /// it.
  public mutating func reset() { integral = 0 }
}
