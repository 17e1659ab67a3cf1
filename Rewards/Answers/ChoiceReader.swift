/// Reads which option a text chooses.
struct ChoiceReader {
  let labels: ChoiceLabels

  enum Reading {
    /// The options named, and the text that stands behind a single one.
    case chosen(Set<Int>, text: Bytes)
    /// It denies an option or leaves it open.
    case undecided
    case none
  }

  // MARK: Marked answers

  /// What is in a box or a tag, or is a whole short response: `B`, `(b)`, `B. 12`, `\textbf{(B)}\ 12`, `A, C`,
  /// `ACD`.
  func reading(ofMarked content: Bytes) -> Reading {
    let text = plain(content)[...].trimmed()
    var scan = Scan(text: text, index: text.startIndex)
    skipIntroduction(&scan)
    if denies(scan) { return .undecided }
    if let run = runOfCapitals(scan) { return .chosen(run, text: []) }
    guard let first = label(&scan) else {
      return hasLabel(in: text) && ChoiceWords.denies(text) ? .undecided : .none
    }
    return list(from: first, &scan)
  }

  /// What a statement says the answer is: it begins with a label, in any dress.
  func reading(ofStatement value: Bytes) -> Reading {
    let text = plain(value)[...].trimmed()
    var scan = Scan(text: text, index: text.startIndex)
    skipIntroduction(&scan)
    if denies(scan) { return .undecided }
    if let run = runOfCapitals(scan), run.count > 1 { return .chosen(run, text: []) }
    guard let first = label(&scan) else { return .none }
    return list(from: first, &scan)
  }

  /// Further labels joined to a first one by a comma, "and", "or", "/" or "&".
  func list(from first: Int, _ scan: inout Scan) -> Reading {
    var places: Set<Int> = [first]
    while true {
      var next = scan
      guard skipJoint(&next), !denies(next), let place = label(&next) else { break }
      places.insert(place)
      scan = next
    }
    let rest = scan.rest.trimmed { $0.isBlank || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ",") }
    if places.count == 1, rest.first == UInt8(ascii: "?") || ChoiceWords.leavesOpen(rest) {
      return .undecided
    }
    if fails(scan) || (places.count == 1 && ChoiceWords.retracts(rest)) { return .undecided }
    // "A is incorrect" chooses nothing; "B, not A" does.
    if places.count == 1, ChoiceWords.copula.end(in: rest, at: rest.startIndex) != nil,
      ChoiceWords.denies(sentence(in: rest))
    {
      return .undecided
    }
    return .chosen(places, text: rest.trimmed { $0.isBlank || $0 == UInt8(ascii: ".") })
  }

  // MARK: Labels

  struct Scan {
    let text: Bytes
    var index: Int

    var rest: Bytes { text[index...] }
    var byte: UInt8? { index < text.endIndex ? text[index] : nil }

    mutating func skip(_ isSkipped: (UInt8) -> Bool) {
      while let byte, isSkipped(byte) { index += 1 }
    }
  }

  /// A label with its brackets and marks, moved over; nil where none stands here.
  func label(_ scan: inout Scan) -> Int? {
    var next = scan
    next.skip { $0.isBlank }
    let isDressed = next.byte == UInt8(ascii: "(") || next.byte == UInt8(ascii: "[")
    if isDressed {
      next.index += 1
      next.skip { $0.isBlank }
    }
    let word = next.rest.prefix { labels.isPart($0) }
    guard let place = labels.place(of: word) else { return nil }
    next.index = word.endIndex
    if let byte = next.byte, byte.isLetter || byte.isDigit || byte >= 0x80 || byte == UInt8(ascii: "'") {
      return nil
    }
    if isDressed {
      next.skip { $0.isBlank }
      guard next.byte == UInt8(ascii: ")") || next.byte == UInt8(ascii: "]") else { return nil }
      next.index += 1
      next.skip { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }
      scan = next
      return place
    }
    let mark = next.byte
    if mark == UInt8(ascii: ")") || mark == UInt8(ascii: ".") || mark == UInt8(ascii: ":") {
      next.index += 1
    } else if isArticleOrPronoun(word), !standsAlone(word, in: scan.text) {
      return nil
    } else if mark == UInt8(ascii: "=") || mark == UInt8(ascii: "^") || mark == UInt8(ascii: "+") {
      return nil
    }
    scan = next
    return place
  }

  /// `ACD`: two or more different labels in capitals, and nothing else.
  private func runOfCapitals(_ scan: Scan) -> Set<Int>? {
    guard labels == .letters else { return nil }
    let text = scan.rest.trimmed { $0.isBlank || $0 == UInt8(ascii: ".") }
    guard (2...10).contains(text.count) else { return nil }
    var places: Set<Int> = []
    for byte in text {
      guard (0x41...0x4A).contains(byte), places.insert(Int(byte - 0x41)).inserted else { return nil }
    }
    return places
  }

  private func hasLabel(in text: Bytes) -> Bool {
    text.split { !$0.isLetter && !$0.isDigit }.contains { labels.place(of: $0) != nil }
  }

  private func skipIntroduction(_ scan: inout Scan) {
    while true {
      scan.skip {
        $0.isBlank || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'")
      }
      guard let end = ChoiceWords.introduction.end(in: scan.text, at: scan.index) else { return }
      scan.index = end
    }
  }

  private func denies(_ scan: Scan) -> Bool {
    let rest = scan.rest.trimmed()
    return ChoiceWords.denial.end(in: rest, at: rest.startIndex) != nil
  }

  private func skipJoint(_ scan: inout Scan) -> Bool {
    let start = scan.index
    while true {
      scan.skip {
        $0.isBlank || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "/")
          || $0 == UInt8(ascii: "&")
      }
      guard let end = ChoiceWords.joint.end(in: scan.text, at: scan.index) else { break }
      scan.index = end
    }
    return scan.index > start && scan.text[start..<scan.index].contains { !$0.isBlank }
  }

  // MARK: Markup

  /// Without TeX commands, braces, dollars and emphasis; full-width letters as ASCII.
  func plain(_ content: Bytes) -> [UInt8] {
    let folded = MathText.folded(content)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(folded.count)
    var index = 0
    while index < folded.count {
      let byte = folded[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\\"):
        let start = index
        while index < folded.count, folded[index].isLetter { index += 1 }
        // `\ `, `\,` and `\(` are blanks.
        if index == start, index < folded.count { index += 1 }
        bytes.append(0x20)
      case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "$"), UInt8(ascii: "*"), UInt8(ascii: "`"),
        UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "#"):
        continue
      default: bytes.append(byte)
      }
    }
    return bytes
  }
}
