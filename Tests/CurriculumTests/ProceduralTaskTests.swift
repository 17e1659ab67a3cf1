import Curriculum
import Experience
import Randomness
import Rewards
import Testing

/// A task of a family at one place of a test's random numbers.
func instance(
  _ name: String, difficulty: Int, index: UInt64, slipRate: Double = 0, style: SolutionStyle = .concise
) throws -> ProceduralInstance {
  let family = try #require(ProceduralTasks.named(name))
  var rng = CounterRNG(seed: 7, stream: Stream("test", index))
  var teacherRNG = CounterRNG(seed: 7, stream: Stream("test teacher", index))
  return family.instance(
    difficulty: difficulty, rng: &rng, teacher: Teacher(slipRate: slipRate, style: style),
    teacherRNG: &teacherRNG)
}

func verdict(_ name: String, _ text: String, _ groundTruth: String) throws -> Verdict {
  let family = try #require(ProceduralTasks.named(name))
  let verifier = try #require(Verifiers.named(type(of: family).verifier))
  return verifier.verify(Completion(text: text, groundTruth: groundTruth))
}

@Suite struct `Every procedural family` {
  @Test(arguments: ProceduralTasks.names)
  func `makes gold answers that its verifier accepts, in ASCII, at every difficulty`(name: String) throws {
    let family = try #require(ProceduralTasks.named(name))
    for difficulty in type(of: family).difficulties {
      for index in 0..<100 {
        let task = try instance(name, difficulty: difficulty, index: UInt64(index))
        let verdict = try verdict(name, task.gold, task.groundTruth)
        #expect(verdict.status == .correct, "\(task) \(verdict)")
        let isASCII = (task.prompt + task.gold + task.groundTruth).utf8.allSatisfy { $0 < 0x80 }
        #expect(isASCII, "\(task)")
        #expect(task.gold.split(separator: "\n").last?.hasPrefix("#### ") == true)
        #expect(task.solution == task.gold && !task.prompt.isEmpty && !task.prompt.contains("\n"))
      }
    }
  }

  @Test(arguments: ProceduralTasks.names)
  func `has a teacher whose slips cost the answer, at the rate asked for`(name: String) throws {
    let family = try #require(ProceduralTasks.named(name))
    func mistakes(_ slipRate: Double) throws -> Int {
      try (0..<1000).count { index in
        let difficulty = type(of: family).defaultDifficulties.upperBound
        let task = try instance(name, difficulty: difficulty, index: UInt64(index), slipRate: slipRate)
        return try verdict(name, task.solution, task.groundTruth).score == 0
      }
    }
    let (never, sometimes, always) = (try mistakes(0), try mistakes(0.3), try mistakes(1))
    #expect(never == 0)
    #expect(sometimes > 100 && sometimes < always)
    #expect(always > 500, "\(always) of 1000 tasks have a place to slip")
  }

  @Test(arguments: ProceduralTasks.names)
  func `spreads: a thousand draws are mostly different prompts`(name: String) throws {
    let family = try #require(ProceduralTasks.named(name))
    let difficulty = type(of: family).defaultDifficulties.upperBound
    let prompts = try Set(
      (0..<1000).map { try instance(name, difficulty: difficulty, index: UInt64($0)).prompt })
    #expect(prompts.count > 900, "\(prompts.count)")
  }

  @Test func `keeps its tasks from release to release`() throws {
    // Made by this code on the day it was written. A change here changes every recipe's data: say so in the
    // changelog.
    let golden = [
      "arithmetic_chain": "8*9+5+3-3= 8*9=62 62+5=67 67+3=70 70-3=67 #### 67",
      "countdown": "2,4,10,12->38 10+4=14 12*2=24 14-24=-10 #### 10+4-12*2",
      "modular_arithmetic": "(5*4+28) mod 15= 5*4=20 20+28=48 48=2*15+18 #### 18",
      "ordering": "sort 14,33,77,99= 14 33,14 33,77,14 33,77,99,14 #### 33,77,99,14",
      "string_manipulation": "upper tznj= t z n j T N Z J #### TNZJ",
    ]
    for (name, expected) in golden {
      let task = try instance(name, difficulty: 4, index: 3, slipRate: 1)
      #expect("\(task.prompt) \(task.solution)".replacing("\n", with: " ") == expected)
    }
  }

