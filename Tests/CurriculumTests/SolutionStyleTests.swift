import Curriculum
import Randomness
import Rewards
import Testing

@Suite struct `Solution styles` {
  static func lines(_ task: ProceduralInstance) -> [Substring] {
    task.solution.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// Whether `part` stands in `whole`, in order, other lines between.
  static func isSubsequence(_ part: [Substring], of whole: [Substring]) -> Bool {
    var rest = part[...]
    for line in whole where line == rest.first { rest.removeFirst() }
    return rest.isEmpty
  }

  @Test(arguments: ProceduralTasks.names)
  func `keep the steps and the answer: verbose adds to them, branching takes something back`(
    name: String
  ) throws {
    let family = try #require(ProceduralTasks.named(name))
    for difficulty in type(of: family).difficulties {
      for index in 0..<20 as Range<UInt64> {
        let concise = try instance(name, difficulty: difficulty, index: index)
        let verbose = try instance(name, difficulty: difficulty, index: index, style: .verbose)
        let branching = try instance(name, difficulty: difficulty, index: index, style: .branching)
        let steps = Self.lines(concise)
        for task in [verbose, branching] {
          #expect(task.prompt == concise.prompt && task.groundTruth == concise.groundTruth)
          #expect(try verdict(name, task.solution, task.groundTruth).status == .correct, "\(task)")
          #expect(Self.isSubsequence(steps, of: Self.lines(task)), "\(concise.solution)\n\(task.solution)")
          #expect(task.solution.utf8.count > concise.solution.utf8.count, "\(task)")
          let isPlain = Self.lines(task).allSatisfy { line in
            !line.isEmpty && line.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
          }
          #expect(isPlain, "\(task.solution)")
          #expect(task.solution == task.gold)
        }
        #expect(!steps.contains { $0.hasPrefix("no: ") || $0.hasPrefix("check: ") })
        #expect(Self.lines(verbose).contains { $0.hasPrefix("check: ") }, "\(verbose)")
        #expect(!Self.lines(verbose).contains { $0.hasPrefix("no: ") })
        let taken = Self.lines(branching).indices.filter { Self.lines(branching)[$0].hasPrefix("no: ") }
        #expect(!taken.isEmpty && !taken.contains(0), "\(branching)")
      }
    }
  }

  @Test(arguments: ProceduralTasks.names)
  func `have the same slips, and so the same answer`(name: String) throws {
    let family = try #require(ProceduralTasks.named(name))
    let difficulty = type(of: family).defaultDifficulties.upperBound
    var slips = 0
    for index in 0..<100 as Range<UInt64> {
      let answers = try SolutionStyle.allCases.map { style in
        Self.lines(try instance(name, difficulty: difficulty, index: index, slipRate: 0.5, style: style)).last
      }
      #expect(Set(answers).count == 1, "\(answers)")
      if answers[0] != Self.lines(try instance(name, difficulty: difficulty, index: index)).last {
        slips += 1
      }
    }
    #expect((20...99).contains(slips), "\(slips)")
  }

  @Test(arguments: ProceduralTasks.names)
  func `grow longer with every level of difficulty`(name: String) throws {
    let family = try #require(ProceduralTasks.named(name))
    var before = 0
    for difficulty in type(of: family).difficulties {
      let length = try (0..<100 as Range<UInt64>).reduce(0) {
        $0 + (try instance(name, difficulty: difficulty, index: $1).solution.utf8.count)
      }
      #expect(length > before, "difficulty \(difficulty): \(length), after \(before)")
      before = length
    }
    // Low levels fit a model of a million parameters.
    let first = try instance(name, difficulty: type(of: family).difficulties.lowerBound, index: 0)
    #expect(first.prompt.utf8.count + first.solution.utf8.count <= 160, "\(first)")
  }

  @Test func `branch in about a third of the steps, and differently from task to task`() throws {
    // At every step of a chain there is a dead end; at least one is taken: of 10 steps 3.33 + 0.0173.
    var taken = 0
    var texts: Set<String> = []
    for index in 0..<1000 as Range<UInt64> {
      let task = try instance("arithmetic_chain", difficulty: 10, index: index, style: .branching)
      taken += Self.lines(task).count { $0.hasPrefix("no: ") }
      texts.insert(Self.lines(task).map { $0.hasPrefix("no: ") ? "n" : "l" }.joined())
    }
    #expect((3250...3450).contains(taken), "\(taken)")
    #expect(texts.count > 800)
  }

  @Test(arguments: [
    "arithmetic_chain", "base_conversion", "gcd", "linear_equation", "modular_arithmetic", "polynomial_value",
    "prime_factorization", "program_trace", "countdown",
  ])
  func `calculate rightly in every check and every correction`(name: String) throws {
    var (checks, corrections) = (0, 0)
    for index in 0..<400 as Range<UInt64> {
      for style in [SolutionStyle.verbose, .branching] {
        let task = try instance(name, difficulty: index < 200 ? 3 : 6, index: index, style: style)
        for line in Self.lines(task) {
          if line.hasPrefix("check: ") {
            let sides = line.dropFirst(7).split(separator: "=")
            #expect(Arithmetic.value(sides[0]) == Int(sides[1]), "\(line)")
            checks += 1
          } else if line.hasPrefix("no: "), line.contains(" is not ") {
            let sides = String(line.dropFirst(4)).components(" is not ")
            if sides[1].hasPrefix("below") { continue }
            // A quotient that is no whole number is no number here, and so not the other one.
            #expect(Arithmetic.value(sides[0][...]) != Int(sides[1]), "\(line)")
            corrections += 1
          } else if line.hasPrefix("no: "), line.contains("=") {
            let sides = line.dropFirst(4).split(separator: "=")
            #expect(Arithmetic.value(sides[0]) == Int(sides[1]), "\(line)")
            corrections += 1
          }
        }
      }
    }
    #expect(
      checks > 200 && (corrections > 100 || ["gcd", "base_conversion", "modular_arithmetic"].contains(name)))
  }

