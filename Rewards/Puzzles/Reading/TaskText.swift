/// Answers and ground truths of tasks in one spelling, so that each checker reads ASCII.
///
/// Unicode signs become their ASCII forms (`−` `-`, `×` `*`, `÷` `/`, `→` `->`, `∧` `&`, `∨` `|`, `¬` `!`,
/// `↔` `<->`, `⊕` `xor`, `²` `^2`), full-width letters and digits their plain ones, box drawing and special
/// blanks a blank. LaTeX: `\frac{a}{b}` becomes `((a)/(b))`; `\text{…}` and its kin their content; `\cdot`,
/// `\times`, `\div`, `\to`, `\land` and so on the sign; `\\` a line break; array environments blanks.
/// Everything else stays. One pass.
enum TaskText {
  /// - Parameters:
  ///   - text: Valid UTF-8.
  ///   - arrowsAreMoves: `→` means "right" and becomes `R`, not `->`; so too `↑ ↓ ←`.
  /// - Returns: The same bytes where there is nothing to fold.
  static func folded(_ text: Bytes, arrowsAreMoves: Bool = false) -> Bytes {
    if text.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "\\") }) { return text }
    var folding = Folding(text: text, arrowsAreMoves: arrowsAreMoves)
    return folding.run()[...]
  }
}

private struct Folding {
  /// What an open brace belongs to.
  enum Brace { case plain, dropped, numerator, denominator }

  let text: Bytes
  let arrowsAreMoves: Bool
  var output: [UInt8] = []
  var braces: [Brace] = []
  var endOfExponent: Int?

  init(text: Bytes, arrowsAreMoves: Bool) {
    self.text = text
    self.arrowsAreMoves = arrowsAreMoves
    output.reserveCapacity(text.count + 16)
  }

