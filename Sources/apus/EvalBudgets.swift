import Curriculum
import Evaluation
import Experience
import Foundation

/// What `apus eval --budgets` asks held-out prompts with.
struct EvaluationBudgets {
  var tokens: [Int]
  /// nil = as the run's training prompts have it.
  var mode: LengthBudget.Kind?
}

extension EvalCommand {
  /// - Returns: nil without `--budgets`.
  func askedBudgets() throws -> EvaluationBudgets? {
    guard let budgets else {
      if budgetMode != nil {
        throw CommandError(
          "`--budget-mode` says what `--budgets` are, and there are none — give both, e.g. --budgets 64,128")
      }
      return nil
    }
    var tokens: [Int] = []
    for text in budgets.split(separator: ",", omittingEmptySubsequences: false) {
      guard let number = Int(text.trimmingCharacters(in: .whitespaces)),
        LengthBudgets.allowed.contains(number),
        !tokens.contains(number)
      else {
        throw CommandError(
          "`--budgets`: `\(text)` in `\(budgets)` is not a number of tokens, each named once — e.g. 64,128,256"
        )
      }
      tokens.append(number)
    }
    return EvaluationBudgets(tokens: tokens, mode: try budgetMode.map(Self.kind))
  }

  private static func kind(_ text: String) throws -> LengthBudget.Kind {
    // The long word is how the paper's prompts say it.
    guard let kind = LengthBudget.Kind(rawValue: text == "maximum" ? "max" : text) else {
      throw CommandError("`--budget-mode`: `\(text)` is neither `exact` nor `max`")
    }
    return kind
  }
}

extension BudgetEvaluation {
  /// A line for each budget, and one for all answers.
  var table: TextTable {
    var table = TextTable([
      "budget", ">answers", ">accuracy", ">mean length", ">signed deviation", ">absolute deviation",
      ">over budget",
      ">truncated",
    ])
    for bin in bins { table.add([bin.budget.words] + cells(bin.adherence)) }
    if bins.count != 1 { table.add(["all"] + cells(all)) }
    return table
  }

  private func cells(_ adherence: BudgetAdherence) -> [String] {
    func percent(_ share: Double, signed: Bool = false) -> String {
      let tenths = (share * 1000).rounded() / 10
      return (signed && tenths > 0 ? "+" : "") + "\(tenths) %"
    }
    return [
      "\(adherence.answers)", percent(adherence.accuracy), "\((adherence.meanLength * 10).rounded() / 10)",
      percent(adherence.signedDeviation, signed: true), percent(adherence.absoluteDeviation),
      percent(adherence.violationRate), percent(adherence.truncated),
    ]
  }

  var json: JSONText {
    [
      "all": .object(members(all)),
      "by_budget": .list(
        bins.map { bin in
          .object(
            [("budget", .integer(bin.budget.tokens)), ("mode", .text(bin.budget.kind.rawValue))]
              + members(bin.adherence))
        }),
    ]
  }

  private func members(_ adherence: BudgetAdherence) -> [(name: String, value: JSONText)] {
    [
      ("answers", .integer(adherence.answers)), ("accuracy", .number(adherence.accuracy)),
      ("mean_budget", .number(adherence.meanBudget)), ("mean_length", .number(adherence.meanLength)),
      ("signed_deviation", .number(adherence.signedDeviation)),
      ("absolute_deviation", .number(adherence.absoluteDeviation)),
      ("violation_rate", .number(adherence.violationRate)), ("truncated", .number(adherence.truncated)),
    ]
  }
}
