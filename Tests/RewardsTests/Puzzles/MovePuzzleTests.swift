import Rewards
import Testing

@Suite struct `Verifiers that carry out moves` {
  @Test(arguments: [
    ("tower_of_hanoi", "2;A,C,B", "\\boxed{1. A->B\n2. A->C\n3. B->C}", true),
    ("tower_of_hanoi", "2;A,C,B", "#### A → B, A → C, B → C", true),
    (
      "tower_of_hanoi", "2;A,C,B",
      "\\boxed{Move disk 1 from A to B\nMove disk 2 from A to C\nMove disk 1 from B to C}", true
    ),
    ("tower_of_hanoi", "2;0,2,1", "#### [[1, 0, 1], [2, 0, 2], [1, 1, 2]]", true),
    ("tower_of_hanoi", "2;0,2,1", "#### [[2, 0, 1], [1, 0, 2], [1, 1, 2]]", false),
    ("tower_of_hanoi", "2;A,C,B", "#### A->C, A->C", false),
    ("tower_of_hanoi", "2;A,C,B", "#### A->B, A->C", false),
    ("tower_of_hanoi", "2;A,C,B", "#### B->C", false), ("tower_of_hanoi", "1;A,C,B", "#### A->D", false),
    ("tower_of_hanoi", "1;A,C,B", "#### A->A, A->C", false),
    ("tower_of_hanoi", "1;A,C,B", "#### A->B, B->C", true),
    (
      "water_jugs", "3,5;4",
      "\\boxed{1. Fill jug 2\n2. Pour jug 2 into 1\n3. Empty jug 1\n4. pour 2 to 1\n5. fill B\n6. pour B into A}",
      true
    ),
    ("water_jugs", "3,5;3", "#### fill A", true), ("water_jugs", "3,5;0", "#### empty 1", true),
    ("water_jugs", "3,5;4", "#### fill 3", false), ("water_jugs", "3,5;4", "#### spill 1", false),
    ("water_jugs", "3,5;4", "#### pour 1->1", false), ("water_jugs", "3,5;5", "#### fill 2, empty 2", false),
    ("word_ladder", "cold;warm;cord,card,ward", "#### COLD → CORD → CARD → WARD → WARM", true),
    ("word_ladder", "cold;warm;cord,card,ward", "#### cold, cord, ward, warm", false),
    ("word_ladder", "cold;warm;cord,card,ward", "#### cold, warm", false),
    ("word_ladder", "cold;warm;cord,card,ward", "#### cord, card, ward, warm", false),
    ("word_ladder", "cold;warm;cord,card,ward", "#### cold, cord, cord, card, ward, warm", false),
    ("word_ladder", "bär;tür;bür,tär", "#### bär, tär, tür", true),
    ("word_ladder", "cat;cat;dog", "#### cat", true),
  ])
  func `say yes to every way and no to the rest`(name: String, gold: String, text: String, isRight: Bool)
    throws
  {
    let verdict = try judge(name, gold, text)
    #expect(verdict.status == (isRight ? .correct : .incorrect), "\(name): \(verdict)")
  }

  @Test func `the first move that breaks a rule is named`() throws {
    func rule(_ name: String, _ gold: String, _ moves: String) throws -> String {
      try judge(name, gold, "#### \(moves)").rule
    }
    #expect(
      try rule("tower_of_hanoi", "2;A,C,B", "A->B, A->B")
        == "last `####` line, move 2 puts a disk on a smaller one")
    #expect(
      try rule("tower_of_hanoi", "2;A,C,B", "A->B, C->B")
        == "last `####` line, move 2 takes from an empty peg")
    #expect(try rule("tower_of_hanoi", "2;A,C,B", "A->B, go") == "last `####` line, move 2 is no move")
    #expect(try rule("maze", "S.G", "R R R") == "last `####` line, move 3 runs into a wall")
  }

  @Test func `shortest solutions are found here`() throws {
    let shortest: VerifierParameters = ["length": .text("shortest")]
    let six = "fill 2, pour 2->1, empty 1, pour 2->1, fill 2, pour 2->1"
    #expect(try judge("water_jugs", "3,5;4", "#### \(six)", shortest).score == 1)
    #expect(try judge("water_jugs", "3,5;4", "#### fill 1, empty 1, \(six)", shortest).score == 0)
    #expect(
      try judge("water_jugs", "3,5;4", "#### fill 1, empty 1, \(six)", ["length": .text("ratio")]).score
        == 6.0 / 8)
    #expect(try judge("water_jugs", "4,6;5", "#### fill 1", shortest).status == .noVerdict)
    let ladder = "cat;dog;cot,dot,cog,cag"
    #expect(try judge("word_ladder", ladder, "#### cat cag cog dog", shortest).score == 1)
    #expect(
      try judge("word_ladder", ladder, "#### cat cag cog cot dot dog", ["length": .text("ratio")]).score
        == 3.0 / 5)
    #expect(try judge("word_ladder", "cat;dog;cow", "#### cat dog", shortest).status == .noVerdict)
  }

  @Test(arguments: [
    ("tower_of_hanoi", "3"), ("tower_of_hanoi", "0;A,B,C"), ("tower_of_hanoi", "3;A,B"),
    ("tower_of_hanoi", "3;A,A,B"),
    ("tower_of_hanoi", "61;A,B,C"), ("water_jugs", "3;4"), ("water_jugs", "3,0;4"), ("water_jugs", "3,5"),
    ("word_ladder", "cat;dog"), ("word_ladder", "cat;door;cot"), ("word_ladder", ";;"),
  ])
  func `a ground truth that states no puzzle gives no verdict`(name: String, gold: String) throws {
    #expect(try judge(name, gold, "#### A->B").status == .noVerdict)
  }
}
