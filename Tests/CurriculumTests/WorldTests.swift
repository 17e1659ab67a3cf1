import Curriculum
import Randomness
import Rewards
import Testing

@Suite struct `Worlds` {
  @Test(arguments: ProceduralTasks.names)
  func `let no answer pass that is beside the point`(name: String) throws {
    let family = try #require(ProceduralTasks.named(name))
    let difficulty = type(of: family).defaultDifficulties.upperBound
    var strangers = 0
    for index in 0..<100 as Range<UInt64> {
      let task = try instance(name, difficulty: difficulty, index: index)
      let other = try instance(name, difficulty: difficulty, index: index + 1)
      let withoutAnswer = task.gold.split(separator: "\n").dropLast().joined(separator: "\n")
      for text in ["", "#### ", "#### banana", "#### \(task.prompt)", withoutAnswer] {
        #expect(try verdict(name, text, task.groundTruth).score == 0, "\(text)")
      }
      if try verdict(name, other.gold, task.groundTruth).status == .correct { strangers += 1 }
    }
    #expect(strangers <= 20, "\(strangers) of 100 answers of other tasks pass")
  }

  /// `3*(x+5)-4` with a number for x, from the outside in.
  static func value(of side: Substring, x: Int) -> Int? {
    if side == "x" { return x }
    var depth = 0
    for place in side.indices.reversed() {
      if side[place] == ")" { depth += 1 }
      if side[place] == "(" { depth -= 1 }
      guard depth == 0, side[place] == "+" || side[place] == "-",
        let left = value(of: side[..<place], x: x), let right = Int(side[side.index(after: place)...])
      else { continue }
      return side[place] == "+" ? left + right : left - right
    }
    guard let star = side.firstIndex(of: "*"), let factor = Int(side[..<star]) else { return nil }
    var inner = side[side.index(after: star)...]
    if inner.first == "(" { inner = inner.dropFirst().dropLast() }
    return value(of: inner, x: x).map { factor * $0 }
  }

  @Test func `linear equations hold for their answer, and in every line of the solution`() throws {
    #expect(Self.value(of: "3*(x+5)-4", x: 7) == 32)
    for difficulty in 1...8 {
      for index in 0..<50 as Range<UInt64> {
        let task = try instance("linear_equation", difficulty: difficulty, index: index)
        let x = try #require(Int(task.groundTruth))
        for line in [task.prompt.dropFirst(6)] + task.gold.split(separator: "\n").dropLast() {
          let sides = line.split(separator: "=")
          #expect(Self.value(of: sides[0], x: x) == Int(sides[1]), "\(line) x=\(x)")
        }
      }
    }
  }

  @Test func `polynomials have the value that their powers add up to`() throws {
    for difficulty in 1...6 {
      for index in 0..<50 as Range<UInt64> {
        let task = try instance("polynomial_value", difficulty: difficulty, index: index)
        // p=2x^2-3x+1 p(4)=
        let words = task.prompt.split(separator: " ")
        let point = try #require(Int(words[1].dropFirst(2).dropLast(2)))
        var sum = 0
        for term in words[0].dropFirst(2).replacing("-", with: "+-").split(separator: "+") {
          let parts = term.split(separator: "x", omittingEmptySubsequences: false)
          let coefficient = parts[0].isEmpty ? 1 : parts[0] == "-" ? -1 : try #require(Int(parts[0]))
          let power = parts.count == 1 ? 0 : parts[1].isEmpty ? 1 : try #require(Int(parts[1].dropFirst()))
          sum += coefficient * (0..<power).reduce(1) { product, _ in product * point }
        }
        #expect(task.groundTruth == String(sum), "\(task.prompt)")
      }
    }
  }

  /// What `a=3;b=5;a+=b;a=` leaves in the variable it ends with.
  static func run(_ program: String) -> Int? {
    var values: [Substring: Int] = [:]
    let lines = program.split(separator: ";")
    for line in lines.dropLast() {
      let sides = line.split(separator: "=")
      guard let right = Int(sides[1]) ?? values[sides[1]] else { return nil }
      let name = sides[0].prefix(1)
      switch sides[0].dropFirst() {
      case "": values[name] = right
      case "+": values[name]? += right
      case "-": values[name]? -= right
      default: values[name]? *= right
      }
    }
    return lines.last.flatMap { values[$0.prefix(1)] }
  }

