/// A sum, a difference or a product of whole numbers as a step of a worked solution.
struct Calculation: Sendable, Hashable {
  enum Operation: String, Sendable, Hashable, CaseIterable {
    case plus = "+"
    case minus = "-"
    case times = "*"
  }

  var left: Int
  var operation: Operation
  var right: Int

  init(_ left: Int, _ operation: Operation, _ right: Int) {
    self.left = left
    self.operation = operation
    self.right = right
  }

  var result: Int {
    switch operation {
    case .plus: left + right
    case .minus: left - right
    case .times: left * right
    }
  }

  /// `56-9`; a negative number on the right stands in parentheses.
  var text: String { "\(left)\(operation.rawValue)\(Self.operand(right))" }

  /// The step, with the inverse operation as its check.
  ///
  /// - Parameters:
  ///   - written: The result as the teacher writes it, slip or not.
  ///   - line: nil = `56-9=47`.
  ///   - tempting: Wrong results that come to mind; one too many and one too few are tried too.
  /// - Returns: A step with at least one dead end.
  func step(writing written: Int, line: String? = nil, tempting: [Int] = []) -> WorkedSolution.Step {
    let wrong = (tempting + [result + 1, result - 1]).filter { $0 != result && $0 != written }
    return WorkedSolution.Step(
      line ?? "\(text)=\(written)", details: spelledOut(ending: written),
      check: inverse(of: written).map { "\($0)=\(left)" },
      deadEnds: wrong.map { wrong in
        let problem = inverse(of: wrong).map { "\($0) is not \(left)" } ?? "nothing times 0 is \(wrong)"
        return WorkedSolution.DeadEnd(["\(text)=\(wrong)"], problem: problem)
      })
  }

  /// From a result back to the left number; nil for products with 0, which have no way back.
  private func inverse(of result: Int) -> String? {
    switch operation {
    case .plus: Calculation(result, .minus, right).text
    case .minus: Calculation(result, .plus, right).text
    case .times: right == 0 ? nil : "\(result)/\(Self.operand(right))"
    }
  }

  /// Counted in ones (or in multiples, for products) where that takes at most nine numbers, else digit by digit of
  /// the right number. The last number is the result as it is written.
  private func spelledOut(ending written: Int) -> [String] {
    guard right > 0 else { return [] }
    if right <= 9 {
      let numbers = (1..<right).map { count in
        switch operation {
        case .plus: left + count
        case .minus: left - count
        case .times: left * count
        }
      }
      return ["\(text): " + (numbers + [written]).map(String.init).joined(separator: ",")]
    }
    let parts = Self.parts(of: right)
    guard parts.count > 1 else { return [] }
    if operation == .times {
      let products = parts.map { left * $0 }
      return zip(parts, products).map { "\(left)*\($0)=\($1)" }
        + [products.dropFirst().reduce("\(products[0])") { $0 + "+\(Self.operand($1))" } + "=\(written)"]
    }
    var value = left
    return parts.enumerated().map { index, part in
      let calculation = Calculation(value, operation, part)
      value = index == parts.count - 1 ? written : calculation.result
      return "\(calculation.text)=\(value)"
    }
  }

  /// 204 = 200 + 4.
  private static func parts(of number: Int) -> [Int] {
    var (rest, scale) = (number, 1)
    var parts: [Int] = []
    while rest > 0 {
      if rest % 10 > 0 { parts.append(rest % 10 * scale) }
      (rest, scale) = (rest / 10, scale * 10)
    }
    return parts.reversed()
  }

  private static func operand(_ number: Int) -> String { number < 0 ? "(\(number))" : String(number) }
}
