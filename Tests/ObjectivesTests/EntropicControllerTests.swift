import Foundation
import Objectives
import Testing

@Suite struct `EntroPIC's controller` {
  @Test func `the worked trace`() {
    var controller = EntropicController()
    let steps = [0.30, 0.25, 0.05, 0.02].map { controller.step(entropy: $0, EntropicConfiguration()) }
    #expect(mismatch(steps.map(\.integralBefore), [0, 0.20, 0.35, 0.30]) == nil)
    #expect(mismatch(steps.map(\.alpha), [0.2, 0.152, -0.0465, -0.077]) == nil)
    #expect(mismatch(steps.map { $0.proportional + $0.integralPart }, steps.map(\.alpha)) == nil)
    #expect(controller.integral.isClose(to: 0.22, absolute: 1e-12))
  }

  @Test func `the proportional part alone leaves an offset, the integral removes it`() {
    // H ← H − 0.05 α − 0.0025: at rest α = −0.05, and P alone needs e = −0.05 for it
    func settle(ki: Double, steps: Int) -> (entropy: Double, alpha: Double, integral: Double) {
      var configuration = EntropicConfiguration()
      configuration.ki = ki
      var controller = EntropicController()
      var entropy = 0.1
      var alpha = 0.0
      for _ in 0..<steps {
        alpha = controller.step(entropy: entropy, configuration).alpha
        entropy -= 0.05 * alpha + 0.0025
      }
      return (entropy, alpha, controller.integral)
    }
    let proportional = settle(ki: 0, steps: 2000)
    #expect(proportional.entropy.isClose(to: 0.05, absolute: 1e-6))
    #expect(proportional.alpha.isClose(to: -0.05, absolute: 1e-6))
    let both = settle(ki: 0.01, steps: 5000)
    #expect(both.entropy.isClose(to: 0.1, absolute: 1e-6))
    #expect(both.alpha.isClose(to: -0.05, absolute: 1e-6))
    #expect(both.integral.isClose(to: -5, absolute: 1e-4))
  }

  @Test func `alpha saturates at 1 and the integral stands still meanwhile`() {
    var controller = EntropicController()
    let step = controller.step(entropy: 2.1, EntropicConfiguration())
    #expect(step.error == 2 && step.alpha == 1 && step.saturated)
    #expect(controller.integral == 0)
    var released = EntropicConfiguration()
    released.antiWindup = false
    #expect(controller.step(entropy: 2.1, released).alpha == 1)
    #expect(controller.integral == 2)
  }

  @Test func `an error against the saturation is still added`() {
    // I = −200: u = 0.5 − 2 saturates below while e is positive
    var controller = EntropicController(integral: -200)
    let step = controller.step(entropy: 0.6, EntropicConfiguration())
    #expect(step.alpha == -1 && step.saturated)
    #expect(controller.integral == -199.5)
  }

  @Test func `off, or told an entropy that is no number, it adds nothing and remembers nothing`() {
    var controller = EntropicController(integral: 3)
    var off = EntropicConfiguration()
    off.targetEntropy = nil
    #expect(controller.step(entropy: 9, off).alpha == 0)
    #expect(controller.step(entropy: .nan, EntropicConfiguration()).alpha == 0)
    #expect(controller.integral == 3)
  }

  @Test func `a resumed controller goes on with the same integral, a new stage begins with 0`() throws {
    var controller = EntropicController()
    for entropy in [0.3, 0.17, 0.61] { _ = controller.step(entropy: entropy, EntropicConfiguration()) }
    var resumed = try JSONDecoder().decode(
      EntropicController.self, from: JSONEncoder().encode(controller))
    #expect(resumed == controller)
    #expect(
      resumed.step(entropy: 0.2, EntropicConfiguration())
        == controller.step(entropy: 0.2, EntropicConfiguration()))
    resumed.reset()
    #expect(resumed == EntropicController())
  }
}

@Suite struct `EntroPIC's extra term` {
  @Test(arguments: [
    (0.2, 4, [0.30, 0.25, -0.20, -0.25]), (0.2, 2, [0.35, 0.25, -0.15, -0.25]),
    (-0.2, 4, [0.20, 0.25, -0.30, -0.25]), (-0.2, 2, [0.15, 0.25, -0.35, -0.25]),
  ])
  func `weighs confident tokens 1 + α and 1 − α, more where only they are counted`(
    alpha: Double, denominator: Int, expected: [Double]
  ) {
    // A = 1, 1, −1, −1; p = .97, .5, .97, .5; r = 1; four tokens, two of them confident
    let logprobs = [0.97, 0.5, 0.97, 0.5].map { log($0) }
    let advantages = [1.0, 1, -1, -1]
    let term = entropicTerm(
      logprobs: logprobs, oldLogprobs: logprobs, advantages: advantages,
      mask: [true, true, true, true], alpha: alpha, threshold: 0.95, denominatorCount: denominator)
    #expect(term.highProb == [true, false, true, false])
    let objective = zip(advantages, term.dLogprobs).map { $0 / 4 - $1 }
    #expect(mismatch(objective, expected) == nil)
    #expect(term.loss.isClose(to: -alpha * 2 / Double(denominator), relative: 1e-12))
  }

