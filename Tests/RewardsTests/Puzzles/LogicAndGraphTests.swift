import Rewards
import Testing

@Suite struct `Verifiers of logic tasks` {
  @Test(arguments: [
    ("knights_knaves", "A:!B;B:A&B", "#### A is a knight and B is a knave", true),
    ("knights_knaves", "A:!B;B:A&B", "#### A: knight, B: knave", true),
    ("knights_knaves", "A:!B;B:A&B", "\\boxed{\\text{A is a knight, B is a knave}}", true),
    ("knights_knaves", "A:!B;B:A&B", "#### {\"A\": \"knight\", \"B\": \"knave\"}", true),
    ("knights_knaves", "A:!B;B:A&B", "#### A is not a knave, B is a knave", false),
    ("knights_knaves", "A:!B;B:A&B", "#### A is a knight, B is a knave, A is a knave", false),
    ("knights_knaves", "A:!B;B:A&B", "#### A and B are knights", false),
    ("knights_knaves", "A:!B;B:A&B", "#### A is a knight, B is a knave, C is a knave", false),
    ("knights_knaves", "A:B;B:A;C:!A", "#### A and B are knights, C is a knave", true),
    ("knights_knaves", "A:B;B:A;C:!A", "#### A and B are knaves, C is a knight", true),
    ("knights_knaves", "A:B;B:", "#### A = knight; B = knight", true),
    ("satisfiability", "a & (b | c)", "#### a=1, b=0, c=1", true),
    ("satisfiability", "a & (b | c)", "#### a: T; b: F; c: T", true),
    ("satisfiability", "a & (b | c)", "#### a is true, b is false, c is true", true),
    ("satisfiability", "a & (b | c)", "#### a=1, b=1", false),
    ("satisfiability", "a | b", "#### a=1, b=0, a=0", false),
    ("satisfiability", "a | b", "#### a=1, b=2", false), ("satisfiability", "a ∧ ¬a", "#### UNSAT", true),
    ("satisfiability", "a & b", "#### unsatisfiable", false),
    ("satisfiability", "a | b", "#### a=1, b=0, z=1", false),
    ("truth_table", "a & b", "#### 0001", true), ("truth_table", "a & b", "#### F F F T", true),
    ("truth_table", "a & b", "#### false, false, false, true", true),
    ("truth_table", "b & !a", "#### 0,1,0,0", true),
    ("truth_table", "a & b", "#### 000", false), ("truth_table", "a & b", "#### 00010", false),
    ("truth_table", "a & b", "#### 0002", false),
    ("logical_equivalence", "!(a & b)", "#### ~a || ~b", true),
    ("logical_equivalence", "a -> b -> c", "#### !a | !b | c", true),
    ("logical_equivalence", "a xor b", "#### (a & !b) | (!a & b)", true),
    ("logical_equivalence", "a <-> b", "#### a == b", true),
    ("logical_equivalence", "a & b", "#### a & b & c", false),
    ("logical_equivalence", "a & b", "#### a b", false),
    ("logical_equivalence", "a | b", "#### a ^ b", false),
    ("logical_equivalence", "a | b & c", "#### (a | b) & (a | c)", true),
    ("logical_equivalence", "a | b & c", "#### (a | b) & c", false),
    ("logical_equivalence", "a", "#### not not a", true),
  ])
  func `say yes to what fits and no to what does not`(name: String, gold: String, text: String, isRight: Bool)
    throws
  {
    let verdict = try judge(name, gold, text)
    #expect(verdict.status == (isRight ? .correct : .incorrect), "\(name): \(verdict)")
  }

  @Test(arguments: [
    ("nnf", "!(a | b)", false), ("nnf", "!a & !b", true), ("cnf", "(!a) & !b & (!a | !b)", true),
    ("cnf", "!a & (!b | a & !b)", false),
    ("dnf", "(!a & !b)", true), ("dnf", "!a & !b & (a | !a)", false), ("nnf", "!a & !b & (a | !a)", true),
    ("cnf", "!(a) & !b", true),
    ("cnf", "!!(!a) & !b", false),
  ])
  func `a normal form is a form`(form: String, formula: String, isRight: Bool) throws {
    let verdict = try judge("logical_equivalence", "!(a | b)", "#### \(formula)", ["form": .text(form)])
    #expect(verdict.status == (isRight ? .correct : .incorrect), "\(verdict)")
  }

