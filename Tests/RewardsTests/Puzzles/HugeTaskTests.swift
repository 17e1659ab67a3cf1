import Rewards
import Testing

/// Tasks and answers far larger than anyone means them: bounded, never a trap.
@Suite struct `Huge tasks and answers` {
  @Test(.timeLimit(.minutes(1))) func `half a million moves are carried out, more than a megabyte refused`()
    throws
  {
    let there = String(repeating: "RL", count: 250_000)
    #expect(try judge("maze", "S.G", "#### \(there)RR").score == 1)
    #expect(try judge("maze", "S.G", "#### \(there)\(there)\(there)RR").status == .limit)
    let swaps = String(repeating: "A->B,B->A,", count: 50_000)
    #expect(try judge("tower_of_hanoi", "1;A,C,B", "#### \(swaps)A->C").score == 1)
    let fills = String(repeating: "fill 1,", count: 100_000)
    #expect(try judge("water_jugs", "3,5;5", "#### \(fills)fill 2").score == 1)
    let words = String(repeating: "cat,cot,", count: 100_000)
    #expect(try judge("word_ladder", "cat;cot;cat", "#### \(words)cat,cot").score == 1)
    let long = String(repeating: "a", count: 64)
    let list = Array(repeating: long, count: 5000).joined(separator: ",")
    let shortest: VerifierParameters = ["length": .text("shortest")]
    #expect(
      try judge("word_ladder", "\(long);\(long);\(list)", "#### \(long)", shortest).status == .noVerdict)
  }

  @Test(.timeLimit(.minutes(1))) func `graphs of a hundred thousand nodes are walked once`() throws {
    let count = 100_000
    let chain = (1..<count).map { "\($0 - 1)>\($0)" }.joined(separator: ",")
    let nodes = (0..<count).map(String.init).joined(separator: ",")
    #expect(try judge("topological_order", chain, "#### \(nodes)").score == 1)
    #expect(try judge("shortest_path", "0;\(count - 1);\(chain)", "#### \(nodes)").score == 1)
    let star = (1..<count).map { "0-\($0)" }.joined(separator: ",")
    let hops = (1..<count).map { "0,\($0)" }.joined(separator: ",")
    #expect(try judge("shortest_path", "0;\(count - 1);\(star)", "#### \(hops)").score == 0)
    let colors = (0..<count).map { "\($0)=\($0 == 0 ? 1 : 2)" }.joined(separator: ",")
    #expect(try judge("graph_coloring", "2;\(star)", "#### \(colors)").score == 1)
    // A cycle of as many nodes.
    #expect(try judge("topological_order", chain + ",\(count - 1)>0", "#### \(nodes)").status == .noVerdict)
  }

  @Test(.timeLimit(.minutes(1))) func `formulas of any depth are read with a stack of their own`() throws {
    let deep = String(repeating: "(", count: 30_000) + "a" + String(repeating: ")", count: 30_000)
    #expect(try judge("logical_equivalence", "a", "#### \(deep)").score == 1)
    let negations = String(repeating: "!", count: 40_000) + "a"
    #expect(try judge("logical_equivalence", "a", "#### \(negations)").score == 1)
    let long = Array(repeating: "a", count: 100_000).joined(separator: "&")
    #expect(try judge("logical_equivalence", "a", "#### \(long)").score == 0)
    // 2^16 rows of 2^15 signs are too many: the task is refused, not worked on.
    let wide = (0..<16).map { "x\($0)" }.joined(separator: "&") + String(repeating: "&x0", count: 20_000)
    #expect(try judge("satisfiability", wide, "#### unsat").status == .noVerdict)
  }

  @Test(.timeLimit(.minutes(1))) func `long outputs of a hundred thousand lines are compared once`() throws {
    let lines = (0..<100_000).map { "From city \($0), take a bus to city \($0 + 1)." }.joined(separator: "\n")
    #expect(try judge("path_traversal", lines, "<Route>\n\(lines)\n</Route>").score == 1)
    let rows = (0..<100_000).map { "item \($0)\t\($0 % 7)" }.joined(separator: "\n")
    #expect(try judge("tsv_f1", "name\tn\n" + rows, "```tsv\nname\tn\n\(rows)\n```").score == 1)
    let steps = (0..<50_000).map { "- Step \($0): patio" }.joined(separator: "\n")
    #expect(try judge("tom_tracking", steps, steps).score == 1)
    let tags = String(repeating: "<Route>", count: 100_000)
    #expect(try judge("path_traversal", lines, tags).status == .noAnswer)
    let sums = String(repeating: "1 + 1 = 2\n", count: 100_000)
    #expect(try judge("countdown_search", "2;1,1", "<Solution>\(sums)</Solution>").score == 0)
  }

  @Test(.timeLimit(.minutes(1))) func `a sudoku without clues gives up its search after counted guesses`()
    throws
  {
    let empty = String(repeating: ".", count: 81)
    #expect(try judge("sudoku", empty, "#### \(empty)", ["partial": .bool(true)]).status == .noVerdict)
    // Known to take most searches very long: seventeen clues.
    let hard = ".......1.4.........2...........5.4.7..8...3....1.9....3..4..2...5.1........8.6..."
    let verdict = try judge("sudoku", hard, "#### \(hard)", ["partial": .bool(true)])
    #expect(verdict.score == 0 || verdict.status == .noVerdict)
  }
}
