// "FastCuRL: Curriculum Reinforcement Learning with Stage-wise Context Scaling for Efficient Training R1-like Reasoning Models",
// arXiv:2503.17287.

extension Presets {
  /// The four published stages of the Preview model: the window grows and shrinks, prompts are short, all, long, all.
  static let fastcurl = curriculum(
    prompt: "null                 # our choice, what the window leaves", ddof: "1       # code: verl")

  static let fastcurlPaper = curriculum(
    prompt: "1024                 # code", ddof: "0       # paper, the plain standard deviation")

  private static func curriculum(prompt: String, ddof: String) -> String {
    """
    rollout:
      num_prompts: 64                         # code, all stages but the first
      num_generations: 8                      # code, all stages but the last
      max_prompt_length: \(prompt)
      temperature: 0.6                        # code
      top_k: 0                                # our choice, off
      top_p: 1.0                              # our choice, off
    reward:
      terms:
        - {name: product, of: [{name: correctness}, {name: verify, verifier: think_format}]}   # code, right only between the tags
      correct: 1.0                            # code
      incorrect: 0.0                          # code
    algorithm:
      advantage_baseline: group_mean          # paper, GRPO
      scale_rewards: group                    # paper, GRPO
      std_ddof: \(ddof)
      surrogate: ppo_clip                     # paper, GRPO
      epsilon: 0.2                            # code
      loss_aggregation: token-mean            # code, the paper's equation is per response
      beta: 1.0e-3                            # code
      kl_estimator: k3                        # code
      kl_in: loss                             # code
      entropy_coef: 1.0e-3                    # code, the default of its trainer
      num_iterations: 1                       # code
      num_minibatches: 1                      # code, 64 prompts
    optimizer:
      learning_rate: 1.0e-6                   # code
      schedule: {name: constant}              # code
    evaluation:
      samples: 16                             # paper
      temperature: 0.6                        # paper
    stages:
      - {kind: rl, name: 8k-short, steps: 195, until: {clipped_ratio: 0.1, window: 10}, rollout: {max_completion_length: 8192, num_prompts: 128}, algorithm: {num_minibatches: 2}, data: {train: {slice: {part: short, by: characters, at: mean}}}}   # paper, window and slice, done at 10 % cut answers; code, batch
      - {kind: rl, name: 16k-all, steps: 590, rollout: {max_completion_length: 16384}}   # paper
      - {kind: rl, name: 24k-long, steps: 230, rollout: {max_completion_length: 24576}, data: {train: {slice: {part: long, by: characters, at: mean}}}}   # paper
      - {kind: rl, name: 16k-all-again, steps: 580, rollout: {max_completion_length: 16384, num_generations: 16}}   # paper
    """
  }
}
