import Generation
import Randomness
import Testing

/// A machine whose steps take no time below `free` rows but a fixed one, and from there on a share for each row.
private struct Machine: Sendable, CustomTestStringConvertible {
  var name: String
  /// Seconds of a step, whatever it runs.
  var fixed: Double
  var perRow: Double
  /// Rows that run at the cost of reading the weights once.
  var free: Double

  func seconds(_ rows: Double) -> Double { fixed + perRow * max(rows, free) }
  var testDescription: String { name }

  static let memoryBound = Machine(name: "free up to 16 rows", fixed: 0, perRow: 1e-4, free: 16)
  static let computeBound = Machine(name: "every row costs", fixed: 0, perRow: 1e-4, free: 1)
  static let between = Machine(name: "1 + 0.05 per draft token", fixed: 0.95e-3, perRow: 0.05e-3, free: 1)
}

/// Runs steps on a machine where each draft token is right with probability `acceptance`.
private struct Simulation {
  let machine: Machine
  var activeRows: Int
  var acceptance: Double
  /// Share of rows that have a draft; these have as many tokens as they may.
  var offered = 1.0
  /// Relative spread of the measured times, and how often one is ten times as long.
  var noise = 0.0
  var interruptions = 0.0

  var control: SpeculationControl
  private var rng = CounterRNG(seed: 9, stream: Stream("speculation test"))

  init(_ machine: Machine, activeRows: Int, acceptance: Double, limit: Int = 16) {
    (self.machine, self.activeRows, self.acceptance) = (machine, activeRows, acceptance)
    control = SpeculationControl(limit: limit)
  }

  /// - Returns: The draft length of each step, and expected tokens per second over all of them.
  @discardableResult mutating func run(steps: Int) -> (lengths: [Int], rate: Double) {
    var lengths: [Int] = []
    var (tokens, time) = (0.0, 0.0)
    for _ in 0..<steps {
      let length = control.nextDraftLength(activeRows: activeRows)
      lengths.append(length)
      var rows = activeRows
      for _ in 0..<activeRows {
        let drafted = rng.uniform() < offered ? length : 0
        var accepted = 0
        while accepted < drafted, rng.uniform() < acceptance { accepted += 1 }
        rows += drafted
        tokens += expectedTokens(drafted)
        control.observe(limit: length, drafted: drafted, accepted: accepted)
      }
      let seconds = machine.seconds(Double(rows))
      time += seconds
      let measured =
        seconds * (1 + noise * (2 * rng.uniform() - 1)) * (rng.uniform() < interruptions ? 10 : 1)
      control.observe(rows: rows, seconds: measured)
    }
    return (lengths, tokens / time)
  }

  private func expectedTokens(_ length: Int) -> Double {
    (0...length).reduce(0) { $0 + power(acceptance, $1) }
  }
  private func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { product, _ in product * base }
  }

  /// The best constant draft length of 0…16 and its tokens per second, every row drafting.
  var optimum: (length: Int, rate: Double) {
    (0...16).map { length in
      (
        length,
        Double(activeRows) * expectedTokens(length) / machine.seconds(Double(activeRows * (1 + length)))
      )
    }.max { $0.1 < $1.1 } ?? (0, 0)
  }
}

@Suite struct `Control of speculation` {
  @Test(arguments: zip([0.5, 0.7, 0.9], [[1.75, 1.94, 2.00], [2.19, 2.77, 3.20], [2.71, 4.10, 6.13]]))
  func `expected tokens per step are the geometric sum, by hand`(acceptance: Double, expected: [Double]) {
    let rates = PositionRates(count: 8, prior: acceptance)
    for (length, tokens) in zip([2, 4, 8], expected) { #expect(abs(rates.expected(length) - tokens) < 0.005) }
    #expect(rates.expected(0) == 1)
  }

  @Test func `a place's rate is counted over the rows that came to it`() {
    // Ten rows of 3: five stop at once, five get past two places. Evidence of 10 at place 0, 5 at places 1 and 2; a prior
    // of 2 observations each. Fading (3 % per row) moves this by little.
    var rates = PositionRates(count: 3, prior: 0.5)
    for row in 0..<10 { rates.observe(successes: row % 2 == 0 ? 0 : 2, limit: 3) }
    let (first, second) = (0.5, (5 + 2 * 0.5) / 7)
    let third = (0 + 2 * second) / 7
    #expect(abs(rates.expected(1) - (1 + first)) < 0.02)
    #expect(abs(rates.expected(3) - (1 + first * (1 + second * (1 + third)))) < 0.03)
  }

  @Test func `step times are averaged by rows and joined by straight lines`() {
    var times = StepTimes()
    #expect(times.seconds(rows: 3) == nil)
    times.observe(rows: 4, seconds: 1)
    #expect(times.seconds(rows: 4) == 1)
    #expect(times.seconds(rows: 2) == 0.5)  // hopes that fewer rows take less, and more rows no more
    #expect(times.seconds(rows: 8) == 1)
    times.observe(rows: 12, seconds: 3)
    #expect(times.seconds(rows: 8) == 2)
    #expect(times.seconds(rows: 16) == 4)
    times.observe(rows: 14, seconds: 5)  // of the same range: 13 rows in 4 seconds
    #expect(times.seconds(rows: 13) == 4)
    times.observe(rows: 4, seconds: 100)  // an interruption counts as 2
    #expect(times.seconds(rows: 4) == 1.5)
    #expect(times.mostRows == 13)
  }

  @Test(
    arguments: [Machine.memoryBound, .computeBound, .between],
    [
      (1, 0.9), (1, 0.5), (2, 0.9), (2, 0.7), (4, 0.9), (4, 0.5), (8, 0.9), (16, 0.9), (64, 0.9), (1, 0),
      (4, 0),
    ])
  private func `the rate is within 13 % of the best constant length`(
    machine: Machine, work: (rows: Int, a: Double)
  ) {
    var simulation = Simulation(machine, activeRows: work.rows, acceptance: work.a)
    simulation.noise = 0.1
    simulation.interruptions = 0.01
    simulation.run(steps: 300)
    let (lengths, rate) = simulation.run(steps: 3000)
    let best = simulation.optimum
    #expect(
      rate > 0.87 * best.rate,
      "\(rate / best.rate) of the rate with \(best.length), counts \(Dictionary(grouping: lengths) { $0 }.mapValues(\.count))"
    )
  }

