/// A value as recipes, JSON and the command line can write it.
public enum ParameterValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([ParameterValue])
  case map([String: ParameterValue])

  /// What kind of value it is, in words.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .integer: "a whole number"
    case .number: "a number"
    case .text: "a text"
    case .list: "a list"
    case .map: "a map"
    }
  }
}

/// A parameter that cannot be used: which one, and why.
public struct VerifierParameterError: Error, Hashable {
  /// The key; for nested values with its path (`schema.items[2].type`).
  public var parameter: String
  /// What is wrong and what would be right, as the end of a sentence that starts with the key.
  public var problem: String

  public init(_ parameter: String, _ problem: String) {
    self.parameter = parameter
    self.problem = problem
  }
}

/// What a recipe says about a verifier beside its name.
///
/// Readers return the standard value where a key is absent, and throw where its value is of another kind.
public struct VerifierParameters: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  public var values: [String: ParameterValue]

  public init(_ values: [String: ParameterValue] = [:]) {
    self.values = values
  }

  public init(dictionaryLiteral elements: (String, ParameterValue)...) {
    values = Dictionary(elements) { _, last in last }
  }

  public subscript(key: String) -> ParameterValue? {
    switch values[key] {
    case .null?, nil: nil
    case let value?: value
    }
  }

  func bool(_ key: String, standard: Bool) throws(VerifierParameterError) -> Bool {
    guard let value = self[key] else { return standard }
    guard case .bool(let flag) = value else { throw mismatch(key, value, "true or false") }
    return flag
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws(VerifierParameterError) -> Int? {
    guard let value = self[key] else { return nil }
    guard case .integer(let number) = value else { throw mismatch(key, value, "a whole number") }
    guard range.contains(number) else {
      throw VerifierParameterError(
        key,
        range.upperBound == .max
          ? "is \(number), but must be at least \(range.lowerBound)"
          : "is \(number), but must be between \(range.lowerBound) and \(range.upperBound)")
    }
    return number
  }

  func number(_ key: String, in range: ClosedRange<Double>) throws(VerifierParameterError) -> Double? {
    guard let value = self[key] else { return nil }
    let number: Double
    switch value {
    case .integer(let whole): number = Double(whole)
    case .number(let given): number = given
    default: throw mismatch(key, value, "a number")
    }
    guard range.contains(number) else {
      throw VerifierParameterError(
        key,
        range.upperBound == .infinity
          ? "is \(number), but must be at least \(range.lowerBound)"
          : "is \(number), but must be between \(range.lowerBound) and \(range.upperBound)")
    }
    return number
  }

  func text(_ key: String) throws(VerifierParameterError) -> String? {
    guard let value = self[key] else { return nil }
    guard case .text(let text) = value else { throw mismatch(key, value, "a text") }
    return text
  }

  /// A list of texts; a single text is a list of one.
  func texts(_ key: String) throws(VerifierParameterError) -> [String]? {
    guard let value = self[key] else { return nil }
    switch value {
    case .text(let text): return [text]
    case .list(let items):
      var texts: [String] = []
      for (index, item) in items.enumerated() {
        guard case .text(let text) = item else { throw mismatch("\(key)[\(index)]", item, "a text") }
        texts.append(text)
      }
      return texts
    default: throw mismatch(key, value, "a list of texts")
    }
  }

  /// One of an enumeration's names.
  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ key: String, standard: Choice
  ) throws(VerifierParameterError) -> Choice {
    guard let value = self[key] else { return standard }
    let known = Choice.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    guard case .text(let name) = value else { throw mismatch(key, value, "one of \(known)") }
    guard let choice = Choice(rawValue: name) else {
      throw VerifierParameterError(key, "is `\(name)`, but must be one of \(known)")
    }
    return choice
  }

  private func mismatch(_ key: String, _ value: ParameterValue, _ wanted: String) -> VerifierParameterError {
    VerifierParameterError(key, "is \(value.kind), but must be \(wanted)")
  }
}
