internal import Experience

extension TaskStream {
  /// What there is to choose from, by source.
  var slotSources: [SlotSource] {
    zip(training, seeds).map { SlotSource(kind: $0.slots, name: $0.name, seed: $1) }
  }

  /// Which source a place of the endless row belongs to, and the place in that source's own row.
  func place(of position: UInt64) -> (source: Int, place: UInt64) { schedule[position] }

  /// A task of a source's slot.
  ///
  /// - Parameters:
  ///   - source: Which one.
  ///   - place: In its endless row: decides what is made on the fly.
  ///   - slot: The row, or which of the difficulties.
  /// - Returns: The task.
  /// - Throws: Where there is none, or its file cannot be read any more.
  func task(of source: Int, at place: UInt64, slot: Int) throws(DataError) -> ReasoningTask {
    let seed = seeds[source]
    switch training[source] {
    case .procedural(let sampler):
      return try sampler.trainingTask(
        at: place, seed: seed, teacher: teacher, heldOut: split,
        difficulty: sampler.difficulties.lowerBound + slot)
    case .rows(let rows):
      return try rows.file.task(at: Int(rows.training[slot]))
    case .chains(let sampler):
      return try sampler.trainingTask(
        at: place, seed: seed, teacher: teacher, horizon: sampler.horizons.lowerBound + slot)
    }
  }
}

extension TaskSupply {
  /// What it can be asked for.
  fileprivate var slots: SlotSource.Kind {
    switch self {
    case .procedural(let sampler): .levels(sampler.difficulties, named: ProceduralSampler.level)
    case .rows(let rows): .rows(lines: rows.training.map { rows.file.line(of: Int($0)) })
    case .chains(let sampler): .levels(sampler.horizons, named: ChainSampler.level)
    }
  }
}
