/// A regular expression whose matching takes time linear in the text: states × scalars at most, and no
/// pattern and no text can make it more.
///
/// Syntax and meaning are those of Python's `re`, leftmost match first, less what needs backtracking
/// (back-references, look-around, possessive quantifiers, atomic groups, conditionals) and less `\p{…}`,
/// `[:…:]` and the flags other than `i`, `m` and `s`. `\d` is `0`…`9`; `\w`, `\s` and `\b` know every script.
struct LinearRegex: Sendable {
  /// States visited over all matching on one response.
  static let fuel = 4_000_000

  let program: RegexProgram

  var groupCount: Int { program.groupCount }

  /// - Throws: Where the pattern is not in the subset, or too large.
  init(_ pattern: String) throws(RegexError) {
    let (node, groupCount) = try RegexParser.parse(pattern)
    program = try RegexProgram(node, groupCount: groupCount)
  }

  /// The same, its error as that of a verifier's parameter.
  init(_ pattern: String, parameter: String) throws(VerifierParameterError) {
    do {
      try self.init(pattern)
    } catch {
      throw VerifierParameterError(
        parameter, "is not a pattern that can be used: at character \(error.position), \(error.problem)")
    }
  }

  /// Does it match somewhere?
  func matches(within text: Bytes, fuel: inout Int) throws(RegexFuelError) -> Bool {
    var run = RegexRun(program, text, savesGroups: false)
    return try run.match(from: text.startIndex, mustCoverAll: false, &fuel) != nil
  }

  /// Does it match the text from its start to its end?
  func matches(whole text: Bytes, fuel: inout Int) throws(RegexFuelError) -> Bool {
    var run = RegexRun(program, text, savesGroups: false)
    return try run.match(from: text.startIndex, mustCoverAll: true, &fuel) != nil
  }

  /// The groups of the last of the matches that do not overlap, read from the left: whole match first, nil
  /// for a group that took no part; nil where nothing matches.
  func lastMatch(in text: Bytes, fuel: inout Int) throws(RegexFuelError) -> [Range<Int>?]? {
    var run = RegexRun(program, text, savesGroups: true)
    var last: [Int]?
    var start = text.startIndex
    while start <= text.endIndex, let slots = try run.match(from: start, mustCoverAll: false, &fuel) {
      last = slots
      // Behind an empty match, one scalar further.
      start = slots[1] > slots[0] ? slots[1] : slots[1] + max(text.scalar(at: slots[1]).width, 1)
    }
    return last.map { slots in
      (0...groupCount).map {
        slots[2 * $0] < 0 || slots[2 * $0 + 1] < 0 ? nil : slots[2 * $0]..<slots[2 * $0 + 1]
      }
    }
  }
}

/// More states were visited than ``LinearRegex/fuel`` allows.
struct RegexFuelError: Error {}
