// "h1: Bootstrapping LLMs to Reason over Longer Horizons via Reinforcement Learning", arXiv:2510.07312. The trainer that was released
// is known from a copy of it (`code`).

extension Presets {
  /// One horizon after the other with Dr. GRPO, the best checkpoint of each handed to the next; the window is the recipe's.
  static let h1 = curriculum(terms: formBonus, generations: "8     # our choice, paper 16", windows: nil)

  static let h1Paper = curriculum(terms: formBonus, generations: "16    # code", windows: windows)

  /// With the released trainer's reward, whose form counts as much as its correctness: 4 points.
  static let h1ReleasedReward = curriculum(
    terms: released, generations: "8     # our choice, paper 16", windows: nil)

  static let h1ReleasedRewardPaper = curriculum(
    terms: released, generations: "16    # code", windows: windows)

  /// The paper pays for correctness alone, its code as much for form; more than a little teaches form only.
  private static let formBonus = [
    "{name: correctness, weight: 1.0}   # paper",
    "{name: verify, verifier: think_answer, weight: 0.1}   # our choice, a form bonus of at most 0.1",
  ]

  private static let released = [
    "{name: correctness, verifier: math, weight: 0.0}   # our choice, told apart: the released reward has it inside",
    "{name: verify, verifier: h1_released_reward, weight: 4.0}   # code, correctness 2 and form 2",
  ]

  /// Tokens by horizon.
  private static let windows = [768, 1024, 1280, 1536, 1536]

  private static func curriculum(terms: [String], generations: String, windows: [Int]?) -> String {
    let stages = (1...5).map { horizon in
      let window = windows.map { ", rollout: {max_completion_length: \($0[horizon - 1])}" } ?? ""
      return "  - {kind: rl, name: horizon-\(horizon), steps: 200, handover: best, "
        + "data: {train: {horizon: \(horizon)}, held_out: {horizon: [1, 3]}}\(window)}"
        + "   # paper, horizons and steps; code, the best on horizons 1 to 3\(windows == nil ? "" : ", the window")"
    }
    let batch =
      windows == nil
      ? ""
      : """

        num_prompts: 16                         # code, 16 accumulated
        max_prompt_length: 512                  # code
      """
    return """
      rollout:\(batch)
        num_generations: \(generations)
        temperature: 1.0                        # our choice, not stated
        top_k: 0                                # our choice, off
        top_p: 1.0                              # our choice, off
      reward:
        terms:
          - \(terms.joined(separator: "\n    - "))
      algorithm:
        advantage_baseline: group_mean          # paper, Dr. GRPO
        scale_rewards: none                     # paper, Dr. GRPO
        surrogate: ppo_clip                     # paper, Dr. GRPO
        epsilon: 0.2                            # our choice, not stated
        loss_aggregation: seq-mean-token-sum-norm   # paper, Dr. GRPO
        loss_aggregation_constant: null         # our choice, the generation limit
        beta: 0.0                               # our choice, not stated
        num_iterations: 1                       # our choice, not stated
        num_minibatches: 1                      # our choice, not stated
      optimizer:
        learning_rate: 1.0e-6                   # our choice, not stated
        max_grad_norm: 0.1                      # our choice, not stated
        schedule: {name: constant}              # our choice, not stated
      stages:
      \(stages.joined(separator: "\n"))
      """
  }
}