  @Test(
    arguments: [
      "arithmetic_chain": 0x40D2_3631_4F23_843E, "base_conversion": 0x2087_7F07_000D_1DA3,
      "countdown": 0x825D_3BDB_F06D_11FA, "gcd": 0xE719_D50A_FC55_7B09,
      "knights_and_knaves": 0x1176_27BA_79CA_4B2B, "linear_equation": 0x448B_99D4_0DA5_5B99,
      "maze": 0xBD83_2F16_79BB_BCCB, "modular_arithmetic": 0x6FA7_6A3D_DCCB_EE9B,
      "ordering": 0xCBA9_326E_5A91_20EE, "polynomial_value": 0x739C_5AD8_8629_8423,
      "prime_factorization": 0x56B5_3DBD_C7B3_E72B, "program_trace": 0xE041_F8FD_853E_D190,
      "shortest_path": 0x8B21_783A_C3E7_0946, "string_manipulation": 0x2586_C7BE_EEEC_BF5E,
      "sudoku": 0xF399_6BD7_85E6_9145, "topological_order": 0x878C_7D56_693F_EEA3,
      "truth_table": 0x3C9E_0D73_B987_8DF6,
    ] as [String: UInt64])
  func `keeps every draw of concise tasks from release to release`(name: String, expected: UInt64) throws {
    // The first five families' numbers were made by the release before styles came.
    let family = try #require(ProceduralTasks.named(name))
    var hash = StableHash()
    for difficulty in type(of: family).difficulties {
      for index in 0..<20 as Range<UInt64> {
        for slipRate in [0, 0.5] {
          let task = try instance(name, difficulty: difficulty, index: index, slipRate: slipRate)
          for text in [task.prompt, task.groundTruth, task.solution, task.gold] { hash.combine(text) }
        }
      }
    }
    #expect(hash.value == expected, "0x\(String(hash.value, radix: 16, uppercase: true))")
  }

  @Test func `has twelve of its kind or more, about every subject`() throws {
    #expect(ProceduralTasks.names.count >= 12)
    let subjects = Set(ProceduralTasks.descriptions.map(\.subject))
    #expect(subjects == Set(TaskSubject.allCases))
  }

  @Test func `can be had by its name, and by no other`() {
    for name in ProceduralTasks.names {
      #expect(ProceduralTasks.named(name).map { type(of: $0).name } == name)
    }
    #expect(ProceduralTasks.named("Countdown") == nil)
  }
}

@Suite struct `Arithmetic chains` {
  /// The value of `7*8-9+3=`, read by hand: the products first, then from left to right.
  static func value(_ prompt: String) -> Int? {
    let terms = prompt.dropLast().replacing("-", with: "+-").split(separator: "+")
    return terms.reduce(0 as Int?) { sum, term in
      let factors = term.split(separator: "*").map { Int($0) }
      return sum.flatMap { sum in
        factors.reduce(1 as Int?) { p, f in p.flatMap { p in f.map { p * $0 } } }.map { sum + $0 }
      }
    }
  }

