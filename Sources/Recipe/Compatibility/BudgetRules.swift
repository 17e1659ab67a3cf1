internal import Curriculum
internal import Rewards
internal import Rollouts
internal import Training

extension CompatibilityRule {
  /// Budgets of tokens: prompt and reward have to mean the same number.
  static let budgetRules = [
    CompatibilityRule(
      "budgets+lcpo_mode", ["data.budgets.mode", "reward.terms"], .error,
      "prompts would ask for one thing and the reward pay for another",
      remedy: "give the term `lcpo` the `mode` of `data.budgets`"
    ) { run in
      guard let mode = run.data.budgets?.mode else { return false }
      return run.lengthRewards.contains { !$0.mode.fits(mode) }
    },
    CompatibilityRule(
      "budgets+lcpo_budget", ["data.budgets.range", "reward.terms"], .error,
      "each prompt names a number of its own, and the reward would measure all answers by one",
      remedy: "leave `budget` of the term `lcpo` out, or `data.budgets`"
    ) { run in
      run.data.budgets != nil
        && run.lengthRewards.contains { if case .constant = $0.budget { true } else { false } }
    },
    CompatibilityRule(
      "budgets+max_completion_length", ["data.budgets.range", "rollout.max_completion_length"], .error,
      "answers end before the largest budget, so those prompts cannot get what they ask for",
      remedy: "take budgets up to the limit, or a higher limit"
    ) { run in
      run.data.budgets.map { $0.range.upperBound > run.rollout.maxCompletionLength } ?? false
    },
    CompatibilityRule(
      "budgets+dler", ["data.budgets.range", "reward.terms"], .error,
      "an answer as long as the largest budget is cut by DLER's limit and worth nothing",
      remedy: "keep the limit at or above the largest budget"
    ) { run in
      guard let budgets = run.data.budgets else { return false }
      return run.reward.terms.leaves.contains { term in
        let limit: Int? =
          switch term.kind {
          case .dler(let rule): rule.limit
          case .daDLER(let rule): rule.limit
          default: nil
          }
        return limit.map { budgets.range.upperBound > $0 } ?? false
      }
    },
    CompatibilityRule(
      "budgets+reward", ["data.budgets.range", "reward.terms"], .warning,
      "prompts ask for lengths that no term of the reward looks at, so answers need not heed them",
      remedy: "add `{name: lcpo}` with the mode of `data.budgets`; only a control stage does without"
    ) { run in
      run.data.budgets != nil && !run.hasTerm("lcpo")
        && run.stages.contains { $0.kind == .rl && !$0.isControl }
    },
  ]
}

extension TrainingConfiguration {
  /// Every `lcpo` term of the reward.
  fileprivate var lengthRewards: [LCPO] {
    reward.terms.leaves.compactMap { if case .lcpo(let rule) = $0.kind { rule } else { nil } }
  }
}

extension LCPO.Mode {
  /// Whether it pays for what such prompts ask.
  fileprivate func fits(_ mode: LengthBudgets.Mode) -> Bool {
    switch (self, mode) {
    case (.exact, .exact), (.maximum, .maximum), (.dual, _): true
    default: false
    }
  }
}
