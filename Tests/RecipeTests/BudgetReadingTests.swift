internal import Curriculum
internal import Experience
internal import Objectives
internal import Recipe
internal import Rewards
internal import Rollouts
internal import Testing
internal import Training

@Suite struct `Budgets in a recipe` {
  private func recipe(_ budgets: String, _ more: String = "") -> String {
    """
    data:
      train: {task: arithmetic_chain}
      budgets: \(budgets)
    reward: {terms: [{name: lcpo, mode: dual}]}
    stages: [{kind: rl, steps: 10}]
    \(more)
    """
  }

  private typealias Reading = (text: String, budgets: LengthBudgets?)

  private static let readings: [Reading] = [
    ("false", nil), ("null", nil),
    ("{range: [8, 64]}", LengthBudgets(mode: .exact, range: 8...64)),
    ("{mode: max, range: 64}", LengthBudgets(mode: .maximum, range: 64...64)),
    (
      "{mode: dual, range: [8, 64], exact_share: 0.25, sft_noise: 0.5}",
      LengthBudgets(mode: .dual, range: 8...64, exactShare: 0.25, sftNoise: 0.5)
    ),
    ("{range: [8, 64], sft: none}", LengthBudgets(mode: .exact, range: 8...64, sft: .none)),
  ]

  @Test(arguments: readings.indices)
  func `land in their fields, and come back from what is shown`(index: Int) throws {
    let (text, budgets) = Self.readings[index]
    let read = try load(recipe(text))
    #expect(read.configuration.data.budgets == budgets)
    #expect(try load(read.yaml()).configuration == read.configuration)
    let paths = read.entries.map(\.keyPath).filter { $0.hasPrefix("data.budgets") }
    #expect(paths.isEmpty == false)
  }

  @Test func `are measured by those that the evaluation names`() throws {
    let read = try load(recipe("{range: [8, 64]}", "evaluation: {budgets: [16, 64], budget_mode: max}"))
    #expect(read.configuration.evaluation.budgets == [16, 64])
    #expect(read.configuration.evaluation.budgetMode == .maximum)
    #expect(try read.entry("evaluation.budgets").value == "[16, 64]")
    #expect(try load(read.yaml()).configuration == read.configuration)
    #expect(try load(recipe("false", "")).configuration.evaluation.budgets == nil)
  }

  @Test func `are drawn for the rl stage and kept in its control, which is told nothing`() throws {
    let text = """
      data: {train: {task: arithmetic_chain}, budgets: {range: [8, 64]}}
      reward: {terms: [{name: lcpo}]}
      stages:
        - {kind: sft, steps: 1}
        - {kind: rl, steps: 10}
        - {kind: rl, name: control, from: sft, control: true, steps: 10, reward: {terms: [{name: correctness}]}}
      """
    let read = try load(text)
    #expect(read.notes.isEmpty, "\(read.notes)")
    #expect(read.configuration.inStages.allSatisfy { $0.data.budgets == LengthBudgets(range: 8...64) })
  }

  private static let faults: [(budgets: String, words: String)] = [
    (
      "{range: [64, 8]}",
      "`data.budgets.range` is [64, 8], allowed: [lowest, highest] within [1, 1000000] tokens"
    ),
    ("{range: [0, 8]}", "within [1, 1000000] tokens"), ("{range: soon}", "[lowest, highest] in whole tokens"),
    ("{range: [8, 9.5]}", "[lowest, highest] in whole tokens"),
    ("{mode: exactly}", "allowed: exact, max, dual; did you mean `exact`?"),
    ("{exact_share: 0.5}", "unknown key `exact_share`"), ("{mode: dual, exact_share: 2}", "0 to 1"),
    ("{sft: drawn, sft_noise: 0.5}", "unknown key `sft_noise`"),
    ("64", "a mapping with `range: [100, 4000]`"),
  ]

  @Test(arguments: faults.indices)
  func `that mean nothing are refused at their line`(index: Int) {
    let (budgets, words) = Self.faults[index]
    let text = refusal(recipe(budgets))
    #expect(text.contains(words) && text.contains("test.yaml:3:"), "\(text)")
  }
}
