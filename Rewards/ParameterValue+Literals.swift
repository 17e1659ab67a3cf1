// So that a specification reads in Swift as it does in a recipe.

extension ParameterValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringInterpolation, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(stringLiteral value: String) { self = .text(value) }
  public init(arrayLiteral elements: ParameterValue...) { self = .list(elements) }

  public init(dictionaryLiteral elements: (String, ParameterValue)...) {
    self = .map(Dictionary(elements) { _, last in last })
  }
}
