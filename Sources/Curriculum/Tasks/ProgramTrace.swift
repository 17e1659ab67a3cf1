public import Randomness

/// What a variable holds after a program: `a=3;b=5;a+=b;b-=2;a*=b;a=` → `a=3+5=8`, `b=5-2=3`, `a=8*3=24`,
/// `#### 24`.
///
/// Difficulty is the number of instructions after the variables' first values (1…9; two variables, three from five
/// instructions on). Sums, differences, and products with 2 or 3; every value stays within ±99. What is asked for
/// depends on `a`.
///
/// Where a teacher slips: at each difference that is not 0, it is taken the other way round.
public struct ProgramTrace: ProceduralTask {
  public static let name = "program_trace"
  public static let subject = TaskSubject.procedures
  public static let summary = "What a variable holds after a program, instruction by instruction"
  public static let difficultyUnit = "instructions"
  public static let difficulties = 1...20
  public static let defaultDifficulties = 3...6
  public static let verifier = "gsm8k"

  public struct Problem: Sendable, Hashable {
    /// Of a, b, c.
    var start: [Int]
    var instructions: [Instruction]

    var asked: Int { instructions.last?.target ?? 0 }
    var value: Int {
      instructions.reduce(into: start) { $0[$1.target] = $1.calculation(on: $0).result }[asked]
    }
  }

  struct Instruction: Sendable, Hashable {
    var target: Int
    var operation: Calculation.Operation
    var operand: Operand

    var text: String { "\(ProgramTrace.name(of: target))\(operation.rawValue)=\(operand.text)" }

    func calculation(on values: [Int]) -> Calculation {
      let right =
        switch operand {
        case .number(let number): number
        case .variable(let variable): values[variable]
        }
      return Calculation(values[target], operation, right)
    }

    /// How much the result grows with whatever the values grow with.
    func slope(_ slopes: [Int]) -> Int {
      switch operand {
      case .variable: calculation(on: slopes).result
      case .number(let number): operation == .times ? slopes[target] * number : slopes[target]
      }
    }
  }

  enum Operand: Sendable, Hashable {
    case number(Int)
    case variable(Int)

    var text: String {
      switch self {
      case .number(let number): String(number)
      case .variable(let variable): ProgramTrace.name(of: variable)
      }
    }
  }

  public init() {}

  public func problem(difficulty: Int, rng: inout CounterRNG) -> Problem {
    let start = (0..<(difficulty < 5 ? 2 : 3)).map { _ in rng.draw(1...9) }
    var values = start
    // How much each value grows with the first value of `a`: every instruction is linear.
    var slopes = start.indices.map { $0 == 0 ? 1 : 0 }
    var problem = Problem(start: start, instructions: [])
    for index in 0..<difficulty {
      var instruction = instruction(on: values, slopes, &rng)
      if index == difficulty - 1, instruction.slope(slopes) == 0 {
        instruction = self.instruction(on: values, slopes, target: 0, &rng)
      }
      slopes[instruction.target] = instruction.slope(slopes)
      values[instruction.target] = instruction.calculation(on: values).result
      problem.instructions.append(instruction)
    }
    return problem
  }

  /// The first draw that stays within ±99 and leaves `a` something of its first value; a step toward zero always
  /// does.
  private func instruction(
    on values: [Int], _ slopes: [Int], target: Int? = nil, _ rng: inout CounterRNG
  ) -> Instruction {
    for _ in 0..<8 {
      let target = target ?? rng.draw(0...(values.count - 1))
      let others = values.indices.filter { $0 != target }
      let choice = rng.uniform()
      let instruction: Instruction
      if choice < 0.2 {
        instruction = Instruction(target: target, operation: .times, operand: .number(rng.draw(2...3)))
      } else {
        instruction = Instruction(
          target: target, operation: choice < 0.6 ? .minus : .plus,
          operand: rng.chance(0.5) ? .variable(rng.pick(others)) : .number(rng.draw(1...9)))
      }
      let keepsInput = target != 0 || instruction.slope(slopes) != 0
      if keepsInput, abs(instruction.calculation(on: values).result) <= 99 { return instruction }
    }
    let target = target ?? 0
    return Instruction(
      target: target, operation: values[target] > 0 ? .minus : .plus, operand: .number(rng.draw(1...9)))
  }

  public func prompt(for problem: Problem) -> String {
    prompt(for: problem, startingFrom: String(problem.start[0]))
  }

  private func prompt(for problem: Problem, startingFrom first: String) -> String {
    let values = ([first] + problem.start.dropFirst().map(String.init)).enumerated()
      .map { "\(Self.name(of: $0))=\($1)" }
    return (values + problem.instructions.map(\.text) + ["\(Self.name(of: problem.asked))="])
      .joined(separator: ";")
  }

  public func groundTruth(of problem: Problem) -> String { String(problem.value) }

  public func work(on problem: Problem, by teacher: Teacher, rng: inout CounterRNG) -> WorkedSolution {
    var values = problem.start
    var steps: [WorkedSolution.Step] = []
    for instruction in problem.instructions {
      let calculation = instruction.calculation(on: values)
      let target = Self.name(of: instruction.target)
      var result = calculation.result
      if instruction.operation == .minus, result != 0, rng.chance(teacher.slipRate) { result = -result }
      let state = values.enumerated().map { "\(Self.name(of: $0))=\($1)" }.joined(separator: ",")
      var step = calculation.step(
        writing: result, tempting: instruction.operation == .minus ? [-calculation.result] : [])
      step.line = "\(target)=\(step.line)"
      step.details.insert("\(state) \(instruction.text)", at: 0)
      for index in step.deadEnds.indices {
        step.deadEnds[index].attempt = step.deadEnds[index].attempt.map { "\(target)=\($0)" }
      }
      steps.append(step)
      values[instruction.target] = result
    }
    return WorkedSolution(steps, answer: String(values[problem.asked]))
  }

  private static func name(of variable: Int) -> String { ["a", "b", "c"][variable] }
}

extension ProgramTrace: ChainableTask {
  public func input(of problem: Problem) -> Int? { problem.start[0] }

  /// In chains, values stay within ±999.
  public func replacing(inputOf problem: Problem, with number: Int) -> Problem? {
    guard (-999...999).contains(number) else { return nil }
    var problem = problem
    problem.start[0] = number
    var values = problem.start
    for instruction in problem.instructions {
      let result = instruction.calculation(on: values).result
      if abs(result) > 999 { return nil }
      values[instruction.target] = result
    }
    return problem
  }

  public func prompt(for problem: Problem, naming name: String) -> String {
    prompt(for: problem, startingFrom: name)
  }
}
