/// The last boxes of a text: one, or several with nothing of substance between them.
enum LastBoxes {
  /// Their contents, trimmed; more than one are joined by semicolons.
  case closed(Bytes)
  /// The brace of the last one is never closed. `rest` is what it holds so far.
  case cutOff(rest: Bytes, brace: Int)
}

extension ArraySlice<UInt8> {
  /// The boxes that a box beginning with the brace at `brace`, the last of the text, forms with its
  /// neighbors.
  func lastBoxes(brace: Int) -> LastBoxes {
    guard let close = closingBrace(of: brace) else {
      return .cutOff(rest: self[(brace + 1)...].trimmed(), brace: brace)
    }
    var box = outermostBox(around: BracedBox(brace: brace, close: close))
    var contents = [content(of: box)]
    var size = contents[0].count
    while size <= BoxGroup.maximumBytes, let previous = boxJustBefore(start(ofBoxWith: box.brace)) {
      contents.append(content(of: previous))
      size += contents[contents.count - 1].count
      box = previous
    }
    if contents.count == 1 || contents[0].isEmpty { return .closed(contents[0]) }
    var joined: [UInt8] = []
    for content in contents.reversed() where !content.isEmpty {
      if !joined.isEmpty { joined += BoxGroup.separator }
      joined += content
    }
    return .closed(joined[...])
  }

  /// The closing brace of the one at `open`; `\{` and `\}` do not count.
  func closingBrace(of open: Int) -> Int? {
    var depth = 0
    var index = open
    while index < endIndex {
      switch self[index] {
      case UInt8(ascii: "\\"): index += 1
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "}"):
        depth -= 1
        if depth == 0 { return index }
      default: break
      }
      index += 1
    }
    return nil
  }

  private func content(of box: BracedBox) -> Bytes {
    let content = self[(box.brace + 1)..<box.close].trimmed()
    return isOverEscaped(box) ? content.withSingleBackslashes : content
  }

  /// `\\boxed`, and no line break before it: every backslash was doubled on the way.
  private func isOverEscaped(_ box: BracedBox) -> Bool {
    guard let command = boxCommand(before: box.brace) else { return false }
    return isEscaped(command)
  }

  /// With each pair of backslashes made one.
  private var withSingleBackslashes: Bytes {
    var bytes: [UInt8] = []
    var index = startIndex
    while index < endIndex {
      bytes.append(self[index])
      index += self[index] == UInt8(ascii: "\\") && byte(index + 1) == UInt8(ascii: "\\") ? 2 : 1
    }
    return bytes[...]
  }

  /// The box that holds `inner` and is held by none; both ends move outward only, so the work is linear.
  private func outermostBox(around inner: BracedBox) -> BracedBox {
    var outermost = inner
    var left = start(ofBoxWith: inner.brace)
    var right = inner.close + 1
    while let close = unmatchedClose(from: right), let open = unmatchedOpen(before: left) {
      right = close + 1
      left = open
      if boxCommand(before: open) != nil { outermost = BracedBox(brace: open, close: close) }
    }
    return outermost
  }

  private func unmatchedClose(from start: Int) -> Int? {
    var depth = 0
    var index = start
    while index < endIndex {
      switch self[index] {
      case UInt8(ascii: "\\"): index += 1
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "}"):
        if depth == 0 { return index }
        depth -= 1
      default: break
      }
      index += 1
    }
    return nil
  }

  private func unmatchedOpen(before end: Int) -> Int? {
    var depth = 0
    var index = end - 1
    while index >= startIndex {
      if self[index] == UInt8(ascii: "}"), !isEscaped(index) { depth += 1 }
      if self[index] == UInt8(ascii: "{"), !isEscaped(index) {
        if depth == 0 { return index }
        depth -= 1
      }
      index -= 1
    }
    return nil
  }

  /// Whether an odd number of backslashes stands before `index`.
  private func isEscaped(_ index: Int) -> Bool {
    var before = index - 1
    while before >= startIndex, self[before] == UInt8(ascii: "\\") { before -= 1 }
    return (index - 1 - before) % 2 == 1
  }

  /// Where the box command ends whose argument begins with the brace at `brace`; returns its start.
  private func boxCommand(before brace: Int) -> Int? {
    var end = brace
    while end > startIndex, self[end - 1].isBlank { end -= 1 }
    for length in BoxGroup.commandLengths where endOfBoxCommand(at: end - length) == end {
      return end - length
    }
    return nil
  }

  private func start(ofBoxWith brace: Int) -> Int {
    boxCommand(before: brace) ?? brace
  }

  /// The box before `end` with nothing but ``BoxGroup`` separators between.
  private func boxJustBefore(_ end: Int) -> BracedBox? {
    let lowest = Swift.max(startIndex, end - BoxGroup.maximumGap)
    var index = end - 1
    while index >= lowest {
      if self[index] == UInt8(ascii: "}"), BoxGroup.isGap(self[(index + 1)..<end]), !isEscaped(index) {
        let floor = Swift.max(startIndex, index - BoxGroup.maximumBytes)
        if let open = self[floor..<index].unmatchedOpen(before: index), boxCommand(before: open) != nil {
          return BracedBox(brace: open, close: index)
        }
      }
      index -= 1
    }
    return nil
  }
}

/// A box by its braces.
private struct BracedBox {
  var brace: Int
  var close: Int
}

private enum BoxGroup {
  /// Bytes between two boxes of one answer.
  static let maximumGap = 48
  /// Bytes of all boxes of one answer.
  static let maximumBytes = 4096
  static let commandLengths = [6, 5]
  static let separator = Array(" ; ".utf8)

  private static let words: [StaticPattern] = [
    "and", "or", "\\text", "\\mathrm", "\\quad", "\\qquad", "\u{3001}", "\u{FF0C}", "\u{FF1B}", "\u{3002}",
    "\u{548C}", "\u{6216}", "\u{A0}", "\\vee", "\\lor", "\\wedge", "\\land", "\u{2228}", "\u{2227}",
    "\\(", "\\)", "\\[", "\\]", "\\,", "\\;", "\\:", "\\!", "\\\\", "\\ ",
  ]
  private static let punctuation = Set(".,;:&*$_`~#{}/|()".utf8)

  /// Whether only blanks, math delimiters, punctuation, "and" and "or" stand in `text`.
  static func isGap(_ text: Bytes) -> Bool {
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      if byte.isBlank || punctuation.contains(byte) || isBullet(index, in: text) {
        index += 1
        continue
      }
      guard let word = words.first(where: { text.has($0, at: index) }) else { return false }
      let end = index + word.bytes.count
      // "order" does not begin with "or".
      if byte.isLetter, text.byte(end)?.isLetter == true { return false }
      index = end
    }
    return true
  }

  /// A `-` that begins a line.
  private static func isBullet(_ index: Int, in text: Bytes) -> Bool {
    guard text[index] == UInt8(ascii: "-") else { return false }
    return text[..<index].last { $0 != 0x20 && $0 != 0x09 } == 0x0A
  }
}
