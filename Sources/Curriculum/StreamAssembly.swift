internal import Experience

/// From a configuration to the sources of a task stream: files are read, split, compared with each other and sliced.
struct StreamAssembly {
  private let configuration: DataConfiguration
  private var report = DataReport()
  private(set) var split: HeldOutSplit
  /// By part; nil where the part reads no file.
  private var training: [NotedFile?] = []
  private var heldOut: [NotedFile?] = []

  init(_ configuration: DataConfiguration) {
    self.configuration = configuration
    split = HeldOutSplit(share: configuration.heldOutShare)
  }

  /// What held-out tasks are made of.
  private var heldOutSource: TaskSource { configuration.heldOut ?? configuration.train }

  // MARK: Reading

  /// Reads every file once: held-out ones first, since their prompts decide what is for training.
  mutating func read(_ countTokens: TokenCounter?) throws(DataError) {
    try readHeldOut(countTokens)
    for (name, part) in zip(configuration.train.partNames, configuration.train.parts) {
      guard let source = part.source.file else {
        training.append(nil)
        continue
      }
      let file = try NotedFile(
        source, name: name, countTokens: countTokens, isHeldOut: { [split] in split.contains($0) })
      if file.training.isEmpty {
        throw DataError(.nothingToTrainOn(source: name, heldOut: file.notes.count))
      }
      report.droppedFromTraining += file.notes.count {
        $0.isHeldOut && split.prompts.contains($0.exact)
      }
      training.append(file)
    }
  }

  /// A held-out file is held out whole. One that is trained on as well (rows to train on, chains to measure on) has
  /// its share by hash held out, as if it were named once.
  private mutating func readHeldOut(_ countTokens: TokenCounter?) throws(DataError) {
    guard let source = configuration.heldOut else { return }
    let names = configuration.train.partNames
    let trainingFiles = configuration.train.files.map(\.place)
    let byHash = split
    var prompts: Set<UInt64> = []
    var needsShare = false
    for (name, part) in zip(source.partNames, source.parts) {
      guard let file = part.source.file else {
        heldOut.append(nil)
        needsShare = true
        continue
      }
      let isShared = trainingFiles.contains(file.place)
      // `train/data.jsonl` and `test/data.jsonl` have one name, and their rows must not be taken for one another.
      let noted = try NotedFile(
        file, name: name, idPrefix: names.contains(name) ? "held-out/" : "", countTokens: countTokens,
        isHeldOut: { isShared ? byHash.contains($0) : true })
      if isShared { needsShare = true } else { prompts.formUnion(noted.notes.lazy.map(\.exact)) }
      heldOut.append(noted)
    }
    split = HeldOutSplit(share: needsShare ? configuration.heldOutShare : nil, prompts: prompts)
  }

  // MARK: Comparing

  /// Finds what repeats among the training rows and what is too much like a held-out row.
  ///
  /// Problems of chains are no tasks by themselves: they repeat within their own file only.
  mutating func compare() throws(DataError) {
    orderHeldOut()
    findRepeats()
    try findContamination()
  }

  private mutating func orderHeldOut() {
    let normalized = configuration.deduplicates
    var seen: Set<UInt64> = []
    func order(_ files: inout [NotedFile?], _ source: TaskSource) -> Int {
      var dropped = 0
      for (index, part) in source.parts.enumerated() {
        if part.source.makesChains {
          var own: Set<UInt64> = []
          dropped += files[index]?.orderHeldOut(seen: &own, normalized: normalized) ?? 0
        } else {
          dropped += files[index]?.orderHeldOut(seen: &seen, normalized: normalized) ?? 0
        }
      }
      return dropped
    }
    report.droppedDuplicates =
      configuration.heldOut == nil ? order(&training, heldOutSource) : order(&heldOut, heldOutSource)
  }

  /// Of rows with one prompt the first stays, in the order of the sources.
  private mutating func findRepeats() {
    var answers: [UInt64: UInt32] = [:]
    report.dropsRepeated = configuration.deduplicates
    for (index, part) in configuration.train.parts.enumerated() {
      guard let file = training[index] else { continue }
      if part.source.makesChains {
        var own: [UInt64: UInt32] = [:]
        keepFirst(of: file, at: index, &own)
      } else {
        keepFirst(of: file, at: index, &answers)
      }
    }
  }

  private mutating func keepFirst(of file: NotedFile, at index: Int, _ answers: inout [UInt64: UInt32]) {
    let staying = file.training.filter { row in
      let note = file.note(row)
      guard let answer = answers[note.normalized] else {
        answers[note.normalized] = note.answer
        return true
      }
      report.repeatedPrompts += 1
      if answer != note.answer { report.repeatedWithOtherAnswer += 1 }
      return false
    }
    if configuration.deduplicates { training[index]?.training = staying }
  }

  private mutating func findContamination() throws(DataError) {
    let sources = (configuration.heldOut == nil ? training : heldOut).compactMap(\.self)
    var search = try ContaminationSearch(heldOut: sources, configuration)
    guard !search.isIdle else { return }
    for index in training.indices {
      guard let file = training[index] else { continue }
      if configuration.contamination == .stop, !split.prompts.isEmpty {
        // Equal prompts never come to training; whoever wants to stop for like ones wants to stop for them.
        _ = try search.rows(
          file.notes.indices.filter { split.prompts.contains(file.notes[$0].exact) }.map { UInt32($0) },
          of: file)
      }
      training[index]?.training = try search.rows(file.training, of: file)
    }
    report.contamination = search.report
    if configuration.contamination == .stop, search.report.rows > 0 {
      throw DataError(.contaminated(rows: search.report.rows, examples: search.report.examples))
    }
  }

