/// What people need to know of a verifier before they use it.
public struct VerifierDescription: Sendable, Hashable {
  /// A key that a recipe may give.
  public struct Parameter: Sendable, Hashable {
    public var name: String
    /// What may stand there: `number ≥ 0`, `true or false`, `lenient, strict or ignore`.
    public var values: String
    /// As a recipe would write it; nil = must be given.
    public var standard: String?
    /// What it changes, in a sentence without a full stop.
    public var meaning: String

    public init(_ name: String, _ values: String, standard: String?, _ meaning: String) {
      self.name = name
      self.values = values
      self.standard = standard
      self.meaning = meaning
    }
  }

  /// A completion and what it gets. A test holds every verifier to its examples.
  public struct Example: Sendable, Hashable {
    public var groundTruth: String
    public var response: String
    /// nil = no verdict.
    public var score: Double?
    public var parameters: VerifierParameters
    public var columns: [String: String]
    public var prompt: String

    public init(
      _ response: String, groundTruth: String = "", score: Double?,
      parameters: VerifierParameters = VerifierParameters(),
      columns: [String: String] = [:], prompt: String = ""
    ) {
      self.groundTruth = groundTruth
      self.response = response
      self.score = score
      self.parameters = parameters
      self.columns = columns
      self.prompt = prompt
    }
  }

  /// Whether rows must bring a ground truth: not where ``groundTruth`` says that it is not read, or that a parameter or
  /// other columns may stand in for it.
  public var needsGroundTruth: Bool {
    !groundTruth.contains("not read") && !groundTruth.contains("where the recipe gives none")
  }

  public var name: String
  /// One line: what it judges.
  public var summary: String
  /// What the ground truth must be; "not read" where it is not.
  public var groundTruth: String
  /// Where in the response the answer is looked for.
  public var answer: String
  /// When it is right: each rule a sentence.
  public var rules: [String]
  public var parameters: [Parameter]
  /// At least one that gets the full score and one that does not.
  public var examples: [Example]
  /// Paper or software whose semantics these are, and how they differ; nil = our own.
  public var source: String?

  public init(
    name: String, summary: String, groundTruth: String, answer: String, rules: [String],
    parameters: [Parameter] = [], examples: [Example], source: String? = nil
  ) {
    self.name = name
    self.summary = summary
    self.groundTruth = groundTruth
    self.answer = answer
    self.rules = rules
    self.parameters = parameters
    self.examples = examples
    self.source = source
  }
}
