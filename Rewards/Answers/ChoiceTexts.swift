/// The texts of a question's options, by place.
struct ChoiceTexts: Sendable, Hashable {
  private(set) var texts: [Int: [UInt8]] = [:]
  /// They came without labels.
  private(set) var isList = false

  /// From a JSON object of labels and texts, or a JSON list of texts. Nil where it is neither.
  init?(json: Bytes, labels: ChoiceLabels) {
    var scan = FlatJSON(bytes: json)
    guard let pairs = scan.pairs() else { return nil }
    for (index, pair) in pairs.enumerated() {
      guard let place = pair.key.map({ labels.place(of: $0[...]) }) ?? index else { return nil }
      texts[place] = pair.value
    }
    if texts.isEmpty { return nil }
    isList = pairs.allSatisfy { $0.key == nil }
  }

  /// - Throws: Where the value is neither a map from labels to texts nor a list of texts.
  init(_ value: ParameterValue, labels: ChoiceLabels) throws(VerifierParameterError) {
    switch value {
    case .list(let items):
      for (index, item) in items.enumerated() { texts[index] = try Self.text(item, "choices[\(index)]") }
      isList = true
    case .map(let map):
      for (label, item) in map.sorted(by: { $0.key < $1.key }) {
        guard let place = labels.place(of: Array(label.utf8)[...]) else {
          throw VerifierParameterError(
            "choices.\(label)", "is no label, but must be one of \(labels.rawValue)")
        }
        texts[place] = try Self.text(item, "choices.\(label)")
      }
    default:
      throw VerifierParameterError(
        "choices", "is \(value.kind), but must be a map from labels to texts or a list of texts")
    }
    if texts.isEmpty { throw VerifierParameterError("choices", "is empty, but must hold at least one text") }
  }

  private static func text(_ value: ParameterValue, _ key: String) throws(VerifierParameterError) -> [UInt8] {
    switch value {
    case .text(let text): return Array(text.utf8)
    case .integer(let number): return Array("\(number)".utf8)
    case .number(let number): return Array("\(number)".utf8)
    default: throw VerifierParameterError(key, "is \(value.kind), but must be a text")
    }
  }

  /// The one option whose text or value is `answer`; nil where none is, or several.
  func place(of answer: Bytes) -> Int? {
    let words = TextAnswer(words: ChoiceReader(labels: .letters).plain(answer)[...]).normalized
    var found: [Int] = []
    for place in texts.keys.sorted() {
      guard let text = texts[place] else { continue }
      let option = TextAnswer(words: ChoiceReader(labels: .letters).plain(text[...])[...]).normalized
      if !option.isEmpty, option == words, sameNumbers(text[...], answer) { found.append(place) }
    }
    if found.count == 1 { return found[0] }
    let judge = MathJudge(settings: MathSettings(), isProse: false)
    found = texts.keys.sorted().filter { place in
      guard let text = texts[place], case .same = judge.compare(text[...].trimmed(), answer.trimmed()) else {
        return false
      }
      return true
    }
    return found.count == 1 ? found[0] : nil
  }

  /// The one option that a sentence names without denying it; an option's own "not" denies nothing.
  func placeChosen(in sentence: Bytes) -> Int? {
    guard let place = placeNamed(in: sentence) else { return nil }
    let isDenied = ChoiceWords.denies(sentence) || ChoiceWords.leavesOpen(sentence)
    return isDenied && !ChoiceWords.denies((texts[place] ?? [])[...]) ? nil : place
  }

  /// The one option whose text stands in a sentence, word for word.
  private func placeNamed(in sentence: Bytes) -> Int? {
    let words = self.words(of: sentence)
    var found: [(place: Int, length: Int)] = []
    for place in texts.keys.sorted() {
      let option = self.words(of: (texts[place] ?? [])[...])
      guard !option.isEmpty, option.count <= words.count else { continue }
      for start in 0...(words.count - option.count)
      where Array(words[start..<(start + option.count)]) == option {
        found.append((place, option.count))
        break
      }
    }
    return found.count == 1 ? found[0].place : nil
  }

  private func words(of text: Bytes) -> [[UInt8]] {
    text.split { !$0.isLetter && !$0.isDigit && $0 < 0x80 }.map { $0.map(\.lowercased) }
  }

  /// Normalizing drops signs and points; numbers keep them.
  private func sameNumbers(_ left: Bytes, _ right: Bytes) -> Bool {
    func signs(_ text: Bytes) -> [UInt8] {
      text.trimmed { $0.isBlank || $0 == UInt8(ascii: ".") }.filter {
        $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/")
          || $0 == UInt8(ascii: "^")
      }
    }
    return !left.contains(where: \.isDigit) || signs(left) == signs(right)
  }
}

/// The pairs of a JSON object whose values are texts or numbers, or the items of such a list.
private struct FlatJSON {
  let bytes: Bytes
  private var index: Int

  init(bytes: Bytes) {
    self.bytes = bytes
    index = bytes.startIndex
  }

  mutating func pairs() -> [(key: [UInt8]?, value: [UInt8])]? {
    skipBlanks()
    guard let open = next(), open == UInt8(ascii: "{") || open == UInt8(ascii: "[") else { return nil }
    let close = open == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]")
    var pairs: [(key: [UInt8]?, value: [UInt8])] = []
    while pairs.count < 32 {
      skipBlanks()
      if bytes.byte(index) == close { return pairs }
      var key: [UInt8]?
      if open == UInt8(ascii: "{") {
        key = string()
        skipBlanks()
        guard key != nil, next() == UInt8(ascii: ":") else { return nil }
        skipBlanks()
      }
      guard let value = string() ?? number() else { return nil }
      pairs.append((key, value))
      skipBlanks()
      if bytes.byte(index) == UInt8(ascii: ",") { index += 1 }
    }
    return nil
  }

  private mutating func next() -> UInt8? {
    guard let byte = bytes.byte(index) else { return nil }
    index += 1
    return byte
  }

  private mutating func skipBlanks() {
    while let byte = bytes.byte(index), byte.isBlank { index += 1 }
  }

  private mutating func number() -> [UInt8]? {
    let start = index
    while let byte = bytes.byte(index), byte.isDigit || byte.isLetter || "+-.".utf8.contains(byte) {
      index += 1
    }
    return start == index ? nil : Array(bytes[start..<index])
  }

  private mutating func string() -> [UInt8]? {
    guard bytes.byte(index) == UInt8(ascii: "\"") else { return nil }
    index += 1
    var text: [UInt8] = []
    while let byte = next() {
      switch byte {
      case UInt8(ascii: "\""): return text
      case UInt8(ascii: "\\"):
        guard let escape = next() else { return nil }
        switch escape {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "u"):
          guard let scalar = scalar() else { return nil }
          text += Array(String(Character(scalar)).utf8)
        default: text.append(escape)
        }
      default: text.append(byte)
      }
    }
    return nil
  }

  /// The four hexadecimal digits behind `\u`, and the second half of a pair.
  private mutating func scalar() -> UnicodeScalar? {
    guard let high = unit() else { return nil }
    if let scalar = UnicodeScalar(high) { return scalar }
    guard (0xD800..<0xDC00).contains(high), next() == UInt8(ascii: "\\"), next() == UInt8(ascii: "u"),
      let low = unit(),
      (0xDC00..<0xE000).contains(low)
    else { return nil }
    return UnicodeScalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
  }

  private mutating func unit() -> UInt32? {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next(), let digit = Character(UnicodeScalar(byte)).hexDigitValue else { return nil }
      value = value << 4 + UInt32(digit)
    }
    return value
  }
}
