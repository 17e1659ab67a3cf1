public import Experience
private import Randomness

/// The tasks of a run: an endless row to train on, and a held-out set that shares no prompt with it.
///
/// A training task is a pure function of (configuration, seed, index), so a checkpoint stores one counter: the index
/// of the next. In a mixture the index decides the source and the place in that source's own endless row
/// (``MixtureSchedule``); a file's row goes by in epochs, each in an order of its own.
/// The held-out set does not depend on the seed: runs with different seeds are measured on the same tasks.
///
/// What is held out: the prompts of held-out files where there are any; else a share of all prompts by their hash
/// (``HeldOutSplit``), of files and procedural families alike. Of chains the parts are held out, not the whole: a
/// chain to train on has training problems only, a held-out one held-out problems only.
public struct TaskStream: Sendable {
  /// What was found in the sources.
  public let report: DataReport
  private(set) var training: [TaskSupply]
  let schedule: MixtureSchedule
  let seeds: [UInt64]
  private let heldOut: HeldOutSet
  let split: HeldOutSplit
  let teacher: Teacher
  private let budgets: LengthBudgets?
  private let seed: UInt64

  /// Reads the files and checks everything that can be known before training.
  ///
  /// - Parameters:
  ///   - configuration: The sources.
  ///   - seed: The run's.
  ///   - countTokens: The model's tokenizer; needed where a filter or a slice counts tokens.
  /// - Throws: ``DataError`` with the place where it shows.
  public init(
    _ configuration: DataConfiguration, seed: UInt64, countTokens: TokenCounter? = nil
  ) throws(DataError) {
    try configuration.validate()
    teacher = configuration.teacher
    budgets = configuration.budgets
    self.seed = seed
    var assembly = StreamAssembly(configuration)
    try assembly.read(countTokens)
    try assembly.compare()
    try assembly.slice()
    split = assembly.split
    training = try assembly.trainingSupplies()
    heldOut = HeldOutSet(
      try assembly.heldOutSupplies(),
      weights: (configuration.heldOut ?? configuration.train).parts.map(\.weight), split: split)
    var report = assembly.finishedReport(training, heldOut.supplies)
    if let budgets { report.detected.append(budgets.description) }
    self.report = report
    schedule = MixtureSchedule(weights: configuration.train.parts.map(\.weight))
    // The order within a source depends on its name, not on what it is mixed with.
    seeds = training.count == 1 ? [seed] : training.map { Self.seed(seed, of: $0.name) }
  }

  /// The same stream with training chains of other lengths, for the stages of a curriculum. Parts of a mixture that
  /// make no chains stay as they are.
  ///
  /// - Parameter horizons: Lowest and highest, drawn evenly.
  /// - Returns: A stream whose held-out tasks are this one's.
  /// - Throws: ``DataError`` where no source makes chains, or none so long.
  public func training(onHorizons horizons: ClosedRange<Int>) throws(DataError) -> TaskStream {
    guard training.contains(where: \.makesChains) else { throw DataError(.noChains) }
    var stream = self
    for index in training.indices {
      stream.training[index] = try training[index].with(horizons: horizons)
    }
    return stream
  }

  /// The training task at a place of the endless row.
  public func task(at index: UInt64) throws(DataError) -> ReasoningTask {
    let (source, place) = schedule[index]
    var task = try training[source].trainingTask(
      at: place, seed: seeds[source], teacher: teacher, split: split)
    task.budget = budget(at: index)
    return task
  }

  /// What the prompt at a place of the endless row asks for; nil where prompts have no budgets.
  public func budget(at index: UInt64) -> LengthBudget? { budgets?.budget(at: index, seed: seed) }

  /// The first training task of each source: what its rows look like.
  public func firstTasks() throws(DataError) -> [ReasoningTask] {
    var tasks: [ReasoningTask] = []
    for (supply, seed) in zip(training, seeds) {
      tasks.append(try supply.trainingTask(at: 0, seed: seed, teacher: teacher, split: split))
    }
    return tasks
  }

  /// The verifiers that its tasks name, training and held-out ones.
  public var verifiers: Set<String> {
    (training + heldOut.supplies).reduce(into: []) { $0.formUnion($1.verifiers) }
  }

  /// The first `count` held-out tasks, all with different prompts; the same for every seed. Of a mixture, in its
  /// proportions for as long as each source has some left.
  ///
  /// - Throws: ``DataError`` naming how many there are, where there are fewer.
  public func heldOut(count: Int) throws(DataError) -> [ReasoningTask] {
    try heldOut.tasks(count: count)
  }

  /// Whether what is held out are chains, which can be asked for by horizon.
  public var hasHeldOutChains: Bool { heldOut.supplies.contains(where: \.makesChains) }

  /// Held-out chains of one length, for accuracy by horizon.
  ///
  /// - Parameters:
  ///   - count: How many, all with different prompts; the same for every seed.
  ///   - horizon: Problems in a chain; may be beyond what is trained on.
  /// - Returns: Chains of held-out problems.
  /// - Throws: ``DataError`` where no held-out source makes chains, or not so many.
  public func heldOut(count: Int, horizon: Int) throws(DataError) -> [ReasoningTask] {
    try heldOut.chains(horizon: horizon).tasks(count: count)
  }

  private static func seed(_ seed: UInt64, of source: String) -> UInt64 {
    var hash = StableHash()
    hash.combine("mixture")
    hash.combine(source)
    hash.combine(seed)
    return hash.value
  }
}
