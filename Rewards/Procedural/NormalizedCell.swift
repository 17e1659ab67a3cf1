extension ArraySlice<UInt8> {
  /// In small letters; ASCII punctuation, the words in `dropped` and blanks left out, but for one blank
  /// between words if it `keepsBlanks`.
  func normalizedCell(dropping dropped: [String] = ["a", "an", "the"], keepsBlanks: Bool = false) -> [UInt8] {
    let plain = allSatisfy { $0 < 0x80 } ? self : Bytes(text.lowercased().utf8)
    var result: [UInt8] = []
    for word in plain.split(whereSeparator: \.isBlank) {
      let letters = word.filter { !$0.isASCIIPunctuation }.map(\.lowercased)
      if letters.isEmpty || dropped.contains(where: { $0.utf8.elementsEqual(letters) }) { continue }
      if keepsBlanks, !result.isEmpty { result.append(0x20) }
      result += letters
    }
    return result
  }
}

extension UInt8 {
  fileprivate var isASCIIPunctuation: Bool {
    switch self {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }
}
