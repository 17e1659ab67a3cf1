internal import Foundation

/// A JSON object from a file, read key by key with errors that name file and key.
struct ConfigurationFile {
  enum Value: Decodable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([Value])
    case object([String: Value])

    init(from decoder: any Swift.Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let value = try? container.decode(Bool.self) {
        self = .bool(value)
      } else if let value = try? container.decode(Double.self) {
        self = .number(value)
      } else if let value = try? container.decode(String.self) {
        self = .string(value)
      } else if let value = try? container.decode([Value].self) {
        self = .array(value)
      } else {
        self = .object(try container.decode([String: Value].self))
      }
    }

    var words: String {
      switch self {
      case .null: "null"
      case .bool(let value): "\(value)"
      case .number(let value): value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
      case .string(let value): "\"\(value.prefix(60))\""
      case .array: "a list"
      case .object: "an object"
      }
    }
  }

  let path: String
  let prefix: String
  private let values: [String: Value]

  init(path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ModelError(path: path, reason: .missingFile)
    }
    self.path = path
    prefix = ""
    do {
      values = try JSONDecoder().decode([String: Value].self, from: data)
    } catch {
      throw ModelError(path: path, reason: .notJSON(Self.words(error)))
    }
  }

  private init(path: String, prefix: String, values: [String: Value]) {
    self.path = path
    self.prefix = prefix
    self.values = values
  }

  private static func words(_ error: any Error) -> String {
    guard case DecodingError.dataCorrupted(let context) = error else {
      return "expected an object at the top"
    }
    let underlying = (context.underlyingError as NSError?)?.userInfo["NSDebugDescription"] as? String
    return underlying ?? context.debugDescription
  }

  func has(_ key: String) -> Bool {
    guard let value = values[key] else { return false }
    if case .null = value { return false }
    return true
  }

  subscript(key: String) -> Value? { has(key) ? values[key] : nil }

  func fail(_ key: String, expected: String) -> ModelError {
    let found = values[key]?.words ?? "missing"
    return ModelError(path: path, reason: .wrongType(key: prefix + key, found: found, expected: expected))
  }

  func int(_ key: String, default fallback: Int? = nil, in range: ClosedRange<Int>) throws -> Int {
    guard let value = self[key] else {
      if let fallback { return fallback }
      throw ModelError(path: path, reason: .missingKey(prefix + key))
    }
    guard case .number(let number) = value, let whole = Int(exactly: number) else {
      throw fail(key, expected: "a whole number")
    }
    guard range.contains(whole) else {
      throw ModelError(
        path: path,
        reason: .outOfRange(
          key: prefix + key, found: "\(whole)", allowed: "\(range.lowerBound) … \(range.upperBound)"))
    }
    return whole
  }

  func double(_ key: String, default fallback: Double? = nil) throws -> Double {
    guard let value = self[key] else {
      if let fallback { return fallback }
      throw ModelError(path: path, reason: .missingKey(prefix + key))
    }
    guard case .number(let number) = value, number.isFinite else { throw fail(key, expected: "a number") }
    guard number > 0 else {
      throw ModelError(
        path: path, reason: .outOfRange(key: prefix + key, found: value.words, allowed: "greater than 0"))
    }
    return number
  }

  func bool(_ key: String, default fallback: Bool) throws -> Bool {
    guard let value = self[key] else { return fallback }
    guard case .bool(let flag) = value else { throw fail(key, expected: "true or false") }
    return flag
  }

  func string(_ key: String) throws -> String? {
    guard let value = self[key] else { return nil }
    guard case .string(let text) = value else { throw fail(key, expected: "text") }
    return text
  }

  func object(_ key: String) throws -> ConfigurationFile? {
    guard let value = self[key] else { return nil }
    guard case .object(let members) = value else { throw fail(key, expected: "an object") }
    return ConfigurationFile(path: path, prefix: prefix + key + ".", values: members)
  }

  /// One id or a list of ids.
  func tokenIDs(_ key: String, vocabSize: Int) throws -> [Int] {
    let items: [Value]
    switch self[key] {
    case nil: return []
    case .array(let list): items = list
    case .some(let single): items = [single]
    }
    return try items.map { item in
      guard case .number(let number) = item, let id = Int(exactly: number) else {
        throw fail(key, expected: "a token id or a list of token ids")
      }
      guard (0..<vocabSize).contains(id) else {
        throw ModelError(
          path: path, reason: .outOfRange(key: prefix + key, found: "\(id)", allowed: "0 … \(vocabSize - 1)"))
      }
      return id
    }
  }
}
