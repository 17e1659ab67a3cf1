extension Schema {
  /// What prompts ask for stands with the group and not with the task: a row of a file gets another number in each epoch.
  static let lengthBudgets = """
    alter table groups add column budget_mode text check (budget_mode in ('exact', 'max'));  -- NULL = no budget
    alter table groups add column budget integer check (budget > 0);  -- tokens that the prompt asks for
    """
}
