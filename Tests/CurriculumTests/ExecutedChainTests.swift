import Curriculum
import Experience
import Randomness
import Testing

/// A number and steps on it, as in the method page's chain; a family as small as they come.
private struct Steps: ChainableTask {
  static let name = "steps"
  static let subject = TaskSubject.arithmetic
  static let summary = "A number and steps on it"
  static let difficultyUnit = "steps"
  static let difficulties = 1...9
  static let defaultDifficulties = 1...9
  static let verifier = "gsm8k"

  struct Problem: Sendable {
    var start: Int
    var steps: [(Character, Int)]
    /// Ignores its number.
    var isConstant = false
    var text: String { steps.map { "\($0.0)\($0.1)" }.joined() }
  }

  func problem(difficulty: Int, rng: inout CounterRNG) -> Problem { Problem(start: difficulty, steps: []) }
  func prompt(for problem: Problem) -> String { "\(problem.start)\(problem.text)=" }
  func prompt(for problem: Problem, naming name: String) -> String { "\(name)\(problem.text)=" }
  func input(of problem: Problem) -> Int? { problem.start }

  func replacing(inputOf problem: Problem, with number: Int) -> Problem? {
    var problem = problem
    problem.start = number
    return number == 13 ? nil : problem  // superstitious
  }

  func groundTruth(of problem: Problem) -> String {
    let start = problem.isConstant ? 0 : problem.start
    return String(
      problem.steps.reduce(start) { value, step in
        switch step.0 {
        case "*": value * step.1
        case "-": value - step.1
        default: value + step.1
        }
      })
  }

  func work(on problem: Problem, by teacher: Teacher, rng: inout CounterRNG) -> WorkedSolution {
    let slip = rng.uniform() < teacher.slipRate ? 1 : 0
    let value = (Int(groundTruth(of: problem)) ?? 0) + slip
    return WorkedSolution([.init("\(problem.start)\(problem.text)=\(value)")], answer: "\(value)")
  }
}

@Suite struct `Chains that are worked out` {
  private let family = Steps()
  private static var rng: CounterRNG { CounterRNG(seed: 1, stream: Stream("test")) }

  private func chain() throws -> ExecutedChain {
    let first = Steps.Problem(start: 4, steps: [("*", 6), ("-", 6)])
    let second = Steps.Problem(start: 9, steps: [("-", 9)])
    let third = Steps.Problem(start: 1, steps: [("+", 13)])
    return try #require(ExecutedChain.opening(family, first))
      .adding(family, second, through: .times(2)).get()
      .adding(family, third, through: .identity).get()
  }

