public import Rewards

/// Where tasks come from: the recipe's `data` section.
public struct DataConfiguration: Sendable, Hashable {
  public var train: TaskSource = .procedural(ProceduralSource(task: "arithmetic_chain"))
  /// nil: the same source as `train`. Held-out and training tasks never share a prompt either way.
  public var heldOut: TaskSource?
  /// How many held-out tasks an evaluation uses.
  public var heldOutCount = 256
  /// How the tasks of RL steps are chosen; SFT takes them as they come.
  public var sampler = DifficultySampler.uniform
  /// Which tasks RL steps go on asking, by their accuracy; nil = all.
  public var keepAccuracy: KeepAccuracyBand?
  /// What the model sees; `{prompt}` is replaced by the task's prompt.
  public var promptTemplate = "{prompt}"
  /// Who wrote the worked solutions that SFT imitates.
  public var teacher = Teacher()

  public init() {}

  /// The prompt as the model sees it.
  public func rendered(_ prompt: String) -> String {
    promptTemplate.split(separator: "{prompt}", omittingEmptySubsequences: false).joined(separator: prompt)
  }

  /// Refuses what can be seen to be wrong without reading a file.
  public func validate() throws(DataError) {
    if promptTemplate.split(separator: "{prompt}", omittingEmptySubsequences: false).count < 2 {
      throw DataError(.templateWithoutPrompt(promptTemplate))
    }
    if heldOutCount < 1 { throw DataError(.heldOutCountOutOfRange(heldOutCount)) }
    guard (0...1).contains(teacher.slipRate) else { throw DataError(.slipRateOutOfRange(teacher.slipRate)) }
    for source in [train, heldOut].compactMap(\.self) {
      switch source {
      case .procedural(let source): _ = try ProceduralSampler(source)
      case .composed(let source): try source.validate()
      case .file: break
      }
    }
  }
}

/// One source of tasks.
public enum TaskSource: Sendable, Hashable {
  case procedural(ProceduralSource)
  case file(FileSource)
  /// Chains of problems from a file or from families, made on the fly.
  case composed(ComposedSource)
}

extension TaskSource {
  /// The file that it reads, if any.
  var file: FileSource? {
    switch self {
    case .file(let source): source
    case .composed(let source): if case .offset(let file) = source.composer { file } else { nil }
    case .procedural: nil
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

/// Rows of a JSON Lines file.
public struct FileSource: Sendable, Hashable {
  public var path: String
  /// Column of the question; nil = detected (`prompt`, `question`, `problem`, `messages`).
  public var promptField: String?
  /// Column of the answer; nil = detected (`answer`, `solution`, `label`, `ground_truth`,
  /// `reward_model.ground_truth`).
  public var answerField: String?
  /// Column of the worked solution for SFT; nil = a column `solution` beside the answer's, else the answer
  /// column where it holds one (GSM8K's `####`, MATH's `\boxed{}`).
  public var solutionField: String?
  /// Verifier of all rows whose source ``verifiers`` does not name; nil = by their `data_source`, and in a file without
  /// such a column detected from the answers (`gsm8k` where they carry `####`, else `math`).
  public var verifier: VerifierSpec?
  /// Verifiers by `data_source`, before those that are built in; see `VerifierRouting`.
  public var verifiers: VerifierRouting
  /// Column that says where a row comes from; nil = `data_source`.
  public var sourceField: String?
  /// Only the rows with short, or long, prompts are trained on; nil = all.
  public var slice: SliceFilter?

  public init(
    path: String, promptField: String? = nil, answerField: String? = nil, solutionField: String? = nil,
    verifier: VerifierSpec? = nil, verifiers: VerifierRouting = VerifierRouting(), sourceField: String? = nil,
    slice: SliceFilter? = nil
  ) {
    self.slice = slice
    self.path = path
    self.promptField = promptField
    self.answerField = answerField
    self.solutionField = solutionField
    self.verifier = verifier
    self.verifiers = verifiers
    self.sourceField = sourceField
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
