// Aggarwal and Welleck 2025, "L1: Controlling How Long a Reasoning Model Thinks with Reinforcement Learning",
// arXiv:2503.04697; code: cmu-l3/l1.

extension Presets {
  /// L1-Exact: answers of the length that the prompt names. Batch sizes are the recipe's.
  static let lcpoExact = usual(exact)

  /// To the letter: the script's batch and limit.
  static let lcpoExactPaper = toTheLetter(exact)

  /// L1-Max: answers of at most that length, trained on both instructions. The paper begins at an L1-Exact checkpoint.
  static let lcpoMax = usual(dual)

  static let lcpoMaxPaper = toTheLetter(dual)

  /// What the one preset has and the other has not; each value with its comment.
  private struct Arm {
    var mode: String
    var term: String
    var limit: String
    var learningRate: String
  }

  private static let exact = Arm(
    mode: "exact                           # paper §3",
    term:
      "{name: lcpo, mode: exact, alpha: 3.0e-4, weight: 1.0}   # paper §3; the code's first release had 1/3000",
    limit: "4096             # code", learningRate: "1.0e-6                   # paper")

  private static let dual = Arm(
    mode: "dual                            # paper §3, about half of the prompts of each kind",
    term:
      "{name: lcpo, mode: dual, alpha: 3.0e-4, max_alpha: 1.0e-3, delta: 0.5, weight: 1.0}   # paper §3; max_alpha code",
    limit: "4500             # code", learningRate: "4.0e-6                   # code")

  private static func usual(_ arm: Arm) -> String { whole(arm, batch: "", evaluation: "") }

  private static func toTheLetter(_ arm: Arm) -> String {
    whole(
      arm, batch: "\n  num_prompts: 128                        # code",
      evaluation: """

        evaluation:
          samples: 16                             # paper §4
          temperature: 0.6                        # paper §4
          budgets: [512, 1024, 2048, 3600]        # paper §4
        """)
  }

  private static func whole(_ arm: Arm, batch: String, evaluation: String) -> String {
    """
    data:
      prompt_template: "{prompt} Let's think step by step and output the final answer within \\\\boxed{}.{budget}"   # paper
      budgets:
        mode: \(arm.mode)
        range: [100, 4000]                    # paper §3
    rollout:\(batch)
      num_generations: 16                     # code
      max_completion_length: \(arm.limit)
      temperature: 0.6                        # code
      top_k: 0                                # our choice, off
      top_p: 1.0                              # our choice, off
    reward:
      terms:
        - \(arm.term)
    algorithm:
      advantage_baseline: group_mean          # paper
      scale_rewards: group                    # paper
      std_ddof: 1                             # code
      surrogate: ppo_clip                     # paper
      epsilon: 0.2                            # our choice, not stated
      loss_aggregation: token-mean            # our choice, not stated
      beta: 1.0e-3                            # code
      kl_estimator: k3                        # code
      kl_in: loss                             # code
      num_iterations: 1                       # code
      num_minibatches: 2                      # code, 128 prompts in mini-batches of 64
      dynamic_sampling: false                 # paper, groups that are all wrong teach length too
    optimizer:
      learning_rate: \(arm.learningRate)\(evaluation)
    """
  }
}
