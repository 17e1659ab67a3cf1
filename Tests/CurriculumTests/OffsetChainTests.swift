import Curriculum
import Experience
import Foundation
import Rewards
import Testing

@Suite struct `Chains of a file's rows` {
  static let pens =
    #"{"question": "A box holds 4 rows of 6 pens and 6 pens are taken out. How many pens remain?", "answer": "18"}"#
  static let stickers =
    #"{"question": "Tom has 25 stickers and gives away 9. How many are left?", "answer": "16"}"#

  /// Rows of one form: `Box 7 holds …` is a label, the other numbers can be replaced.
  static func rows(_ count: Int) -> String {
    (0..<count).map { index in
      let (a, b) = (100 + 7 * index, 11 + index)
      return
        #"{"question": "Shop number \#(index + 1) has \#(a) pears and sells \#(b) of them. How many are left?", "answer": "\#(a)-\#(b) = \#(a - b)\n#### \#(a - b)"}"#
        .replacing("\n", with: "\\n")
    }.joined(separator: "\n")
  }

  private func chains(
    _ text: String, horizon: Int, count: Int, seed: UInt64 = 1, side: ChainSampler.Side = .all,
    wording: ChainWording? = nil
  ) throws -> (chains: [Chain], rejections: ChainRejections) {
    try withFile(text) { path in
      let source = ComposedSource(
        composer: .offset(FileSource(path: path)), horizons: horizon...horizon, wording: wording)
      let sampler = try ChainSampler(source, side: side)
      var (chains, rejections) = ([Chain](), sampler.rejections)
      try sampler.forEachDistinct(count: count, seed: seed, rejections: &rejections) { chains.append($1) }
      return (chains, rejections)
    }
  }

  private func refusal(_ text: String, horizon: Int, count: Int = 1) throws -> String {
    do {
      _ = try chains(text, horizon: horizon, count: count)
      return "accepted"
    } catch let error as DataError {
      return error.description
    }
  }

