// Ahmadian et al. 2024, "Back to Basics: Revisiting REINFORCE Style Optimization for Learning from Human Feedback in
// LLMs", arXiv:2402.14740; Hu et al. 2025, "REINFORCE++", arXiv:2501.03262.

extension Presets {
  /// RLOO with the loss that tools give it: token by token, clipped.
  static let rloo = """
    rollout:
      num_generations: 8                      # our choice, paper 2 and 4
      temperature: 1.0                        # our choice
      top_k: 0                                # our choice, off
      top_p: 1.0                              # our choice, off
    reward:
      correct: 1.0                            # our choice
      incorrect: 0.0                          # our choice
    algorithm:
      advantage_baseline: leave_one_out       # paper
      scale_rewards: none                     # paper
      surrogate: ppo_clip                     # code: verl; equals the paper's with one update per batch
      epsilon: 0.2                            # code: verl, TRL
      loss_aggregation: token-mean            # code: verl
      beta: 0.0                               # our choice, rewards that are rules
      num_iterations: 1                       # paper
      num_minibatches: 1                      # paper
    optimizer:
      learning_rate: 1.0e-6                   # code: TRL
    """

  /// REINFORCE on whole responses, with the KL in the reward.
  static let rlooPaper = """
    rollout:
      num_generations: 4                      # paper, k = 4
      temperature: 1.0                        # our choice
      top_k: 0                                # our choice, off
      top_p: 1.0                              # our choice, off
    reward:
      correct: 1.0                            # our choice
      incorrect: 0.0                          # our choice
    algorithm:
      advantage_baseline: leave_one_out       # paper
      scale_rewards: none                     # paper
      surrogate: reinforce                    # paper
      loss_aggregation: seq-mean-token-sum    # paper, a response is one action
      beta: 0.05                              # code: TRL
      kl_estimator: k1                        # paper
      kl_in: reward                           # paper
      num_iterations: 1                       # paper
      num_minibatches: 1                      # paper
    optimizer:
      learning_rate: 1.0e-6                   # code: TRL
    """

  /// REINFORCE++: one answer per prompt, and the batch is the baseline.
  static let reinforcePlusPlus = plusPlus(stdDdof: verlDdof)
  static let reinforcePlusPlusPaper = plusPlus(stdDdof: plainDdof)

  private static let verlDdof = "1                             # code: verl"
  private static let plainDdof = "0                             # paper, the plain standard deviation"

  private static func plusPlus(stdDdof: String) -> String {
    """
    rollout:
      num_prompts: 128                        # our choice, as many answers as 16 groups of 8
      num_generations: 1                      # paper, k = 1
      temperature: 1.0                        # our choice
      top_k: 0                                # our choice, off
      top_p: 1.0                              # our choice, off
    reward:
      correct: 1.0                            # our choice
      incorrect: 0.0                          # our choice
    algorithm:
      advantage_baseline: none                # paper
      scale_rewards: none                     # paper
      std_ddof: \(stdDdof)
      whiten_advantages: token                # code: verl
      surrogate: ppo_clip                     # paper
      epsilon: 0.2                            # code: verl
      loss_aggregation: token-mean            # our choice
      beta: 1.0e-3                            # code: RLinf
      kl_estimator: k1                        # paper
      kl_in: reward                           # paper
      gamma: 1.0                              # paper
      num_iterations: 1                       # our choice
      num_minibatches: 1                      # our choice
    optimizer:
      learning_rate: 1.0e-6                   # our choice
    """
  }

  /// REINFORCE++-baseline: the group's mean is taken off first, and the KL is a loss of its own.
  static let reinforcePlusPlusBaseline = plusPlusBaseline(stdDdof: verlDdof)
  static let reinforcePlusPlusBaselinePaper = plusPlusBaseline(stdDdof: plainDdof)

  private static func plusPlusBaseline(stdDdof: String) -> String {
    """
    rollout:
      num_generations: 8                      # our choice
      temperature: 1.0                        # our choice
      top_k: 0                                # our choice, off
      top_p: 1.0                              # our choice, off
    reward:
      correct: 1.0                            # our choice
      incorrect: 0.0                          # our choice
    algorithm:
      advantage_baseline: group_mean          # paper
      scale_rewards: none                     # paper
      std_ddof: \(stdDdof)
      whiten_advantages: token                # code: verl
      surrogate: ppo_clip                     # paper
      epsilon: 0.2                            # code: verl
      loss_aggregation: token-mean            # our choice
      beta: 1.0e-3                            # our choice, number not found
      kl_estimator: k2                        # paper
      kl_in: loss                             # paper
      num_iterations: 1                       # our choice
      num_minibatches: 1                      # our choice
    optimizer:
      learning_rate: 1.0e-6                   # our choice
    """
  }
}
