// Left sides that only name what stands right of them.

extension AnswerComparison {
  /// Whether an expression is a name rather than something to be solved: `x`, `f(2)`, `P(x)`, `\frac{dy}{dx}`,
  /// `\sin\theta`; and where the value is a constant, so that it is no product's, `AB` and `|AB|`.
  func isName(_ left: Quantity, of value: AnswerValue) -> Bool {
    if algebra.singleSymbol(left.expression) != nil || algebra.application(left.expression) != nil {
      return true
    }
    let source = left.source
    return source.isDefinition || source.isDerivative || isRatioOfAngle(left.expression)
      || (source.isSegment && isConstant(value))
  }

  /// A trigonometric function of a Greek or capital letter; with a small one the equation is to be solved.
  private func isRatioOfAngle(_ id: ExpressionID) -> Bool {
    let node = algebra.node(id)
    guard node.kind == .function, let function = MathFunction(rawValue: node.code),
      let symbol = algebra.singleSymbol(node.a)
    else { return false }
    let name = algebra.name(symbol)
    let isAngle = name.starts(with: "\\greek".utf8) || name.first.map { $0 < 0x5B && $0.isLetter } ?? false
    switch function {
    case .sin, .cos, .tan, .cot, .sec, .csc: return isAngle
    default: return false
    }
  }
}

extension ArraySlice<UInt8> {
  /// `P(x)`, `C(n)`: a letter and letters in parentheses, read as a function's name and argument.
  fileprivate var isDefinition: Bool {
    guard count >= 4, self[startIndex].isLetter, self[startIndex + 1] == UInt8(ascii: "("),
      last == UInt8(ascii: ")")
    else {
      return false
    }
    return dropFirst(2).dropLast().allSatisfy { $0.isLetter || $0 == UInt8(ascii: ",") || $0 == 0x20 }
  }

  /// `AB`, `|AB|`, `ABC`: points in capitals, no two the same, with bars or without.
  fileprivate var isSegment: Bool {
    let points = trimmed { $0 == UInt8(ascii: "|") || $0.isBlank }
    return (2...4).contains(points.count) && points.allSatisfy { $0 >= 0x41 && $0 <= 0x5A }
      && Set(points).count == points.count
  }

  /// `\frac{dy}{dx}`, `dy/dx`.
  fileprivate var isDerivative: Bool {
    var rest = filter { !$0.isBlank && $0 != 0x7B && $0 != 0x7D }[...]
    for command in ["\\frac", "\\dfrac", "\\tfrac"] where rest.starts(with: command.utf8) {
      rest = rest.dropFirst(command.utf8.count)
    }
    let parts = rest.filter { $0 != UInt8(ascii: "/") }
    return parts.count == 4 && rest.count <= 5 && parts.allSatisfy(\.isLetter)
      && parts[0] == UInt8(ascii: "d") && parts[2] == UInt8(ascii: "d")
  }
}
