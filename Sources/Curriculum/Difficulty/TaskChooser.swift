public import Experience

/// Draws the tasks of a run by how they have fared: a sampler and a band over the sources of a ``TaskStream``.
///
/// In a mixture the place in the endless row decides the source, as it does without a sampler; what is chosen is the slot
/// within it, a row of a file or a difficulty of tasks made on the fly. What a step draws is a function of (configuration,
/// seed, position at its start, statistics at its start, tasks under way): whoever has these again draws the same.
public struct TaskChooser: Sendable {
  /// Of the tasks drawn since the step began.
  public struct Report: Sendable, Hashable {
    public var draws = 0
    /// Drawn and never tried before.
    public var untried = 0
    /// Sum of the recent accuracies of the others.
    public var accuracySum = 0.0
    /// By pool.
    public var pools = [0, 0, 0]
    /// Mean recent accuracy of those that had been tried; nil = none had.
    public var meanAccuracy: Double? {
      draws == untried ? nil : accuracySum / Double(draws - untried)
    }
  }

  private let stream: TaskStream
  private let sampler: DifficultySampler
  private let band: KeepAccuracyBand?
  private let sources: [SlotSource]
  /// By source and slot; nil = never tried.
  private var statistics: [[TaskStatistics?]]
  private var step = 0
  private var taken: [[Int]]
  /// By source, from its first draw in the step on.
  private var draws: [SlotDraw?]
  private var kept: [[Bool]?]
  public private(set) var report = Report()
  /// Whether a source had nothing inside the band, so that the band was passed over.
  public private(set) var isBandEmpty = false

  /// - Parameters:
  ///   - stream: Where tasks come from.
  ///   - sampler: How they are chosen.
  ///   - band: Which are asked again; nil = all.
  ///   - known: How they have fared, by ``ReasoningTask/statisticsKey``; keys of other sources are passed over.
  public init(
    _ stream: TaskStream, _ sampler: DifficultySampler, band: KeepAccuracyBand?,
    statistics known: [String: TaskStatistics] = [:]
  ) {
    self.stream = stream
    self.sampler = sampler
    self.band = band
    sources = stream.slotSources
    statistics = sources.map { Array(repeating: nil, count: $0.count) }
    taken = sources.map { _ in [] }
    draws = sources.map { _ in nil }
    kept = sources.map { _ in nil }
    for (key, value) in known { count(value, of: key) }
  }

  /// Takes note of how a task fares now; counts from the next step on.
  public mutating func count(_ value: TaskStatistics, of key: String) {
    for (source, slots) in sources.enumerated() {
      guard let slot = slots.slot(ofKey: key) else { continue }
      statistics[source][slot] = value
      return
    }
  }

  /// Makes ready for the draws of a step.
  ///
  /// - Parameters:
  ///   - step: Its number.
  ///   - underWay: Keys of tasks whose answers are still being made; they are drawn only where there are no others.
  public mutating func beginStep(_ step: Int, underWay: [String]) {
    self.step = step
    report = Report()
    isBandEmpty = false
    for (source, slots) in sources.enumerated() {
      taken[source] = slots.isEndless ? [] : underWay.compactMap(slots.slot(ofKey:))
      draws[source] = nil
      kept[source] = nil
    }
  }

  /// The next task.
  ///
  /// - Parameter position: In the endless row of tasks; stands behind the task afterwards.
  /// - Returns: The task.
  /// - Throws: Where a source has none, or its file cannot be read any more.
  public mutating func next(at position: inout UInt64) throws(DataError) -> ReasoningTask {
    while true {
      let (source, place) = stream.place(of: position)
      position += 1
      let mask = mask(of: source)
      let slot: Int
      if case .uniform = sampler, let row = sources[source].row(at: place) {
        // A file goes by in its epochs, in which the rows outside the band are passed over.
        guard mask[row] else { continue }
        slot = row
      } else {
        var draw = draws[source] ?? plan(source, mask)
        slot = draw.next(at: place)
        draws[source] = draw
      }
      note(statistics[source][slot])
      return try stream.task(of: source, at: place, slot: slot)
    }
  }

