internal import Experience

/// Looks for training rows that are too much like held-out ones: the same prompt but for blanks and case, or a run of
/// `ngram` words in common.
///
/// Runs of words as in GPT-3's check (Brown et al. 2020, arXiv:2005.14165, appendix C). Differences: a hit costs the
/// row, not 200 characters around it; phrases that stand in more than ten *held-out* prompts are passed over, rather
/// than in more than ten training documents. Tasks made on the fly are not compared: their families' prompts have one
/// frame, and what is held out of them they never make.
struct ContaminationSearch {
  /// Runs that are remembered, 8 bytes each; held-out rows that are used first come first.
  private static let mostRuns = 1 << 22
  private static let mostExamples = 3

  /// Whether to leave out what is found.
  private let drops: Bool
  private let ngram: Int?
  private let heldOut: [NotedFile]
  private let prompts: Set<UInt64>
  private let runs: WordRunSet
  private(set) var report: DataReport.Contamination

  /// - Parameters:
  ///   - heldOut: The files with held-out rows, in order.
  ///   - configuration: What to look for.
  /// - Throws: Where a file cannot be read any more.
  init(heldOut: [NotedFile], _ configuration: DataConfiguration) throws(DataError) {
    drops = configuration.contamination == .drop
    ngram = configuration.contaminationNGram
    self.heldOut = heldOut
    report = DataReport.Contamination(ngram: configuration.contaminationNGram, isDropped: drops)
    var prompts: Set<UInt64> = []
    var runs: [UInt64] = []
    for file in heldOut {
      for row in file.heldOut {
        prompts.insert(file.note(row).normalized)
        guard let ngram, file.mayHave(words: ngram, in: row) else { continue }
        if runs.count >= Self.mostRuns {
          report.heldOutRowsNotCompared += 1
        } else {
          runs += Set(WordRuns(try file.file.task(at: Int(row)).prompt, of: ngram).hashes)
        }
      }
    }
    self.prompts = prompts
    self.runs = WordRunSet(runs)
  }

  /// Whether there is anything to look for.
  var isIdle: Bool { prompts.isEmpty }

  /// The rows that stay, of those of a file; what was found is in ``report``.
  mutating func rows(_ rows: [UInt32], of file: NotedFile) throws(DataError) -> [UInt32] {
    var staying: [UInt32] = []
    staying.reserveCapacity(rows.count)
    for row in rows {
      let found: Bool
      if prompts.contains(file.note(row).normalized) {
        report.samePrompts += 1
        try addExample(file, row)
        found = true
      } else {
        found = try sharesWords(file, row)
      }
      if !found || !drops { staying.append(row) }
    }
    return staying
  }

  private mutating func sharesWords(_ file: NotedFile, _ row: UInt32) throws(DataError) -> Bool {
    guard let ngram, !runs.isEmpty, file.mayHave(words: ngram, in: row) else { return false }
    let words = WordRuns(try file.file.task(at: Int(row)).prompt, of: ngram)
    guard let hit = words.hashes.firstIndex(where: { runs.contains($0) }) else { return false }
    report.sharedWords += 1
    guard report.examples.count < Self.mostExamples else { return true }
    let task = try file.file.task(at: Int(row))
    for other in heldOut {
      for heldRow in other.heldOut {
        let held = try other.file.task(at: Int(heldRow))
        guard WordRuns(held.prompt, of: ngram).hashes.contains(words.hashes[hit]) else { continue }
        report.examples.append("\(task.id) and \(held.id) share \"\(words.text(of: hit).shortened)\"")
        return true
      }
    }
    return true
  }

  private mutating func addExample(_ file: NotedFile, _ row: UInt32) throws(DataError) {
    guard report.examples.count < Self.mostExamples else { return }
    let task = try file.file.task(at: Int(row))
    for other in heldOut {
      for heldRow in other.heldOut where other.note(heldRow).normalized == file.note(row).normalized {
        let held = try other.file.task(at: Int(heldRow))
        report.examples.append("\(task.id) is \(held.id): \"\(task.prompt.shortened)\"")
        return
      }
    }
  }
}

extension String {
  /// On one line, at most 100 characters.
  fileprivate var shortened: String {
    let line = split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.count > 100 ? line.prefix(99) + "…" : line
  }
}
