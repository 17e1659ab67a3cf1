public import Experience
private import Randomness

/// The tasks of a run: an endless row to train on, and a held-out set that shares no prompt with it.
///
/// A training task is a pure function of (configuration, seed, index), so a checkpoint stores one counter.
/// The held-out set does not depend on the seed: runs with different seeds are measured on the same tasks.
///
/// What is held out: the prompts of the `held_out` file where there is one; else every prompt whose hash is 0
/// modulo 8, one in eight, of files and procedural families alike. Of chains the parts are held out, not the whole: a
/// chain to train on has training problems only, a held-out one held-out problems only.
public struct TaskStream: Sendable {
  /// What was found in the sources.
  public let report: DataReport
  private(set) var training: Training
  private let heldOutTasks: HeldOut
  let split: HeldOutSplit
  let seed: UInt64
  let teacher: Teacher

  enum Training {
    case procedural(ProceduralSampler)
    case rows([ReasoningTask])
    case chains(ChainSampler)
  }

  private enum HeldOut {
    case procedural(ProceduralSampler)
    case rows([ReasoningTask], source: String)
    case chains(ChainSampler)
  }

  /// Reads the files and checks everything that can be known before training.
  ///
  /// - Parameters:
  ///   - configuration: The recipe's `data` section.
  ///   - seed: Of the run.
  ///   - tokenCount: A prompt's length in tokens, for slices that are measured so.
  /// - Throws: ``DataError`` with the place where it shows.
  public init(
    _ configuration: DataConfiguration, seed: UInt64, tokenCount: ((String) throws -> Int)? = nil
  ) throws(DataError) {
    try configuration.validate()
    self.seed = seed
    teacher = configuration.teacher
    var report = DataReport()

    let train = try configuration.train.file.map { source throws(DataError) in try FileTasks(source) }
    // Held-out chains of the training file are made of what its hash holds out.
    let isShared =
      configuration.heldOut?.makesChains == true
      && configuration.heldOut?.file?.path == configuration.train.file?.path
    var heldOut: FileTasks?
    if isShared {
      heldOut = train
    } else if let source = configuration.heldOut?.file {
      heldOut = try FileTasks(source)
      // `train/data.jsonl` and `test/data.jsonl` have one file name, and their rows must not be taken for one another.
      if heldOut?.name == train?.name { heldOut?.prefixIDs("held-out/") }
    }
    let split: HeldOutSplit =
      if let heldOut, !isShared { .prompts(Set(heldOut.tasks.map(\.prompt))) } else { .byHash }
    self.split = split

    switch configuration.train {
    case .procedural(let source):
      let sampler = try ProceduralSampler(source)
      report.detected.append(sampler.description)
      training = .procedural(sampler)
    case .file(let source):
      var rows = try Self.trainingRows(train, split, &report)
      if let slice = source.slice, let train {
        let sliced = try slice.rows(rows, of: train.tasks, source: train.name, tokenCount: tokenCount)
        rows = sliced.rows
        report.detected.append(sliced.line)
        report.trainRows = rows.count
        report.withoutSolution = rows.count { $0.solution == nil }
      }
      training = .rows(rows)
    case .composed(let source):
      let sampler = try ChainSampler(
        source, file: train, parts: ChainParts(side: .training, split: split), tokenCount: tokenCount)
      report.detected.append(sampler.description)
      report.unreadableGroundTruths += train?.unreadableGroundTruths ?? 0
      training = .chains(sampler)
    }

    switch configuration.heldOut ?? configuration.train {
    case .procedural(let source):
      let sampler = try ProceduralSampler(source)
      if configuration.heldOut != nil { report.detected.append("held out: " + sampler.description) }
      heldOutTasks = .procedural(sampler)
    case .file(let source):
      if let heldOut {
        report.detected.append("held out: " + heldOut.detected)
        report.unreadableGroundTruths += heldOut.unreadableGroundTruths
      }
      var rows = heldOut?.tasks ?? train?.tasks.filter { split.contains($0.prompt) } ?? []
      if let slice = source.slice, let heldOut {
        let sliced = try slice.rows(rows, of: rows, source: heldOut.name, tokenCount: tokenCount)
        rows = sliced.rows
        report.detected.append("held out: " + sliced.line)
      }
      heldOutTasks = .rows(
        Self.heldOutRows(rows, &report), source: heldOut?.name ?? train?.name ?? source.path)
    case .composed(let source):
      let sampler = try ChainSampler(
        source, file: heldOut ?? train, parts: ChainParts(side: .heldOut, split: split),
        tokenCount: tokenCount)
      report.detected.append("held out: " + sampler.description)
      heldOutTasks = .chains(sampler)
    }
    self.report = report
  }

