internal import Curriculum
internal import Experience
internal import Training

extension RecipeReader {
  /// `data.budgets`: how many tokens prompts ask for.
  func readLengthBudgets(_ data: Section, into budgets: inout LengthBudgets?) {
    data.readSwitch("budgets", into: &budgets, defaults: LengthBudgets(), example: "range: [100, 4000]") {
      section, budgets in
      section.read("mode", into: &budgets.mode)
      readBudgetRange(section, into: &budgets.range)
      if budgets.mode == .dual { section.read("exact_share", into: &budgets.exactShare, in: .share) }
      section.read("sft", into: &budgets.sft)
      if budgets.sft == .ownLength { section.read("sft_noise", into: &budgets.sftNoise, in: .share) }
    }
  }

  /// `[lowest, highest]`, or one number for all prompts.
  private func readBudgetRange(_ section: Section, into range: inout ClosedRange<Int>) {
    let key = "range"
    if let node = section.node(key) {
      let allowed = LengthBudgets.allowed
      if let bounds = node.bounds, let low = bounds.low.integer, let high = bounds.high.integer {
        if low <= high, allowed.contains(low), allowed.contains(high) {
          range = low...high
        } else {
          report(
            .notAllowed(
              key: "\(section.path + key)", value: "[\(low), \(high)]",
              allowed: "[lowest, highest] within [\(allowed.lowerBound), \(allowed.upperBound)] tokens"),
            at: node.place)
        }
      } else {
        section.refuse(key, node, expected: "[lowest, highest] in whole tokens")
      }
    }
    section.record(key, YAMLText.list(["\(range.lowerBound)", "\(range.upperBound)"]))
  }

  /// `evaluation.budgets` and `budget_mode`: what held-out prompts ask for.
  func readEvaluationBudgets(_ section: Section, into evaluation: inout EvaluationConfiguration) {
    let key = "budgets"
    if let node = section.node(key) {
      evaluation.budgets = node.isNull ? nil : budgetList(key, node, in: section)
    }
    section.record(key, evaluation.budgets.map { YAMLText.list($0.map(String.init)) } ?? "null")
    guard evaluation.budgets != nil else { return }
    if let node = section.node("budget_mode"), node.isNull {
      evaluation.budgetMode = nil
    } else if let name = section.name("budget_mode", among: LengthBudget.Kind.allCases.map(\.rawValue)) {
      evaluation.budgetMode = LengthBudget.Kind(rawValue: name)
    }
    section.record("budget_mode", evaluation.budgetMode?.rawValue ?? "null")
  }

  private func budgetList(_ key: String, _ node: RecipeNode, in section: Section) -> [Int]? {
    guard case .sequence(let items) = node.content, !items.isEmpty else {
      section.refuse(key, node, expected: "a list of whole tokens such as [64, 128, 256]")
      return nil
    }
    var budgets: [Int] = []
    for item in items {
      guard let tokens = item.integer, LengthBudgets.allowed.contains(tokens), !budgets.contains(tokens)
      else {
        let allowed = LengthBudgets.allowed
        section.forbid(
          key, item, allowed: "different whole numbers from \(allowed.lowerBound) to \(allowed.upperBound)")
        return nil
      }
      budgets.append(tokens)
    }
    return budgets
  }
}
