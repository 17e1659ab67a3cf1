import Rewards
import Testing

@Suite struct `Verifiers of grid puzzles` {
  static let nine = "53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79"
  static let solved = [
    "534678912", "672195348", "198342567", "859761423", "426853791", "713924856", "961537284", "287419635",
    "345286179",
  ]

  @Test func `a sudoku may be written in every usual way`() throws {
    let rows = Self.solved
    let spaced = rows.map { $0.map { String($0) }.joined(separator: " ") }
    let lists =
      "[" + rows.map { "[" + $0.map { String($0) }.joined(separator: ", ") + "]" }.joined(separator: ", ")
      + "]"
    let framed = rows.enumerated().map {
      ($0 % 3 == 0 ? "+---+---+---+\n" : "")
        + "| \($1.prefix(3)) | \($1.dropFirst(3).prefix(3)) │ \($1.suffix(3)) |"
    }
    let latex =
      "\\begin{array}{ccccccccc} "
      + rows.map { $0.map { String($0) }.joined(separator: " & ") }.joined(separator: " \\\\ ")
      + " \\end{array}"
    for text in [
      "\\boxed{\(rows.joined(separator: "\n"))}", "\\boxed{\(spaced.joined(separator: "\n"))}",
      "#### \(lists)",
      "\\boxed{\(framed.joined(separator: "\n"))}", "\\boxed{\(latex)}", "#### \(rows.joined())",
      "\\boxed{```text\n\(rows.joined(separator: "\n"))\n```}",
    ] {
      #expect(try judge("sudoku", Self.nine, text).status == .correct, "\(text)")
    }
  }

  @Test func `a sudoku is judged by its rules`() throws {
    func say(_ rows: [String]) throws -> String {
      try judge("sudoku", Self.nine, "#### \(rows.joined(separator: "/"))").rule
    }
    var rows = Self.solved
    rows[0] = "543678912"
    #expect(try say(rows) == "last `####` line, the clue in row 1, column 2 is not kept")
    rows[0] = "534678911"
    #expect(try say(rows) == "last `####` line, row 1, column 9 is against the rules")
    rows[0] = "534678.12"
    #expect(try say(rows) == "last `####` line, not every cell is filled in")
    #expect(try say(Array(Self.solved.dropLast())) == "last `####` line, not a grid of 9 × 9")
    // Two ways to complete 12/21 in a corner: both are right.
    let open = "..34/..../..../4321"
    #expect(try judge("sudoku", open, "#### 1234/3412/2143/4321").score == 1)
    #expect(try judge("sudoku", open, "#### 2134/3412/1243/4321").score == 1)
  }

