internal import Curriculum
internal import Experience

// What held-out prompts ask for.
extension TrainingConfiguration {
  /// Prompts that an evaluation has, of so many held-out tasks.
  func heldOutPrompts(of tasks: Int) -> Int {
    MemoryPlan.product(tasks, max(1, evaluation.budgets?.count ?? 1))
  }

  /// Held-out tasks with their budgets.
  ///
  /// With `evaluation.budgets` each task comes once with each of them, so that what differs between budgets is the budget.
  /// Else `data.budgets` draws one for each task, the same for every seed; without it they stay as they are.
  ///
  /// - Parameter tasks: In a fixed order.
  /// - Returns: The tasks as they are asked, those of one task behind each other.
  func asked(_ tasks: [ReasoningTask]) -> [ReasoningTask] {
    if let budgets = evaluation.budgets, !budgets.isEmpty {
      let kind = evaluationBudgetMode
      return tasks.flatMap { task in budgets.map { task.with(LengthBudget(kind, tokens: $0)) } }
    }
    guard let drawn = data.budgets else { return tasks }
    return tasks.enumerated().map { index, task in task.with(drawn.heldOutBudget(at: index)) }
  }

  /// What `evaluation.budgets` are: as the user says, else as training prompts have it. A policy that was trained on both
  /// kinds is meant for the second (L1-Max, arXiv:2503.04697).
  private var evaluationBudgetMode: LengthBudget.Kind {
    evaluation.budgetMode ?? (data.budgets.map { $0.mode == .exact } ?? true ? .exact : .maximum)
  }
}

extension ReasoningTask {
  fileprivate func with(_ budget: LengthBudget) -> ReasoningTask {
    var task = self
    task.budget = budget
    return task
  }
}