  /// Rows, and difficulties of tasks made on the fly, that are outside the band at this step.
  public var outsideBand: Int {
    guard let band else { return 0 }
    return statistics.reduce(0) { sum, slots in sum + slots.count { !band.keeps($0, at: step) } }
  }

  /// Rows, and difficulties of tasks made on the fly, that have been tried.
  public var tried: Int { statistics.reduce(0) { sum, slots in sum + slots.count { $0 != nil } } }

  // MARK: Planning

  /// Which slots may be drawn: all, where the band would leave none.
  private mutating func mask(of source: Int) -> [Bool] {
    if let known = kept[source] { return known }
    var mask = statistics[source].map { band?.keeps($0, at: step) ?? true }
    if !mask.contains(true) {
      isBandEmpty = true
      mask = Array(repeating: true, count: mask.count)
    }
    kept[source] = mask
    return mask
  }

  private func plan(_ source: Int, _ mask: [Bool]) -> SlotDraw {
    let slots = sources[source]
    func masked(_ part: DrawPart) -> DrawPart {
      DrawPart(share: part.share, weights: zip(part.weights, mask).map { $1 ? $0 : 0 })
    }
    var parts = sampler.parts(statistics[source], isEndless: slots.isEndless).map(masked).inProportion
    if parts.isEmpty {
      // No pool with a share has anything in it: whatever may be drawn is.
      parts = [DrawPart(share: 1, weights: mask.map { $0 ? 1 : 0 })]
    }
    return SlotDraw(
      parts, count: slots.count, seed: slots.seed, isEndless: slots.isEndless, taken: taken[source])
  }

  private mutating func note(_ known: TaskStatistics?) {
    report.draws += 1
    if let accuracy = known?.recentAccuracy {
      report.accuracySum += accuracy
    } else {
      report.untried += 1
    }
    report.pools[sampler.pools.pool(known?.recentAccuracy).rawValue] += 1
  }
}

/// What a source can be asked for.
struct SlotSource: Sendable {
  enum Kind: Sendable {
    /// Rows of a file, by the lines they stand on, in ascending order.
    case rows(lines: [Int])
    /// Difficulties, or horizons, of tasks made on the fly.
    case levels(ClosedRange<Int>, named: String)
  }

  let kind: Kind
  /// What the ids of its tasks begin with, `/` left out.
  let name: String
  let seed: UInt64

  var count: Int {
    switch kind {
    case .rows(let lines): lines.count
    case .levels(let levels, _): levels.count
    }
  }

  /// Whether a slot holds ever new tasks.
  var isEndless: Bool { if case .levels = kind { true } else { false } }

  /// The slot that a key of statistics stands for; nil where it is of another source.
  func slot(ofKey key: String) -> Int? {
    guard key.hasPrefix(name), key.utf8.dropFirst(name.utf8.count).first == UInt8(ascii: "/") else {
      return nil
    }
    let rest = key.utf8.dropFirst(name.utf8.count + 1)
    switch kind {
    case .rows(let lines):
      guard let line = Int(Substring(rest)) else { return nil }
      var (low, high) = (0, lines.count)
      while low < high {
        let middle = low + (high - low) / 2
        if lines[middle] < line { low = middle + 1 } else { high = middle }
      }
      return low < lines.count && lines[low] == line ? low : nil
    case .levels(let levels, let named):
      guard rest.starts(with: "\(named)-".utf8),
        let level = Int(Substring(rest.dropFirst(named.utf8.count + 1))), levels.contains(level)
      else { return nil }
      return level - levels.lowerBound
    }
  }

  /// The row at a place of a file's endless row; nil where the source is no file.
  func row(at place: UInt64) -> Int? {
    guard case .rows(let lines) = kind else { return nil }
    let (epoch, index) = place.quotientAndRemainder(dividingBy: UInt64(lines.count))
    return Int(Permutation(count: lines.count, seed: seed, epoch: epoch)[index])
  }
}
