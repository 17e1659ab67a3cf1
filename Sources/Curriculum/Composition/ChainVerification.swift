/// Checks a chain on what it says, whoever made it.
///
/// 1. Each name stands in its text exactly once, on its own, and the number put in its place gives back the question,
///    where it is at the span that is stated.
/// 2. All numbers are whole and within ±10⁶.
/// 3. No adapter divides by zero or leaves a fraction.
/// 4. Worked through again from the first problem on, the chain gives the answers it states.
/// 5. Another first answer, a little more or less, gives another last answer. For `executed` only: with `offset` there is
///    no program that could tell.
package struct ChainVerification: Sendable {
  /// The answer of a part where its number is this (nil: the first part, as it is); nil where that cannot be known, or
  /// its family has no such problem.
  package typealias Program = (_ part: Int, _ number: Int?) -> Int?

  /// Whether answers to other numbers than the chain's can be known.
  private let isExecutable: Bool

  package init(isExecutable: Bool) { self.isExecutable = isExecutable }

  /// Why the chain must not be used; nil for a good one.
  package func rejection(of chain: Chain, program: Program) -> ChainRejection? {
    var previous: Int?
    for (index, part) in chain.parts.enumerated() {
      guard ChainAdapter.isWithinLimit(part.answer) else { return .outOfRange }
      guard let before = previous else {
        guard part.link == nil, program(index, nil) == part.answer else { return .otherAnswer }
        previous = part.answer
        continue
      }
      guard let link = part.link else { return .otherAnswer }
      if !Self.namesItsNumber(link, in: part.question) { return .spanNotUnique }
      switch link.adapter.result(of: before) {
      case .failure(let reason): return reason
      case .success(let number):
        guard number == link.number, program(index, number) == part.answer else { return .otherAnswer }
      }
      previous = part.answer
    }
    return isExecutable && !Self.depends(chain, program: program) ? .independent : nil
  }

  /// Whether the last answer changes with the first.
  ///
  /// Of the first answers above the chain's, and of those below, the nearest that can be carried to the end counts (the
  /// very next one need not be: half of it may be a fraction). True where there is one, and none gives the same answer.
  static func depends(_ chain: Chain, program: Program) -> Bool {
    guard let first = chain.parts.first, let last = chain.parts.last, chain.horizon > 1 else { return true }
    var isCarried = false
    for sign in [1, -1] {
      for distance in 1...farthestNeighbor {
        guard let other = carried(first.answer + sign * distance, through: chain, program) else { continue }
        if other == last.answer { return false }
        isCarried = true
        break
      }
    }
    return isCarried
  }

  private static let farthestNeighbor = 12

  /// The last answer where this is the first one; nil where some part has no such problem.
  private static func carried(_ answer: Int, through chain: Chain, _ program: Program) -> Int? {
    var answer = answer
    for index in chain.parts.indices.dropFirst() {
      guard case .success(let number)? = chain.parts[index].link?.adapter.result(of: answer),
        let next = program(index, number)
      else { return nil }
      answer = next
    }
    return answer
  }

  /// Whether the text is the question with the name for the number, once.
  private static func namesItsNumber(_ link: Chain.Link, in question: String) -> Bool {
    let (text, original) = (Array(link.text.unicodeScalars), Array(question.unicodeScalars))
    let name = Array(link.name.unicodeScalars)
    let places = text.indices.filter { isWord(name, at: $0, of: text) }
    guard places.count == 1, let place = places.first, place == link.span.lowerBound,
      link.span.upperBound <= original.count,
      text[..<place] == original[..<link.span.lowerBound],
      text[(place + name.count)...].elementsEqual(original[link.span.upperBound...])
    else { return false }
    let number = String(String.UnicodeScalarView(original[link.span]))
    return number.filter { $0 != "," } == String(link.number)
  }

  private static func isWord(_ word: [Unicode.Scalar], at place: Int, of text: [Unicode.Scalar]) -> Bool {
    guard text[place...].starts(with: word) else { return false }
    let (before, behind) = (place - 1, place + word.count)
    return (before < 0 || !belongsToWord(text[before]))
      && (behind >= text.count || !belongsToWord(text[behind]))
  }

  private static func belongsToWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar == "_" || (scalar.value >= 0x30 && scalar.value <= 0x39)
  }
}
