/// Decides how many draft tokens each row may bring to a step, from what the steps so far took and gave.
///
/// A step that runs `rows` rows takes time(rows), learnt live. With draft length g, each of n active rows gets
///
///     tokens(g) = 1 + Σ_{i=1..g} Π_{j<i} gain_j     tokens per step, gain_j: the j-th draft token is there and right
///     rows(g)   = 1 + Σ_{i=1..g} Π_{j<i} offer_j    rows per step, offer_j: the drafter offers a j-th token
///
/// and the chosen g has the highest n · tokens(g) / time(n · rows(g)). g = 0, no speculation, wins unless another is
/// better by 5 %: where the rows already fill the machine, it stays off. With equal gains a and full drafts,
/// tokens(g) is (1 - a^(g+1)) / (1 - a), the expected tokens per verification of Leviathan et al. 2022,
/// arXiv:2211.17192, eq. 1.
///
/// Now and then a step is spent on finding out: while off, a short draft every 64 steps where perfect drafts could
/// pay; while on, by turns a plain step and a longer draft. A step after a draft that paid tries again.
///
/// It reads no clock and draws no random numbers; what it returns decides the speed, never the tokens.
///
///     let length = control.nextDraftLength(activeRows: rows.count)
///     … run a decode step, drafts of at most `length` tokens …
///     control.observe(rows: rowsRun, seconds: elapsed)
///     for row in rows { control.observe(limit: length, drafted: …, accepted: …) }
public struct SpeculationControl: Sendable {
  /// Most draft tokens per row and step.
  public let limit: Int

  /// Draft lengths that are compared.
  package static let lengths = [0, 1, 2, 3, 4, 6, 8, 12, 16]
  /// What a draft must be expected to give over a plain step.
  private static let margin = 1.05
  /// Steps between two that find out.
  private static let probeInterval = 64
  /// Off, and even perfect drafts would not pay by the times known: that many times rarer.
  private static let hopelessFactor = 8
  private static let longestProbe = 4

  private var times = StepTimes()
  private var gains: PositionRates
  private var offers: PositionRates
  private var stepsSinceProbe = 0
  private var probesWhileOn = 0
  /// The draft that a step tried although it was not expected to pay.
  private var probe: Probe?

  private struct Probe {
    var activeRows: Int
    var accepted = 0
    var seconds: Double?
  }

  /// - Parameter limit: Most draft tokens per row and step, up to 16; 0 = no speculation.
  public init(limit: Int = 16) {
    self.limit = min(max(limit, 0), 16)
    gains = PositionRates(count: self.limit, prior: 0.5)
    offers = PositionRates(count: self.limit, prior: 1)
  }

  /// Takes note of a step's time.
  ///
  /// - Parameters:
  ///   - rows: Rows that it ran, drafts included. Leave out steps that also ran a prompt.
  ///   - seconds: How long it took; ignored unless positive and finite.
  public mutating func observe(rows: Int, seconds: Double) {
    guard rows > 0, seconds > 0, seconds.isFinite else { return }
    times.observe(rows: rows, seconds: seconds)
    probe?.seconds = seconds
  }

  /// Takes note of what became of one row's draft.
  ///
  /// - Parameters:
  ///   - limit: Most tokens that it could have had; where that is 0 there is nothing to learn.
  ///   - drafted: How many it had.
  ///   - accepted: How many of them, from the first on, were the tokens that the sampler drew.
  public mutating func observe(limit: Int, drafted: Int, accepted: Int) {
    let limit = min(limit, self.limit)
    guard limit > 0 else { return }
    let drafted = min(max(drafted, 0), limit)
    let accepted = min(max(accepted, 0), drafted)
    offers.observe(successes: drafted, limit: limit)
    gains.observe(successes: accepted, limit: limit)
    probe?.accepted += accepted
  }

  /// The draft length for the next step, now and then one that finds out more.
  public mutating func nextDraftLength(activeRows: Int) -> Int {
    let best = bestDraftLength(activeRows: activeRows)
    let isPaying = probe.map(paid) ?? false
    probe = nil
    guard activeRows > 0, limit > 0 else { return 0 }
    stepsSinceProbe += 1
    if best > 0 {
      guard stepsSinceProbe >= Self.probeInterval else { return best }
      stepsSinceProbe = 0
      probesWhileOn += 1
      return probesWhileOn % 2 == 0 ? 0 : longer(than: best, activeRows)
    }
    let length = probeLength(activeRows)
    guard isPaying || stepsSinceProbe >= Self.probeInterval * (length == nil ? Self.hopelessFactor : 1) else {
      return 0
    }
    stepsSinceProbe = 0
    probe = Probe(activeRows: activeRows)
    return length ?? 1
  }

  /// The draft length with the highest expected rate by what is known; 0 before any step was timed.
  public func bestDraftLength(activeRows: Int) -> Int {
    guard activeRows > 0, let plain = times.seconds(rows: Double(activeRows)) else { return 0 }
    var best = 0
    var bestRate = Self.margin / plain
    for length in Self.lengths.dropFirst() where length <= limit {
      guard let seconds = seconds(activeRows, length) else { break }
      let rate = gains.expected(length) / seconds
      if rate > bestRate { (best, bestRate) = (length, rate) }
    }
    return best
  }

