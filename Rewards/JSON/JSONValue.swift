/// A JSON value (RFC 8259) as verifiers compare it.
indirect enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  /// UTF-8, escapes undone.
  case string([UInt8])
  case array([JSONValue])
  /// In the order of writing; no key twice.
  case object([JSONMember])

  struct Member: Sendable {
    var key: [UInt8]
    var value: JSONValue
  }

  /// What kind of value it is, in words.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    let key = Array(key.utf8)
    return members.first { $0.key == key }?.value
  }

  /// Bytes that are the same exactly where two values are: numbers by value, strings by their characters,
  /// objects without regard to order, arrays in order or, if `unordered`, as multisets.
  ///
  /// Every part is preceded by its length or followed by an end mark, so that no two values share a form.
  func canonical(unordered: Bool = false) -> [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes, unordered)
    return bytes
  }

  private func write(to bytes: inout [UInt8], _ unordered: Bool) {
    switch self {
    case .null: bytes.append(UInt8(ascii: "n"))
    case .bool(let flag): bytes.append(UInt8(ascii: flag ? "t" : "f"))
    case .number(let number): bytes += number.canonical
    case .string(let text): Self.write(text, to: &bytes)
    case .array(let items):
      bytes.append(UInt8(ascii: "["))
      if unordered {
        let parts = items.map { $0.canonical(unordered: true) }
        for part in parts.sorted(by: { $0.lexicographicallyPrecedes($1) }) { bytes += part }
      } else {
        for item in items { item.write(to: &bytes, unordered) }
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for member in members.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
        Self.write(member.key, to: &bytes)
        member.value.write(to: &bytes, unordered)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func write(_ text: [UInt8], to bytes: inout [UInt8]) {
    bytes += "\"\(text.count):".utf8
    bytes += text
  }
}

typealias JSONMember = JSONValue.Member

extension JSONValue {
  /// A value as recipes write it; nil where it holds a number that JSON has not.
  init?(_ value: ParameterValue) {
    switch value {
    case .null: self = .null
    case .bool(let flag): self = .bool(flag)
    case .integer(let number): self = .number(JSONNumber(number))
    case .number(let number):
      guard number.isFinite, let number = JSONNumber(Bytes("\(number)".utf8)) else { return nil }
      self = .number(number)
    case .text(let text): self = .string(Array(text.utf8))
    case .list(let items):
      let values = items.compactMap { JSONValue($0) }
      guard values.count == items.count else { return nil }
      self = .array(values)
    case .map(let entries):
      // Sorted, since a dictionary's order is another in every process.
      let members = entries.sorted { $0.key < $1.key }.compactMap { key, value in
        JSONValue(value).map { Member(key: Array(key.utf8), value: $0) }
      }
      guard members.count == entries.count else { return nil }
      self = .object(members)
    }
  }
}