  @Test(arguments: [0.9, 0.5, 0.0], [1, 8, 64])
  func `it stays off where every row costs as much as the first`(acceptance: Double, rows: Int) {
    var simulation = Simulation(.computeBound, activeRows: rows, acceptance: acceptance)
    simulation.run(steps: 100)
    let (lengths, rate) = simulation.run(steps: 4000)
    #expect(lengths.count { $0 > 0 } <= 4000 / 512 + 1)
    #expect(rate > 0.99 * simulation.optimum.rate)
  }

  @Test(arguments: [1, 4, 64]) func `it stays off where nothing is accepted`(rows: Int) {
    var simulation = Simulation(.memoryBound, activeRows: rows, acceptance: 0)
    simulation.run(steps: 200)
    let (lengths, _) = simulation.run(steps: 2000)
    #expect(lengths.count { $0 > 0 } <= 2000 / 64 + 1)
    #expect(lengths.contains { $0 > 0 } || rows == 64)  // but it looks again
  }

  @Test func `it notices that drafts became good, and that they became bad`() {
    var simulation = Simulation(.memoryBound, activeRows: 2, acceptance: 0)
    simulation.run(steps: 1000)
    simulation.acceptance = 0.9
    simulation.run(steps: 200)
    let good = simulation.run(steps: 300)
    #expect(good.rate > 0.87 * simulation.optimum.rate)
    simulation.acceptance = 0
    simulation.run(steps: 100)
    let bad = simulation.run(steps: 640)
    #expect(bad.lengths.count { $0 > 0 } <= 12)
  }

  @Test func `a tried draft that paid is tried again at once`() {
    var simulation = Simulation(.between, activeRows: 1, acceptance: 0)
    simulation.run(steps: 1000)
    simulation.acceptance = 1
    let (lengths, _) = simulation.run(steps: 200)
    let first = lengths.firstIndex { $0 > 0 } ?? 200
    #expect(first < 64)
    #expect(lengths.dropFirst(first).prefix(20).allSatisfy { $0 > 0 })
  }

  @Test func `it comes on as the rows of a batch run out`() {
    var simulation = Simulation(.memoryBound, activeRows: 64, acceptance: 0.8)
    var chosen: [Int: Double] = [:]
    for rows in [64, 48, 32, 16, 8, 4, 2, 1] {
      simulation.activeRows = rows
      simulation.run(steps: 80)
      let (lengths, rate) = simulation.run(steps: 200)
      chosen[rows] = Double(lengths.reduce(0, +)) / 200
      #expect(rate > 0.87 * simulation.optimum.rate, "\(rows) rows: \(rate / simulation.optimum.rate)")
    }
    #expect(chosen[64, default: 9] < 0.1)
    #expect(chosen[1, default: 0] > 7)
  }

  @Test func `rows without a draft cost nothing, so the others may draft longer`() {
    // 8 rows of which one in eight has a draft, always right: 7 + 9 rows fit in the free 16.
    var simulation = Simulation(.memoryBound, activeRows: 8, acceptance: 1)
    simulation.offered = 0.125
    simulation.run(steps: 500)
    let (lengths, rate) = simulation.run(steps: 1000)
    // Full drafts of one token for all 8 rows would be the most that fits if every row drafted.
    #expect(Double(lengths.reduce(0, +)) / 1000 > 4)
    #expect(rate > 1.5 * 8 / simulation.machine.seconds(8))
  }

  @Test func `a limit is kept and 0 switches it off`() {
    for limit in [0, 1, 5] {
      var simulation = Simulation(.memoryBound, activeRows: 1, acceptance: 1, limit: limit)
      let (lengths, _) = simulation.run(steps: 500)
      #expect(lengths.max() == [0: 0, 1: 1, 5: 4][limit])
    }
    #expect(SpeculationControl(limit: 1000).limit == 16)
    #expect(SpeculationControl(limit: -1).limit == 0)
  }

  @Test func `nothing known, nothing active and senseless numbers leave it off`() {
    var control = SpeculationControl()
    #expect(control.nextDraftLength(activeRows: 4) == 0)
    for seconds in [0, -1, .nan, .infinity] { control.observe(rows: 4, seconds: seconds) }
    control.observe(rows: 0, seconds: 1)
    control.observe(limit: 99, drafted: -4, accepted: 12)
    #expect(control.nextDraftLength(activeRows: 4) == 0)
    control.observe(rows: 4, seconds: 1)
    #expect(control.nextDraftLength(activeRows: 0) == 0)
    #expect(control.nextDraftLength(activeRows: 4) > 0)
  }

  @Test func `the same observations give the same lengths`() {
    var one = Simulation(.between, activeRows: 3, acceptance: 0.6)
    one.noise = 0.2
    var other = one
    #expect(one.run(steps: 500).lengths == other.run(steps: 500).lengths)
  }
}
