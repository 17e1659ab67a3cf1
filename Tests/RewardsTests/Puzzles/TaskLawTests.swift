import Rewards
import Testing

/// What holds for every task verifier, on tasks made by small generators.
@Suite struct `Task verifier laws` {
  static let makers = [
    NumberTasks.makers, GridTasks.makers, LogicTasks.makers, GraphTasks.makers, MoveTasks.makers,
  ]
  .reduce(into: [:]) { $0.merge($1) { first, _ in first } }
  static let names = makers.keys.sorted()

  @Test(arguments: names)
  func `a solution scores 1 and a perturbed one 0`(name: String) throws {
    let maker = try #require(Self.makers[name])
    for seed in 1...60 {
      var dice = TestDice(seed: seed)
      let task = maker(&dice)
      let right = try judge(name, task.gold, task.right, task.parameters)
      #expect(right.status == .correct && right.score == 1, "seed \(seed), \(task): \(right)")
      let wrong = try judge(name, task.gold, task.wrong, task.parameters)
      #expect(wrong.status == .incorrect && wrong.score == 0, "seed \(seed), \(task): \(wrong)")
    }
  }

  @Test(arguments: names)
  func `thinking before the answer does not count and an unclosed thought leaves none`(name: String) throws {
    let maker = try #require(Self.makers[name])
    var dice = TestDice(seed: 7)
    let task = maker(&dice)
    let thought = "<think>\(task.wrong)</think>\n"
    #expect(try judge(name, task.gold, thought + task.right, task.parameters).score == 1)
    #expect(try judge(name, task.gold, "<think>" + task.right, task.parameters).status == .noAnswer)
    #expect(try judge(name, task.gold, "I do not know", task.parameters).status == .noAnswer)
  }

  @Test(arguments: names)
  func `the ground truth as the answer is not paid`(name: String) throws {
    let maker = try #require(Self.makers[name])
    // Where the ground truth is the answer itself there is nothing to echo.
    let isAnswer = ["integer_list", "path_traversal", "tom_tracking", "tsv_f1", "logical_equivalence"]
    guard !isAnswer.contains(name) else { return }
    for seed in 1...20 {
      var dice = TestDice(seed: seed)
      let task = maker(&dice)
      let bare = task.right.hasPrefix("####") ? task.right.dropFirst(5) : task.right[...]
      // A list that is sorted already, a number in its own base, a prime, a fraction in lowest terms.
      if bare == task.gold { continue }
      let echoed = try judge(name, task.gold, "#### \(task.gold)", task.parameters)
      #expect(
        echoed.score == 0 || name == "sudoku" && !task.gold.contains("0"), "seed \(seed), \(task): \(echoed)")
    }
  }

  @Test(arguments: names)
  func `cut or flipped anywhere, task and answer are judged, never a trap`(name: String) throws {
    let maker = try #require(Self.makers[name])
    var dice = TestDice(seed: 3)
    let task = maker(&dice)
    let verifier = try Verifiers.make(VerifierSpec(name, parameters: task.parameters))
    for (right, isGold) in [(task.right, false), (task.gold, true)] {
      let whole = Array(right.utf8)
      for index in stride(from: 0, to: whole.count, by: max(1, whole.count / 60)) {
        var flipped = whole
        for value: UInt8 in [0x00, 0x0A, 0x20, 0x23, 0x28, 0x2D, 0x2E, 0x39, 0x3B, 0x5C, 0x7B, 0xE2, 0xFF] {
          flipped[index] = value
          for bytes in [whole[...index], whole[index...], flipped[...]] {
            let text = String(decoding: bytes, as: UTF8.self)
            let verdict = verifier.verify(
              Completion(text: isGold ? task.right : text, groundTruth: isGold ? text : task.gold))
            #expect(!verdict.rule.isEmpty && (verdict.score == nil) == (verdict.status == .noVerdict))
          }
        }
      }
    }
  }

  @Test(arguments: names)
  func `the examples of the description hold`(name: String) throws {
    let description = try #require(Verifiers.descriptions.first { $0.name == name })
    #expect(
      description.examples.contains { $0.score == 1 } && description.examples.contains { $0.score == 0 })
    for example in description.examples {
      let verdict = try judge(name, example.groundTruth, example.response, example.parameters)
      #expect(verdict.score == example.score, "\(example): \(verdict)")
    }
  }
}
