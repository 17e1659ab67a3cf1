private import Foundation

/// One JSON value of a data row. Numbers keep up to 38 digits as they were written.
enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case number(String)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  /// One line as one JSON object.
  static func object(in line: ArraySlice<UInt8>, file: String, number: Int) throws(DataError) -> [String: JSONValue] {
    guard String(validating: line, as: UTF8.self) != nil else {
      throw DataError(.notUTF8, file: file, line: number)
    }
    let value: JSONValue
    do {
      value = try JSONDecoder().decode(JSONValue.self, from: Data(line))
    } catch {
      throw DataError(.brokenJSON(explanation(of: error)), file: file, line: number)
    }
    guard case .object(let row) = value else {
      throw DataError(.notAnObject(found: value.kind), file: file, line: number)
    }
    return row
  }

  /// What it is, for people.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool(let value): String(value)
    case .number: "a number"
    case .text: "text"
    case .list: "a list"
    case .object: "an object"
    }
  }

  /// Text or number as text; nil for everything else.
  var plain: String? {
    switch self {
    case .text(let text), .number(let text): text
    case .bool(let value): String(value)
    case .null, .list, .object: nil
    }
  }

  private static func explanation(of error: any Error) -> String {
    guard case DecodingError.dataCorrupted(let context) = error else { return "\(error)" }
    let detail = (context.underlyingError as NSError?)?.userInfo[NSDebugDescriptionErrorKey] as? String
    return detail ?? context.debugDescription
  }
}

extension JSONValue: Decodable {
  init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: AnyKey.self) {
      var members: [String: JSONValue] = [:]
      for key in object.allKeys { members[key.stringValue] = try object.decode(JSONValue.self, forKey: key) }
      self = .object(members)
      return
    }
    if var list = try? decoder.unkeyedContainer() {
      var elements: [JSONValue] = []
      while !list.isAtEnd { elements.append(try list.decode(JSONValue.self)) }
      self = .list(elements)
      return
    }
    let single = try decoder.singleValueContainer()
    if let text = try? single.decode(String.self) {
      self = .text(text)
    } else if single.decodeNil() {
      self = .null
    } else if let value = try? single.decode(Bool.self) {
      self = .bool(value)
    } else {
      self = .number(try single.decode(Decimal.self).description)
    }
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
