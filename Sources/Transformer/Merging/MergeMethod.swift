/// How models become one; the formulas are in `docs/merging.md` and beside the functions.
public enum MergeMethod: Sendable, Hashable {
  case average
  case taskArithmetic(lambda: Double)
  case ties(keepFraction: Double, lambda: Double)
  case dare(dropProbability: Double, lambda: Double, seed: UInt64)
  case dareTIES(dropProbability: Double, lambda: Double, seed: UInt64)
  /// Takes one model besides the base.
  case updateSelective(keepFraction: Double, scale: Double, scope: Scope)

  /// Which entries are ranked together.
  public enum Scope: String, Sendable, Hashable, CaseIterable {
    case global
    case perTensor = "per_tensor"
  }

  /// As on the command line and in `merge.json`.
  public enum Name: String, Sendable, CaseIterable {
    case average
    case taskArithmetic = "task_arithmetic"
    case ties, dare
    case dareTIES = "dare_ties"
    case updateSelective = "update_selective"
  }

  public var name: Name {
    switch self {
    case .average: .average
    case .taskArithmetic: .taskArithmetic
    case .ties: .ties
    case .dare: .dare
    case .dareTIES: .dareTIES
    case .updateSelective: .updateSelective
    }
  }

  /// The method's numbers under the names of the command line, in a fixed order.
  public var parameters: [(name: String, value: String)] {
    switch self {
    case .average: []
    case .taskArithmetic(let lambda): [("lambda", "\(lambda)")]
    case .ties(let keep, let lambda): [("keep_fraction", "\(keep)"), ("lambda", "\(lambda)")]
    case .dare(let drop, let lambda, let seed), .dareTIES(let drop, let lambda, let seed):
      [("drop_probability", "\(drop)"), ("lambda", "\(lambda)"), ("seed", "\(seed)")]
    case .updateSelective(let keep, let scale, let scope):
      [("keep_fraction", "\(keep)"), ("scale", "\(scale)"), ("scope", "\"\(scope.rawValue)\"")]
    }
  }

  /// What is wrong with the numbers, if anything.
  func problem(modelCount: Int, weights: [Double]) -> MergeError.Reason? {
    func share(_ name: String, _ value: Double) -> MergeError.Reason? {
      (0...1).contains(value) ? nil : .outOfRange(name: name, value: "\(value)", allowed: "from 0 to 1")
    }
    func number(_ name: String, _ value: Double) -> MergeError.Reason? {
      value.isFinite ? nil : .outOfRange(name: name, value: "\(value)", allowed: "a finite number")
    }
    for weight in weights where !weight.isFinite { return number("weight", weight) }
    switch self {
    case .average:
      return weights.reduce(0, +) == 0
        ? .outOfRange(name: "weights", value: "0 in all", allowed: "such that their sum is not 0") : nil
    case .taskArithmetic(let lambda):
      return number("lambda", lambda)
    case .ties(let keep, let lambda):
      return share("keep_fraction", keep) ?? number("lambda", lambda)
    case .dare(let drop, let lambda, _), .dareTIES(let drop, let lambda, _):
      guard (0..<1).contains(drop) else {
        return .outOfRange(name: "drop_probability", value: "\(drop)", allowed: "at least 0 and below 1")
      }
      return number("lambda", lambda)
    case .updateSelective(let keep, let scale, _):
      if modelCount != 1 { return .oneModelOnly(count: modelCount) }
      if weights != [1] {
        return .outOfRange(name: "weight", value: "\(weights[0])", allowed: "1 (`--scale` is the factor)")
      }
      return share("keep_fraction", keep) ?? number("scale", scale)
    }
  }
}