  /// Expected time of a step with drafts; nil where it would run more than twice the rows of any timed step.
  private func seconds(_ activeRows: Int, _ length: Int) -> Double? {
    let rows = Double(activeRows) * offers.expected(length)
    return rows <= 2 * times.mostRows ? times.seconds(rows: rows) : nil
  }

  /// Whether a tried draft gave more tokens per second than a plain step would have.
  private func paid(_ probe: Probe) -> Bool {
    guard let seconds = probe.seconds, let plain = times.seconds(rows: Double(probe.activeRows)) else {
      return false
    }
    return Double(probe.activeRows + probe.accepted) / seconds > Self.margin * Double(probe.activeRows)
      / plain
  }

  /// The longest short draft that takes at most two plain steps and would pay if it were all right; nil if none is.
  private func probeLength(_ activeRows: Int) -> Int? {
    guard let plain = times.seconds(rows: Double(activeRows)) else { return nil }
    return Self.lengths.dropFirst().last { length in
      guard length <= min(limit, Self.longestProbe), let seconds = seconds(activeRows, length) else {
        return false
      }
      return seconds <= 2 * plain && Double(1 + length) / seconds > Self.margin / plain
    }
  }

  /// One of the next three lengths, by turns: only a step with that many rows shows that they got faster.
  private func longer(than length: Int, _ activeRows: Int) -> Int {
    let candidates = Self.lengths.filter { $0 > length && $0 <= limit && seconds(activeRows, $0) != nil }
      .prefix(3)
    return candidates.isEmpty
      ? length : candidates[probesWhileOn / 2 % candidates.count + candidates.startIndex]
  }
}

/// How long a step takes by the rows it runs: a moving average for each range of rows, straight lines between them.
package struct StepTimes: Sendable {
  /// First row count of each range; 1, 2, 3, 4, 6, 8, 12, 16, 24, … 3 · 2^k, 4 · 2^k.
  private static let ranges = [1, 2, 3] + (2..<16).flatMap { [1 << $0, 3 << ($0 - 1)] }
  private static let newWeight = 0.15

  private struct Point {
    var rows: Double
    var seconds: Double
    var count: Double
  }

  package init() {}

  private var points = [Point?](repeating: nil, count: ranges.count)

  /// Average rows of the highest range seen; 0 before any.
  package var mostRows: Double { points.last { $0 != nil }??.rows ?? 0 }

  /// Steps that were interrupted count for at most twice what was known of their range.
  package mutating func observe(rows: Int, seconds: Double) {
    let range = Self.ranges.lastIndex { $0 <= rows } ?? 0
    guard var point = points[range] else {
      points[range] = Point(rows: Double(rows), seconds: seconds, count: 1)
      return
    }
    point.count += 1
    // Nothing makes a step faster than it can be: one that took far less proves the average wrong.
    let weight = seconds < 0.75 * point.seconds ? 1 : max(Self.newWeight, 1 / point.count)
    point.rows += weight * (Double(rows) - point.rows)
    point.seconds += weight * (min(seconds, 2 * point.seconds) - point.seconds)
    points[range] = point
  }

  /// Expected seconds; nil before any step.
  ///
  /// Beyond what was seen it hopes for the best, so that it is tried and then known: fewer rows take proportionally
  /// less, more rows add what the last ones added.
  package func seconds(rows: Double) -> Double? {
    let known = points.compactMap(\.self)
    guard let first = known.first, let last = known.last else { return nil }
    if rows <= first.rows { return first.seconds * rows / first.rows }
    guard rows < last.rows, let above = known.firstIndex(where: { $0.rows >= rows }) else {
      guard known.count > 1 else { return last.seconds }
      let before = known[known.count - 2]
      let slope = (last.seconds - before.seconds) / (last.rows - before.rows)
      return last.seconds + max(0, slope) * (rows - last.rows)
    }
    let (low, high) = (known[above - 1], known[above])
    let share = (rows - low.rows) / (high.rows - low.rows)
    return low.seconds + share * (high.seconds - low.seconds)
  }
}

/// For each place in a draft, the share of rows that got past it among those that came to it.
///
/// Old evidence fades; what is left of it is mixed with the rate at the place before, so that places that are never
/// reached come to be believed as good as those before them, and are tried.
package struct PositionRates: Sendable {
  /// Share of the evidence that an observation leaves: about the last 33 count.
  private static let memory = 0.97
  /// Observations that the rate before counts for.
  private static let priorWeight = 2.0

  private let prior: Double
  private var trials: [Double]
  private var successes: [Double]

  package init(count: Int, prior: Double) {
    self.prior = prior
    trials = Array(repeating: 0, count: count)
    successes = trials
  }

  /// - Parameters:
  ///   - successes: Places that a row got past.
  ///   - limit: Places that it was let try.
  package mutating func observe(successes: Int, limit: Int) {
    for place in trials.indices {
      trials[place] *= Self.memory
      self.successes[place] *= Self.memory
      if place < limit, place <= successes { trials[place] += 1 }
      if place < successes { self.successes[place] += 1 }
    }
  }

  /// 1 + the expected number of places that a row gets past of the first `length`.
  package func expected(_ length: Int) -> Double {
    var rate = prior
    var product = 1.0
    var sum = 1.0
    for place in 0..<length {
      rate = (successes[place] + Self.priorWeight * rate) / (trials[place] + Self.priorWeight)
      product *= rate
      sum += product
    }
    return sum
  }
}