  @Test func `cells of a sudoku are paid on request, clues never`() throws {
    let parts: VerifierParameters = ["partial": .bool(true)]
    let empty = Double(Self.nine.count { $0 == "." })
    #expect(try judge("sudoku", Self.nine, "#### \(Self.nine)", parts).score == 0)
    #expect(try judge("sudoku", Self.nine, "#### \(Self.nine)").score == 0)
    #expect(try judge("sudoku", Self.nine, "#### \(Self.solved.joined())", parts).score == 1)
    var cells = Array(Self.solved.joined())
    cells[2] = "."
    let almost = try judge("sudoku", Self.nine, "#### \(String(cells))", parts)
    #expect(almost.score == 0.9 * (empty - 1) / empty)
    #expect(almost.status == .incorrect)
    cells[0] = "4"  // a clue
    #expect(try judge("sudoku", Self.nine, "#### \(String(cells))", parts).score == 0)
    // Several completions: which cell is right cannot be said.
    #expect(
      try judge("sudoku", "..34/..../..../4321", "#### 1234/3412/2143/4321", parts).status == .noVerdict)
  }

  @Test(arguments: [
    ("sudoku", "11../..../..../...."), ("sudoku", "123"), ("sudoku", "5.../..../..../...."),
    ("sudoku", "1.../..x./..../...."),
    ("futoshiki", ".../.../..."), ("futoshiki", ".../.../...;11<14"), ("futoshiki", ".../.../...;11=12"),
    ("n_queens", "0"), ("n_queens", "1001"), ("n_queens", "QQ../..../..../...."), ("n_queens", "x"),
    ("game_of_life", "010"), ("game_of_life", "-1;01/10"), ("game_of_life", "1;01/1"),
    ("game_of_life", "99999999999;01/10"),
    ("maze", "S.#/.#"), ("maze", "S#G"), ("maze", "S.S.G"), ("maze", "...."),
  ])
  func `a ground truth that states no puzzle gives no verdict`(name: String, gold: String) throws {
    #expect(try judge(name, gold, "#### 1").status == .noVerdict)
  }

  @Test(arguments: [
    ("futoshiki", "../..;11<12", "#### 12/21", true), ("futoshiki", "../..;11<12", "#### 21/12", false),
    ("futoshiki", "../..;11<12", "#### 11/22", false), ("futoshiki", "../..;11<12", "#### 12/2.", false),
    ("futoshiki", "2./..;", "#### 12/21", false), ("n_queens", "1", "#### 1", true),
    ("n_queens", "1", "#### Q", true),
    ("n_queens", "6", "#### 2,4,6,1,3,5", true), ("n_queens", "6", "#### [1,3,5,0,2,4]", true),
    ("n_queens", "6", "#### 2,4,6,1,3", false), ("n_queens", "6", "#### 2,4,6,1,3,9", false),
    ("n_queens", "4", "\\boxed{. Q . .\n. . . Q\nQ . . .\n. . Q .}", true),
    ("n_queens", "4", "#### Q.../.Q../..Q./...Q", false),
    ("n_queens", "4", "#### QQ../...Q/Q.../..Q.", false),
    ("game_of_life", "1;11/11", "#### [[1, 1], [1, 1]]", true),
    ("game_of_life", "1;010/010/010", "#### 010/010/010", false),
    ("game_of_life", "2;010/010/010", "#### 010010010", true),
    ("game_of_life", "0;01/10", "#### 0110", true), ("game_of_life", "1;01/10", "#### 00/00/00", false),
    ("maze", "S.#/.#./..G", "#### ↓↓→→", true), ("maze", "S.#/.#./..G", "#### down down right right", true),
    ("maze", "S.#/.#./..G", "#### S -> S -> E -> E", true),
    ("maze", "S.#/.#./..G", "#### [\"D\", \"D\", \"R\", \"R\"]", true),
    ("maze", "S.#/.#./..G", "#### DDR", false), ("maze", "S.#/.#./..G", "#### DDRRR", false),
    ("maze", "S.#/.#./..G", "#### LDDRR", false),
    ("maze", "S.#/.#./..G", "#### DDRR ok", false), ("maze", "S.#/.#./..G", "#### RLDDRR", true),
    ("maze", "S./.G", "#### UDRD", false),
  ])
  func `are right by the rules, whatever the form`(name: String, gold: String, text: String, isRight: Bool)
    throws
  {
    let verdict = try judge(name, gold, text)
    #expect(verdict.status == (isRight ? .correct : .incorrect), "\(name): \(verdict)")
  }

  @Test func `a board of life may wrap round its edges`() throws {
    // A row of three across the edge of a 4 × 4 torus stands upright one generation later.
    let gold = "1;0000/1101/0000/0000"
    #expect(try judge("game_of_life", gold, "#### 1000/1000/1000/0000", ["wraps": .bool(true)]).score == 1)
    #expect(try judge("game_of_life", gold, "#### 1000/1000/1000/0000").score == 0)
  }

  @Test func `a way may count for its length`() throws {
    let gold = "S.#/.#./..G"
    #expect(try judge("maze", gold, "#### RLDDRR", ["length": .text("ratio")]).score == 4.0 / 6)
    #expect(try judge("maze", gold, "#### RLDDRR", ["length": .text("shortest")]).score == 0)
    #expect(try judge("maze", gold, "#### DDRR", ["length": .text("shortest")]).score == 1)
    #expect(try judge("maze", gold, "#### RLDDRR").metric("moves") == 6)
    #expect(
      throws: VerifierParameterError("length", "is `best`, but must be one of `any`, `ratio`, `shortest`")
    ) {
      try MazeVerifier(["length": .text("best")])
    }
  }
}
