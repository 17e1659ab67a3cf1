/// A JSON value, numbers as doubles.
package enum JSONValue: Sendable, Equatable {
  case null
  case boolean(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])
}

extension JSONValue: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .boolean(let value): try container.encode(value)
    case .number(let value):
      // JSON has no word for what is not finite.
      if !value.isFinite {
        try container.encodeNil()
      } else if let whole = Int(exactly: value) {
        try container.encode(whole)
      } else {
        try container.encode(value)
      }
    case .string(let value): try container.encode(value)
    case .array(let values): try container.encode(values)
    case .object(let members): try container.encode(members)
    }
  }
}

// MARK: Making

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral {
  package init(dictionaryLiteral members: (String, JSONValue)...) {
    self = .object(Dictionary(members) { _, last in last })
  }
  package init(arrayLiteral values: JSONValue...) { self = .array(values) }
  package init(stringLiteral value: String) { self = .string(value) }

  package init(_ value: Double) { self = .number(value) }
  package init(_ value: Int) { self = .number(Double(value)) }
  package init(_ value: Bool) { self = .boolean(value) }
  package init(_ value: Double?) { self = value.map { .number($0) } ?? .null }
  package init(_ values: [Double]) { self = .array(values.map { .number($0) }) }
  package init(_ values: [Double?]) { self = .array(values.map { JSONValue($0) }) }
  package init(_ values: [Int]) { self = .array(values.map { JSONValue($0) }) }
  package init(_ rows: [[Double]]) { self = .array(rows.map { JSONValue($0) }) }
  package init(_ rows: [[Int]]) { self = .array(rows.map { JSONValue($0) }) }
}
