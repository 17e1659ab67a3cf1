extension ArraySlice<UInt8> {
  /// The text with disguises undone: invisible characters left out, full-width letters made ASCII, and
  /// Cyrillic and Greek letters that look like Latin ones replaced by these where the text is mostly Latin.
  ///
  /// A forbidden word with a Cyrillic `о` is still that word to its reader, and a policy that is paid for
  /// avoiding words finds such letters.
  var undisguised: Bytes {
    guard contains(where: { $0 >= 0x80 }) else { return self }
    let isLatin = isMostlyLatin
    var result: [UInt8] = []
    result.reserveCapacity(count)
    for (_, scalar) in ScalarReader(self) {
      if scalar.isInvisible { continue }
      if let letter = scalar.plainLetter(looksCount: isLatin) {
        result.append(letter)
      } else {
        result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
    return result[...]
  }

  private var isMostlyLatin: Bool {
    var latin = 0
    var others = 0
    for (_, scalar) in ScalarReader(self) {
      switch scalar.value {
      case 0x41...0x5A, 0x61...0x7A: latin += 1
      case 0x0370...0x052F: others += 1
      default: break
      }
    }
    return latin > others
  }
}

extension Unicode.Scalar {
  /// Soft hyphen, zero-width blanks, joiners and marks of direction.
  fileprivate var isInvisible: Bool {
    switch value {
    case 0xAD, 0x200B...0x200F, 0x2060...0x2064, 0x034F, 0xFEFF: true
    default: false
    }
  }

  fileprivate func plainLetter(looksCount: Bool) -> UInt8? {
    switch value {
    case 0..<0x80: return UInt8(value)
    case 0xFF01...0xFF5E: return UInt8(value - 0xFF01 + 0x21)
    case 0x0370...0x052F where looksCount: return Self.lookAlikes[self]
    default: return nil
    }
  }

  private static let lookAlikes: [Unicode.Scalar: UInt8] = Dictionary(
    uniqueKeysWithValues: zip(
      "асԁеһіјԛоԍрѕԝхуνοαιρυκτχАВСЕНІЈКМОРЅТХУԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧ".unicodeScalars,
      "acdehijqogpswxyvoaipuktxABCEHIJKMOPSTXYQWABEZHIKMNOPTYX".utf8
    ).map {
      ($0, $1)
    })
}
