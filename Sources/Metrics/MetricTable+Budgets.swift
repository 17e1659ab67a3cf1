// How answers keep to the number of tokens that their prompt asks for (LCPO, arXiv:2503.04697).

extension MetricTable {
  static let budgets =
    budgetsOfSteps + adherence("eval/budget", "all") + adherence("eval/budget_{k}", "those for k tokens")

  private static let budgetsOfSteps = [
    same("budget/mean", "tokens", "mean number n of tokens that the prompts of the step asked for"),
    same("budget/signed_deviation", "", "mean of (T − n) / n over answers of T tokens"),
    same("budget/absolute_deviation", "", "mean of abs(T − n) / n; the signed mean hides the spread"),
    same("budget/violation_rate", "share", "answers of more than n tokens"),
  ]

  private static func adherence(_ name: String, _ which: String) -> [Metric] {
    [
      same(
        name + "/accuracy", "share", "mean correctness of answers to held-out prompts with budgets: \(which)"),
      same(name + "/mean_length", "tokens", "their mean length T"),
      same(name + "/signed_deviation", "", "their mean of (T − n) / n"),
      same(name + "/absolute_deviation", "", "their mean of abs(T − n) / n"),
      same(name + "/violation_rate", "share", "of them, those of more than n tokens"),
      same(name + "/truncated", "share", "of them, those that ended by the length limit"),
    ]
  }
}
