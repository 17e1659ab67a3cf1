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
/// (``HeldOutSplit``), of files and procedural families alike.
public struct TaskStream: Sendable {
  /// What was found in the sources.
  public let report: DataReport
  private let training: [TaskSupply]
  private let schedule: MixtureSchedule
  private let seeds: [UInt64]
  private let heldOut: [TaskSupply]
  private let heldOutSchedule: MixtureSchedule
  private let split: HeldOutSplit
  private let teacher: Teacher

  /// Reads the files and checks everything that can be known before training.
  ///
  /// - Parameters:
  ///   - configuration: The sources.
  ///   - seed: The run's.
  ///   - countTokens: The model's tokenizer; needed where a filter counts tokens.
  /// - Throws: ``DataError``.
  public init(
    _ configuration: DataConfiguration, seed: UInt64, countTokens: TokenCounter? = nil
  ) throws(DataError) {
    try configuration.validate()
    teacher = configuration.teacher
    var assembly = StreamAssembly(configuration)
    try assembly.read(countTokens)
    try assembly.compare()
    split = assembly.split
    training = try assembly.trainingSupplies()
    heldOut = try assembly.heldOutSupplies()
    report = assembly.finishedReport(training, heldOut)
    schedule = MixtureSchedule(weights: configuration.train.parts.map(\.weight))
    heldOutSchedule = MixtureSchedule(
      weights: (configuration.heldOut ?? configuration.train).parts.map(\.weight))
    // The order within a source depends on its name, not on what it is mixed with.
    seeds = training.count == 1 ? [seed] : training.map { Self.seed(seed, of: $0.name) }
  }

  /// The training task at a place of the endless row.
  public func task(at index: UInt64) throws(DataError) -> ReasoningTask {
    let (source, place) = schedule[index]
    return try training[source].trainingTask(at: place, seed: seeds[source], teacher: teacher, split: split)
  }

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
    (training + heldOut).reduce(into: []) { $0.formUnion($1.verifiers) }
  }

  /// The first `count` held-out tasks, all with different prompts; the same for every seed. Of a mixture, in its
  /// proportions for as long as each source has some left.
  ///
  /// - Throws: ``DataError`` naming how many there are, where there are fewer.
  public func heldOut(count: Int) throws(DataError) -> [ReasoningTask] {
    if count < 1 { throw DataError(.heldOutCountOutOfRange(count)) }
    let tasks = try heldOutTasks(upTo: count)
    if tasks.count < count {
      let source = heldOut.map(\.name).joined(separator: " + ")
      throw DataError(.tooFewHeldOut(source: source, asked: count, found: tasks.count))
    }
    return tasks
  }

  private func heldOutTasks(upTo count: Int) throws(DataError) -> [ReasoningTask] {
    if heldOut.count == 1 { return try heldOut[0].heldOutTasks(upTo: count, split: split) }
    var sources: [[ReasoningTask]] = []
    for source in heldOut { sources.append(try source.heldOutTasks(upTo: count, split: split)) }
    var next = [Int](repeating: 0, count: sources.count)
    var prompts: Set<UInt64> = []
    var tasks: [ReasoningTask] = []
    var left = sources.reduce(0) { $0 + $1.count }
    var index: UInt64 = 0
    while tasks.count < count, left > 0 {
      let source = heldOutSchedule[index].source
      index += 1
      guard next[source] < sources[source].count else { continue }
      let task = sources[source][next[source]]
      next[source] += 1
      left -= 1
      if prompts.insert(PromptKey.exact(task.prompt)).inserted { tasks.append(task) }
    }
    return tasks
  }

  private static func seed(_ seed: UInt64, of source: String) -> UInt64 {
    var hash = StableHash()
    hash.combine("mixture")
    hash.combine(source)
    hash.combine(seed)
    return hash.value
  }
}