  @Test func `programs end with what running them gives, and stay within 99`() throws {
    #expect(Self.run("a=3;b=5;a+=b;b-=2;a*=b;a=") == 24)
    for difficulty in 1...20 {
      for index in 0..<50 as Range<UInt64> {
        let task = try instance("program_trace", difficulty: difficulty, index: index)
        #expect(Self.run(task.prompt).map { String($0) } == task.groundTruth, "\(task.prompt)")
        let values = task.gold.split(separator: "\n").dropLast().compactMap { line in
          line.split(separator: "=").last.flatMap { Int($0) }
        }
        #expect(values.count == difficulty && values.allSatisfy { abs($0) <= 99 }, "\(task.gold)")
      }
    }
  }

  @Test func `difficulty is what its unit says`() throws {
    for index in 0..<50 as Range<UInt64> {
      for difficulty in 3...5 {
        func task(_ name: String) throws -> ProceduralInstance {
          try instance(name, difficulty: difficulty, index: index)
        }
        func lines(_ name: String) throws -> Int { try task(name).gold.split(separator: "\n").count - 1 }
        #expect(try lines("gcd") == difficulty)
        #expect(try lines("sudoku") == difficulty)
        #expect(try lines("linear_equation") == difficulty)
        #expect(try lines("knights_and_knaves") == difficulty)
        #expect(try lines("topological_order") == difficulty)
        #expect(try task("sudoku").prompt.count { $0 == "." } == difficulty)
        #expect(try task("base_conversion").prompt.prefix { $0.isNumber }.count == difficulty)
        #expect(
          try task("maze").groundTruth.split(separator: "/").map(\.count)
            == .init(repeating: difficulty, count: difficulty))
        #expect(try task("prime_factorization").prompt.split(separator: "*").count == difficulty)
        #expect(
          Set(try task("shortest_path").groundTruth.dropFirst(4).filter(\.isLetter)).count == difficulty)
        #expect(try task("truth_table").prompt.filter { "&|>".contains($0) }.count == difficulty)
      }
    }
  }

  @Test func `sudokus have one completion`() throws {
    for difficulty in 1...9 {
      for index in 0..<50 as Range<UInt64> {
        let task = try instance("sudoku", difficulty: difficulty, index: index)
        let parts = try Verifiers.make(VerifierSpec("sudoku", parameters: ["partial": .bool(true)]))
        // With `partial`, a puzzle that has not exactly one completion gets no verdict.
        #expect(parts.verify(Completion(text: task.gold, groundTruth: task.groundTruth)).status == .correct)
      }
    }
  }

  @Test func `ways and mazes are solved by a shortest solution`() throws {
    let shortest = try Verifiers.make(VerifierSpec("maze", parameters: ["length": .text("shortest")]))
    for difficulty in 3...9 {
      for index in 0..<50 as Range<UInt64> {
        let task = try instance("maze", difficulty: difficulty, index: index)
        #expect(
          shortest.verify(Completion(text: task.gold, groundTruth: task.groundTruth)).status == .correct)
      }
    }
  }

  @Test func `a lie or a truth more never fits the island`() throws {
    // The last one's role turned round is the slip; it must never be another solution.
    for difficulty in 3...8 {
      for index in 0..<100 as Range<UInt64> {
        let task = try instance("knights_and_knaves", difficulty: difficulty, index: index, slipRate: 1)
        #expect(try verdict("knights_and_knaves", task.solution, task.groundTruth).score == 0, "\(task)")
      }
    }
  }

  @Test func `a family with a number in takes another one in its place`() throws {
    var refused = 0
    for index in 0..<100 as Range<UInt64> {
      var rng = CounterRNG(seed: 7, stream: Stream("test", index))
      let programs = ProgramTrace()
      let program = programs.problem(difficulty: 6, rng: &rng)
      let first = try #require(programs.input(of: program))
      let named = programs.prompt(for: program, naming: "n")
      #expect(named.replacing("n", with: "\(first)") == programs.prompt(for: program))
      let other = try #require(programs.replacing(inputOf: program, with: -13))
      #expect(programs.prompt(for: other) == named.replacing("n", with: "-13"))
      #expect(Self.run(programs.prompt(for: other)).map { String($0) } == programs.groundTruth(of: other))
      #expect(programs.groundTruth(of: other) != programs.groundTruth(of: program), "\(named)")
      // What grows beyond three digits on the way is no problem for anybody.
      if programs.replacing(inputOf: program, with: 999) == nil { refused += 1 }

      let polynomials = PolynomialValue()
      let polynomial = polynomials.problem(difficulty: 3, rng: &rng)
      let point = try #require(polynomials.input(of: polynomial))
      let open = polynomials.prompt(for: polynomial, naming: "n")
      #expect(open.replacing("n", with: "\(point)") == polynomials.prompt(for: polynomial))
      #expect(polynomials.replacing(inputOf: polynomial, with: 100) == nil)
      #expect(programs.replacing(inputOf: program, with: 1000) == nil)
    }
    #expect((20..<100).contains(refused), "\(refused)")
  }
}
