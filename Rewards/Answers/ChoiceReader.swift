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
  private func list(from first: Int, _ scan: inout Scan) -> Reading {
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
    if fails(scan.rest) || (places.count == 1 && ChoiceWords.retracts(rest)) { return .undecided }
    // "A is incorrect" chooses nothing; "B, not A" does.
    if places.count == 1, ChoiceWords.copula.end(in: rest, at: rest.startIndex) != nil,
      ChoiceWords.denies(sentence(in: rest))
    {
      return .undecided
    }
    return .chosen(places, text: rest.trimmed { $0.isBlank || $0 == UInt8(ascii: ".") })
  }

  // MARK: Prose

  /// The last explicit choice of a text without a marked answer: "option B", "(B)", "**B**", a letter alone.
  func reading(ofProse text: Bytes) -> Reading {
    let plain = plain(text)[...]
    if let named = lastNamed(in: plain) { return named }
    var lines = plain.split(separator: 0x0A).map { $0.trimmed() }.filter { !$0.isEmpty }
    // Options written out again, one a line, are no choice.
    let listed = Set(lines.compactMap { labelOfItem($0) })
    if listed.count > 1 { return .undecided }
    var denied: Set<Int> = []
    while lines.count > 1, let last = lines.last, ChoiceWords.denies(last) || ChoiceWords.rejects(last) {
      let labels = standing(in: last)
      if labels.isEmpty { break }
      denied.formUnion(labels)
      lines.removeLast()
    }
    guard let line = lines.last else { return .none }
    if !denied.isEmpty {
      // "C. 15", and below it why the others are wrong.
      let marked = reading(ofStatement: line)
      if case .chosen(let places, _) = marked, places.isDisjoint(with: denied) { return marked }
      return .undecided
    }
    let sentence = lastSentence(of: line)
    if let concluded = conclusion(of: sentence) { return .chosen([concluded], text: []) }
    if sentence.count == line.count {
      switch reading(ofStatement: line) {
      case .none: break
      case let marked: return marked
      }
    }
    let places = Set(standing(in: sentence))
    if places.isEmpty { return .none }
    if ChoiceWords.denies(sentence) || ChoiceWords.leavesOpen(sentence) || ChoiceWords.rejects(sentence) {
      return .undecided
    }
    return .chosen(places, text: [])
  }

  /// "B is incorrect, so it must be C": the one label behind the reason that denies the others.
  private func conclusion(of sentence: Bytes) -> Int? {
    guard let (reason, conclusion) = ChoiceWords.conclusion(of: sentence),
      ChoiceWords.denies(reason) || ChoiceWords.rejects(reason),
      !ChoiceWords.denies(conclusion), !ChoiceWords.leavesOpen(conclusion), !ChoiceWords.rejects(conclusion)
    else { return nil }
    let places = Set(standing(in: conclusion))
    guard places.count == 1, let place = places.first, !standing(in: reason).contains(place) else {
      return nil
    }
    return place
  }

  /// The words behind a label say that it fails.
  private func fails(_ rest: Bytes) -> Bool {
    let words = rest.trimmed()
    return ChoiceWords.failure.end(in: words, at: words.startIndex) != nil
  }

  /// "option B", "choice (B)", "choose B": the last one that is not called wrong.
  private func lastNamed(in text: Bytes) -> Reading? {
    var end = text.endIndex
    while let word = lastNamingWord(in: text, before: end) {
      var scan = Scan(text: text, index: word.upperBound)
      scan.skip { $0.isBlank || $0 == UInt8(ascii: ":") }
      if let end = ChoiceWords.copula.end(in: text, at: scan.index) {
        scan.index = end
        scan.skip { $0.isBlank || $0 == UInt8(ascii: ":") }
      }
      if let place = label(&scan) {
        let rest = sentence(in: scan.rest)
        if !ChoiceWords.denies(rest), !fails(rest) {
          let sentence = beginning(ofSentenceAt: word.lowerBound, in: text)
          let before = ChoiceWords.conclusion(of: sentence)?.conclusion ?? sentence
          if ChoiceWords.denies(before) || ChoiceWords.rejects(before) { return .undecided }
          return list(from: place, &scan)
        }
      }
      end = word.lowerBound
    }
    return nil
  }

  private func lastNamingWord(in text: Bytes, before end: Int) -> Range<Int>? {
    var index = end - 1
    while index > text.startIndex {
      index -= 1
      if ChoiceWords.naming.mayBegin(with: text[index], text[index + 1]),
        index == text.startIndex || !text[index - 1].isLetter,
        let stop = ChoiceWords.naming.end(in: text, at: index), stop <= end
      {
        return index..<stop
      }
    }
    return nil
  }

  private func sentence(in text: Bytes) -> Bytes {
    text.prefix { $0 != 0x0A && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: ";") }
  }

  private func beginning(ofSentenceAt end: Int, in text: Bytes) -> Bytes {
    var start = end
    while start > text.startIndex, text[start - 1] != 0x0A, text[start - 1] != UInt8(ascii: "."),
      text[start - 1] != UInt8(ascii: ";")
    {
      start -= 1
    }
    return text[start..<end]
  }

  private func lastSentence(of line: Bytes) -> Bytes {
    let text = line.trimmed { $0.isBlank || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "!") }
    var index = text.endIndex - 1
    while index > text.startIndex {
      if text[index].isBlank, text[index - 1] == UInt8(ascii: ".") || text[index - 1] == UInt8(ascii: "?") {
        break
      }
      if text[index] == 0x0A { break }
      index -= 1
    }
    return text[Swift.max(index, text.startIndex)...].trimmed()
  }

  /// The label of a line that begins like an option of a list: `A) 10`.
  private func labelOfItem(_ line: Bytes) -> Int? {
    var scan = Scan(text: line, index: line.startIndex)
    scan.skip { $0 == UInt8(ascii: "-") || $0 == 0x20 }
    let start = scan.index
    guard let place = label(&scan) else { return nil }
    return line[start..<scan.index].count > 1 && !scan.rest.trimmed().isEmpty ? place : nil
  }

  /// Labels that stand by themselves in a sentence; `A` and `I` only where they are no word.
  private func standing(in sentence: Bytes) -> [Int] {
    var places: [Int] = []
    var index = sentence.startIndex
    while index < sentence.endIndex {
      guard labels.isPart(sentence[index]) else {
        index += 1
        continue
      }
      let word = sentence[index...].prefix { $0.isLetter || $0.isDigit || $0 == 0x27 }
      defer { index = word.endIndex }
      let isBehindWord = index > sentence.startIndex && sentence[index - 1] >= 0x80
      guard !isBehindWord, let place = labels.place(of: word) else { continue }
      let isDressed = index > sentence.startIndex && sentence[index - 1] == UInt8(ascii: "(")
      if !isDressed {
        if labels != .digits, word.first?.isLetter == true,
          word.contains(where: { $0 != $0.lowercased }) == false
        {
          continue
        }
        if isArticleOrPronoun(word), !standsAlone(word, in: sentence) { continue }
        let words = sentence[..<index].trimmed()
        if ChoiceWords.isLettered(words.suffix(16).split { !$0.isLetter }.last ?? []) { continue }
      }
      places.append(place)
    }
    return places
  }

  private func isArticleOrPronoun(_ word: Bytes) -> Bool {
    word.elementsEqual("A".utf8) || word.elementsEqual("I".utf8) || word.elementsEqual("a".utf8)
      || word.elementsEqual("i".utf8)
  }

  /// No word follows but one that may stand behind a choice.
  private func standsAlone(_ word: Bytes, in text: Bytes) -> Bool {
    guard word.endIndex < text.endIndex else { return true }
    if !text[word.endIndex].isBlank { return true }
    let rest = text[word.endIndex...].trimmed()
    guard let first = rest.first, first.isLetter else { return true }
    return ChoiceWords.behind.end(in: rest, at: rest.startIndex) != nil
  }

  // MARK: Labels

  private struct Scan {
    let text: Bytes
    var index: Int

    var rest: Bytes { text[index...] }
    var byte: UInt8? { index < text.endIndex ? text[index] : nil }

    mutating func skip(_ isSkipped: (UInt8) -> Bool) {
      while let byte, isSkipped(byte) { index += 1 }
    }
  }

  /// A label with its brackets and marks, moved over; nil where none stands here.
  private func label(_ scan: inout Scan) -> Int? {
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
