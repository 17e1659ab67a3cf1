internal import Evaluation
internal import Experience
internal import Metrics

extension MetricRecord {
  /// How the answers of a training step kept to their budgets; nothing where they had none.
  mutating func add(_ budgets: BudgetAdherence?) {
    guard let budgets else { return }
    self["budget/mean"] = .number(budgets.meanBudget)
    self["budget/signed_deviation"] = .number(budgets.signedDeviation)
    self["budget/absolute_deviation"] = .number(budgets.absoluteDeviation)
    self["budget/violation_rate"] = .number(budgets.violationRate)
  }

  /// The same of an evaluation, and for each budget by itself.
  mutating func add(_ budgets: BudgetEvaluation?) {
    guard let budgets else { return }
    add(budgets.all, as: "eval/budget")
    for bin in budgets.bins { add(bin.adherence, as: "eval/budget_\(bin.budget.tokens)") }
  }

  private mutating func add(_ adherence: BudgetAdherence, as name: String) {
    self[name + "/accuracy"] = .number(adherence.accuracy)
    self[name + "/mean_length"] = .number(adherence.meanLength)
    self[name + "/signed_deviation"] = .number(adherence.signedDeviation)
    self[name + "/absolute_deviation"] = .number(adherence.absoluteDeviation)
    self[name + "/violation_rate"] = .number(adherence.violationRate)
    self[name + "/truncated"] = .number(adherence.truncated)
  }
}
