/// How a teacher writes worked solutions: the same steps and the same answer at different lengths.
///
/// A policy that has learned to imitate one of them begins reinforcement learning with answers of that length and
/// kind: concise ones leave horizon methods room to grow, verbose ones leave length control something to take away,
/// branching ones give entropy methods places where more than one thing can come next.
public enum SolutionStyle: String, Sendable, Hashable, CaseIterable {
  /// Only the steps that are needed.
  case concise
  /// Every step spelled out before it is written, and checked after it.
  case verbose
  /// Some steps are tried wrong first, the mistake is noticed (`no: …`) and corrected; half of the steps are checked.
  case branching
  /// A part of what `verbose` adds: which share of it is drawn for each solution, so that answers to one problem have many
  /// lengths.
  case mixed
}
