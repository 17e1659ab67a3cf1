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
  }
}

extension String {
  /// Of `36*2-9=` its product with an end: `36*2=`.
  fileprivate var prefixProduct: String { prefix { !"+-=".contains($0) } + "=" }
  fileprivate var afterProduct: String { String(drop { !"+-=".contains($0) }) }
}