  @Test func `spell a sum out by ones, or by tens and ones, and say nothing that is not so`() throws {
    var (counted, split) = (0, 0)
    for index in 0..<200 as Range<UInt64> {
      let task = try instance("modular_arithmetic", difficulty: 6, index: index, style: .verbose)
      let sum = Self.lines(try instance("modular_arithmetic", difficulty: 6, index: index))[1]
      let numbers = sum.split { !$0.isNumber }.compactMap { Int($0) }
      let (left, right, result) = (numbers[0], numbers[1], numbers[2])
      if right <= 9 {
        let list = (1...right).map { String(left + $0) }.joined(separator: ",")
        #expect(task.solution.contains("\n\(left)+\(right): \(list)\n\(sum)\n"), "\(task.solution)")
        counted += 1
      } else if right % 10 > 0 {
        let (tens, ones) = (right / 10 * 10, right % 10)
        let lines = "\n\(left)+\(tens)=\(left + tens)\n\(left + tens)+\(ones)=\(result)\n\(sum)\n"
        #expect(task.solution.contains(lines), "\(task.solution)")
        split += 1
      }
    }
    #expect(counted > 10 && split > 100)
  }

  @Test func `change nothing where no style is asked for`() {
    #expect(Teacher() == Teacher(slipRate: 0, style: .concise))
    #expect(SolutionStyle.allCases.map(\.rawValue) == ["concise", "verbose", "branching", "mixed"])
  }
}

/// One operation on two whole numbers, read by other code than the one under test.
enum Arithmetic {
  /// `7-(-3)`, `56/8`, `12`; nil for anything else and for quotients that are not whole.
  static func value(_ text: Substring) -> Int? {
    if let number = Int(text) { return number }
    // The sign of the left number is no operation.
    guard let place = text.dropFirst().firstIndex(where: { "+-*/".contains($0) }) else { return nil }
    let right = text[text.index(after: place)...].filter { $0 != "(" && $0 != ")" }
    guard let left = Int(text[..<place]), let right = Int(right) else { return nil }
    switch text[place] {
    case "+": return left + right
    case "-": return left - right
    case "*": return left * right
    default: return right != 0 && left % right == 0 ? left / right : nil
    }
  }
}
