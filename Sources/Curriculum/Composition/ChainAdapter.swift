/// Makes the number of a later problem from the answer of the one before it.
///
/// Identity, scaling (unit conversions are scalings) and the constant of the `offset` composer: whole numbers in,
/// whole numbers out.
public enum ChainAdapter: Sendable, Hashable {
  case plus(Int)
  case times(Int)
  /// Only where it leaves no remainder.
  case over(Int)

  public static let identity = ChainAdapter.plus(0)

  /// Numbers of a chain stay within ± this.
  public static let limit = 1_000_000

  /// The number, or why there is none: a fraction, or one beyond ±``limit``.
  public func result(of answer: Int) -> Result<Int, ChainRejection> {
    let (value, overflows): (Int, Bool)
    switch self {
    case .plus(let constant): (value, overflows) = answer.addingReportingOverflow(constant)
    case .times(let factor): (value, overflows) = answer.multipliedReportingOverflow(by: factor)
    case .over(let divisor):
      guard divisor != 0 else { return .failure(.fraction) }
      let (quotient, remainder) = answer.quotientAndRemainder(dividingBy: divisor)
      if remainder != 0 { return .failure(.fraction) }
      (value, overflows) = (quotient, false)
    }
    guard !overflows, Self.isWithinLimit(value) else { return .failure(.outOfRange) }
    return .success(value)
  }

  static func isWithinLimit(_ value: Int) -> Bool { (-limit...limit).contains(value) }

  /// As a formula of `name`: `answer[1] + 7`, `2 * answer[1]`. The identity is the name alone.
  func formula(of name: String) -> String {
    switch self {
    case .plus(0): name
    case .plus(let constant): constant > 0 ? "\(name) + \(constant)" : "\(name) - \(constant.magnitude)"
    case .times(let factor): "\(factor) * \(name)"
    case .over(let divisor): "\(name) / \(divisor)"
    }
  }

  /// As JSON members: `{"offset": 7}`, `{"times": 2}`, `{"over": 2}`.
  var json: [String: JSONValue] {
    switch self {
    case .plus(let constant): ["offset": .number(String(constant))]
    case .times(let factor): ["times": .number(String(factor))]
    case .over(let divisor): ["over": .number(String(divisor))]
    }
  }
}
