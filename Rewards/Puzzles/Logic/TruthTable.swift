/// All values of formulas over the same variables, 64 rows at a time.
struct TruthTable {
  static let maximumVariables = 16
  /// Rows in words of 64 × instructions: a formula of 2^12 signs over 16 variables.
  static let maximumWork = 1 << 22

  let variableCount: Int

  /// Rows; in row r variable v has bit v of r.
  var rowCount: Int { 1 << variableCount }

  /// Whether every one of `formulas` can be worked through.
  static func holds(_ formulas: [TruthFormula], variableCount: Int) -> Bool {
    guard variableCount <= maximumVariables else { return false }
    let words = max(1, (1 << variableCount) / 64)
    return formulas.allSatisfy { $0.program.count * words <= maximumWork }
  }

  /// - Parameter variableCount: At most ``maximumVariables``.
  init(variableCount: Int) {
    precondition(variableCount <= Self.maximumVariables, "a truth table of \(variableCount) variables")
    self.variableCount = variableCount
  }

  /// The values of a formula: row r is bit r mod 64 of word r / 64. Rows that do not exist (fewer than six
  /// variables) repeat those that do.
  func column(of formula: TruthFormula) -> [UInt64] {
    (0..<max(1, rowCount / 64)).map { word in
      formula.values { variable in
        variable < 6 ? Self.patterns[variable] : word >> (variable - 6) & 1 == 1 ? .max : 0
      }
    }
  }

  /// Bit k of pattern v is bit v of k.
  private static let patterns: [UInt64] = (0..<6).map { variable in
    (0..<64).reduce(0) { $0 | (UInt64($1) >> UInt64(variable) & 1) << UInt64($1) }
  }
}