  @Test func `give the numbers of the method page`() throws {
    // 4·6−6 = 18; twice that 36; 36−9 = 27; the same 27; 27+13 = 40.
    var rng = Self.rng
    let written = try chain().written(.compact, by: Teacher(), &rng)
    #expect(written.parts.map(\.answer) == [18, 27, 40])
    #expect(written.parts.map(\.link?.number) == [nil, 36, 27])
    #expect(written.answer == "40" && written.horizon == 3)
    #expect(written.prompt == "4*6-6=; n=2*a, n-9=; n=a, n+13=")
    #expect(written.solution == "4*6-6=18\nn=2*18=36\n36-9=27\nn=27\n27+13=40\n#### 40")
    #expect(try chain().verify(written) == nil)
    let prose = try chain().written(.prose, by: Teacher(), &rng)
    #expect(
      prose.prompt == """
        Solve the problems in order. A later problem uses the answer of the one before it.
        Problem 1. 4*6-6=
        Problem 2. Let n = 2 * answer[1]. n-9=
        Problem 3. Let n = answer[2]. n+13=
        Give the answer of the last problem only, in the required format.
        """)
  }

  @Test func `write no two signs in a row in sentences`() throws {
    var rng = Self.rng
    let executed = try #require(ExecutedChain.opening(family, Steps.Problem(start: -4, steps: [])))
      .adding(family, Steps.Problem(start: 1, steps: [("+", 5)]), through: .times(2)).get()
    #expect(executed.written(.prose, by: Teacher(), &rng).solution?.contains("n = 2 * (-4) = -8.") == true)
    #expect(executed.written(.compact, by: Teacher(), &rng).solution?.contains("\nn=2*-4=-8\n") == true)
  }

  @Test func `carry a teacher's slips on`() throws {
    var rng = Self.rng
    let written = try chain().written(.compact, by: Teacher(slipRate: 1), &rng)
    #expect(written.solution == "4*6-6=19\nn=2*19=38\n38-9=30\nn=30\n30+13=44\n#### 44")
    #expect(written.answer == "40")
  }

  @Test func `are refused where their text or numbers are not what they say`() throws {
    var rng = Self.rng
    let executed = try chain()
    let good = executed.written(.compact, by: Teacher(), &rng)
    func reason(_ change: (inout Chain) -> Void) -> ChainRejection? {
      var chain = good
      change(&chain)
      return executed.verify(chain)
    }
    // (1) the span: two names, none, another text, another place
    #expect(reason { $0.parts[1].link?.text = "n-9+n=" } == .spanNotUnique)
    #expect(reason { $0.parts[1].link?.text = "36-9=" } == .spanNotUnique)
    #expect(reason { $0.parts[1].link?.text = "n-8=" } == .spanNotUnique)
    #expect(reason { $0.parts[1].link?.span = 1..<3 } == .spanNotUnique)
    #expect(reason { $0.parts[1].link?.span = 0..<99 } == .spanNotUnique)
    #expect(reason { $0.parts[1].question = "35-9=" } == .spanNotUnique)
    // (2) the range, (3) fractions
    #expect(reason { $0.parts[2].answer = 1_000_001 } == .outOfRange)
    #expect(reason { $0.parts[1].link?.adapter = .times(100_000) } == .outOfRange)
    #expect(reason { $0.parts[1].link?.adapter = .times(.max) } == .outOfRange)
    #expect(reason { $0.parts[1].link?.adapter = .over(4) } == .fraction)
    #expect(reason { $0.parts[1].link?.adapter = .over(0) } == .fraction)
    // (4) worked through again
    #expect(reason { $0.parts[0].answer = 17 } == .otherAnswer)
    #expect(reason { $0.parts[2].answer = 41 } == .otherAnswer)
    #expect(reason { $0.parts[1].link?.adapter = .plus(17) } == .otherAnswer)
    #expect(reason { $0.parts[1].link = nil } == .otherAnswer)
    #expect(reason { $0.parts[2].link = nil } == .otherAnswer)
    #expect(reason { $0.parts[0].link = $0.parts[1].link } == .otherAnswer)
    #expect(reason { _ in } == nil)
  }

  @Test func `are given up where the last answer would not depend on the first`() throws {
    let constant = Steps.Problem(start: 1, steps: [("+", 5)], isConstant: true)
    let product = Steps.Problem(start: 1, steps: [("*", 0)])
    let opening = try #require(ExecutedChain.opening(family, Steps.Problem(start: 4, steps: [])))
    for problem in [constant, product] {
      #expect(throws: ChainRejection.independent) {
        try opening.adding(family, problem, through: .identity).get()
      }
    }
    // Half of 3 and 5 there is not, but half of 2 and of 6.
    let same = Steps.Problem(start: 1, steps: [])
    #expect(try opening.adding(family, same, through: .over(2)).get().horizon == 2)
  }

  @Test func `are given up where a family has no such problem, or numbers grow too large`() throws {
    let opening = try #require(ExecutedChain.opening(family, Steps.Problem(start: 12, steps: [])))
    let same = Steps.Problem(start: 1, steps: [])
    #expect(throws: ChainRejection.refusedByFamily) {
      try opening.adding(family, same, through: .plus(1)).get()
    }
    #expect(throws: ChainRejection.fraction) { try opening.adding(family, same, through: .over(5)).get() }
    #expect(throws: ChainRejection.outOfRange) {
      try opening.adding(family, same, through: .times(90_000)).get()
    }
    let large = Steps.Problem(start: 1, steps: [("*", 500_000)])
    #expect(throws: ChainRejection.outOfRange) { try opening.adding(family, large, through: .identity).get() }
    #expect(ExecutedChain.opening(family, Steps.Problem(start: 1_000_001, steps: [])) == nil)
  }
}

