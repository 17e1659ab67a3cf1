internal import Curriculum
internal import Objectives
internal import Rollouts
internal import Training

// Tasks that are chosen by how they have fared.
extension CompatibilityRule {
  static let samplerRules = [
    CompatibilityRule(
      "sampler+async", ["data.sampler.name", "rollout.mode"], .fine,
      "what is asked depends on which groups an update has taken by then, which is chance; the store has what was asked, and "
        + "`apus replay train` makes the same weights of it"
    ) { ($0.data.sampler != .uniform || $0.data.keepAccuracy != nil) && $0.rollout.mode == .async },
    CompatibilityRule(
      "keep_accuracy+dynamic_sampling",
      ["data.keep_accuracy.band", "algorithm.dynamic_sampling.keep_accuracy"], .fine,
      "the band of `data` spares tasks the asking, by how they have fared; that of `dynamic_sampling` leaves out groups that were "
        + "sampled, by how these came out, and they count as tries"
    ) { $0.data.keepAccuracy != nil && $0.algorithm.dynamicSampling != nil },
    CompatibilityRule(
      "keep_accuracy+num_generations", ["data.keep_accuracy.min_attempts", "rollout.num_generations"],
      .warning,
      "a task is judged by its first group, of which a few answers more or less decide for many steps",
      remedy: "take `min_attempts` above `num_generations`"
    ) { run in run.data.keepAccuracy.map { $0.minAttempts <= run.rollout.numGenerations } ?? false },
  ]
}
