/// The small words around a choice.
enum ChoiceWords {
  static let naming = WordTable([
    "option", "choice", "choose", "pick", "select", "letter", "alternative", "is", "with",
  ])
  static let copula = WordTable(["is"])
  static let introduction = WordTable([
    "the", "correct", "right", "best", "my", "final", "answer", "option", "choice", "is", "letter", "so",
    "therefore",
  ])
  static let joint = WordTable(["and", "or"])
  static let denial = WordTable(["not", "neither", "none", "either", "no"])
  /// Words that may stand behind the label `A` or `I` without making a word of it.
  static let behind = WordTable([
    "and", "as", "because", "but", "fits", "for", "is", "not", "or", "since", "which", "with",
  ])
  private static let denying: Set<[UInt8]> = words(
    "not neither none either wrong incorrect false eliminate eliminated too cannot isn unlikely except ruled nor"
  )
  private static let opening: Set<[UInt8]> = words(
    "either maybe perhaps possibly unsure unclear unless")
  private static let rejecting: Set<[UInt8]> = words(
    "rule rules ruling exclude excludes excluding excluded reject rejects rejecting rejected dismiss"
      + " dismissed discard discarded refute refuted fail fails failed depends"
      + " depend")
  private static let hedging: Set<[UInt8]> = words("may might could maybe possibly perhaps also")
  private static let lettered: Set<[UInt8]> = words(
    "grade vitamin plan team type group class figure point section hepatitis")
  /// What says, right behind a label, that it is not the one.
  static let failure = WordTable([
    "fails", "failed", "fail", "cannot", "can't", "could not", "couldn't", "does not", "doesn't", "do not",
    "don't",
    "did not", "didn't", "won't", "will not", "would not", "contradicts", "violates", "is out", "isn't",
    "wasn't",
    "leads to a contradiction",
  ])
  static let undetermined = WordTable(["cannot be determined", "cannot be found", "can't be determined"])
  private static let contrast = WordTable(["but", "though", "although", "however"])
  private static let conclusions: [StaticPattern] = [" so ", " therefore ", " hence ", " thus "]

  private static func words(_ text: String) -> Set<[UInt8]> {
    Set(text.split(separator: " ").map { Array($0.utf8) })
  }

  static func denies(_ text: Bytes) -> Bool { has(denying, in: text) }
  static func rejects(_ text: Bytes) -> Bool { has(rejecting, in: text) }

  /// A noun that a letter may belong to without being a choice: "grade A".
  static func isLettered(_ word: Bytes) -> Bool { lettered.contains(word.map(\.lowercased)) }

  /// "but it may also be C", "or not C" behind a label.
  static func retracts(_ rest: Bytes) -> Bool {
    if contrast.end(in: rest, at: rest.startIndex) != nil { return has(hedging, in: rest) }
    return rest.starts(with: "or ".utf8) && denies(rest)
  }

  /// A sentence parted at its last "so", "therefore" and the like; nil where it has none.
  static func conclusion(of sentence: Bytes) -> (reason: Bytes, conclusion: Bytes)? {
    let ends = conclusions.compactMap { sentence.lastRange(of: $0) }
    guard let last = ends.max(by: { $0.lowerBound < $1.lowerBound }) else { return nil }
    return (sentence[..<last.lowerBound], sentence[last.upperBound...])
  }
  static func leavesOpen(_ text: Bytes) -> Bool { has(opening, in: text) }

  private static func has(_ set: Set<[UInt8]>, in text: Bytes) -> Bool {
    text.split { !$0.isLetter }.contains { set.contains($0.map(\.lowercased)) }
  }
}
