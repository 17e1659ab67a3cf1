/// A writing system, as far as languages are told apart by it.
enum Script: Int, CaseIterable {
  case latin, greek, cyrillic, armenian, hebrew, arabic, devanagari, bengali, gurmukhi, gujarati, tamil,
    telugu
  case kannada, malayalam, sinhala, thai, lao, georgian, hangul, kana, han, other

  /// nil for what belongs to no script: digits, punctuation, symbols, marks shared by several.
  init?(_ scalar: Unicode.Scalar) {
    if scalar.isASCII {
      guard UInt8(scalar.value).isLetter else { return nil }
      self = .latin
      return
    }
    guard scalar.isLetterOrMark, !(0x0300...0x036F).contains(scalar.value) else { return nil }
    switch scalar.value {
    case 0xAA...0x024F, 0x1E00...0x1EFF, 0xFF21...0xFF5A: self = .latin
    case 0x0370...0x03FF, 0x1F00...0x1FFF: self = .greek
    case 0x0400...0x052F: self = .cyrillic
    case 0x0530...0x058F: self = .armenian
    case 0x0590...0x05FF, 0xFB1D...0xFB4F: self = .hebrew
    case 0x0600...0x06FF, 0x0750...0x077F, 0xFB50...0xFDFF, 0xFE70...0xFEFC: self = .arabic
    case 0x0900...0x097F: self = .devanagari
    case 0x0980...0x09FF: self = .bengali
    case 0x0A00...0x0A7F: self = .gurmukhi
    case 0x0A80...0x0AFF: self = .gujarati
    case 0x0B80...0x0BFF: self = .tamil
    case 0x0C00...0x0C7F: self = .telugu
    case 0x0C80...0x0CFF: self = .kannada
    case 0x0D00...0x0D7F: self = .malayalam
    case 0x0D80...0x0DFF: self = .sinhala
    case 0x0E00...0x0E7F: self = .thai
    case 0x0E80...0x0EFF: self = .lao
    case 0x10A0...0x10FF: self = .georgian
    case 0x1100...0x11FF, 0x3130...0x318F, 0xAC00...0xD7AF: self = .hangul
    case 0x3041...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9D: self = .kana
    case 0x3005...0x3007, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3134F: self = .han
    default: self = .other
    }
  }

  /// What a sign of it counts for beside a letter of an alphabet, by how many a translation takes.
  fileprivate var weight: Int {
    switch self {
    case .han: 3
    case .hangul, .kana: 2
    default: 1
    }
  }
}

/// How much of a text is in which script.
struct ScriptTally {
  private var counts = [Int](repeating: 0, count: Script.allCases.count)
  private(set) var total = 0

  init(_ text: Bytes) {
    for (_, scalar) in ScalarReader(text) {
      guard let script = Script(scalar) else { continue }
      counts[script.rawValue] += script.weight
      total += script.weight
    }
  }

  subscript(script: Script) -> Int { counts[script.rawValue] }
}
