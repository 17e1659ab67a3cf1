extension ArithmeticChain: ChainableTask {
  /// Where the row of operations begins.
  public func input(of problem: Problem) -> Int? { problem.start }

  /// Values stay within ±99 in a chain, too; it may begin below zero.
  public func replacing(inputOf problem: Problem, with number: Int) -> Problem? {
    var problem = problem
    problem.start = number
    var value = number
    guard abs(value) <= 99 else { return nil }
    for step in problem.steps {
      value = step.result(from: value)
      if abs(value) > 99 { return nil }
    }
    return problem
  }

  public func prompt(for problem: Problem, naming name: String) -> String {
    name + problem.steps.map(\.text).joined() + "="
  }
}

extension ModularArithmetic: ChainableTask {
  /// The first factor.
  public func input(of problem: Problem) -> Int? { problem.factors.first }

  /// Factors of chains may be 0 to 99; below zero remainders are a matter of taste.
  public func replacing(inputOf problem: Problem, with number: Int) -> Problem? {
    guard (0...99).contains(number), !problem.factors.isEmpty else { return nil }
    var problem = problem
    problem.factors[0] = number
    return problem
  }

  public func prompt(for problem: Problem, naming name: String) -> String {
    let factors = [name] + problem.factors.dropFirst().map(String.init)
    return "(\(factors.joined(separator: "*"))+\(problem.addend)) mod \(problem.modulus)="
  }
}
