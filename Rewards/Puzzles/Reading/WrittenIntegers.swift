import BigInt

/// Integers as people list them: separated by commas, semicolons or blanks, brackets round the whole.
enum WrittenIntegers {
  case list([Int])
  /// One of them leaves 64 bits.
  case tooLarge
  case notIntegers

  /// An empty text is an empty list.
  init(_ text: Bytes) {
    var numbers: [Int] = []
    for item in text.listItems {
      guard item.isWrittenInteger else {
        self = .notIntegers
        return
      }
      guard let number = item.asInteger else {
        self = .tooLarge
        return
      }
      numbers.append(number)
    }
    self = .list(numbers)
  }
}

extension ArraySlice<UInt8> {
  /// The parts of a list, brackets, quotes and markdown round the whole left out.
  var listItems: [Bytes] {
    trimmed { $0.isBlank || ListSigns.around.contains($0) }
      .split { $0.isBlank || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";") }
  }

  /// A sign or none, and digits.
  var isWrittenInteger: Bool {
    let digits = first == UInt8(ascii: "-") || first == UInt8(ascii: "+") ? dropFirst() : self
    return !digits.isEmpty && digits.allSatisfy(\.isDigit)
  }

  /// As one integer of any size up to `maximumDigits`, thousands separators allowed: `-12`, `1,234,567`. What
  /// stands before a last `=` does not count.
  func writtenInteger(maximumDigits: Int) -> WrittenInteger {
    var value = withoutMarkup
    if let sign = value.lastIndex(of: UInt8(ascii: "=")) { value = value[(sign + 1)...].withoutMarkup }
    let signLength = value.first == UInt8(ascii: "-") || value.first == UInt8(ascii: "+") ? 1 : 0
    let groups = value.dropFirst(signLength).trimmedFields(at: ",")
    guard groups.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isDigit) }),
      groups.count == 1 || groups[0].count <= 3 && groups.dropFirst().allSatisfy({ $0.count == 3 })
    else { return .notAnInteger }
    let digits = groups.flatMap { $0 }
    if digits.count > maximumDigits { return .tooLarge }
    guard let magnitude = BigInt(String(decoding: digits, as: UTF8.self)) else { return .notAnInteger }
    return .integer(value.first == UInt8(ascii: "-") ? -magnitude : magnitude)
  }
}

/// A stretch of text read as one integer.
enum WrittenInteger {
  case integer(BigInt)
  case tooLarge
  case notAnInteger
}

private enum ListSigns {
  static let around: ASCIISet = "[](){}$*`.;,"
}
