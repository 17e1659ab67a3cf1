private import Foundation

/// Does the trainer see the policy that sampled? Asked once, at the first RL step, before anything can hide it.
///
/// For unchanged weights the trainer's logprob of a sampled token and the generator's differ by rounding only (about
/// 1e-6 in fp32). More means other weights, another temperature or another prompt than the ones that were sampled with,
/// which would train silently on wrong ratios. Rounded weights, keys, values or products move logprobs by more, and the
/// limits with them.
package struct SelfCheck {
  /// Mean |logprob of the trainer − of the generator|, nats.
  package var meanGap: Double
  package var maxGap: Double
  /// Ratio to the anchor of the clip, over all tokens.
  package var ratioMin: Double
  package var ratioMax: Double
  /// KL to the reference; nil without one.
  package var kl: Double?
  /// With several updates per step, the ratio is 1 in the first one only.
  package var isSingleUpdate: Bool
  /// Whether the generator or the trainer rounds what the other does not.
  package var isRounded: Bool
  /// Whether the ratio is to the generator's own logprobs (`rollout.logprobs: rollout`), so that it has the gap in it.
  package var isOverSampler: Bool

  package init(
    meanGap: Double, maxGap: Double, ratioMin: Double, ratioMax: Double, kl: Double?, isSingleUpdate: Bool,
    isRounded: Bool = false, isOverSampler: Bool = false
  ) {
    self.meanGap = meanGap
    self.maxGap = maxGap
    self.ratioMin = ratioMin
    self.ratioMax = ratioMax
    self.kl = kl
    self.isSingleUpdate = isSingleUpdate
    self.isRounded = isRounded
    self.isOverSampler = isOverSampler
  }

  package var meanLimit: Double { isRounded ? 0.1 : 1e-3 }
  package var maxLimit: Double { isRounded ? 5 : 5e-2 }
  package static let klLimit = 1e-6
  /// What a ratio may be away from 1, as a logarithm.
  package var ratioLimit: Double { isOverSampler ? maxLimit : 1e-6 }

  /// What is wrong; nil where all is well.
  package var failure: String? {
    if !(meanGap <= meanLimit) || !(maxGap <= maxLimit) {
      return
        "the trainer's logprobs of what was just sampled differ from the generator's by \(short(meanGap)) in the mean and "
        + "\(short(maxGap)) at most, where rounding gives about \(isRounded ? "0.01" : "0.000001") — they do not use the same weights, "
        + "temperature or prompt tokens"
    }
    if isSingleUpdate && !(abs(log(ratioMin)) < ratioLimit && abs(log(ratioMax)) < ratioLimit) {
      return "the ratio of the first update runs from \(short(ratioMin)) to \(short(ratioMax)), but must be 1"
        + (isOverSampler ? " within the distance of trainer and generator" : "")
    }
    if let kl, !(abs(kl) < Self.klLimit) {
      return "the KL to the reference is \(short(kl)) at the first step, but must be 0"
    }
    return nil
  }

  var words: String {
    "self-check: logprobs of trainer and generator differ by \(short(meanGap)) in the mean, \(short(maxGap)) at most"
      + (isSingleUpdate ? "; ratio \(short(ratioMin))–\(short(ratioMax))" : "")
      + (kl.map { "; KL \(short($0))" } ?? "")
  }

  /// Two significant digits, in scientific notation where small.
  private func short(_ value: Double) -> String {
    guard value.isFinite, value != 0, abs(value) < 1e-3 else {
      return value.isFinite ? "\((value * 10_000).rounded() / 10_000)" : "\(value)"
    }
    var exponent = 0
    var mantissa = value
    while abs(mantissa) < 1 {
      mantissa *= 10
      exponent -= 1
    }
    return "\((mantissa * 10).rounded() / 10)e\(exponent)"
  }
}
