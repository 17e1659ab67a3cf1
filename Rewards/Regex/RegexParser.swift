/// Reads a pattern in the syntax of Python's `re`, without what a linear-time engine cannot run.
///
/// Recursive in the nesting of groups only, which is bounded.
struct RegexParser {
  private struct Flags {
    var ignoresCase = false
    var isMultiline = false
    var dotMatchesLineFeed = false
  }

  var pattern: [Unicode.Scalar]
  var index = 0
  private var flags = Flags()
  private var depth = 0
  private var groupCount = 0
  private var names: [[Unicode.Scalar]] = []

  /// - Returns: The tree, and how many groups capture.
  static func parse(_ text: String) throws(RegexError) -> (node: RegexNode, groupCount: Int) {
    var parser = RegexParser(pattern: Array(text.unicodeScalars.prefix(RegexLimits.pattern + 1)))
    if parser.pattern.count > RegexLimits.pattern {
      throw RegexError(
        position: RegexLimits.pattern + 1, problem: "it is longer than \(RegexLimits.pattern) characters")
    }
    let node = try parser.alternation()
    if parser.peek != nil { throw parser.error("a `)` closes no group") }
    return (node, parser.groupCount)
  }

  private init(pattern: [Unicode.Scalar]) {
    self.pattern = pattern
  }

  var peek: Unicode.Scalar? { index < pattern.count ? pattern[index] : nil }

  var ignoresCase: Bool { flags.ignoresCase }

  mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
    if peek != scalar { return false }
    index += 1
    return true
  }

  func error(_ problem: String, at position: Int? = nil) -> RegexError {
    RegexError(position: (position ?? index) + 1, problem: problem)
  }

  private mutating func alternation() throws(RegexError) -> RegexNode {
    var branches = [try sequence()]
    while skip("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .alternation(branches)
  }

  private mutating func sequence() throws(RegexError) -> RegexNode {
    var items: [RegexNode] = []
    while let scalar = peek, scalar != "|", scalar != ")" { items.append(try quantified()) }
    return items.count == 1 ? items[0] : .sequence(items)
  }

  private mutating func quantified() throws(RegexError) -> RegexNode {
    let item = try atom()
    let position = index
    guard let bounds = try quantifier() else { return item }
    switch item {
    case .empty, .assertion: throw error("a quantifier has nothing to repeat", at: position)
    default: break
    }
    let isLazy = skip("?")
    if peek == "+" { throw error("a possessive quantifier is not in the linear-time subset") }
    let next = index
    if try quantifier() != nil { throw error("a quantifier follows a quantifier", at: next) }
    return .repetition(
      item, minimum: bounds.minimum, maximum: bounds.maximum, isLazy: isLazy, position: position)
  }

  /// `*`, `+`, `?`, `{n}`, `{n,}`, `{,m}`, `{n,m}`; nil where none stands here. A `{` of any other form is
  /// itself.
  private mutating func quantifier() throws(RegexError) -> (minimum: Int, maximum: Int?)? {
    switch peek {
    case "*":
      index += 1
      return (0, nil)
    case "+":
      index += 1
      return (1, nil)
    case "?":
      index += 1
      return (0, 1)
    case "{": return try counts()
    default: return nil
    }
  }

  private mutating func counts() throws(RegexError) -> (minimum: Int, maximum: Int?)? {
    let start = index
    index += 1
    let first = try count()
    var last = first
    var isList = false
    if skip(",") {
      isList = true
      last = try count()
    }
    guard skip("}"), first != nil || last != nil else {
      index = start
      return nil
    }
    if let first, let last, first > last { throw error("{\(first),\(last)} counts down", at: start) }
    return (first ?? 0, isList ? last : first)
  }

  private mutating func count() throws(RegexError) -> Int? {
    let start = index
    var value = 0
    while let scalar = peek, let digit = scalar.digitValue(radix: 10) {
      value = min(value * 10 + digit, RegexLimits.count + 1)
      index += 1
    }
    if value > RegexLimits.count {
      throw error("a count is more than \(RegexLimits.count)", at: start)
    }
    return index == start ? nil : value
  }

  private mutating func atom() throws(RegexError) -> RegexNode {
    let start = index
    guard let scalar = peek else { return .empty }
    index += 1
    switch scalar {
    case "(": return try group(from: start)
    case "[": return .set(try bracketed(from: start))
    case "\\": return try escape(from: start)
    case ".":
      return .set(ScalarSet(ranges: flags.dotMatchesLineFeed ? [] : [0x0A...0x0A], isNegated: true))
    case "^": return .assertion(flags.isMultiline ? .lineStart : .textStart)
    case "$": return .assertion(flags.isMultiline ? .lineEnd : .textEndOrFinalLineFeed)
    case "*", "+", "?": throw error("a quantifier has nothing to repeat", at: start)
    case "{":
      index = start
      if try counts() != nil { throw error("a quantifier has nothing to repeat", at: start) }
      index = start + 1
      return literal(scalar)
    default: return literal(scalar)
    }
  }

  func literal(_ scalar: Unicode.Scalar) -> RegexNode {
    guard flags.ignoresCase, scalar.otherCases.contains(where: { $0 != scalar }) else {
      return .scalar(scalar)
    }
    let values = [scalar] + scalar.otherCases
    return .set(ScalarSet(ranges: values.map { $0.value...$0.value }, ignoresCase: true))
  }

  /// What follows a `(`.
  private mutating func group(from start: Int) throws(RegexError) -> RegexNode {
    depth += 1
    defer { depth -= 1 }
    if depth > RegexLimits.depth {
      throw error("groups are nested deeper than \(RegexLimits.depth)", at: start)
    }
    let outside = flags
    var number: Int?
    if skip("?") {
      switch try groupKind(from: start) {
      case .named: number = try newGroup(from: start)
      case .plain: break
      case .flagsFromHere: return .empty
      }
    } else {
      number = try newGroup(from: start)
    }
    let content = try alternation()
    guard skip(")") else { throw error("a group is never closed", at: start) }
    flags = outside
    // A group of nothing can be repeated; `.empty` itself cannot.
    return number.map { .capture($0, content) } ?? .sequence([content])
  }

  private mutating func newGroup(from start: Int) throws(RegexError) -> Int {
    groupCount += 1
    if groupCount > RegexLimits.groups {
      throw error("there are more than \(RegexLimits.groups) capturing groups", at: start)
    }
    return groupCount
  }

  private enum GroupKind {
    case plain, named, flagsFromHere
  }

  /// What follows a `(?`, up to where its content begins.
  private mutating func groupKind(from start: Int) throws(RegexError) -> GroupKind {
    switch peek {
    case ":":
      index += 1
      return .plain
    case "=", "!": throw error("look-ahead is not in the linear-time subset", at: start)
    case "P", "<":
      if skip("P"), peek == "=" {
        throw error("a back-reference is not in the linear-time subset", at: start)
      }
      guard skip("<") else { throw error("`(?P` is not followed by `<`", at: start) }
      if peek == "=" || peek == "!" {
        throw error("look-behind is not in the linear-time subset", at: start)
      }
      try groupName(from: start)
      return .named
    default: return try flagGroup(from: start)
    }
  }

  private mutating func groupName(from start: Int) throws(RegexError) {
    let first = index
    while let scalar = peek, scalar != ">" {
      guard isWordScalar(scalar) else { throw error("a group's name is of letters, digits and `_`") }
      index += 1
    }
    let name = Array(pattern[first..<index])
    guard !name.isEmpty, skip(">") else { throw error("a group's name is never closed", at: start) }
    if names.contains(name) { throw error("two groups have one name", at: start) }
    names.append(name)
  }

  /// `(?i)`, `(?s-m:…)`.
  private mutating func flagGroup(from start: Int) throws(RegexError) -> GroupKind {
    var isOn = true
    while let scalar = peek {
      switch scalar {
      case "i": flags.ignoresCase = isOn
      case "m": flags.isMultiline = isOn
      case "s": flags.dotMatchesLineFeed = isOn
      case "-" where isOn: isOn = false
      case ":", ")":
        index += 1
        return scalar == ":" ? .plain : .flagsFromHere
      default: throw error("`\(scalar)` is none of the flags `i`, `m` and `s`")
      }
      index += 1
    }
    throw error("a group is never closed", at: start)
  }
}
