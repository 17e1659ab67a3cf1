/// A whole number of a question in whose place a name can stand, so that the question still means what it meant.
package struct ReplaceableNumber: Sendable, Hashable {
  /// In bytes of UTF-8.
  package let range: Range<Int>
  package let value: Int

  /// The numbers of a question that can be replaced, and why the others cannot.
  ///
  /// A number can, where it stands for an amount (not in a date, a time of day, a fraction, a label such as `Day 3`,
  /// and not glued to a unit), is 2 or more, stands only once, is not given away by words (`twenty-five`, `dozen`,
  /// `7 days a week`), and is calculated with in the worked solution, where there is one, and no result there. The last
  /// two are what can be known without a program for the problem.
  ///
  /// - Parameters:
  ///   - question: The problem.
  ///   - solution: Its worked solution.
  ///   - rejections: Counts the numbers that were not taken.
  /// - Returns: From left to right.
  package static func all(
    in question: String, solution: String?, rejections: inout ChainRejections
  ) -> [ReplaceableNumber] {
    let text = Array(question.utf8)
    let tokens = NumberToken.all(in: text)
    if tokens.isEmpty { return [] }
    let words = NumberWords(question)
    let calculation = solution.map(Calculation.init)
    var numbers: [ReplaceableNumber] = []
    for (index, token) in tokens.enumerated() {
      guard let value = token.whole, value >= 2, value <= ChainAdapter.limit,
        NumberContext(token.range, in: text).isAmount
      else {
        rejections.count(.numberInName)
        continue
      }
      let isAlone = tokens.indices.allSatisfy { $0 == index || tokens[$0].value != token.value }
      if !isAlone {
        rejections.count(.numberRepeated)
      } else if words.imply(value) || NumberContext(token.range, in: text).isKnown(value)
        || calculation?.results.contains(value) == true
      {
        rejections.count(.numberImplied)
      } else if calculation?.operands.contains(value) == false {
        rejections.count(.numberUnused)
      } else {
        numbers.append(ReplaceableNumber(range: token.range, value: value))
      }
    }
    return numbers
  }

  /// The whole numbers of a worked solution, by what they are there.
  private struct Calculation {
    /// What it calculates with: everything that does not stand behind `=`.
    var operands: Set<Int> = []
    /// What stands behind `=`: a number that can be worked out from the others need not be given.
    var results: Set<Int> = []

    init(_ solution: String) {
      let text = Array(solution.utf8)
      for token in NumberToken.all(in: text) {
        guard let value = token.whole else { continue }
        var index = token.range.lowerBound - 1
        while index >= 0, text[index] == 0x20 || text[index] == UInt8(ascii: "$") { index -= 1 }
        if index >= 0, text[index] == UInt8(ascii: "=") {
          results.insert(value)
        } else {
          operands.insert(value)
        }
      }
    }
  }
}
