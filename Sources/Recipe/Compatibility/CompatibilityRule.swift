internal import Rewards
internal import Training

/// One row of the compatibility table: two choices, what may be said of them together, and why.
///
/// The rules are data. ``RecipeReader/checkCompatibility(of:)`` walks them for every recipe with an rl stage, the
/// page `docs/recipes.md` shows them, and a test holds the two together.
package struct CompatibilityRule: Sendable {
  package enum Verdict: String, Sendable {
    /// The recipe is refused.
    case error
    /// The run goes on, and the user is told.
    case warning
    /// They go together, in a way worth knowing; `apus recipe check` says how.
    case fine
  }

  /// Both choices: `mastered_tokens+entropic`. What `algorithm.force` takes.
  package var id: String
  /// The keys whose values the message shows; the first that the user wrote is the place of an error.
  package var keys: [String]
  package var verdict: Verdict
  /// Whether the user may say that he means it.
  package var canBeForced: Bool
  package var reason: String
  /// What to change; empty where nothing needs to be.
  package var remedy: String
  var applies: @Sendable (TrainingConfiguration) -> Bool

  /// A row; `canBeForced` nil = yes, but for what is fine.
  init(
    _ id: String, _ keys: [String], _ verdict: Verdict, canBeForced: Bool? = nil, _ reason: String,
    remedy: String = "", applies: @escaping @Sendable (TrainingConfiguration) -> Bool
  ) {
    self.id = id
    self.keys = keys
    self.verdict = verdict
    self.canBeForced = canBeForced ?? (verdict != .fine)
    self.reason = reason
    self.remedy = remedy
    self.applies = applies
  }

  /// Every row, by axis.
  package static let all: [CompatibilityRule] =
    advantageRules + surrogateRules + referenceRules + rewardKLRules + entropyRules + correctionRules
    + workerRules + segmentRules + rewardRules + budgetRules + samplerRules
}

extension RecipeReader {
  /// Looks up the recipe's choices in the table.
  ///
  /// - Returns: Warnings, and remarks about what is fine.
  func checkCompatibility(of run: TrainingConfiguration) -> (warnings: [String], remarks: [String]) {
    var warnings: [String] = []
    var remarks: [String] = []
    for rule in CompatibilityRule.all where rule.applies(run) {
      let text = sentence(rule, of: run)
      let isForced = forced.contains(rule.id)
      switch rule.verdict {
      case .error where isForced: warnings.append("forced: \(text)")
      case .error: report(.incompatible(rule: rule.id, text + permission(rule)), at: place(rule))
      case .warning where isForced: break
      case .warning: warnings.append(text)
      case .fine: remarks.append(text)
      }
    }
    return (warnings, remarks)
  }

  /// `` `a` (1) and `b` (2): why; what to change ``.
  private func sentence(_ rule: CompatibilityRule, of run: TrainingConfiguration) -> String {
    let choices = rule.keys.map { key in "`\(key)` (\(value(of: key, in: run)))" }
    let parts = [choices.formatted, rule.reason].filter { !$0.isEmpty }.joined(separator: ": ")
    return rule.remedy.isEmpty ? parts : "\(parts); \(rule.remedy)"
  }

  private func permission(_ rule: CompatibilityRule) -> String {
    rule.canBeForced ? "; if you mean it, `algorithm.force: [\(rule.id)]`" : ""
  }

  /// A value as the resolved recipe has it; of a section that it is on, of the reward its terms.
  private func value(of key: String, in run: TrainingConfiguration) -> String {
    if key == "reward.terms" { return run.reward.terms.leaves.map(\.kind.name).inWords }
    return entries.last { "\($0.path)" == key }?.value ?? "on"
  }

  /// The line of the first key that stands in the user's hands, else of the first that stands anywhere.
  private func place(_ rule: CompatibilityRule) -> Place? {
    let places = rule.keys.compactMap { key in
      place(of: RecipePath(steps: key.split(separator: ".").map { .key(String($0)) }))
    }
    return places.first(where: \.isTheUsers) ?? places.first
  }
}

extension Place {
  /// Whether the value was written by the user and not by a preset.
  var isTheUsers: Bool {
    if case .preset = source { false } else { true }
  }
}

extension [String] {
  /// `a, b and c`.
  fileprivate var formatted: String {
    count < 2 ? joined() : dropLast().joined(separator: ", ") + " and " + (last ?? "")
  }
}
