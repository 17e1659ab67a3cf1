internal import Experience

/// From a configuration to the sources of a task stream: files are read, split, and compared with each other.
struct StreamAssembly {
  private let configuration: DataConfiguration
  private var report = DataReport()
  private(set) var split: HeldOutSplit
  /// By part; nil where the part is no file.
  private var training: [NotedFile?] = []
  private var heldOut: [NotedFile?] = []

  init(_ configuration: DataConfiguration) {
    self.configuration = configuration
    split = HeldOutSplit(share: configuration.heldOutShare)
  }

  // MARK: Reading

  /// Reads every file once: held-out ones first, since their prompts decide what is for training.
  mutating func read(_ countTokens: TokenCounter?) throws(DataError) {
    let names = configuration.train.partNames
    if let source = configuration.heldOut {
      for (name, part) in zip(source.partNames, source.parts) {
        guard case .file(let file) = part.source else {
          heldOut.append(nil)
          continue
        }
        // `train/data.jsonl` and `test/data.jsonl` have one name, and their rows must not be taken for one another.
        heldOut.append(
          try NotedFile(
            file, name: name, idPrefix: names.contains(name) ? "held-out/" : "", countTokens: countTokens,
            isHeldOut: { _ in true }))
      }
      let files = heldOut.compactMap(\.self)
      if !files.isEmpty {
        split = HeldOutSplit(
          share: files.count < heldOut.count ? configuration.heldOutShare : nil,
          prompts: files.reduce(into: []) { $0.formUnion($1.notes.lazy.map(\.exact)) })
      }
    }
    for (name, part) in zip(names, configuration.train.parts) {
      guard case .file(let source) = part.source else {
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

  // MARK: Comparing

  /// Finds what repeats among the training rows and what is too much like a held-out row.
  mutating func compare() throws(DataError) {
    orderHeldOut()
    findRepeats()
    try findContamination()
  }

  private mutating func orderHeldOut() {
    var seen: Set<UInt64> = []
    func order(_ files: inout [NotedFile?]) -> Int {
      var dropped = 0
      for index in files.indices {
        dropped += files[index]?.orderHeldOut(seen: &seen, normalized: configuration.deduplicates) ?? 0
      }
      return dropped
    }
    report.droppedDuplicates = configuration.heldOut == nil ? order(&training) : order(&heldOut)
  }

  /// Of rows with one prompt the first stays, in the order of the sources.
  private mutating func findRepeats() {
    var answers: [UInt64: UInt32] = [:]
    report.dropsRepeated = configuration.deduplicates
    for index in training.indices {
      guard let file = training[index] else { continue }
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

  // MARK: What comes of it

  /// The sources to train on.
  func trainingSupplies() throws(DataError) -> [TaskSupply] {
    var supplies: [TaskSupply] = []
    for (index, (name, part)) in zip(configuration.train.partNames, configuration.train.parts).enumerated() {
      if let file = training[index], file.training.isEmpty {
        throw DataError(.nothingLeft(source: name, rows: file.notes.count))
      }
      supplies.append(try Self.supply(part.source, name, training[index]))
    }
    return supplies
  }

  /// The sources to measure on.
  func heldOutSupplies() throws(DataError) -> [TaskSupply] {
    guard let source = configuration.heldOut else { return try trainingSupplies() }
    var supplies: [TaskSupply] = []
    for (index, (name, part)) in zip(source.partNames, source.parts).enumerated() {
      supplies.append(try Self.supply(part.source, name, heldOut[index]))
    }
    return supplies
  }

  private static func supply(
    _ source: TaskSource, _ name: String, _ file: NotedFile?
  ) throws(DataError) -> TaskSupply {
    switch source {
    case .procedural(let source):
      return .procedural(try ProceduralSampler(source, name: name))
    case .file, .mixture:
      guard let file else { preconditionFailure("`\(name)` was configured and not read") }
      return .rows(FileRows(file: file.file, training: file.training, heldOut: file.heldOut))
    }
  }

  /// The report, once all is settled.
  func finishedReport(_ supplies: [TaskSupply], _ heldOutSupplies: [TaskSupply]) -> DataReport {
    var report = report
    report.detected = supplies.map(\.description)
    if configuration.heldOut != nil {
      report.detected += heldOutSupplies.map { "held out: " + $0.description }
    }
    report.mixture = mixtureWords(supplies)
    let counts = supplies.compactMap(\.trainingCount)
    if !counts.isEmpty { report.trainRows = counts.reduce(0, +) }
    let heldOutCounts = heldOutSupplies.compactMap(\.heldOutCount)
    if heldOutCounts.count == heldOutSupplies.count { report.heldOutRows = heldOutCounts.reduce(0, +) }
    for file in training.compactMap(\.self) {
      report.withoutSolution += file.training.count { !file.note($0).hasSolution }
    }
    for file in (training + heldOut).compactMap(\.self) {
      let found = file.file.report
      report.unreadableGroundTruths += found.unreadableGroundTruths
      report.badRows += found.badRows
      report.badRowExamples += found.badRowExamples
      report.filtered.merge(found.filtered, uniquingKeysWith: +)
    }
    return report
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
