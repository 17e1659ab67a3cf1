internal import Experience

/// The held-out tasks of a run: those of one source, or of several by turns.
struct HeldOutSet: Sendable {
  let supplies: [TaskSupply]
  private let weights: [Double]
  private let split: HeldOutSplit

  /// - Parameters:
  ///   - supplies: At least one.
  ///   - weights: One for each.
  ///   - split: What is held out of tasks made on the fly.
  init(_ supplies: [TaskSupply], weights: [Double], split: HeldOutSplit) {
    self.supplies = supplies
    self.weights = weights
    self.split = split
  }

  /// The first `count` tasks, all with different prompts. Of several sources, in their proportions for as long as each
  /// has some left.
  ///
  /// - Throws: ``DataError`` naming how many there are, where there are fewer.
  func tasks(count: Int) throws(DataError) -> [ReasoningTask] {
    if count < 1 { throw DataError(.heldOutCountOutOfRange(count)) }
    let tasks = try tasks(upTo: count)
    if tasks.count < count {
      let source = supplies.map(\.name).joined(separator: " + ")
      throw DataError(.tooFewHeldOut(source: source, asked: count, found: tasks.count))
    }
    return tasks
  }

  /// The sources that make chains, with chains of one length.
  ///
  /// - Throws: ``DataError`` where none does, or none so long.
  func chains(horizon: Int) throws(DataError) -> HeldOutSet {
    var chains: [TaskSupply] = []
    var weights: [Double] = []
    for (supply, weight) in zip(supplies, self.weights) where supply.makesChains {
      chains.append(try supply.with(horizons: horizon...horizon))
      weights.append(weight)
    }
    if chains.isEmpty { throw DataError(.noChains) }
    return HeldOutSet(chains, weights: weights, split: split)
  }

  private func tasks(upTo count: Int) throws(DataError) -> [ReasoningTask] {
    if supplies.count == 1 { return try supplies[0].heldOutTasks(upTo: count, split: split) }
    var sources: [[ReasoningTask]] = []
    for supply in supplies { sources.append(try supply.heldOutTasks(upTo: count, split: split)) }
    let schedule = MixtureSchedule(weights: weights)
    var next = [Int](repeating: 0, count: sources.count)
    var prompts: Set<UInt64> = []
    var tasks: [ReasoningTask] = []
    var left = sources.reduce(0) { $0 + $1.count }
    var index: UInt64 = 0
    while tasks.count < count, left > 0 {
      let source = schedule[index].source
      index += 1
      guard next[source] < sources[source].count else { continue }
      let task = sources[source][next[source]]
      next[source] += 1
      left -= 1
      if prompts.insert(PromptKey.exact(task.prompt)).inserted { tasks.append(task) }
    }
    return tasks
  }
}
