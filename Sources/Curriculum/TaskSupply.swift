internal import Experience

/// One source of tasks, read and ready. A new kind of source is a case of ``TaskSource`` and one of this.
enum TaskSupply: Sendable {
  case procedural(ProceduralSampler)
  case rows(FileRows)
  /// Of the problems on one side of the split.
  case chains(ChainSampler)

  /// What its tasks' ids begin with.
  var name: String {
    switch self {
    case .procedural(let sampler): sampler.name
    case .rows(let rows): rows.file.name
    case .chains(let sampler): sampler.name
    }
  }

  /// One line for people.
  var description: String {
    switch self {
    case .procedural(let sampler): sampler.description
    case .rows(let rows): rows.file.report.detected
    case .chains(let sampler): sampler.description
    }
  }

  /// The verifiers that its tasks name.
  var verifiers: Set<String> {
    switch self {
    case .procedural(let sampler): [sampler.verifier]
    case .rows(let rows): rows.file.report.verifiers
    case .chains(let sampler): sampler.verifiers
    }
  }

  var makesChains: Bool { if case .chains = self { true } else { false } }

  /// The same with chains of these lengths, where it makes chains.
  func with(horizons: ClosedRange<Int>) throws(DataError) -> TaskSupply {
    guard case .chains(let sampler) = self else { return self }
    return .chains(try sampler.with(horizons: horizons))
  }

  /// How much there is to train on; nil where it is made on the fly.
  var trainingCount: Int? {
    if case .rows(let rows) = self { rows.training.count } else { nil }
  }

  /// How much is held out; nil where it is made on the fly.
  var heldOutCount: Int? {
    if case .rows(let rows) = self { rows.heldOut.count } else { nil }
  }

  /// The training task at a place of this source's endless row.
  ///
  /// - Parameters:
  ///   - place: From 0. Files go by in epochs, each row once in each, in an order of the epoch's own.
  ///   - seed: The source's.
  ///   - teacher: Who writes the worked solutions.
  ///   - split: What must not be trained on.
  /// - Returns: The task.
  /// - Throws: Where there is none, or where the file cannot be read any more.
  func trainingTask(
    at place: UInt64, seed: UInt64, teacher: Teacher, split: HeldOutSplit
  ) throws(DataError) -> ReasoningTask {
    switch self {
    case .procedural(let sampler):
      return try sampler.trainingTask(at: place, seed: seed, teacher: teacher, heldOut: split)
    case .rows(let rows):
      let count = rows.training.count
      let (epoch, row) = place.quotientAndRemainder(dividingBy: UInt64(count))
      let order = Permutation(count: count, seed: seed, epoch: epoch)
      return try rows.file.task(at: Int(rows.training[Int(order[row])]))
    case .chains(let sampler):
      return try sampler.trainingTask(at: place, seed: seed, teacher: teacher)
    }
  }

  /// The first `count` held-out tasks, fewer where there are no more.
  func heldOutTasks(upTo count: Int, split: HeldOutSplit) throws(DataError) -> [ReasoningTask] {
    switch self {
    case .procedural(let sampler):
      return sampler.heldOutTasks(upTo: count, share: split.share ?? HeldOutSplit.defaultShare)
    case .rows(let rows):
      var tasks: [ReasoningTask] = []
      for row in rows.heldOut.prefix(count) { tasks.append(try rows.file.task(at: Int(row))) }
      return tasks
    case .chains(let sampler):
      return try sampler.heldOutTasks(upTo: count)
    }
  }
}

/// A file, and which of its rows are for what.
struct FileRows: Sendable {
  let file: TaskFile
  /// In the file's order.
  var training: [UInt32]
  /// In the order in which they are used.
  var heldOut: [UInt32]
}
