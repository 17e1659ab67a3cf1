/// Chance that the most frequent of k answers, drawn from n without replacement, is the right one.
///
///     maj@k = E_S [ 1[gold ∈ winners(S)] / |winners(S)| ],  S a k-subset, all equally likely
///
/// Answers that could not be read (nil) take part in the draw and never win; ties are shared. The expectation is exact,
/// without going through the subsets. A uniform k-subset is what independent coins of one bias, one for each answer, give
/// where k of them came up; with bias k/n no term over- or underflows. For each number m of votes for the gold, answers that
/// occur less than m times are no rivals and are counted in one go; over the others a table of (votes so far, rivals that also
/// have m) is built.
///
/// - Parameters:
///   - answers: `[n]`, canonical, so that equal answers are equal values.
///   - gold: The right answer.
///   - k: 1...n.
/// - Returns: 0...1; 0 where the gold is not among the answers.
///
/// Self-consistency, arXiv:2203.11171, as an expectation. Steps: at most n·k².
public func majorityAtK<Answer: Hashable>(answers: [Answer?], gold: Answer, k: Int) -> Double {
  precondition(
    (1...max(1, answers.count)).contains(k) && !answers.isEmpty, "majority@\(k) of \(answers.count)")
  var counts = answers.compactMap(\.self).reduce(into: [:]) { $0[$1, default: 0] += 1 }
  guard let golds = counts.removeValue(forKey: gold) else { return 0 }
  let rivals = counts.values.sorted()
  if k == answers.count {
    guard let best = rivals.last, best >= golds else { return 1 }
    return best > golds ? 0 : 1 / Double(1 + rivals.count { $0 == golds })
  }
  let draw = BiasedDraw(bias: Double(k) / Double(answers.count))
  let goldVotes = draw.chances(of: golds)
  var won = 0.0
  for m in 1...min(golds, k) {
    let strong = rivals.filter { $0 >= m }
    let others = answers.count - golds - strong.reduce(0, +)
    won += goldVotes[m] * shareWon(against: strong, votes: m, others: others, left: k - m, draw)
  }
  return won / draw.chances(of: answers.count)[k]
}

/// Σ over ways in which no rival gets more than `votes`, and `left` votes go to rivals and others together, of the chance
/// of that way over one plus the number of rivals with exactly `votes`.
private func shareWon(
  against rivals: [Int], votes: Int, others: Int, left: Int, _ draw: BiasedDraw
) -> Double {
  // table[ties][spent]
  var table = [[Double]](
    repeating: [Double](repeating: 0, count: left + 1), count: 1 + min(rivals.count, left / votes))
  table[0][0] = 1
  var reach = 0
  for (index, count) in rivals.enumerated() {
    let chances = draw.chances(of: count)
    reach = min(left, reach + votes)
    // From high to low, so that a row is read before it is overwritten.
    for ties in (0..<min(table.count, index + 2)).reversed() {
      for spent in (0...reach).reversed() {
        var sum = 0.0
        for taken in 0..<min(votes, spent + 1) { sum += chances[taken] * table[ties][spent - taken] }
        if ties > 0, spent >= votes { sum += chances[votes] * table[ties - 1][spent - votes] }
        table[ties][spent] = sum
      }
    }
  }
  let rest = draw.chances(of: others)
  var share = 0.0
  for (ties, row) in table.enumerated() {
    for (spent, chance) in row.enumerated() where left - spent <= others {
      share += chance * rest[left - spent] / Double(1 + ties)
    }
  }
  return share
}

/// Coins with one bias.
private struct BiasedDraw {
  /// 0 < bias < 1.
  let bias: Double

  /// Chances of 0...count heads: C(n, v) b^v (1 − b)^(n−v), built up from the most likely one, so that none of those that matter
  /// underflows.
  func chances(of count: Int) -> [Double] {
    let mode = min(count, Int(Double(count + 1) * bias))
    let odds = bias / (1 - bias)
    var chances = [Double](repeating: 0, count: count + 1)
    chances[mode] = 1
    for v in stride(from: mode, to: count, by: 1) {
      chances[v + 1] = chances[v] * odds * Double(count - v) / Double(v + 1)
    }
    for v in stride(from: mode, to: 0, by: -1) {
      chances[v - 1] = chances[v] * Double(v) / (odds * Double(count - v + 1))
    }
    let total = chances.reduce(0, +)
    return chances.map { $0 / total }
  }
}
