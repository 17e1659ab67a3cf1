/// Numbers in lists in lists (a tensor of a file), laid end to end, and the lists they came from.
struct NestedNumbers {
  let numbers: [Double]
  private let template: JSONValue

  init(_ value: JSONValue, _ key: String, in fields: Fields) throws(ObjectiveFileError) {
    var numbers: [Double] = []
    try Self.collect(value, key, fields, into: &numbers)
    self.numbers = numbers
    template = value
  }

  /// Other numbers in the same lists.
  func json(_ numbers: [Double]) -> JSONValue {
    precondition(
      numbers.count == self.numbers.count, "\(numbers.count) numbers for \(self.numbers.count) places")
    var next = 0
    return Self.filled(template, numbers, &next)
  }

  private static func collect(
    _ value: JSONValue, _ key: String, _ fields: Fields, into numbers: inout [Double]
  ) throws(ObjectiveFileError) {
    if case .array(let values) = value {
      for value in values { try collect(value, key, fields, into: &numbers) }
    } else {
      numbers.append(try fields.number(value, key))
    }
  }

  private static func filled(_ template: JSONValue, _ numbers: [Double], _ next: inout Int) -> JSONValue {
    if case .array(let values) = template {
      return .array(values.map { filled($0, numbers, &next) })
    }
    next += 1
    return .number(numbers[next - 1])
  }
}
