import Rewards
import Testing

@Suite struct `Verifiers of long procedural outputs` {
  static let partial: VerifierParameters = ["partial": .bool(true)]

  @Test func `a table counts its rows one to one`() throws {
    let gold = "name\tprice\nA pen\t$1.50\nA pen\t$1.50\nInk\t3"
    let twice = try judge("tsv_f1", gold, "```tsv\nName\tPrice\npen\t1.50\nink\t3\n```")
    // Two of two rows are right, two of three are found: P = 1, R = 2/3, F1 = 4/5.
    #expect(twice.score == 0 && twice.status == .incorrect)
    #expect(
      twice.metric("partial") == 0.8 && twice.metric("precision") == 1 && twice.metric("recall") == 2.0 / 3)
    #expect(twice.metric("first_wrong_line") == 4 && twice.rule == "last ```tsv block, line 4 is missing")
    // The original counts one row for all its copies; here three pens find two.
    let padded = try judge(
      "tsv_f1", gold, "```tsv\nname\tprice\npen\t150\npen\t150\npen\t150\n```", Self.partial)
    #expect(padded.score == 2.0 / 3 && padded.metric("first_wrong_line") == 4)
    let whole = try judge(
      "tsv_f1", gold,
      "first\n```tsv\nx\n```\nthen\n```tsv\nname\tprice\n\"Ink\"\t3\npen\t150\nthe pen\t1.50\n\n```")
    #expect(whole.score == 1 && whole.metric("accuracy") == 1 && whole.metric("first_wrong_line") == nil)
  }

  @Test func `a wrong header or a row of another width is nothing`() throws {
    let gold = "a\tb\n1\t2"
    for table in ["b\ta\n2\t1", "a\n1", "a\tb\tc\n1\t2\t", "1\t2"] {
      let verdict = try judge("tsv_f1", gold, "```tsv\n\(table)\n```", Self.partial)
      #expect(verdict.score == 0 && verdict.metric("extraction_rate") == 1, "\(table): \(verdict)")
    }
    #expect(try judge("tsv_f1", gold, "```tsv\na\tb\n1\t2\t\n```", Self.partial).score == 0)
  }

  @Test func `a table outside a closed block is no answer`() throws {
    for text in ["a\tb\n1\t2", "```\na\tb\n1\t2\n```", "```tsv\na\tb\n1\t2", "```tsv\n```"] {
      let verdict = try judge("tsv_f1", "a\tb\n1\t2", text)
      #expect(verdict.status == .noAnswer && verdict.metric("extraction_rate") == 0, "\(text): \(verdict)")
    }
    #expect(try judge("tsv_f1", "a\tb", "```tsv\na\tb\n```").status == .noVerdict)
  }

  static let route = (1...4).map { "From city \($0), take a bus to city \($0 + 1)." }

  @Test func `a route is right as a whole or up to its first wrong line`() throws {
    func walk(_ lines: [String], _ parameters: VerifierParameters = VerifierParameters()) throws -> Verdict {
      try judge(
        "path_traversal", Self.route.joined(separator: "\n"),
        "<Route>\n\(lines.joined(separator: "\n"))\n</Route>", parameters)
    }
    #expect(try walk(Self.route).score == 1)
    var wrong = Self.route
    wrong[2] = "From city 3, take a train to city 4."
    let verdict = try walk(wrong)
    #expect(verdict.score == 0 && verdict.metric("partial") == 0.5 && verdict.metric("first_wrong_line") == 3)
    #expect(verdict.rule == "last `<Route>`, line 3 is another one")
    #expect(try walk(wrong, Self.partial).score == 0.5)
    #expect(try walk(Array(Self.route.prefix(3)), Self.partial).score == 0.75)
    #expect(try walk(Self.route + ["From city 5, take a bus to city 6."], Self.partial).score == 0.8)
    #expect(try walk(Array(Self.route.dropFirst()), Self.partial).score == 0)
    #expect(try walk([], Self.partial).metric("extraction_rate") == 1)
  }

  @Test func `the last route counts, closed and after the thought`() throws {
    let gold = "<Route>\nFrom A, take a bus to B.\n</Route>"
    #expect(
      try judge(
        "path_traversal", gold, "<Route>x</Route> no: <Route>\r\n From A, take a bus to B. \r\n</Route>"
      ).score == 1)
    #expect(try judge("path_traversal", gold, gold + "<Route>").status == .noAnswer)
    #expect(try judge("path_traversal", gold, "From A, take a bus to B.").status == .noAnswer)
    #expect(try judge("path_traversal", "", gold).status == .noVerdict)
  }

  @Test func `a trace begins at its last first step`() throws {
    let gold = "- Step 0: (initial state) {Ann location: patio}\n- Step 1: {Ann location: sauna}"
    let text = "- I track Ann.\n- Step 0: {wrong}\nAgain:\n\(gold)\nFinal Answer: sauna"
    #expect(try judge("tom_tracking", gold, text).score == 1)
    let loose =
      "- step 0: initial state: Ann's location".replacing("'s", with: "")
      + ": the patio\n- Step 1 - Ann location is sauna"
    #expect(try judge("tom_tracking", gold, loose).score == 1)
    let verdict = try judge(
      "tom_tracking", gold, "- Step 0: (initial state) {Ann location: patio}", Self.partial)
    #expect(verdict.score == 0.5 && verdict.metric("first_wrong_line") == 2)
    #expect(try judge("tom_tracking", gold, "sauna").status == .noAnswer)
    #expect(try judge("tom_tracking", "Step 0", gold).status == .noVerdict)
  }

  @Test(arguments: [
    ("3 * 7 = 21\n21 + 5 = 26", 1.0, 1.0, nil as Double?), ("7 × 3 = 21\n5 + 21 = 26", 1, 1, nil),
    ("3 * 7 = 22\n22 + 5 = 27", 0, 0, 1),
    ("3 * 7 = 21", 0, 0.5, 2), ("3 * 7 = 21\n21 - 5 = 16", 0, 0, 2),
    ("3 * 7 = 21\n21 + 5 = 26\n26 + 0 = 26", 0, 2.0 / 3, 3),
    ("3 * 7 = 21\n3 + 5 = 8", 0, 0.5, 2), ("3 * 7 = 21\n21 / 5 = 4", 0, 0.5, 2),
    ("3 - 5 = -2\n-2 + 7 = 5", 0, 0, 1),
    ("3 * 7 + 5 = 26", 0, 0, 1), ("", 0, 0, 1), ("7 / 0 = 0\n1+1=2", 0, 0, 1),
  ])
  func `steps are carried out`(steps: String, score: Double, partial: Double, wrongLine: Double?) throws {
    let verdict = try judge("countdown_search", "26;3,5,7", "<Solution>\n\(steps)\n</Solution>")
    #expect(verdict.score == score && verdict.metric("partial") == partial, "\(verdict)")
    #expect(verdict.metric("first_wrong_line") == wrongLine)
  }

  @Test func `the search is compared line by line, and only reported`() throws {
    let search = "Initial number set: [3, 5, 7]\n |- Pick two numbers (3, 5)\n   |- Try 5 + 3 = 8"
    let gold = "26;3,5,7\n# Search Procedure\n\(search)"
    let solution = "\n\nNow we have found the target\n<Solution>\n3 * 7 = 21\n21 + 5 = 26\n</Solution>"
    let same = try judge("countdown_search", gold, "# Search Procedure\n\(search)\(solution)")
    #expect(
      same.score == 1 && same.metric("search_partial") == 1 && same.metric("first_wrong_search_line") == nil)
    let other = try judge(
      "countdown_search", gold, "# Search Procedure\n\(search.replacing("Pick", with: "Take"))\(solution)")
    #expect(
      other.score == 1 && other.metric("search_partial") == 1.0 / 3
        && other.metric("first_wrong_search_line") == 2)
    let none = try judge("countdown_search", gold, solution)
    #expect(none.score == 1 && none.metric("search_partial") == 0)
  }
}
