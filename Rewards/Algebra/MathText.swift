/// Folds the many Unicode dresses of a formula to ASCII and LaTeX commands: full-width digits, `½`, `x²`,
/// `√`, `−`, `≤`, `π`, Greek letters, blanks of all widths. Look-alike letters of other scripts are left as
/// they are, so that a Cyrillic `х` is never an `x`.
package enum MathText {
  /// The text may be malformed UTF-8; ASCII comes back unchanged but for the size of round brackets.
  package static func folded(_ text: ArraySlice<UInt8>) -> [UInt8] {
    guard let first = text.firstIndex(where: { $0 >= 0x80 }) else { return withoutSizes(Array(text)) }
    var folding = Folding(text[..<first])
    var index = first
    while index < text.endIndex {
      let (scalar, length) = decoded(text, at: index)
      folding.append(scalar, bytes: text[index..<(index + length)])
      index += length
    }
    folding.closeScript(next: 0)
    return withoutSizes(folding.output)
  }

  /// `\left(` and `\right)` are `(` and `)`, also where what stands before them looks for a bracket: `0.\left(3\right)`.
  private static func withoutSizes(_ text: [UInt8]) -> [UInt8] {
    guard text.contains(0x5C) else { return text }
    var result: [UInt8]?
    var index = 0
    while index < text.count {
      var skipped = 0
      if text[index] == 0x5C {
        if text[index...].starts(with: "\\left(".utf8) { skipped = 5 }
        if text[index...].starts(with: "\\right)".utf8) { skipped = 6 }
      }
      if skipped > 0, result == nil { result = Array(text[..<index]) }
      index += skipped
      result?.append(text[index])
      index += 1
    }
    return result ?? text
  }

  /// One scalar and its length in bytes; a malformed byte is a scalar of its own, beyond Unicode.
  private static func decoded(_ text: ArraySlice<UInt8>, at index: Int) -> (scalar: UInt32, length: Int) {
    let lead = text[index]
    if lead < 0x80 { return (UInt32(lead), 1) }
    let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
    guard lead >= 0xC2, lead < 0xF5, index + length <= text.endIndex else { return (.max, 1) }
    var scalar = UInt32(lead) & (0x7F >> UInt32(length))
    for offset in 1..<length {
      let byte = text[index + offset]
      guard byte & 0xC0 == 0x80 else { return (.max, 1) }
      scalar = scalar << 6 | UInt32(byte & 0x3F)
    }
    return (scalar, length)
  }
}

/// The state of one fold: a run of raised or lowered signs becomes one `^{…}` or `_{…}`.
private struct Folding {
  private enum Script { case none, raised, lowered }

  private(set) var output: [UInt8]
  private var script = Script.none
  private var scriptStart = 0

  init(_ ascii: ArraySlice<UInt8>) {
    output = Array(ascii)
    output.reserveCapacity(ascii.count + 64)
  }

  mutating func append(_ scalar: UInt32, bytes: ArraySlice<UInt8>) {
    if let sign = raised(scalar) { return open(.raised, sign) }
    if let sign = lowered(scalar) { return open(.lowered, sign) }
    closeScript(next: scalar)
    if scalar < 0x80 {
      output.append(UInt8(truncatingIfNeeded: scalar))
    } else if let digit = decimalDigit(scalar) {
      output.append(0x30 + digit)
    } else if let letter = plainLetter(scalar) {
      output.append(letter)
    } else if scalar == 0x0307 || scalar == 0x0304 || scalar == 0x0305, let last = output.last, last.isDigit {
      // A dot or bar over a digit: it repeats.
      output.removeLast()
      output += Array("\\overline{".utf8) + [last, 0x7D]
    } else if let text = replacement(scalar) {
      output += Array(text.utf8)
    } else {
      output += bytes
    }
  }

  private mutating func open(_ kind: Script, _ sign: UInt8) {
    if script != kind {
      closeScript(next: 0)
      script = kind
      scriptStart = output.count
      output += kind == .raised ? [0x5E, 0x7B] : [0x5F, 0x7B]
    }
    output.append(sign)
  }

  /// Ends a run; raised digits right before a root sign with nothing to raise are the index of the root.
  mutating func closeScript(next: UInt32) {
    guard script != .none else { return }
    let base = scriptStart > 0 ? output[scriptStart - 1] : 0x20
    if script == .raised, next == 0x221A, !base.isDigit, !base.isLetter, base != 0x29, base != 0x7D {
      let index = output[(scriptStart + 2)...]
      output.replaceSubrange(scriptStart..., with: Array("\\surd[".utf8) + index + [0x5D])
      suppressesRoot = true
    } else {
      output.append(0x7D)
    }
    script = .none
  }

  private var suppressesRoot = false

  private mutating func replacement(_ scalar: UInt32) -> String? {
    if scalar == 0x221A, suppressesRoot {
      suppressesRoot = false
      return ""
    }
    return foldedScalar(scalar)
  }
}

private func raised(_ scalar: UInt32) -> UInt8? {
  switch scalar {
  case 0x00B9: 0x31
  case 0x00B2: 0x32
  case 0x00B3: 0x33
  case 0x2070, 0x2074...0x2079: UInt8(truncatingIfNeeded: 0x30 + scalar - 0x2070)
  case 0x207A: 0x2B
  case 0x207B: 0x2D
  case 0x207D: 0x28
  case 0x207E: 0x29
  case 0x207F: 0x6E
  case 0x2071: 0x69
  case 0x02E3: 0x78
  case 0x1D4F: 0x6B
  case 0x1D50: 0x6D
  default: nil
  }
}

private func lowered(_ scalar: UInt32) -> UInt8? {
  switch scalar {
  case 0x2080...0x2089: UInt8(truncatingIfNeeded: 0x30 + scalar - 0x2080)
  case 0x208A: 0x2B
  case 0x208B: 0x2D
  case 0x208D: 0x28
  case 0x208E: 0x29
  case 0x2090: 0x61
  case 0x2091: 0x65
  case 0x2092: 0x6F
  case 0x2093: 0x78
  case 0x2095: 0x68
  case 0x2096: 0x6B
  case 0x2097: 0x6C
  case 0x2098: 0x6D
  case 0x2099: 0x6E
  case 0x209A: 0x70
  case 0x209B: 0x73
  case 0x209C: 0x74
  case 0x1D62: 0x69
  case 0x2C7C: 0x6A
  default: nil
  }
}

/// Decimal digits of the scripts that models write, and the styled digits of mathematics.
private func decimalDigit(_ scalar: UInt32) -> UInt8? {
  if scalar >= 0x1D7CE, scalar <= 0x1D7FF { return UInt8((scalar - 0x1D7CE) % 10) }
  for zero: UInt32 in [
    0xFF10, 0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0E50,
    0x0ED0, 0x0F20, 0x1040, 0x17E0,
  ]
  where scalar >= zero && scalar < zero + 10 {
    return UInt8(scalar - zero)
  }
  return nil
}

/// Full-width ASCII and the styled Latin letters of mathematics.
private func plainLetter(_ scalar: UInt32) -> UInt8? {
  if scalar >= 0xFF01, scalar <= 0xFF5E { return UInt8(scalar - 0xFF01 + 0x21) }
  guard scalar >= 0x1D400, scalar <= 0x1D6A3 else { return nil }
  let place = UInt8((scalar - 0x1D400) % 52)
  return place < 26 ? 0x41 + place : 0x61 + place - 26
}
