extension ArraySlice<UInt8> {
  /// Whether all of it is one JSON value.
  var isJSON: Bool {
    (try? JSONParser.whole(self)) != nil
  }

  /// The JSON value that all of it is; nil where it is none, or where a map holds a key twice.
  var jsonValue: ParameterValue? {
    guard let (value, duplicateKey) = try? JSONParser.whole(self), duplicateKey == nil else { return nil }
    return ParameterValue(value)
  }
}

extension ParameterValue {
  /// Numbers other than whole ones from 0 to 10⁹ become NaN: no instruction takes any.
  fileprivate init(_ value: JSONValue) {
    switch value {
    case .null: self = .null
    case .bool(let flag): self = .bool(flag)
    case .number(let number): self = number.count.map { .integer($0) } ?? .number(.nan)
    case .string(let text): self = .text(Bytes(text).text)
    case .array(let items): self = .list(items.map { ParameterValue($0) })
    case .object(let members):
      self = .map(
        Dictionary(members.map { (Bytes($0.key).text, ParameterValue($0.value)) }) { first, _ in first })
    }
  }
}
