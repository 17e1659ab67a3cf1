/// The members of an object of a file (`settings` or `input` of a case), read by name with errors that say what is missing.
package struct Fields: Sendable {
  private let members: [String: JSONValue]
  /// Where the object stands: `case "ppo/0", input`.
  private let place: String

  package init(_ value: JSONValue, at place: String) throws(ObjectiveFileError) {
    guard case .object(let members) = value else {
      throw ObjectiveFileError("\(place) is not an object")
    }
    self.members = members
    self.place = place
  }

  package func has(_ key: String) -> Bool { members[key].map { $0 != .null } ?? false }

  package var keys: [String] { members.keys.sorted() }

  package func error(_ key: String, _ what: String) -> ObjectiveFileError {
    ObjectiveFileError("\(place): `\(key)` \(what)")
  }

  package func value(_ key: String) throws(ObjectiveFileError) -> JSONValue {
    guard let value = members[key] else { throw error(key, "is missing") }
    return value
  }

  // MARK: Single values

  package func number(_ key: String) throws(ObjectiveFileError) -> Double {
    try number(value(key), key)
  }

  package func number(_ key: String, default fallback: Double) throws(ObjectiveFileError) -> Double {
    has(key) ? try number(key) : fallback
  }

  /// nil where the key is absent or null.
  package func optionalNumber(_ key: String) throws(ObjectiveFileError) -> Double? {
    has(key) ? try number(key) : nil
  }

  package func integer(_ key: String) throws(ObjectiveFileError) -> Int {
    try integer(value(key), key)
  }

  package func optionalInteger(_ key: String) throws(ObjectiveFileError) -> Int? {
    has(key) ? try integer(key) : nil
  }

  package func boolean(_ key: String, default fallback: Bool) throws(ObjectiveFileError) -> Bool {
    guard has(key) else { return fallback }
    switch try value(key) {
    case .boolean(let value): return value
    case .number(let value) where value == 0 || value == 1: return value == 1
    default: throw error(key, "is not true or false")
    }
  }

  package func string(_ key: String) throws(ObjectiveFileError) -> String {
    guard case .string(let text) = try value(key) else { throw error(key, "is not a text") }
    return text
  }

  package func fields(_ key: String) throws(ObjectiveFileError) -> Fields {
    try Fields(value(key), at: "\(place), `\(key)`")
  }

  // MARK: Lists

  package func list(_ key: String) throws(ObjectiveFileError) -> [JSONValue] {
    try list(value(key), key)
  }

  package func numbers(_ key: String) throws(ObjectiveFileError) -> [Double] {
    try numbers(value(key), key)
  }

  package func integers(_ key: String) throws(ObjectiveFileError) -> [Int] {
    try integers(value(key), key)
  }

  /// A list of lists of numbers; the inner ones may differ in length.
  package func rows(_ key: String) throws(ObjectiveFileError) -> [[Double]] {
    var rows: [[Double]] = []
    for row in try list(key) { rows.append(try numbers(row, key)) }
    return rows
  }

  package func integerRows(_ key: String) throws(ObjectiveFileError) -> [[Int]] {
    var rows: [[Int]] = []
    for row in try list(key) { rows.append(try integers(row, key)) }
    return rows
  }

  /// 0 and 1 as false and true.
  package func masks(_ key: String) throws(ObjectiveFileError) -> [[Bool]] {
    try integerRows(key).map { row in row.map { $0 != 0 } }
  }

  /// ``rows(_:)`` end to end, refused where a row is not as long as the one of `offsets`.
  package func packed(_ key: String, offsets: [Int]) throws(ObjectiveFileError) -> [Double] {
    let rows = try rows(key)
    guard rows.count == offsets.count - 1,
      zip(rows, zip(offsets, offsets.dropFirst())).allSatisfy({ $0.count == $1.1 - $1.0 })
    else { throw error(key, "has not the shape of `mask`") }
    return rows.flatMap { $0 }
  }

  // MARK: Parts

  package func list(_ value: JSONValue, _ key: String) throws(ObjectiveFileError) -> [JSONValue] {
    guard case .array(let values) = value else { throw error(key, "is not a list") }
    return values
  }

  package func number(_ value: JSONValue, _ key: String) throws(ObjectiveFileError) -> Double {
    switch value {
    case .number(let number): return number
    case .boolean(let isTrue): return isTrue ? 1 : 0
    default: throw error(key, "holds something that is not a number")
    }
  }

  package func integer(_ value: JSONValue, _ key: String) throws(ObjectiveFileError) -> Int {
    let number = try number(value, key)
    guard let whole = Int(exactly: number) else { throw error(key, "holds \(number), not a whole number") }
    return whole
  }

  package func numbers(_ value: JSONValue, _ key: String) throws(ObjectiveFileError) -> [Double] {
    var numbers: [Double] = []
    for value in try list(value, key) { numbers.append(try number(value, key)) }
    return numbers
  }

  package func integers(_ value: JSONValue, _ key: String) throws(ObjectiveFileError) -> [Int] {
    var numbers: [Int] = []
    for value in try list(value, key) { numbers.append(try integer(value, key)) }
    return numbers
  }
}
