private import Randomness

/// What people need to know of a family of tasks before they use it: what `apus tasks show` prints.
public struct TaskDescription: Sendable, Hashable {
  /// One problem of a difficulty, worked in one style.
  public struct Example: Sendable, Hashable {
    public var style: SolutionStyle
    public var instance: ProceduralInstance
  }

  public var name: String
  public var subject: TaskSubject
  /// One line: what is asked.
  public var summary: String
  /// What difficulty counts.
  public var difficultyUnit: String
  public var difficulties: ClosedRange<Int>
  /// What is drawn from where a recipe names no difficulty.
  public var defaultDifficulties: ClosedRange<Int>
  /// The verifier in `Rewards` that judges answers.
  public var verifier: String
  /// The same problem in each style, of the lowest default difficulty.
  public var examples: [Example]

  /// - Parameters:
  ///   - family: The family to be described.
  ///   - index: Which problem the examples show.
  init<Family: ProceduralTask>(of family: Family, example index: UInt64 = 0) {
    name = Family.name
    subject = Family.subject
    summary = Family.summary
    difficultyUnit = Family.difficultyUnit
    difficulties = Family.difficulties
    defaultDifficulties = Family.defaultDifficulties
    verifier = Family.verifier
    // Mixed shows nothing that the others do not.
    examples = SolutionStyle.allCases.filter { $0 != .mixed }.map { style in
      var rng = CounterRNG(seed: 0, stream: Stream("example", index))
      var teacherRNG = CounterRNG(seed: 0, stream: Stream("example teacher", index))
      return Example(
        style: style,
        instance: family.instance(
          difficulty: Family.defaultDifficulties.lowerBound, rng: &rng, teacher: Teacher(style: style),
          teacherRNG: &teacherRNG))
    }
  }

  /// For a terminal: what it is, then one problem and its solution in each style.
  public var text: String {
    var lines = [
      "\(name): \(summary.lowercasedFirst)", "",
      "  subject     \(subject.rawValue)",
      "  difficulty  \(difficultyUnit), \(difficulties.text) (\(defaultDifficulties.text) unless a recipe says)",
      "  verifier    \(verifier)",
    ]
    if let first = examples.first {
      lines += ["", "  prompt      \(first.instance.prompt)", "  answer      \(first.instance.groundTruth)"]
    }
    for example in examples {
      lines += ["", "  \(example.style.rawValue)"]
      lines += example.instance.solution.split(separator: "\n").map { "    \($0)" }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension ProceduralTasks {
  /// Every family, in the order of ``names``.
  public static var descriptions: [TaskDescription] { names.compactMap { description(of: $0) } }

  /// The family of that name; nil where there is none.
  public static func description(of name: String) -> TaskDescription? {
    named(name).map { TaskDescription(of: $0) }
  }
}

extension ClosedRange<Int> {
  /// `2 to 5`
  var text: String { "\(lowerBound) to \(upperBound)" }
}

extension String {
  /// With a small first letter.
  var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
