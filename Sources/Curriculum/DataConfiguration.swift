/// Where tasks come from: the recipe's `data` section.
public struct DataConfiguration: Sendable, Hashable {
  public var train: TaskSource = .procedural(ProceduralSource(task: "arithmetic_chain"))
  /// nil: the same source as `train`. Held-out and training tasks never share a prompt either way.
  public var heldOut: TaskSource?
  /// How many held-out tasks an evaluation uses.
  public var heldOutCount = 256
  /// Share of all prompts that is held out, by a hash of their text; without effect where ``heldOut`` is files of its
  /// own.
  public var heldOutShare = 0.125
  /// Whether a training row is left out whose prompt is, but for blanks and case, that of an earlier one. Such rows
  /// are counted either way.
  public var deduplicates = false
  /// What becomes of training rows that are too much like a held-out row.
  public var contamination = ContaminationPolicy.warn
  /// How many words in a row they must have in common to be so, besides having the same prompt but for blanks and
  /// case; nil = only the latter. 13 words: Brown et al. 2020, arXiv:2005.14165, appendix C.
  public var contaminationNGram: Int? = 13
  /// How the tasks of RL steps are chosen; SFT takes them as they come.
  public var sampler = DifficultySampler.uniform
  /// Which tasks RL steps go on asking, by their accuracy; nil = all.
  public var keepAccuracy: KeepAccuracyBand?
  /// What the model sees: `{prompt}` is replaced by the task's prompt, `{budget}` by what it says of its budget.
  public var promptTemplate = "{prompt}"
  /// How many tokens prompts ask for; nil = they do not say.
  public var budgets: LengthBudgets?
  /// Who wrote the worked solutions that SFT imitates.
  public var teacher = Teacher()

  public init() {}

  /// Refuses what can be seen to be wrong without reading a file.
  public func validate() throws(DataError) {
    if promptTemplate.split(separator: "{prompt}", omittingEmptySubsequences: false).count < 2 {
      throw DataError(.templateWithoutPrompt(promptTemplate))
    }
    if heldOutCount < 1 { throw DataError(.heldOutCountOutOfRange(heldOutCount)) }
    guard Self.heldOutShares.contains(heldOutShare) else {
      throw DataError(.heldOutShareOutOfRange(heldOutShare))
    }
    if let count = contaminationNGram, !Self.contaminationNGrams.contains(count) {
      throw DataError(.ngramOutOfRange(count))
    }
    guard (0...1).contains(teacher.slipRate) else { throw DataError(.slipRateOutOfRange(teacher.slipRate)) }
    try budgets?.validate()
    for source in [train, heldOut].compactMap(\.self) {
      try source.validateParts()
      for part in source.parts {
        switch part.source {
        case .procedural(let source): _ = try ProceduralSampler(source)
        case .composed(let source): try source.validate()
        case .file, .mixture: break
        }
      }
    }
  }

  /// What ``heldOutShare`` may be.
  public static let heldOutShares = 0.001...0.9
  /// What ``contaminationNGram`` may be.
  public static let contaminationNGrams = 1...1000
}

/// One source of tasks, or several of them.
public enum TaskSource: Sendable, Hashable {
  case procedural(ProceduralSource)
  case file(FileSource)
  /// Chains of problems from a file or from families, made on the fly.
  case composed(ComposedSource)
  /// Several sources in fixed proportions; see ``MixtureSchedule``. No mixture is part of another.
  case mixture([MixturePart])

  /// The file that it reads, if it is one source and reads one.
  public var file: FileSource? {
    switch self {
    case .file(let source): source
    case .composed(let source): if case .offset(let file) = source.composer { file } else { nil }
    case .procedural, .mixture: nil
    }
  }

  var makesChains: Bool { if case .composed = self { true } else { false } }
}

/// Tasks made on the fly, deterministic by seed.
public struct ProceduralSource: Sendable, Hashable {
  /// A name from ``ProceduralTasks/names``.
  public var task: String
  /// Lowest and highest difficulty, drawn evenly.
  public var difficulty: ClosedRange<Int>?

  public init(task: String, difficulty: ClosedRange<Int>? = nil) {
    self.task = task
    self.difficulty = difficulty
  }
}

/// Writes worked solutions, with systematic slips if asked to: a teacher to grow beyond.
public struct Teacher: Sendable, Hashable {
  /// Probability of a slip at each place where the task knows one (a dropped carry, a lost minus sign). 0 =
  /// flawless.
  public var slipRate: Double = 0
  /// How long and how winding its solutions are.
  public var style: SolutionStyle = .concise

  public init(slipRate: Double = 0, style: SolutionStyle = .concise) {
    self.slipRate = slipRate
    self.style = style
  }
}

/// What becomes of training rows that are too much like a held-out one.
public enum ContaminationPolicy: String, Sendable, Hashable, CaseIterable {
  /// They are left out, counted, and some of them shown.
  case drop
  /// They are counted, some of them shown, and trained on.
  case warn
  /// They are an error.
  case stop
}
