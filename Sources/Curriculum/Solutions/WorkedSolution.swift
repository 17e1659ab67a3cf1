public import Randomness

/// A worked solution before it is put into words: the steps, each with what the longer styles add to it.
public struct WorkedSolution: Sendable, Hashable {
  /// One step; ASCII, no empty lines.
  public struct Step: Sendable, Hashable {
    /// What every style writes.
    public var line: String
    /// The step spelled out; a verbose teacher writes it before the line.
    public var details: [String]
    /// Something that holds if the step is right; written behind ``WorkedSolution/checkMark``.
    public var check: String?
    /// Wrong ways to take the step. One of them may come before the line where the teacher branches.
    public var deadEnds: [DeadEnd]

    public init(_ line: String, details: [String] = [], check: String? = nil, deadEnds: [DeadEnd] = []) {
      self.line = line
      self.details = details
      self.check = check
      self.deadEnds = deadEnds
    }
  }

  /// Something that is tried, and what shows that it is wrong.
  public struct DeadEnd: Sendable, Hashable {
    /// Lines as of steps.
    public var attempt: [String]
    /// True of the problem; written behind ``WorkedSolution/correctionMark``.
    public var problem: String

    public init(_ attempt: [String], problem: String) {
      self.attempt = attempt
      self.problem = problem
    }
  }

  /// How a line begins that takes back what stands before it.
  public static let correctionMark = "no: "
  /// How a line begins that looks at a step once more.
  public static let checkMark = "check: "
  /// How often a teacher who branches runs into a dead end where a step has one.
  static let deadEndRate = 1.0 / 3
  /// How often a teacher who branches checks a step.
  static let checkRate = 0.5

  public var steps: [Step]
  /// What stands behind `####`.
  public var answer: String

  public init(_ steps: [Step], answer: String) {
    self.steps = steps
    self.answer = answer
  }

  /// The solution in words: lines, the last one `#### answer` in every style.
  ///
  /// - Parameters:
  ///   - style: Branching runs into at least one dead end if any step has one.
  ///   - rng: Where branching branches, and what mixed spells out; nothing is drawn for the other styles.
  /// - Returns: The text, without a line feed at its end.
  public func text(in style: SolutionStyle, rng: inout CounterRNG) -> String {
    var lines: [String] = []
    switch style {
    case .concise:
      lines = steps.map(\.line)
    case .verbose:
      for step in steps {
        lines += step.details
        lines.append(step.line)
        if let check = step.check { lines.append(Self.checkMark + check) }
      }
    case .mixed:
      let share = rng.uniform()
      for step in steps {
        if rng.chance(share) { lines += step.details }
        lines.append(step.line)
        if let check = step.check, rng.chance(share) { lines.append(Self.checkMark + check) }
      }
    case .branching:
      let open = steps.indices.filter { !steps[$0].deadEnds.isEmpty }
      var branches = Set(open.filter { _ in rng.chance(Self.deadEndRate) })
      if branches.isEmpty, !open.isEmpty { branches = [rng.pick(open)] }
      for (index, step) in steps.enumerated() {
        if branches.contains(index) {
          let deadEnd = rng.pick(step.deadEnds)
          lines += deadEnd.attempt
          lines.append(Self.correctionMark + deadEnd.problem)
        }
        lines.append(step.line)
        if let check = step.check, rng.chance(Self.checkRate) { lines.append(Self.checkMark + check) }
      }
    }
    lines.append("#### \(answer)")
    return lines.joined(separator: "\n")
  }
}