/// Each check by itself, on chains that no composer makes.
@Suite struct `Verification of chains` {
  /// `4`, then so much as the program says of a number, first named in `question` at its span.
  private static func pair(
    _ question: String = "4+5=", text: String = "n+5=", span: Range<Int> = 0..<1, number: Int = 4,
    first: Int = 4
  ) -> Chain {
    let link = Chain.Link(name: "n", adapter: .identity, number: number, text: text, span: span)
    return Chain(
      composer: "test", wording: .compact,
      parts: [
        Chain.Part(id: "a", question: "\(first)=", answer: first),
        Chain.Part(id: "b", question: question, answer: 9, link: link),
      ], verifier: "gsm8k")
  }

  private static func rejection(
    _ chain: Chain, isExecutable: Bool = true, first: Int = 4, _ second: (Int) -> Int?
  ) -> ChainRejection? {
    ChainVerification(isExecutable: isExecutable).rejection(of: chain) { part, number in
      part == 0 ? first : number.flatMap(second)
    }
  }

  @Test func `takes a last answer that moves with the first, up and down`() {
    #expect(Self.rejection(Self.pair()) { $0 + 5 } == nil)
    #expect(Self.rejection(Self.pair()) { _ in 9 } == .independent)
    #expect(Self.rejection(Self.pair()) { max($0, 4) + 5 } == .independent)
    #expect(Self.rejection(Self.pair()) { min($0, 4) + 5 } == .independent)
    // No other number goes in: nothing tells that the answer depends on it.
    #expect(Self.rejection(Self.pair()) { $0 == 4 ? 9 : nil } == .independent)
    #expect(Self.rejection(Self.pair()) { $0 % 12 == 4 ? $0 + 5 : nil } == nil)
  }

  @Test func `does not ask for it where nothing can be worked out anew`() {
    #expect(Self.rejection(Self.pair(), isExecutable: false) { $0 == 4 ? 9 : nil } == nil)
  }

  @Test func `looks at what comes out of the first problem and at what goes into the second`() {
    #expect(Self.rejection(Self.pair(), first: 3) { $0 + 5 } == .otherAnswer)
    #expect(Self.rejection(Self.pair("5+5=", number: 5), isExecutable: false) { _ in 9 } == .otherAnswer)
    var alone = Self.pair()
    alone.parts.removeLast()
    #expect(Self.rejection(alone) { $0 } == nil)
    #expect(Self.rejection(alone, first: 3) { $0 } == .otherAnswer)
  }

  @Test func `finds the name once, where the number stood, in a text that is else the question`() {
    func reason(_ question: String, _ text: String, _ span: Range<Int>) -> ChainRejection? {
      Self.rejection(Self.pair(question, text: text, span: span), isExecutable: false) { _ in 9 }
    }
    #expect(reason("4+n=", "n+n=", 0..<1) == .spanNotUnique)
    #expect(reason("1+4=", "2+n=", 2..<3) == .spanNotUnique)
    #expect(reason("4+1=", "n+2=", 0..<1) == .spanNotUnique)
    #expect(reason("3+1=", "n+1=", 0..<1) == .spanNotUnique)
    // In a word the letter is no name.
    #expect(reason("4 ants in an urn", "n ants in an urn", 0..<1) == nil)
    #expect(reason("an 4 nuts", "an n nuts", 3..<4) == nil)
    let comma = Self.pair("1,200+5=", span: 0..<5, number: 1200, first: 1200)
    #expect(Self.rejection(comma, isExecutable: false, first: 1200) { _ in 9 } == nil)
  }
}

@Suite struct `Chains of procedural families` {
  private func sampler(
    _ families: [String], _ horizons: ClosedRange<Int>, side: ChainSampler.Side = .train
  ) throws -> ChainSampler {
    try ChainSampler(
      ComposedSource(composer: .executed(families.map { ProceduralSource(task: $0) }), horizons: horizons),
      side: side)
  }

  private func chains(_ families: [String], _ horizon: Int, _ count: Int, side: ChainSampler.Side = .train)
    throws
    -> [Chain]
  {
    var (chains, unused) = ([Chain](), ChainRejections())
    try sampler(families, horizon...horizon, side: side)
      .forEachDistinct(count: count, seed: 3, rejections: &unused) { chains.append($1) }
    return chains
  }

