/// What a policy can do on held-out tasks.
public struct EvaluationResult: Sendable, Hashable, Codable {
  /// Share solved by the most probable answer.
  public var greedy: Double
  /// Mean correctness of the sampled answers.
  public var passAt1: Double
  /// Share solved by at least one of k samples, estimated without bias; nil where none were drawn.
  public var passAtK: Double?
  public var k: Int
  /// Mean tokens of the greedy answers, end token included.
  public var meanLength: Double
  /// Share of greedy answers cut at the length limit.
  public var truncated: Double
  /// Tasks that counted.
  public var tasks: Int
  /// Tasks whose ground truth the verifier could not read; they count nowhere.
  public var withoutVerdict: Int
  /// Greedy answers to held-out chains of horizon 1, 2, …; nil where chains are not trained on.
  public var horizons: [HorizonAccuracy]?
  /// Of the sampled answers, of the greedy ones where none were drawn; nil where prompts named no budgets.
  public var budgets: BudgetEvaluation?

  public init(
    greedy: Double, passAt1: Double, passAtK: Double?, k: Int, meanLength: Double, truncated: Double,
    tasks: Int,
    withoutVerdict: Int
  ) {
    self.greedy = greedy
    self.passAt1 = passAt1
    self.passAtK = passAtK
    self.k = k
    self.meanLength = meanLength
    self.truncated = truncated
    self.tasks = tasks
    self.withoutVerdict = withoutVerdict
  }
}

/// Greedy answers to chains of one horizon.
public struct HorizonAccuracy: Sendable, Hashable, Codable {
  /// Problems in a chain.
  public var horizon: Int
  /// Share of right answers.
  public var accuracy: Double
  /// Share of answers cut at the length limit.
  public var truncated: Double
  /// Chains that counted.
  public var chains: Int

  public init(horizon: Int, accuracy: Double, truncated: Double, chains: Int) {
    self.horizon = horizon
    self.accuracy = accuracy
    self.truncated = truncated
    self.chains = chains
  }
}
