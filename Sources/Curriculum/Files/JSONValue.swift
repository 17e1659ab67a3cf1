/// One JSON value of a data row.
package enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  /// As it was written: no digit is lost.
  case number(String)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  /// One line as one JSON object.
  package static func object(
    in line: ArraySlice<UInt8>, file: String, number: Int
  ) throws(DataError) -> [String: JSONValue] {
    guard String(validating: line, as: UTF8.self) != nil else {
      throw DataError(.notUTF8, file: file, line: number)
    }
    let value: JSONValue
    do {
      value = try JSONReader.value(of: line)
    } catch {
      let before = line[..<error.index].count { $0 & 0xC0 != 0x80 }  // characters, not bytes
      throw DataError(.brokenJSON(error.problem, column: before + 1), file: file, line: number)
    }
    guard case .object(let row) = value else {
      throw DataError(.notAnObject(found: value.kind), file: file, line: number)
    }
    return row
  }

  /// What it is, for people.
  package var kind: String {
    switch self {
    case .null: "null"
    case .bool(let value): String(value)
    case .number: "a number"
    case .text: "text"
    case .list: "a list"
    case .object: "an object"
    }
  }

  /// Text, number or truth value as text; nil for everything else.
  package var plain: String? {
    switch self {
    case .text(let text), .number(let text): text
    case .bool(let value): String(value)
    case .null, .list, .object: nil
    }
  }
}