  @Test(arguments: [
    ("knights_knaves", ""), ("knights_knaves", "A"), ("knights_knaves", "A:B"), ("knights_knaves", "A:!"),
    ("knights_knaves", "A:"),
    ("knights_knaves", "A:a;a:A"), ("satisfiability", ""), ("satisfiability", "a b"),
    ("satisfiability", "(a"),
    ("truth_table", "a &"), ("logical_equivalence", "a)"),
    ("satisfiability", (0...16).map { "x\($0)" }.joined(separator: "|")),
  ])
  func `a ground truth that states no task gives no verdict`(name: String, gold: String) throws {
    #expect(try judge(name, gold, "#### A is a knight").status == .noVerdict)
  }

  @Test func `sixteen variables are worked through`() throws {
    let gold = (0..<16).map { "x\($0)" }.joined(separator: " & ")
    #expect(try judge("satisfiability", gold, "#### unsatisfiable").score == 0)
    #expect(try judge("satisfiability", "(\(gold)) & !x3", "#### unsatisfiable").score == 1)
    #expect(try judge("truth_table", gold, "#### \(String(repeating: "0", count: 65_535))1").score == 1)
  }

  @Test func `the words for the two kinds can be others, but not the same`() throws {
    #expect(throws: VerifierParameterError("lying", "is `elf`, but must differ from `truthful`")) {
      try KnightsAndKnavesVerifier(["truthful": .text("elf"), "lying": .text("Elf")])
    }
    #expect(throws: VerifierParameterError("truthful", "is `an elf`, but must be one word of letters a–z")) {
      try KnightsAndKnavesVerifier(["truthful": .text("an elf")])
    }
  }
}

@Suite struct `Verifiers of graph tasks` {
  @Test(arguments: [
    ("graph_coloring", "3;1-2,2-3,3-1", "#### {\"1\": 1, \"2\": 2, \"3\": 3}", true),
    ("graph_coloring", "3;1-2,2-3,3-1", "#### Vertex 1: red, vertex 2: Green, vertex 3: blue", true),
    ("graph_coloring", "3;1-2,2-3,3-1", "#### 1: red, 2: Red, 3: blue", false),
    ("graph_coloring", "3;1-2,2-3,3-1", "#### 1: a, 2: b, 3: c, 1: b", false),
    ("graph_coloring", "3;1-2,2-3,3-1", "#### 1: a, 2: b, 3: c, 4: a", false),
    ("graph_coloring", "2;a-b,c", "#### a=1,b=2", false),
    ("topological_order", "a>b,c", "#### [c, a, b]", true),
    ("topological_order", "a>b,c", "#### a → b → c.", true),
    ("topological_order", "a>b,c", "#### b, a, c", false),
    ("topological_order", "a>b,c", "#### a, b, c, a", false),
    ("topological_order", "a>b,c", "#### a, b, d", false), ("topological_order", "a>b,c", "#### a, b", false),
    ("shortest_path", "a;c;a-b,b-c", "#### a, b, c", true),
    ("shortest_path", "c;a;a-b,b-c", "#### c → b → a", true),
    ("shortest_path", "c;a;a>b,b>c", "#### c, b, a", false),
    ("shortest_path", "c;a;a>b,b>c", "#### none", true),
    ("shortest_path", "a;c;a-b:1,b-c:1,a-c:2", "#### a, c", true),
    ("shortest_path", "a;c;a-b:1,b-c:1,a-c:2", "#### a, b, c", true),
    ("shortest_path", "a;c;a-b:1,b-c:1,a-c:3", "#### a, c", false),
    ("shortest_path", "a;c;a-c:9,a-c:1", "#### a c", true),
    ("shortest_path", "a;a;a-b", "#### a", true), ("shortest_path", "a;c;a-b,b-c", "#### a, c", false),
    ("shortest_path", "a;c;a-b,b-c", "#### none", false),
    ("shortest_path", "a;c;a-b,b-c", "#### a, b", false),
  ])
  func `say yes to every solution and no to the rest`(name: String, gold: String, text: String, isRight: Bool)
    throws
  {
    let verdict = try judge(name, gold, text)
    #expect(verdict.status == (isRight ? .correct : .incorrect), "\(name): \(verdict)")
  }

  @Test(arguments: [
    ("graph_coloring", "a-b"), ("graph_coloring", "0;a-b"), ("graph_coloring", "2;a>b"),
    ("graph_coloring", "2;a-a"),
    ("graph_coloring", "2;"), ("topological_order", ""), ("topological_order", "a>b,b>a"),
    ("topological_order", "a-b"),
    ("shortest_path", "a;b"), ("shortest_path", "a;z;a-b"), ("shortest_path", "a;b;a-b:-1"),
    ("shortest_path", "a;b;a-b:x"),
    ("shortest_path", "a;b;a-"),
  ])
  func `a ground truth that states no graph gives no verdict`(name: String, gold: String) throws {
    #expect(try judge(name, gold, "#### a").status == .noVerdict)
  }
}
