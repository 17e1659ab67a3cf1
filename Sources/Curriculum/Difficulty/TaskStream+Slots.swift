internal import Experience

extension TaskStream {
  /// What there is to choose from, by source.
  var slotSources: [SlotSource] {
    switch training {
    case .procedural(let sampler):
      [
        SlotSource(
          kind: .levels(sampler.difficulties, named: ProceduralSampler.level), name: sampler.name, seed: seed)
      ]
    case .rows(let rows):
      [
        SlotSource(
          kind: .rows(lines: rows.map { Int($0.id.split(separator: "/").last ?? "") ?? 0 }),
          name: rows[0].id.split(separator: "/").dropLast().joined(separator: "/"), seed: seed)
      ]
    case .chains(let sampler):
      [
        SlotSource(
          kind: .levels(sampler.horizons, named: ChainSampler.level), name: sampler.name, seed: seed)
      ]
    }
  }

  /// Which source a place of the endless row belongs to, and the place in that source's own row.
  func place(of position: UInt64) -> (source: Int, place: UInt64) { (0, position) }

  /// A task of a source's slot.
  ///
  /// - Parameters:
  ///   - source: Which one.
  ///   - place: In its endless row: decides what is made on the fly.
  ///   - slot: The row, or which of the difficulties.
  /// - Returns: The task.
  /// - Throws: Where there is none.
  func task(of source: Int, at place: UInt64, slot: Int) throws(DataError) -> ReasoningTask {
    switch training {
    case .procedural(let sampler):
      try sampler.trainingTask(
        at: place, seed: seed, teacher: teacher, heldOut: split,
        difficulty: sampler.difficulties.lowerBound + slot)
    case .rows(let rows): rows[slot]
    case .chains(let sampler):
      try sampler.trainingTask(
        at: place, seed: seed, teacher: teacher, horizon: sampler.horizons.lowerBound + slot)
    }
  }
}
