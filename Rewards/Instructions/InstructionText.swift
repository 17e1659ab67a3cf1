/// A response as the instructions read it.
struct InstructionText {
  /// Blanks at the ends left out; `\r\n` is `\n`.
  let bytes: Bytes
  /// The same in small letters.
  let lower: Bytes

  init(_ text: Bytes) {
    let trimmed = text.trimmed()
    bytes = trimmed.contains(0x0D) ? Bytes(trimmed.filter { $0 != 0x0D }) : trimmed
    lower = bytes.smallLetters
  }

  var isEmpty: Bool { bytes.isEmpty }

  /// In small letters and with disguises undone, where something that must not occur is looked for.
  var undisguised: Bytes { bytes.undisguised.smallLetters }

  /// The forms that IFEval's loose check looks at, this one left out: without the first line, the last, or
  /// both, each also without `*`, and the whole without `*`.
  var looseForms: [InstructionText] {
    let first = bytes.firstIndex(of: 0x0A).map { bytes[($0 + 1)...] } ?? []
    let last = bytes.lastIndex(of: 0x0A).map { bytes[..<$0] } ?? []
    let both = first.lastIndex(of: 0x0A).map { first[..<$0] } ?? []
    var forms = [first, last, both]
    for form in [bytes] + forms where form.contains(UInt8(ascii: "*")) {
      forms.append(Bytes(form.filter { $0 != UInt8(ascii: "*") }))
    }
    return forms.map(InstructionText.init).filter { !$0.isEmpty }
  }
}

extension ArraySlice<UInt8> {
  /// Its lines, without the line feeds.
  var lines: [Bytes] { split(separator: 0x0A, omittingEmptySubsequences: false) }

  /// Parts between blanks.
  var blankSeparated: [Bytes] { split { $0.isBlank } }

  /// Parts between occurrences of a marker, which is looked for from the left and never overlaps itself.
  func parts(between marker: StaticPattern) -> [Bytes] {
    var parts: [Bytes] = []
    var start = startIndex
    var index = startIndex
    while index < endIndex {
      if has(marker, at: index) {
        parts.append(self[start..<index])
        index += marker.bytes.count
        start = index
      } else {
        index += 1
      }
    }
    parts.append(self[start...])
    return parts
  }

  /// Paragraphs between empty lines, blank ones left out.
  var paragraphs: [Bytes] {
    parts(between: "\n\n").map { $0.trimmed() }.filter { !$0.isEmpty }
  }
}

extension [Bytes] {
  /// Trimmed, without the first and the last if they are blank; nil where another is blank.
  var filledButForEnds: [Bytes]? {
    let parts = map { $0.trimmed() }
    guard !parts.dropFirst().dropLast().contains(where: \.isEmpty) else { return nil }
    return parts.filter { !$0.isEmpty }
  }
}
