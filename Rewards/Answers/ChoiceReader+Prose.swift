// Choices in sentences.

extension ChoiceReader {
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

  /// The words behind a label say that it fails. Behind `D)` they are the option's own, unless nothing else
  /// follows, and so is "cannot be determined".
  func fails(_ scan: Scan) -> Bool {
    let words = scan.rest.trimmed()
    guard let end = ChoiceWords.failure.end(in: words, at: words.startIndex),
      ChoiceWords.undetermined.end(in: words, at: words.startIndex) == nil
    else { return false }
    return labels.isPart(scan.text[scan.index - 1]) || !words[end...].contains(where: \.isLetter)
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
        if !ChoiceWords.denies(rest), !fails(scan) {
          let sentence = beginning(ofSentenceAt: word.lowerBound, in: text)
          let before = ChoiceWords.conclusion(of: sentence)?.conclusion ?? sentence
          let clause = before.suffix(from: before.lastIndex(of: UInt8(ascii: ",")) ?? before.startIndex)
          if ChoiceWords.denies(before) || ChoiceWords.rejects(clause) { return .undecided }
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

  func sentence(in text: Bytes) -> Bytes {
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

  func isArticleOrPronoun(_ word: Bytes) -> Bool {
    word.elementsEqual("A".utf8) || word.elementsEqual("I".utf8) || word.elementsEqual("a".utf8)
      || word.elementsEqual("i".utf8)
  }

  /// No word follows but one that may stand behind a choice.
  func standsAlone(_ word: Bytes, in text: Bytes) -> Bool {
    guard word.endIndex < text.endIndex else { return true }
    if !text[word.endIndex].isBlank { return true }
    let rest = text[word.endIndex...].trimmed()
    guard let first = rest.first, first.isLetter else { return true }
    return ChoiceWords.behind.end(in: rest, at: rest.startIndex) != nil
  }
}
