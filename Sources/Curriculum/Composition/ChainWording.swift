/// How a chain is told. A chain of one problem is that problem's text, however chains are told.
public enum ChainWording: String, Sendable, Hashable, CaseIterable {
  /// Numbered problems in sentences, one to a line:
  ///
  ///     Solve the problems in order. A later problem uses the answer of the one before it.
  ///     Problem 1. A box holds 4 rows of 6 pens and 6 pens are taken out. How many pens remain?
  ///     Problem 2. Let n = answer[1] + 7. Tom has n stickers and gives away 9. How many are left?
  ///     Give the answer of the last problem only, in the required format.
  case prose
  /// One line of symbols, `a` for the previous answer: `4*6-6=; n=2*a, n-9=; n=a, n+13=`.
  case compact

  func prompt(of parts: [Chain.Part]) -> String {
    guard parts.count > 1 else { return parts.first?.question ?? "" }
    switch self {
    case .prose:
      var lines = ["Solve the problems in order. A later problem uses the answer of the one before it."]
      for (index, part) in parts.enumerated() {
        let link = part.link.map { "Let \($0.name) = \($0.adapter.formula(of: "answer[\(index)]")). " } ?? ""
        lines.append("Problem \(index + 1). \(link)\(part.link?.text ?? part.question)")
      }
      lines.append("Give the answer of the last problem only, in the required format.")
      return lines.joined(separator: "\n")
    case .compact:
      let words = parts.map { part in
        part.link.map { "\($0.name)=\(Self.tight($0.adapter.formula(of: "a"))), \($0.text)" } ?? part.question
      }
      return words.joined(separator: "; ")
    }
  }

  func solution(of parts: [Chain.Part]) -> String? {
    var lines: [String] = []
    var previous: Int?
    for (index, part) in parts.enumerated() {
      guard let solution = part.solution else { return nil }
      let link = part.link.map { calculation($0, previous, solution.number) }
      switch self {
      case .prose where parts.count > 1:
        lines.append("Problem \(index + 1)." + (link.map { " \($0)." } ?? ""))
        if !solution.steps.isEmpty { lines.append(solution.steps) }
        lines.append("answer[\(index + 1)] = \(solution.answer)")
      case .prose, .compact:
        if let link { lines.append(link) }
        if !solution.steps.isEmpty { lines.append(solution.steps) }
      }
      previous = solution.answer
    }
    return previous.map { (lines + ["#### \($0)"]).joined(separator: "\n") }
  }

  /// `n = 18 + 7 = 25`; `n=2*18=36`; `n=18`.
  private func calculation(_ link: Chain.Link, _ previous: Int?, _ number: Int?) -> String {
    let number = number ?? link.number
    var text = "\(link.name) = \(number)"
    if let previous, link.adapter != .identity, case .success(number) = link.adapter.result(of: previous) {
      // In sentences no two signs follow each other: 2 * (-1).
      let isFactor = if case .times = link.adapter { true } else { false }
      let formula = link.adapter.formula(
        of: self == .prose && isFactor && previous < 0 ? "(\(previous))" : "\(previous)")
      text = "\(link.name) = \(formula) = \(number)"
    }
    return self == .prose ? text : Self.tight(text)
  }

  /// Without blanks.
  private static func tight(_ formula: String) -> String { formula.filter { $0 != " " } }
}
