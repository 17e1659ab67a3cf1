/// How strictly mathematical answers are compared; the standard values are the stated rules.
struct MathRules: Sendable, Hashable {
  enum Leniency: String, CaseIterable, Sendable {
    case lenient, strict
  }

  enum UnitRule: String, CaseIterable, Sendable {
    /// Compared where both sides have one.
    case lenient
    /// Both sides have one, or none.
    case strict
    case ignore
  }

  enum IntervalRule: String, CaseIterable, Sendable {
    /// A solved inequality and its interval are the same.
    case both
    /// Only where the ground truth is the inequality.
    case goldRelationOnly = "gold_relation_only"
    case off
  }

  /// Digits from which a rounded or cut decimal stands for a number without a finite one.
  var decimalDigits = 6
  var absoluteTolerance: Double?
  var relativeTolerance: Double?
  var percent = Leniency.lenient
  var units = UnitRule.lenient
  var intervals = IntervalRule.both
  /// False = a fraction of integers must be in lowest terms.
  var allowsUnsimplified = true
  /// Sums, products and integrals with their signs are answers.
  var allowsUnevaluated = false
  /// A bare list is compared in its order.
  var ordersLists = false
  var textHasCase = false
}