  @Test(arguments: 1...6)
  func `have as many operations as their difficulty, small numbers, and the value of usual precedence`(
    difficulty: Int
  ) throws {
    for index in 0..<500 {
      let task = try instance("arithmetic_chain", difficulty: difficulty, index: UInt64(index))
      let operands = task.prompt.dropLast().split { "+-*".contains($0) }.map { Int($0) ?? 0 }
      #expect(
        operands.count == difficulty + 1 && operands.allSatisfy { (1...9).contains($0) }, "\(task.prompt)")
      #expect(Self.value(task.prompt).map { String($0) } == task.groundTruth, "\(task.prompt)")
      let values = task.gold.split(separator: "\n").compactMap { $0.split(separator: "=").last }.compactMap {
        Int($0)
      }
      #expect(values.allSatisfy { abs($0) <= 99 }, "\(task.gold)")
    }
  }

  @Test func `begin with a product in about 60 percent and go below zero in about 40 percent`() throws {
    let tasks = try (0..<4000).map {
      try instance("arithmetic_chain", difficulty: 2 + $0 % 4, index: UInt64($0))
    }
    let products = Double(tasks.count { $0.prompt.contains("*") }) / 4000
    let negatives = Double(tasks.count { $0.gold.contains("=-") }) / 4000
    #expect((0.57...0.63).contains(products), "\(products)")
    #expect((0.35...0.45).contains(negatives), "\(negatives)")
  }

  @Test func `lose carries and minus signs with a teacher who slips, and carry the slip on`() throws {
    var sawCarry = false
    var sawSign = false
    for index in 0..<200 {
      let task = try instance("arithmetic_chain", difficulty: 3, index: UInt64(index), slipRate: 1)
      var previous: Int?
      for line in task.solution.split(separator: "\n").dropLast() {
        let sides = line.split(separator: "=")
        let written = try #require(Int(sides[1]))
        let exact = try #require(Self.value(sides[0] + "="))
        if sides[0].contains("*") {
          #expect(written == (exact >= 10 ? exact - 10 : exact), "\(line)")
          sawCarry = sawCarry || exact >= 10
        } else {
          #expect(written == abs(exact), "\(line)")
          sawSign = sawSign || exact < 0
        }
        if let previous { #expect(sides[0].hasPrefix("\(previous)"), "\(task.solution)") }
        previous = written
      }
      #expect(task.solution.hasSuffix("\n#### \(try #require(previous))"))
    }
    #expect(sawCarry && sawSign)
  }
}

@Suite struct `Other families` {
  @Test func `countdown gives the target with its numbers and any order of solving`() throws {
    for index in 0..<200 {
      let task = try instance("countdown", difficulty: 4, index: UInt64(index))
      let parts = task.prompt.components("->")
      #expect(task.groundTruth == "\(parts[1]);\(parts[0])")
      let target = try #require(Int(parts[1]))
      #expect((1...99).contains(target))
      #expect(parts[0].split(separator: ",").count == 4)
    }
  }

  @Test func `string operations do what their names say`() throws {
    var seen: Set<Substring> = []
    for index in 0..<200 {
      let task = try instance("string_manipulation", difficulty: 5, index: UInt64(index))
      let words = task.prompt.dropLast().split(separator: " ")
      let word = try #require(words.last)
      let expected: String =
        switch words[0] {
        case "reverse": String(word.reversed())
        case "upper": word.uppercased()
        case "consonants": word.filter { !"aeiou".contains($0) }
        default: String(word.dropFirst(Int(words[1]) ?? 0) + word.prefix(Int(words[1]) ?? 0))
        }
      #expect(task.groundTruth == expected, "\(task.prompt)")
      seen.insert(words[0])
    }
    #expect(seen == ["reverse", "upper", "consonants", "rotate"])
  }

  @Test func `modular arithmetic leaves a remainder below its modulus`() throws {
    for index in 0..<200 {
      let task = try instance("modular_arithmetic", difficulty: 3, index: UInt64(index))
      let numbers = task.prompt.split { !$0.isNumber }.compactMap { Int($0) }
      #expect(
        task.groundTruth == String((numbers[0] * numbers[1] + numbers[2]) % numbers[3]), "\(task.prompt)")
    }
  }
}

extension String {
  func components(_ separator: String) -> [String] {
    split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
}
