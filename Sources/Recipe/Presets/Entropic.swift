// "EntroPIC", arXiv:2511.15248; numbers from the released code (yk7333/EntroPIC).

extension Presets {
  /// GRPO's loss with a controller that holds entropy at a target.
  static let entropic = """
    rollout:
      num_generations: 8                      # code
      temperature: 1.0                        # our choice, code 0.6; entropy and its target are at this temperature
      top_k: 0                                # our choice, off
      top_p: 1.0                              # our choice, off
    reward:
      correct: 1.0                            # our choice
      incorrect: 0.0                          # our choice
    algorithm:
      advantage_baseline: group_mean          # code
      scale_rewards: group                    # code
      std_ddof: 1                             # code
      surrogate: ppo_clip                     # code
      epsilon: 0.2                            # our choice
      loss_aggregation: token-mean            # our choice
      beta: 0.0                               # code
      entropy_coef: 0.0                       # code
      entropic:
        target_entropy: 0.1                   # code
        kp: 1.0                               # code
        ki: 0.01                              # code
        high_prob_threshold: 0.95             # code
        denominator: high_prob_tokens         # code
        anti_windup: true                     # our choice
        exact_entropy: false                  # our choice
        reset_on_stage: true                  # our choice
      num_iterations: 1                       # code
      num_minibatches: 1                      # code
    optimizer:
      learning_rate: 1.0e-6                   # code
    """

  static let entropicPaper = """
    rollout:
      num_prompts: 512                        # code
      num_generations: 8                      # code
      max_completion_length: 8192             # code
      max_prompt_length: 1024                 # code
      temperature: 0.6                        # code
      top_k: 0                                # our choice, off
      top_p: 1.0                              # our choice, off
    reward:
      correct: 1.0                            # our choice
      incorrect: 0.0                          # our choice
    algorithm:
      advantage_baseline: group_mean          # code
      scale_rewards: group                    # code
      std_ddof: 1                             # code
      surrogate: ppo_clip                     # code
      epsilon: 0.2                            # our choice
      loss_aggregation: token-mean            # our choice
      beta: 0.0                               # code
      entropy_coef: 0.0                       # code
      entropic:
        target_entropy: 0.1                   # code
        kp: 1.0                               # code
        ki: 0.01                              # code
        high_prob_threshold: 0.95             # code
        denominator: high_prob_tokens         # code
        anti_windup: false                    # code, has none
        exact_entropy: false                  # our choice
        reset_on_stage: false                 # code, never reset
      num_iterations: 1                       # code
      num_minibatches: 1                      # code
    optimizer:
      learning_rate: 1.0e-6                   # code
    """
}