  /// The same stream with training chains of other lengths, for the stages of a curriculum.
  ///
  /// - Parameter horizons: Lowest and highest, drawn evenly.
  /// - Returns: A stream whose held-out tasks are this one's.
  /// - Throws: ``DataError`` where its source makes no such chains.
  public func training(onHorizons horizons: ClosedRange<Int>) throws(DataError) -> TaskStream {
    guard case .chains(let sampler) = training else { throw DataError(.noChains) }
    var stream = self
    stream.training = .chains(try sampler.with(horizons: horizons))
    return stream
  }

  /// The training task at a place of the endless row. Files go by in epochs, each in an order of its own.
  public func task(at index: UInt64) throws(DataError) -> ReasoningTask {
    switch training {
    case .procedural(let sampler):
      return try sampler.trainingTask(at: index, seed: seed, teacher: teacher, heldOut: split)
    case .rows(let rows):
      let (epoch, place) = index.quotientAndRemainder(dividingBy: UInt64(rows.count))
      return rows[Int(Permutation(count: rows.count, seed: seed, epoch: epoch)[place])]
    case .chains(let sampler):
      return try sampler.trainingTask(at: index, seed: seed, teacher: teacher)
    }
  }

  /// The verifiers that its tasks name, training and held-out ones.
  public var verifiers: Set<String> {
    var names: Set<String>
    switch training {
    case .procedural(let sampler): names = [sampler.verifier]
    case .rows(let rows): names = Set(rows.map(\.verifier))
    case .chains(let sampler): names = sampler.verifiers
    }
    switch heldOutTasks {
    case .procedural(let sampler): names.insert(sampler.verifier)
    case .rows(let rows, _): names.formUnion(rows.map(\.verifier))
    case .chains(let sampler): names.formUnion(sampler.verifiers)
    }
    return names
  }

  /// The first `count` held-out tasks, all with different prompts; the same for every seed.
  ///
  /// - Throws: ``DataError`` naming how many there are, where there are fewer.
  public func heldOut(count: Int) throws(DataError) -> [ReasoningTask] {
    if count < 1 { throw DataError(.heldOutCountOutOfRange(count)) }
    switch heldOutTasks {
    case .procedural(let sampler):
      return try sampler.heldOutTasks(count: count)
    case .rows(let rows, let source):
      if rows.count < count {
        throw DataError(.tooFewHeldOut(source: source, asked: count, found: rows.count))
      }
      return Array(rows.prefix(count))
    case .chains(let sampler):
      return try sampler.heldOutTasks(count: count)
    }
  }

  /// Held-out chains of one length, for accuracy by horizon.
  ///
  /// - Parameters:
  ///   - count: How many, all with different prompts; the same for every seed.
  ///   - horizon: Problems in a chain; may be beyond what is trained on.
  /// - Returns: Chains of held-out problems.
  /// - Throws: ``DataError`` where the held-out source makes no chains, or not so many.
  public func heldOut(count: Int, horizon: Int) throws(DataError) -> [ReasoningTask] {
    if count < 1 { throw DataError(.heldOutCountOutOfRange(count)) }
    guard case .chains(let sampler) = heldOutTasks else { throw DataError(.noChains) }

    return try sampler.with(horizons: horizon...horizon).heldOutTasks(count: count)
  }

  private static func trainingRows(
    _ file: FileTasks?, _ split: HeldOutSplit, _ report: inout DataReport
  ) throws(DataError) -> [ReasoningTask] {
    guard let file else { preconditionFailure("a training file was configured and not read") }
    let rows = file.tasks.filter { !split.contains($0.prompt) }
    if rows.isEmpty { throw DataError(.nothingToTrainOn(source: file.name, heldOut: file.tasks.count)) }
    report.detected.append(file.detected)
    report.trainRows = rows.count
    report.unreadableGroundTruths += file.unreadableGroundTruths
    report.withoutSolution = rows.count { $0.solution == nil }
    if case .prompts = split { report.droppedFromTraining = file.tasks.count - rows.count }
    return rows
  }

  /// Without repeated prompts, in an order that has nothing to do with the file's.
  private static func heldOutRows(_ rows: [ReasoningTask], _ report: inout DataReport) -> [ReasoningTask] {
    var seen: Set<String> = []
    let distinct = rows.filter { seen.insert($0.prompt).inserted }
    report.heldOutRows = distinct.count
    report.droppedDuplicates = rows.count - distinct.count
    return distinct.map { (key: StableHash.of("order " + $0.prompt), task: $0) }
      .sorted { ($0.key, $0.task.prompt) < ($1.key, $1.task.prompt) }
      .map(\.task)
  }
}
