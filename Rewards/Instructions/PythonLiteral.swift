extension ArraySlice<UInt8> {
  /// JSON for what Python's `repr` writes of lists, dictionaries, texts, numbers, `None`, `True` and `False`;
  /// anything else stays as it is, for the JSON reader to refuse.
  ///
  /// open-instruct publishes its constraints in this form.
  var jsonOfPythonLiteral: Bytes {
    var json: [UInt8] = []
    json.reserveCapacity(count)
    var index = startIndex
    while index < endIndex {
      let byte = self[index]
      if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        index = appendString(from: index, to: &json)
      } else if byte.isLetter {
        let word = self[index...].prefix { $0.isLetter }
        json.append(contentsOf: pythonConstants[word.text]?.utf8.map(\.self) ?? Array(word))
        index = word.endIndex
      } else {
        json.append(byte)
        index += 1
      }
    }
    return json[...]
  }

  /// - Returns: The position behind the closing quotation mark, or the end.
  private func appendString(from start: Int, to json: inout [UInt8]) -> Int {
    let quote = self[start]
    json.append(UInt8(ascii: "\""))
    var index = start + 1
    while index < endIndex, self[index] != quote {
      switch self[index] {
      case UInt8(ascii: "\\"):
        index = appendEscape(at: index + 1, to: &json)
        continue
      case UInt8(ascii: "\""): json.append(contentsOf: Array("\\\"".utf8))
      default: json.append(self[index])
      }
      index += 1
    }
    guard index < endIndex else { return index }
    json.append(UInt8(ascii: "\""))
    return index + 1
  }

  /// `index` is behind the backslash; the position behind the escape comes back.
  private func appendEscape(at index: Int, to json: inout [UInt8]) -> Int {
    guard let byte = byte(index) else {
      json.append(UInt8(ascii: "\\"))
      return index
    }
    switch byte {
    case UInt8(ascii: "'"): json.append(byte)
    case UInt8(ascii: "x"): json.append(contentsOf: Array("\\u00".utf8))
    case UInt8(ascii: "U"):
      let digits = self[(index + 1)...].prefix(8)
      guard let value = UInt32(digits.text, radix: 16), let scalar = Unicode.Scalar(value) else {
        fallthrough
      }
      json.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      return digits.endIndex
    default: json.append(contentsOf: [UInt8(ascii: "\\"), byte])
    }
    return index + 1
  }
}

private let pythonConstants = ["None": "null", "True": "true", "False": "false"]