  /// A chain of sums and products, read by hand.
  private func value(_ prompt: String) -> Int? {
    var previous: Int?
    for part in prompt.components("; ") {
      var text = part
      if let before = previous {
        let sides = part.components(", ")
        guard sides.count == 2, sides[0].hasPrefix("n=") else { return nil }
        let formula = sides[0].dropFirst(2)
        let number: Int?
        if formula.hasSuffix("*a") {
          number = Int(formula.dropLast(2)).map { $0 * before }
        } else if formula.hasPrefix("a/") {
          number = Int(formula.dropFirst(2)).flatMap { before % $0 == 0 ? before / $0 : nil }
        } else {
          number = formula == "a" ? before : Int(formula.dropFirst()).map { before + $0 }
        }
        guard let number else { return nil }
        // 0- and the number's size, so that the reader needs no signs of its own.
        let start = number < 0 ? "0-\(-number)" : "\(number)"
        if number < 0, sides[1].contains("*") {
          let positive = `Arithmetic chains`.value(sides[1].replacing("n", with: "\(-number)").prefixProduct)
          let rest = `Arithmetic chains`.value("0" + sides[1].afterProduct)
          guard let positive, let rest else { return nil }
          previous = rest - positive
          continue
        }
        text = sides[1].replacing("n", with: start)
      }
      previous = `Arithmetic chains`.value(text)
    }
    return previous
  }

  @Test(arguments: [1, 2, 3, 5, 8])
  func `have the answer that reading them gives`(horizon: Int) throws {
    for chain in try chains(["arithmetic_chain"], horizon, 100) {
      #expect(value(chain.prompt).map(String.init) == chain.answer, "\(chain.prompt)")
      #expect(chain.solution?.hasSuffix("\n#### \(chain.answer)") == true)
      #expect(chain.horizon == horizon)
    }
  }

  @Test func `of horizon 1 are the family's problems`() throws {
    for chain in try chains(["arithmetic_chain"], 1, 50) {
      #expect(!chain.prompt.contains("n") && chain.parts[0].question == chain.prompt)
      #expect(chain.solution?.components("\n").count == chain.prompt.split { "+-*".contains($0) }.count)
    }
  }

  @Test(arguments: ProceduralTasks.chainableNames)
  func `of every chainable family can be had, and naming is undone by the number`(name: String) throws {
    let family = try #require(ProceduralTasks.named(name) as? any ChainableTask)
    try checkNaming(family)
    #expect(try chains([name], 3, 20).count == 20)
    #expect(try chains([name], 3, 3, side: .heldOut).count == 3)
  }

