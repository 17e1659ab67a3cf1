/// The forms of propositional logic that a task can ask for.
enum NormalForm: String, CaseIterable {
  case any, nnf, cnf, dnf

  /// What a part of a formula is; a part can be several at once.
  private struct Kind: OptionSet {
    let rawValue: Int

    static let atom = Kind(rawValue: 1)
    static let literal = Kind(rawValue: 2)
    /// An OR of literals.
    static let clause = Kind(rawValue: 4)
    /// An AND of literals.
    static let cube = Kind(rawValue: 8)
    static let cnf = Kind(rawValue: 16)
    static let dnf = Kind(rawValue: 32)
    static let nnf = Kind(rawValue: 64)
    static let ofLiterals: Kind = [.literal, .clause, .cube, .cnf, .dnf, .nnf]
  }

  func holds(for formula: TruthFormula) -> Bool {
    if self == .any { return true }
    var stack: [Kind] = []
    for instruction in formula.program {
      switch instruction {
      case .variable, .constant: stack.append(Kind.ofLiterals.union(.atom))
      case .not: stack.append(stack.removeLast().contains(.atom) ? .ofLiterals : [])
      case .and, .or:
        let both = stack.removeLast().intersection(stack.removeLast())
        let isAnd = instruction == .and
        var kind = both.intersection(.nnf)
        if both.contains(isAnd ? .cube : .clause) {
          kind.formUnion(isAnd ? [.cube, .dnf] : [.clause, .cnf])
        }
        kind.formUnion(both.intersection(isAnd ? .cnf : .dnf))
        stack.append(kind)
      case .xor, .implies, .iff:
        stack.removeLast(2)
        stack.append([])
      }
    }
    let kind = stack.last ?? []
    return switch self {
    case .any: true
    case .nnf: kind.contains(.nnf)
    case .cnf: kind.contains(.cnf)
    case .dnf: kind.contains(.dnf)
    }
  }
}