  @Test func `are told like the example of the method page`() throws {
    let made = try chains(Self.pens + "\n" + Self.stickers, horizon: 2, count: 3).chains
    let chain = try #require(made.first { $0.parts[1].link?.number == 25 })
    #expect(
      chain.prompt == """
        Solve the problems in order. A later problem uses the answer of the one before it.
        Problem 1. A box holds 4 rows of 6 pens and 6 pens are taken out. How many pens remain?
        Problem 2. Let n = answer[1] + 7. Tom has n stickers and gives away 9. How many are left?
        Give the answer of the last problem only, in the required format.
        """)
    #expect(chain.answer == "16" && chain.solution == nil)
    let other = try #require(made.first { $0.parts[1].link?.number == 9 })
    #expect(other.prompt.contains("Let n = answer[1] - 9. Tom has 25 stickers and gives away n."))
  }

  /// Reads prompts as a person would, with no other help than the file.
  @Test(arguments: 1...5)
  func `keep every key, and every number is the one it was`(horizon: Int) throws {
    let made = try chains(Self.rows(60), horizon: horizon, count: horizon == 1 ? 50 : 150, side: .train)
      .chains
    #expect(Set(made.map(\.prompt)).count == made.count)
    for chain in made {
      var lines = chain.prompt.components("\n")
      if horizon > 1 { lines = Array(lines.dropFirst().dropLast()) }
      #expect(lines.count == horizon)
      var previous = 0
      for (index, line) in lines.enumerated() {
        var text = horizon > 1 ? String(line.dropFirst("Problem \(index + 1). ".count)) : line
        if index > 0 {
          let sentence = text.prefix { $0 != "." }
          let words = sentence.split(separator: " ")
          #expect(words.prefix(4).joined(separator: " ") == "Let n = answer[\(index)]")
          let constant = words.count == 6 ? try #require(Int(words[5])) * (words[4] == "-" ? -1 : 1) : 0
          text = String(text.dropFirst(sentence.count + 2)).replacing(" n ", with: " \(previous + constant) ")
        }
        let numbers = text.split { !$0.isNumber }.compactMap { Int($0) }
        #expect(
          numbers.count == 3 && numbers[1] == 100 + 7 * (numbers[0] - 1) && numbers[2] == 10 + numbers[0])
        previous = numbers[1] - numbers[2]
      }
      #expect(chain.answer == "\(previous)")
      #expect(Set(chain.parts.map(\.line)).count == horizon)
    }
  }

  @Test func `of horizon 1 are the rows themselves`() throws {
    let made = try chains(Self.rows(20), horizon: 1, count: 20).chains
    let atoms = try tasks(Self.rows(20))
    #expect(Set(made.map(\.prompt)) == Set(atoms.map(\.prompt)))
    for chain in made {
      let atom = try #require(atoms.first { $0.prompt == chain.prompt })
      #expect(
        chain.answer == atom.groundTruth && chain.solution == atom.solution && chain.verifier == atom.verifier
      )
    }
  }

  @Test func `depend on seed and place alone`() throws {
    let text = Self.rows(30)
    let first = try chains(text, horizon: 3, count: 50, seed: 5).chains
    #expect(try chains(text, horizon: 3, count: 50, seed: 5).chains == first)
    #expect(try chains(text, horizon: 3, count: 20, seed: 5).chains == Array(first.prefix(20)))
    #expect(try chains(text, horizon: 3, count: 50, seed: 6).chains != first)
  }

  @Test func `of training problems and of held-out ones share no problem`() throws {
    let text = Self.rows(80)
    let train = try chains(text, horizon: 2, count: 300, side: .train)
    let heldOut = try chains(text, horizon: 2, count: 30, side: .heldOut)
    func lines(_ chains: [Chain]) -> Set<Int?> { Set(chains.flatMap { $0.parts.map(\.line) }) }
    #expect(lines(train.chains).isDisjoint(with: lines(heldOut.chains)))
    #expect(train.rejections[.otherSide] + heldOut.rejections[.otherSide] == 80)
  }

  @Test func `are told with worked solutions where all parts have one`() throws {
    let made = try chains(Self.rows(2), horizon: 2, count: 4).chains
    let chain = try #require(made.first { $0.parts[0].line == 1 && $0.parts[1].link?.number == 107 })
    #expect(
      chain.solution == """
        Problem 1.
        100-11 = 89
        answer[1] = 89
        Problem 2. n = 89 + 18 = 107.
        107-12 = 95
        answer[2] = 95
        #### 95
        """)
    let compact = try chains(Self.rows(2), horizon: 2, count: 4, wording: .compact).chains
    #expect(compact.contains { $0.prompt.contains("; n=a+18, Shop number 2 has n pears") })
  }

  @Test func `keep negative answers, and name no constant of 0`() throws {
    let debt = #"{"question": "Ann owes 30 and has 12. What is her balance?", "answer": "-18"}"#
    let same = #"{"question": "Bob has 18 nails. He finds 3. How many?", "answer": "21"}"#
    let made = try chains(debt + "\n" + same + "\n" + Self.pens, horizon: 2, count: 10).chains
    #expect(made.contains { $0.prompt.contains("Let n = answer[1]. Bob has n nails.") })
    #expect(made.contains { $0.prompt.contains("Let n = answer[1] + 36. Bob has n nails.") })
    #expect(made.contains { $0.answer == "-18" })
  }

  @Test func `use another letter where the question has an n`() throws {
    let row = #"{"question": "For n and M, let p be 40 more. What is it?", "answer": "40"}"#
    let made = try chains(row + "\n" + Self.pens, horizon: 2, count: 2).chains
    #expect(made.contains { $0.prompt.contains("Let k = answer[1] + 22. For n and M, let p be k more.") })
  }

  @Test func `count what they leave out, by reason`() throws {
    let rows = [
      Self.pens, Self.stickers, Self.stickers,
      #"{"question": "Halve 5.", "answer": "2.5"}"#, #"{"question": "Count 8 to x.", "answer": "2000000"}"#,
      #"{"question": "How many apples?", "answer": "1,000"}"#,
    ]
    let rejections = try chains(rows.joined(separator: "\n"), horizon: 1, count: 3).rejections
    #expect(
      rejections[.repeatedQuestion] == 1 && rejections[.answerNotWhole] == 2 && rejections[.noNumber] == 1)
    #expect(rejections[.numberRepeated] == 2)
    #expect(rejections.lines.contains("rows whose question an earlier row has: 1"))
  }

  @Test func `count problems that are drawn again, and chains that were made before`() throws {
    let rejections = try chains(Self.pens + "\n" + Self.stickers, horizon: 2, count: 3).rejections
    #expect(rejections[.repeatedPart] > 0 && rejections[.repeatedChain] > 0)
  }

  @Test(arguments: [
    ("-3", true), ("$25", true), ("1,000", true), ("7.0", true), ("1000000", true), ("-1000000", true),
    ("1000001", false), ("-1000001", false), ("2.5", false), ("72 km", false), ("1/2", false),
    ("5.0000000000000000001", false),
  ])
  func `end in answers that are whole numbers up to a million, as they are written`(
    answer: String, isOne: Bool
  ) throws {
    let row = #"{"question": "How many?", "answer": "\#(answer)"}"#
    let made = try chains(Self.pens + "\n" + row, horizon: 1, count: isOne ? 2 : 1)
    #expect(made.rejections[.answerNotWhole] == (isOne ? 0 : 1))
    let whole = answer.filter { $0 != "," && $0 != "$" }.prefix { $0 != "." }
    if isOne { #expect(Set(made.chains.map(\.answer)) == ["18", String(whole)]) }
  }

  @Test func `begin with any row, and go on with those that have a number to replace`() throws {
    // A drawing's numbers are no amounts.
    let drawing = #"{"question": "Count them. [asy] draw 25 dots [/asy]", "answer": "30"}"#
    let made = try chains(drawing + "\n" + Self.stickers, horizon: 2, count: 2)
    #expect(made.chains.allSatisfy { $0.parts.map(\.line) == [1, 2] } && made.rejections[.noNumber] == 1)
  }

  @Test func `replace a number with a comma whole`() throws {
    let ants = #"{"question": "Ann has 1,200 ants and 35 bees. How many?", "answer": "1235"}"#
    let made = try chains(Self.stickers + "\n" + ants, horizon: 2, count: 4).chains
    #expect(made.contains { $0.prompt.contains("Let n = answer[1] + 1184. Ann has n ants and 35 bees.") })
  }

  @Test func `are judged as their last problem is, and have no solution where one part has none`() throws {
    let text = Self.rows(1) + "\n" + Self.stickers
    let made = try chains(text, horizon: 2, count: 4).chains
    #expect(made.allSatisfy { $0.solution == nil })
    try withFile(
      text.split(separator: "\n").enumerated().map {
        $1.dropLast() + #", "data_source": "\#($0 == 0 ? "one" : "two")"}"#
      }.joined(separator: "\n")
    ) { path in
      var file = FileSource(path: path)
      file.verifiers.entries = ["one": "gsm8k", "two": "number"]
      let source = ComposedSource(composer: .offset(file), horizons: 2...2)
      let sampler = try ChainSampler(source, side: .all)
      var unused = ChainRejections()
      for index in 0..<20 as Range<UInt64> {
        let chain = try sampler.chain(at: index, seed: 1, rejections: &unused)
        #expect(chain.verifier == (chain.parts[1].line == 1 ? "gsm8k" : "number"))
      }
    }
  }

  @Test func `that are written out keep to the slice of their file`() throws {
    try withFile(Self.rows(100)) { path in
      let file = FileSource(path: path, slice: SliceFilter(slice: .long, threshold: .median))
      let source = ComposedSource(composer: .offset(file), horizons: 2...2)
      var (lines, unused) = (Set<Int>(), ChainRejections())
      try ChainSampler(source, side: .all).forEachDistinct(count: 150, seed: 1, rejections: &unused) {
        lines.formUnion($1.parts.compactMap(\.line))
      }
      let whole = try TaskFile(FileSource(path: path))
      let prompts = try (0..<100).map { try whole.task(at: $0).prompt.count }
      let median = try #require(LengthSegmentation(prompts, at: .median)).threshold
      #expect(lines == Set((1...100).filter { Double(prompts[$0 - 1]) > median }))
    }
  }

  @Test func `reject constants beyond a million`() throws {
    let low = #"{"question": "What is the depth?", "answer": "-999999"}"#
    let high = #"{"question": "Bob has 500 nails. How many?", "answer": "500"}"#
    let (made, rejections) = try chains(low + "\n" + high + "\n" + Self.pens, horizon: 2, count: 2)
    // 500 − (−999999) is too much; pens and nails remain.
    #expect(made.allSatisfy { $0.parts.allSatisfy { $0.answer > 0 } } && rejections[.outOfRange] > 0)
  }

  @Test func `that cannot be had are refused with what there is`() throws {
    let two = Self.pens + "\n" + Self.stickers
    #expect(
      try refusal(two, horizon: 3)
        == "`rows.jsonl` has problems for chains of horizon 2 at most, 3 was asked for")
    #expect(try refusal(two, horizon: 0) == "horizon 0 must lie within 1 to 1000")
    #expect(
      try refusal(two, horizon: 2, count: 4).hasPrefix(
        "`rows.jsonl` gives 3 different chains, 4 were asked for"))
    #expect(
      try refusal(#"{"question": "q", "answer": "x"}"#, horizon: 1).hasPrefix(
        "`rows.jsonl` has no rows to make chains of: none of its 1 rows"))
    #expect(try refusal("{", horizon: 1).contains("rows.jsonl:1: this line is not JSON"))
  }

  @Test func `as rows of a file are tasks to train on`() throws {
    let made = try chains(Self.rows(20), horizon: 3, count: 10).chains
    let loaded = try tasks(made.map(\.row).joined(separator: "\n"))
    #expect(loaded.map(\.prompt) == made.map(\.prompt) && loaded.map(\.groundTruth) == made.map(\.answer))
    #expect(loaded.map(\.solution) == made.map(\.solution))
    #expect(loaded.allSatisfy { $0.verifier == "gsm8k" && $0.columns["horizon"] == "3" })
    let reward = H1ReleasedRewardVerifier().verify(
      Completion(
        text: "<reasoning>\nok\n</reasoning>\n<answer>\n\(made[0].answer)\n</answer>\n",
        groundTruth: loaded[0].groundTruth, columns: loaded[0].columns))
    #expect(reward.score == 1)  // 4.0 of the released scale
    let part = made[0].parts[1]
    let link = try #require(part.link)
    #expect(
      made[0].row.contains(
        #""line": \#(part.line ?? 0), "name": "n", "number": \#(link.number), "offset": "#))
    #expect(made[0].row.contains(#""span": [\#(link.span.lowerBound), \#(link.span.upperBound)]"#))
    let scalars = Array(part.question.unicodeScalars)
    #expect(String(String.UnicodeScalarView(scalars[link.span])) == "\(link.number)")
  }
}