  private func checkNaming(_ family: some ChainableTask) throws {
    for index in 0..<200 as Range<UInt64> {
      var rng = CounterRNG(seed: 1, stream: Stream("naming", index))
      let problem = family.problem(difficulty: type(of: family).defaultDifficulties.lowerBound, rng: &rng)
      guard let input = family.input(of: problem) else { continue }
      #expect(
        family.prompt(for: problem, naming: "Z").replacing("Z", with: "\(input)")
          == family.prompt(for: problem))
      if let same = family.replacing(inputOf: problem, with: input) {
        #expect(family.prompt(for: same) == family.prompt(for: problem))
        #expect(family.groundTruth(of: same) == family.groundTruth(of: problem))
      }
    }
  }

  @Test func `take in no number that the family does not have`() {
    for index in 0..<200 as Range<UInt64> {
      var rng = CounterRNG(seed: 2, stream: Stream("naming", index))
      let sum = ArithmeticChain().problem(difficulty: 2, rng: &rng)
      let remainder = ModularArithmetic().problem(difficulty: 2, rng: &rng)
      for number in [-100, 100] {
        #expect(ArithmeticChain().replacing(inputOf: sum, with: number) == nil)
      }
      for number in [-1, 100] {
        #expect(ModularArithmetic().replacing(inputOf: remainder, with: number) == nil)
      }
      #expect(ModularArithmetic().replacing(inputOf: remainder, with: 0) != nil)
    }
  }

  @Test func `are of the families and difficulties asked for, through each kind of adapter`() throws {
    let families = ["arithmetic_chain", "modular_arithmetic"]
    let made = try chains(families, 2, 200)
    for part in [0, 1] { #expect(Set(made.map { $0.parts[part].id }) == Set(families)) }
    for formula in ["n=a,", "n=2*a,", "n=3*a,", "n=a/2,", "n=a/3,", "n=a+", "n=a-"] {
      #expect(made.contains { $0.prompt.contains("; " + formula) }, "\(formula)")
    }
    let long = ProceduralSource(task: "arithmetic_chain", difficulty: 7...7)
    var unused = ChainRejections()
    let sampler = try ChainSampler(
      ComposedSource(composer: .executed([long]), horizons: 1...1), side: .train)
    for index in 0..<20 as Range<UInt64> {
      let chain = try sampler.chain(at: index, seed: 1, rejections: &unused)
      #expect(chain.prompt.dropFirst().count { "+-*".contains($0) } == 7, "\(chain.prompt)")
    }
  }

  @Test func `count what they leave out, by reason`() throws {
    var (openings, links) = (ChainRejections(), ChainRejections())
    try sampler(["arithmetic_chain"], 1...1).forEachDistinct(count: 100, seed: 3, rejections: &openings) {
      _, _ in
    }
    let reasons: Set<ChainRejection> = [.otherSide, .repeatedChain]
    #expect(openings[.otherSide] > 0 && reasons.isSuperset(of: openings.counts.keys))
    try sampler(["arithmetic_chain"], 4...4).forEachDistinct(count: 100, seed: 3, rejections: &links) {
      _, _ in
    }
    #expect(links[.otherSide] > openings[.otherSide] && links[.fraction] > 0 && links[.refusedByFamily] > 0)
  }

  @Test func `have slips of their own, place by place`() throws {
    let sum = ProceduralSource(task: "arithmetic_chain", difficulty: 1...1)
    let sampler = try ChainSampler(ComposedSource(composer: .executed([sum]), horizons: 1...1), side: .train)
    func solutions(_ slipRate: Double) throws -> [String?] {
      var unused = ChainRejections()
      return try (0..<400).map {
        try sampler.chain(
          at: $0, seed: 1, teacher: Teacher(slipRate: slipRate), rejections: &unused
        ).solution
      }
    }
    let (never, half, always) = (try solutions(0), try solutions(0.5), try solutions(1))
    let possible = zip(never, always).count { $0 != $1 }
    let taken = zip(never, half).count { $0 != $1 }
    #expect(possible > 40 && taken > possible / 4 && taken < possible * 3 / 4, "\(taken) of \(possible)")
  }

  @Test func `may be long, of several families and of mixed length`() throws {
    #expect(try chains(["arithmetic_chain", "modular_arithmetic"], 64, 2).allSatisfy { $0.horizon == 64 })
    var unused = ChainRejections()
    let mixed = try sampler(["arithmetic_chain"], 2...4)
    let horizons = try (0..<60).map { try mixed.chain(at: $0, seed: 1, rejections: &unused).horizon }
    #expect(Set(horizons) == [2, 3, 4])
  }

  @Test func `that cannot be had are refused with what there is`() throws {
    func refusal(_ names: [String], _ horizons: ClosedRange<Int> = 1...1) -> String {
      do {
        _ = try sampler(names, horizons)
        return "accepted"
      } catch { return "\(error)" }
    }
    #expect(
      refusal(["countdown"]).contains("`arithmetic_chain`") && refusal([]).contains("at least one task"))
    #expect(refusal(["sums"]).hasPrefix("unknown task `sums`"))
    #expect(refusal(["arithmetic_chain"], 1...1001) == "horizon [1, 1001] must lie within 1 to 1000")
    #expect(refusal(["arithmetic_chain"], 1...1000) == "accepted")
  }
}

extension String {
  /// Of `36*2-9=` its product with an end: `36*2=`.
  fileprivate var prefixProduct: String { prefix { !"+-=".contains($0) } + "=" }
  fileprivate var afterProduct: String { String(drop { !"+-=".contains($0) }) }
}