  // MARK: Slicing

  /// Leaves what is in each file's slice; last, so that short and long rows together are all rows. The slice of a file
  /// that is trained on does not change what is held out of it.
  mutating func slice() throws(DataError) {
    for index in training.indices { try training[index]?.sliceTraining() }
    for index in heldOut.indices { try heldOut[index]?.sliceHeldOut() }
  }

  // MARK: What comes of it

  /// The sources to train on.
  func trainingSupplies() throws(DataError) -> [TaskSupply] {
    var supplies: [TaskSupply] = []
    for (index, (name, part)) in zip(configuration.train.partNames, configuration.train.parts).enumerated() {
      if let file = training[index], file.training.isEmpty {
        throw DataError(.nothingLeft(source: name, rows: file.notes.count))
      }
      let parts = ChainParts(side: .training, split: split)
      supplies.append(try Self.supply(part.source, name, training[index], parts))
    }
    return supplies
  }

  /// The sources to measure on.
  func heldOutSupplies() throws(DataError) -> [TaskSupply] {
    let files = configuration.heldOut == nil ? training : heldOut
    let byHash = HeldOutSplit(share: split.share ?? HeldOutSplit.defaultShare)
    var supplies: [TaskSupply] = []
    for (index, (name, part)) in zip(heldOutSource.partNames, heldOutSource.parts).enumerated() {
      let parts = ChainParts(side: .heldOut, split: byHash)
      supplies.append(try Self.supply(part.source, name, files[index], parts))
    }
    return supplies
  }

  private static func supply(
    _ source: TaskSource, _ name: String, _ file: NotedFile?, _ parts: ChainParts
  ) throws(DataError) -> TaskSupply {
    if case .procedural(let source) = source { return .procedural(try ProceduralSampler(source, name: name)) }
    if case .composed(let source) = source, case .executed(let families) = source.composer {
      return .chains(try ChainSampler(source, ExecutedComposer(families, name: name, parts: parts)))
    }
    guard let file else { preconditionFailure("`\(name)` was configured and not read") }
    if case .composed(let source) = source {
      let rows = parts.side == .heldOut ? file.heldOut.sorted() : file.training
      return .chains(try ChainSampler(source, OffsetComposer(ChainRows(file: file.file, rows: rows))))
    }
    return .rows(FileRows(file: file.file, training: file.training, heldOut: file.heldOut))
  }

  /// The report, once all is settled.
  func finishedReport(_ supplies: [TaskSupply], _ heldOutSupplies: [TaskSupply]) -> DataReport {
    var report = report
    report.detected = Self.words(supplies, training)
    // Where one source is for both, only of chains is it another half that is spoken of.
    let others =
      configuration.heldOut == nil
      ? heldOutSupplies.filter(\.makesChains).map(\.description) : Self.words(heldOutSupplies, heldOut)
    report.detected += others.map { "held out: " + $0 }
    report.mixture = mixtureWords(supplies)
    let counts = supplies.compactMap(\.trainingCount)
    if !counts.isEmpty { report.trainRows = counts.reduce(0, +) }
    let heldOutCounts = heldOutSupplies.compactMap(\.heldOutCount)
    if heldOutCounts.count == heldOutSupplies.count { report.heldOutRows = heldOutCounts.reduce(0, +) }
    for file in training.compactMap(\.self) {
      report.withoutSolution += file.training.count { !file.note($0).hasSolution }
    }
    // A file that is trained on and measured on is spoken of once.
    let trained = configuration.train.files.map(\.place)
    let own = zip(heldOutSource.parts, heldOut).filter { part, _ in
      part.source.file.map { !trained.contains($0.place) } ?? false
    }
    for file in (training + own.map(\.1)).compactMap(\.self) {
      let found = file.file.report
      report.unreadableGroundTruths += found.unreadableGroundTruths
      report.badRows += found.badRows
      report.badRowExamples += found.badRowExamples
      report.filtered.merge(found.filtered, uniquingKeysWith: +)
    }
    return report
  }

  /// A line for each source, and one for its slice.
  private static func words(_ supplies: [TaskSupply], _ files: [NotedFile?]) -> [String] {
    zip(supplies, files).flatMap { supply, file in
      [supply.description]
        + [file?.file.slice].compactMap { slice in slice.map { "\(supply.name): \($0.line)" } }
    }
  }

  private func mixtureWords(_ supplies: [TaskSupply]) -> String? {
    guard supplies.count > 1 else { return nil }
    let schedule = MixtureSchedule(weights: configuration.train.parts.map(\.weight))
    let words = zip(schedule.counts, supplies).map { count, supply in
      "\(count) `\(supply.name)`" + (supply.trainingCount.map { " (of \($0) rows)" } ?? "")
    }
    return "mixture: of every \(schedule.period) tasks " + words.joined(separator: ", ")
  }
}
