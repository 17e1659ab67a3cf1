/// One question to reason about, with what is needed to judge an answer to it.
///
/// (Called so because `Task` is Swift's own word for a unit of concurrent work.)
public struct ReasoningTask: Sendable, Hashable, Codable {
  /// Stable identity within a run: the source and where in it the task stands, e.g. `arithmetic_chain/42`.
  public var id: String
  /// Where it came from: the name of a procedural task, or of a data file (verl's `data_source`).
  public var source: String
  /// The question, before any prompt template.
  public var prompt: String
  /// What a right answer is compared with.
  public var groundTruth: String
  /// The verifier in `Rewards` that judges answers to it.
  public var verifier: String
  /// How hard, in the units of the source (operations, digits, items…); nil where the source has none.
  public var difficulty: Int?
  /// A worked solution to imitate (SFT); nil where the source has none.
  public var solution: String?
  /// Further columns of the data row, as text.
  public var columns: [String: String]
  /// How many tokens the prompt asks for; nil = it does not say.
  public var budget: LengthBudget?
  /// What statistics count it under where it is made on the fly and never comes again: its source and difficulty, e.g.
  /// `arithmetic_chain/difficulty-3`; nil = its ``id``.
  public var bucket: String?

  public init(
    id: String, source: String, prompt: String, groundTruth: String, verifier: String,
    difficulty: Int? = nil, solution: String? = nil, columns: [String: String] = [:],
    budget: LengthBudget? = nil, bucket: String? = nil
  ) {
    self.id = id
    self.source = source
    self.prompt = prompt
    self.groundTruth = groundTruth
    self.verifier = verifier
    self.difficulty = difficulty
    self.solution = solution
    self.columns = columns
    self.budget = budget
    self.bucket = bucket
  }

  /// What ``TaskStatistics`` of it are kept under.
  public var statisticsKey: String { bucket ?? id }
}
