/// At least so many placeholders: `[…]` on one line, not blank.
struct PlaceholderCount: Instruction {
  static let ids = ["detectable_content:number_placeholders"]
  private let bound: CountBound

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    bound = CountBound(.atLeast, try arguments.count("num_placeholders"))
  }

  func fault(in text: InstructionText) -> String? {
    var count = 0
    var open: Int?
    for (index, byte) in zip(text.bytes.indices, text.bytes) {
      switch byte {
      case 0x0A: open = nil
      case UInt8(ascii: "[") where open == nil: open = index + 1
      case UInt8(ascii: "]"):
        if let start = open, !text.bytes[start..<index].trimmed().isEmpty { count += 1 }
        open = nil
      default: break
      }
    }
    return bound.fault(count, "placeholders")
  }
}

/// A postscript mark, in any case, with or without a blank behind its full stops, at the start of a word.
struct Postscript: Instruction {
  static let ids = ["detectable_content:postscript"]
  private let marker: String
  private let searches: [PhraseSearch]

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    marker = try arguments.text("postscript_marker")
    let forms =
      switch marker {
      case "P.S.", "P.S": ["P.S.", "P. S."]
      case "P.P.S", "P.P.S.": ["P.P.S", "P. P.S", "P.P. S", "P. P. S"]
      default: [marker]
      }
    searches = forms.map { PhraseSearch($0) }
  }

  func fault(in text: InstructionText) -> String? {
    searches.contains { $0.count(in: text.lower, atWordEnds: true) > 0 } ? nil : "no `\(marker.shortened)`"
  }
}

/// Exactly so many lines that are bullet points: `* …`, or `-` and anything but another `-`.
struct BulletCount: Instruction {
  static let ids = ["detectable_format:number_bullet_lists"]
  private let bound: CountBound

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    bound = CountBound(.exactly, try arguments.count("num_bullets"))
  }

  func fault(in text: InstructionText) -> String? {
    bound.fault(text.bytes.lines.count { Self.isBullet($0.trimmed()) }, "bullet points")
  }

  private static func isBullet(_ line: Bytes) -> Bool {
    guard let mark = line.first, let next = line.dropFirst().first else { return false }
    return mark == UInt8(ascii: "*") ? next.isBlank : mark == UInt8(ascii: "-") && next != mark
  }
}

/// One of IFEval's three answers occurs, as it is written, and no second one.
struct ConstrainedResponse: Instruction {
  static let ids = ["detectable_format:constrained_response"]
  static let options: [StaticPattern] = ["My answer is yes.", "My answer is no.", "My answer is maybe."]

  init(_ arguments: inout InstructionArguments) {}

  func fault(in text: InstructionText) -> String? {
    let found = Self.options.count { text.bytes.lastRange(of: $0) != nil }
    return found == 1 ? nil : "\(found) of the three answers occur, but just one asked for"
  }
}

/// At least so many stretches between asterisks on one line, `*…*` or `**…**`, counted once each.
///
/// As in Markdown, asterisks open where no blank follows them and close where none stands before them, so
/// that bullet points and products highlight nothing.
struct HighlightCount: Instruction {
  static let ids = ["detectable_format:number_highlighted_sections"]
  private let bound: CountBound

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    bound = CountBound(.atLeast, try arguments.count("num_highlights"))
  }

  func fault(in text: InstructionText) -> String? {
    bound.fault(text.bytes.lines.reduce(0) { $0 + Self.highlights(in: $1) }, "highlighted sections")
  }

  private static func highlights(in line: Bytes) -> Int {
    var count = 0
    var isOpen = false
    var index = line.startIndex
    while index < line.endIndex {
      guard line[index] == UInt8(ascii: "*") else {
        index += 1
        continue
      }
      let start = index
      while line.byte(index) == UInt8(ascii: "*") { index += 1 }
      let isBehindText = line.byte(start - 1).map { !$0.isBlank } ?? false
      let isBeforeText = line.byte(index).map { !$0.isBlank } ?? false
      if isOpen, isBehindText {
        count += 1
        isOpen = false
      } else {
        isOpen = isBeforeText
      }
    }
    return count
  }
}

/// At least so many sections, each headed by the splitter as it is written and a number of its own.
struct SectionCount: Instruction {
  static let ids = ["detectable_format:multiple_sections"]
  private let splitter: [UInt8]
  private let bound: CountBound

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    splitter = Array(try arguments.text("section_spliter").utf8)
    bound = CountBound(.atLeast, try arguments.count("num_sections"))
  }

  func fault(in text: InstructionText) -> String? {
    var numbers: Set<[UInt8]> = []
    let bytes = text.bytes
    for index in bytes.indices where bytes[index].isDigit {
      guard let before = bytes.byte(index - 1), !before.isDigit else { continue }
      let end = before.isBlank ? index - 1 : index
      let start = end - splitter.count
      guard start >= bytes.startIndex, bytes[start..<end].elementsEqual(splitter) else { continue }
      if let letter = bytes.scalar(before: start), letter.isWord, letter != "_" { continue }
      numbers.insert(
        bytes[index...].prefix { $0.isDigit }.prefix(20).drop { $0 == UInt8(ascii: "0") }.map(\.self))
    }
    return bound.fault(numbers.count, "sections")
  }
}

/// The whole text is one JSON value, in a fence or not.
struct WholeJSON: Instruction {
  static let ids = ["detectable_format:json_format"]

  init(_ arguments: inout InstructionArguments) {}

  func fault(in text: InstructionText) -> String? {
    text.bytes.unfenced.isJSON ? nil : "the text is not one JSON value"
  }
}

extension ArraySlice<UInt8> {
  fileprivate var unfenced: Bytes {
    let fence: StaticPattern = "```"
    var inner = self
    if inner.has(fence, at: inner.startIndex) {
      inner = inner.dropFirst(3)
      if Bytes(inner.prefix(4).map(\.lowercased)).has("json", at: 0) { inner = inner.dropFirst(4) }
    }
    if inner.count >= 3, inner.has(fence, at: inner.endIndex - 3) { inner = inner.dropLast(3) }
    return inner.trimmed()
  }
}

/// A title on one line between `<<` and `>>`, not blank.
struct Title: Instruction {
  static let ids = ["detectable_format:title"]

  init(_ arguments: inout InstructionArguments) {}

  func fault(in text: InstructionText) -> String? {
    text.bytes.lines.contains(where: Self.holdsTitle) ? nil : "no `<<title>>`"
  }

  private static func holdsTitle(_ line: Bytes) -> Bool {
    let marks = line.parts(between: "<<")
    guard marks.count > 1, let end = line.lastRange(of: ">>") else { return false }
    let start = marks[1].startIndex
    guard start < end.lowerBound else { return false }
    return !line[start..<end.lowerBound]
      .trimmed { $0.isBlank || $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">") }.isEmpty
  }
}
