import Tokenizers

/// A JSON value whose members stay in the order they were given in, written on one line.
enum JSONText: CustomStringConvertible {
  case members([Member])
  case list([JSONText])
  case text(String)
  case integer(Int)
  /// NaN and infinities, which JSON lacks, are written as null.
  case number(Double)
  case flag(Bool)

  struct Member {
    var name: String
    var value: JSONText
  }

  static func object(_ members: [(name: String, value: JSONText)]) -> JSONText {
    .members(members.map { Member(name: $0.name, value: $0.value) })
  }

  static func integers(_ values: some Sequence<Int32>) -> JSONText { .list(values.map { .integer(Int($0)) }) }

  var description: String {
    switch self {
    case .members(let members):
      "{" + members.map { "\(quotedJSON($0.name)): \($0.value)" }.joined(separator: ", ") + "}"
    case .list(let values): "[" + values.map(\.description).joined(separator: ", ") + "]"
    case .text(let text): quotedJSON(text)
    case .integer(let value): "\(value)"
    case .number(let value): value.isFinite ? "\(value)" : "null"
    case .flag(let value): "\(value)"
    }
  }
}

extension JSONText: ExpressibleByDictionaryLiteral {
  init(dictionaryLiteral members: (String, JSONText)...) {
    self = .members(members.map { Member(name: $0.0, value: $0.1) })
  }
}

extension JSONText: ExpressibleByStringLiteral {
  init(stringLiteral text: String) { self = .text(text) }
}

func optional(_ value: Double?) -> JSONText { .number(value ?? .nan) }
func optional(_ value: Int?) -> JSONText { value.map { .integer($0) } ?? .number(.nan) }
func optional(_ text: String?) -> JSONText { text.map { .text($0) } ?? .number(.nan) }