  @Test(arguments: 1...5) func `its gradient is that of its loss`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let logprobs = (0..<6).map { _ in Double.random(in: -0.2...(-0.001), using: &random) }
    let old = logprobs.map { $0 + Double.random(in: -0.3...0.3, using: &random) }
    let advantages = logprobs.map { _ in Double.random(in: -2...2, using: &random) }
    func term(_ logprobs: [Double]) -> EntropicTerm {
      entropicTerm(
        logprobs: logprobs, oldLogprobs: old, advantages: advantages,
        mask: [true, true, false, true, true, true], alpha: 0.37, threshold: 0.9, denominatorCount: 5)
    }
    let base = term(logprobs)
    for t in logprobs.indices where abs(logprobs[t] - log(0.9)) > 1e-3 {
      var up = logprobs
      up[t] += 1e-6
      var down = logprobs
      down[t] -= 1e-6
      let numerical = (term(up).loss - term(down).loss) / 2e-6
      #expect(base.dLogprobs[t].isClose(to: numerical, relative: 1e-7, absolute: 1e-9))
    }
  }

  @Test func `a probability at the threshold is not above it, and an untrained token is not looked at`() {
    let at = log(0.95)
    #expect(
      highProbTokens(logprobs: [at, at.nextUp, 0, .nan], mask: [true, true, false, false], threshold: 0.95)
        == [false, true, false, false])
  }

  @Test func `without alpha, and without confident tokens, it is nothing`() {
    func loss(_ alpha: Double, _ logprob: Double) -> EntropicTerm {
      entropicTerm(
        logprobs: [logprob], oldLogprobs: [-1], advantages: [1], mask: [true], alpha: alpha, threshold: 0.95,
        denominatorCount: 0)
    }
    #expect(loss(0, -0.01).loss == 0 && loss(0, -0.01).dLogprobs == [0])
    #expect(loss(0.5, -1).loss == 0)
  }

  /// A bandit with two actions whose answers are right in 55 % and 50 % of the cases: reward pulls to the
  /// first action, and entropy would fall to 0.
  @Test(arguments: [0.55, 0.99]) func `a bandit settles at the target entropy from above and below`(
    start: Double
  ) {
    var configuration = EntropicConfiguration()
    configuration.targetEntropy = 0.3
    configuration.highProbThreshold = 0.5
    var controller = EntropicController()
    var logit = log(start / (1 - start))
    func entropy(_ p: Double) -> Double { -(p * log(p) + (1 - p) * log(1 - p)) }
    for _ in 0..<6000 {
      let p = 1 / (1 + exp(-logit))
      // what each of the four outcomes happens to weigh, right and wrong for each action
      let shares = [p * 0.55, p * 0.45, (1 - p) * 0.5, (1 - p) * 0.5]
      let logprobs = [log(p), log(p), log(1 - p), log(1 - p)]
      let advantages = [0.5, -0.5, 0.5, -0.5]
      let alpha = controller.step(entropy: entropy(p), configuration).alpha
      // a term per outcome, weighted with how often it happens
      let term = entropicTerm(
        logprobs: logprobs, oldLogprobs: logprobs, advantages: advantages,
        mask: [true, true, true, true], alpha: alpha, threshold: configuration.highProbThreshold,
        denominatorCount: 1)
      let slopes = [1 - p, 1 - p, -p, -p]
      let step = (0..<4).reduce(0) { $0 + shares[$1] * (advantages[$1] - term.dLogprobs[$1]) * slopes[$1] }
      logit += 0.5 * step
    }
    #expect(entropy(1 / (1 + exp(-logit))).isClose(to: 0.3, absolute: 0.005))
  }
}

@Suite struct `The adaptive entropy bonus` {
  @Test func `rises at or below the floor, falls above it, and is applied only there`() {
    var rule = AdaptiveEntropy()
    rule.entropyTarget = 0.2
    rule.entropyCoefDelta = 0.25
    rule.entropyCoefMax = 0.4
    var controller = AdaptiveEntropyController()
    // coefficients before: 0, .25, .4, .15, 0, 0
    let applied = [0.1, 0.2, 0.3, 0.3, 0.3, 0.1].map { controller.step(entropy: $0, rule) }
    #expect(mismatch(applied, [0, 0.25, 0, 0, 0, 0]) == nil)
    #expect(controller.coefficient.isClose(to: 0.25, absolute: 1e-15))
    #expect(controller.step(entropy: .nan, rule) == 0)
    #expect(controller.coefficient.isClose(to: 0.25, absolute: 1e-15))
  }

  @Test func `is stored and resumed`() throws {
    var controller = AdaptiveEntropyController(coefficient: 0.01)
    _ = controller.step(entropy: 0.1, AdaptiveEntropy())
    let data = try JSONEncoder().encode(controller)
    #expect(try JSONDecoder().decode(AdaptiveEntropyController.self, from: data) == controller)
  }
}
