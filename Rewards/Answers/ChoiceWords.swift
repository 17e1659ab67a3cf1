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
  private static let opening: Set<[UInt8]> = words("either maybe perhaps possibly unsure unclear unless")

  private static func words(_ text: String) -> Set<[UInt8]> {
    Set(text.split(separator: " ").map { Array($0.utf8) })
  }

  static func denies(_ text: Bytes) -> Bool { has(denying, in: text) }
  static func leavesOpen(_ text: Bytes) -> Bool { has(opening, in: text) }

  private static func has(_ set: Set<[UInt8]>, in text: Bytes) -> Bool {
    text.split { !$0.isLetter }.contains { set.contains($0.map(\.lowercased)) }
  }
}
