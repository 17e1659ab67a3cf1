/// A division with remainder as a step of a worked solution: `94=13*7+3`.
struct Division: Sendable, Hashable {
  /// At least 0.
  var dividend: Int
  /// At least 1.
  var divisor: Int

  var quotient: Int { dividend / divisor }
  var remainder: Int { dividend % divisor }

  /// The step as the teacher writes it, with one too few and one too many as dead ends.
  ///
  /// - Parameters:
  ///   - quotient: As it is written, slip or not; nil = the right one.
  ///   - remainder: As it is written; nil = what the quotient leaves.
  /// - Returns: A step with at least one dead end.
  func step(quotient: Int? = nil, remainder: Int? = nil) -> WorkedSolution.Step {
    let quotient = quotient ?? self.quotient
    let remainder = remainder ?? dividend - quotient * divisor
    let low = self.quotient - 1
    var deadEnds: [WorkedSolution.DeadEnd] = []
    if low >= 0, low != quotient {
      let left = dividend - low * divisor
      deadEnds.append(.init([line(low, left)], problem: "\(left) is not below \(divisor)"))
    }
    let above = (self.quotient + 1) * divisor
    deadEnds.append(
      .init([line(self.quotient + 1, dividend - above)], problem: "\(above) is above \(dividend)"))
    return WorkedSolution.Step(
      line(quotient, remainder), details: spelledOut(quotient, remainder),
      check: "\(Calculation(quotient * divisor, .plus, remainder).text)=\(dividend)", deadEnds: deadEnds)
  }

  private func line(_ quotient: Int, _ remainder: Int) -> String {
    "\(dividend)=\(quotient)*\(divisor)" + (remainder < 0 ? "\(remainder)" : "+\(remainder)")
  }

  /// The multiples of the divisor that are taken away, one for each digit of the quotient.
  private func spelledOut(_ quotient: Int, _ remainder: Int) -> [String] {
    if quotient == 0 { return ["\(dividend) is below \(divisor)"] }
    var scale = 1
    while scale <= quotient / 10 { scale *= 10 }
    var (rest, left) = (quotient, dividend)
    var lines: [String] = []
    while scale > 0 {
      let part = rest / scale * scale
      rest -= part
      if part > 0 {
        let next = rest == 0 ? remainder : left - part * divisor
        lines.append("\(left)-\(part)*\(divisor)=\(next)")
        left = next
      }
      scale /= 10
    }
    return lines
  }
}