  mutating func run() -> [UInt8] {
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      switch byte {
      case UInt8(ascii: "\\"): index = command(at: index)
      case UInt8(ascii: "{"):
        braces.append(.plain)
        output.append(byte)
        index += 1
      case UInt8(ascii: "}"): index = closingBrace(at: index)
      case 0x80...: index = scalar(at: index)
      default:
        output.append(byte)
        index += 1
      }
    }
    return output
  }

  private mutating func put(_ text: String) { output.append(contentsOf: text.utf8) }

  private mutating func closingBrace(at index: Int) -> Int {
    switch braces.popLast() {
    case .plain?, nil: output.append(text[index])
    case .dropped?: break
    case .numerator?:
      put(")/(")
      return operand(at: index + 1)
    case .denominator?: put("))")
    }
    return index + 1
  }

  /// The denominator of a fraction: in braces or one byte.
  private mutating func operand(at start: Int) -> Int {
    let index = skippingBlanks(from: start)
    guard let byte = text.byte(index) else { return index }
    if byte == UInt8(ascii: "{") {
      braces.append(.denominator)
    } else {
      output.append(byte)
      put("))")
    }
    return index + 1
  }

  private func skippingBlanks(from start: Int) -> Int {
    var index = start
    while let byte = text.byte(index), byte.isBlank { index += 1 }
    return index
  }

  private mutating func command(at start: Int) -> Int {
    let name = text[(start + 1)...].prefix(24).prefix(while: \.isLetter)
    if name.isEmpty {
      switch text.byte(start + 1) {
      case UInt8(ascii: "\\")?: put("\n")
      case let byte? where ",;:! ".utf8.contains(byte): put(" ")
      case let byte? where "{}[]()$%&_#".utf8.contains(byte):
        // Brackets of math mode go, escaped signs stay.
        put("[]()$".utf8.contains(byte) ? " " : String(UnicodeScalar(byte)))
      default:
        output.append(text[start])
        return start + 1
      }
      return start + 2
    }
    let command = name.text
    if let sign = Self.commands[command] {
      put(sign)
      return name.endIndex
    }
    switch command {
    case "frac", "dfrac", "tfrac":
      put("((")
      let index = skippingBlanks(from: name.endIndex)
      guard let byte = text.byte(index) else { return index }
      if byte == UInt8(ascii: "{") {
        braces.append(.numerator)
        return index + 1
      }
      output.append(byte)
      put(")/(")
      return operand(at: index + 1)
    case "text", "mathrm", "mathbf", "textbf", "texttt", "textit", "mathit", "mathtt", "operatorname":
      guard text.byte(name.endIndex) == UInt8(ascii: "{") else { break }
      braces.append(.dropped)
      return name.endIndex + 1
    case "begin", "end":
      return environment(from: name.endIndex)
    default: break
    }
    output.append(contentsOf: text[start..<name.endIndex])
    return name.endIndex
  }

  /// Skips `{name}` and, after `\begin{array}`, its column letters.
  private mutating func environment(from start: Int) -> Int {
    put(" ")
    var index = start
    for _ in 0..<2 {
      guard text.byte(index) == UInt8(ascii: "{"),
        let end = text[index...].prefix(48).firstIndex(of: UInt8(ascii: "}")),
        text[(index + 1)..<end].allSatisfy({ $0.isLetter || "*|@ ".utf8.contains($0) })
      else { break }
      index = end + 1
    }
    return index
  }

  private mutating func scalar(at start: Int) -> Int {
    let length = text[start] >= 0xF0 ? 4 : text[start] >= 0xE0 ? 3 : 2
    guard start + length <= text.endIndex else {
      output.append(text[start])
      return start + 1
    }
    var value = UInt32(text[start] & (0xFF >> UInt8(length + 1)))
    for byte in text[(start + 1)..<(start + length)] { value = value << 6 | UInt32(byte & 0x3F) }
    if let digit = Self.superscript(value) {
      // Digits that stand together are one exponent.
      if endOfExponent != output.count { put("^") }
      put(String(digit))
      endOfExponent = output.count
    } else if let sign = sign(for: value) {
      put(sign)
    } else {
      output.append(contentsOf: text[start..<(start + length)])
    }
    return start + length
  }

  private func sign(for value: UInt32) -> String? {
    if arrowsAreMoves, let move = Self.moves[value] { return move }
    if let sign = Self.signs[value] { return sign }
    switch value {
    case 0xFF01...0xFF5E: return UnicodeScalar(value - 0xFEE0).map { String(Character($0)) }
    case 0x2500...0x257F, 0x2000...0x200A: return " "
    default: return nil
    }
  }

  private static func superscript(_ value: UInt32) -> UInt32? {
    switch value {
    case 0xB9: 1
    case 0xB2, 0xB3: value - 0xB0
    case 0x2070, 0x2074...0x2079: value - 0x2070
    default: nil
    }
  }

  static let moves: [UInt32: String] = [0x2190: " L ", 0x2191: " U ", 0x2192: " R ", 0x2193: " D "]

  static let signs: [UInt32: String] = [
    0x2212: "-", 0x2013: "-", 0x2010: "-", 0x2011: "-", 0xD7: "*", 0xB7: "*", 0x22C5: "*", 0x2219: "*",
    0x2217: "*", 0xF7: "/", 0x2044: "/", 0x2215: "/", 0x2192: "->", 0x21D2: "->", 0x27F6: "->",
    0x2194: "<->", 0x21D4: "<->", 0x2261: "<->", 0x2227: "&", 0x2228: "|", 0xAC: "!", 0x2295: " xor ",
    0x22A4: " true ", 0x22A5: " false ", 0xA0: " ", 0x202F: " ",
    0x3000: " ", 0x201C: "\"", 0x201D: "\"", 0x2018: "'", 0x2019: "'", 0x200B: "", 0x2060: "", 0xFEFF: "",
  ]

  static let commands: [String: String] = [
    "cdot": "*", "times": "*", "ast": "*", "div": "/", "left": "", "right": "", "quad": " ", "qquad": " ",
    "hline": " ", "to": "->", "rightarrow": "->", "Rightarrow": "->", "implies": "->", "longrightarrow": "->",
    "leftrightarrow": "<->", "Leftrightarrow": "<->", "iff": "<->", "equiv": "<->", "land": "&", "wedge": "&",
    "lor": "|", "vee": "|", "neg": "!", "lnot": "!", "oplus": " xor ", "top": " true ", "bot": " false ",
    "lbrace": "{", "rbrace": "}", "displaystyle": " ",
  ]
}
