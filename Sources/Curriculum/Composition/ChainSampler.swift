internal import Experience
internal import Randomness

/// Chains of one source, one side of the split: chain `index` is a pure function of (source, seed, index).
public struct ChainSampler: Sendable {
  /// Draws after which a place in the row is given up.
  private static let attempts: UInt64 = 1000
  /// What its tasks are counted by.
  static let level = "horizon"

  private let maker: any ChainMaker
  let horizons: ClosedRange<Int>
  private let wording: ChainWording

  /// All problems of the source may become parts, or those on one side of the split by hash.
  public enum Side: String, Sendable, CaseIterable {
    case train
    case heldOut = "held-out"
    case all
  }

  /// Reads the source's file, or looks its families up.
  public init(_ source: ComposedSource, side: Side) throws(DataError) {
    let parts: ChainParts =
      switch side {
      case .train: ChainParts(side: .training, split: .byHash)
      case .heldOut: ChainParts(side: .heldOut, split: .byHash)
      case .all: .all
      }
    try source.validate()
    let maker: any ChainMaker =
      switch source.composer {
      case .offset(let file): try OffsetComposer(ChainRows(file, parts))
      case .executed(let families): try ExecutedComposer(families, name: nil, parts: parts)
      }
    try self.init(source, maker)
  }

  /// - Parameters:
  ///   - source: What chains are made of.
  ///   - maker: Made for it.
  /// - Throws: ``DataError`` where there are not enough problems for the longest chain asked for.
  init(_ source: ComposedSource, _ maker: any ChainMaker) throws(DataError) {
    try self.init(
      maker: maker, horizons: source.horizons, wording: source.wording ?? source.composer.usualWording)
  }

  /// The same problems in chains of other lengths.
  public func with(horizons: ClosedRange<Int>) throws(DataError) -> ChainSampler {
    try ChainSampler(maker: maker, horizons: horizons, wording: wording)
  }

  private init(maker: any ChainMaker, horizons: ClosedRange<Int>, wording: ChainWording) throws(DataError) {
    (self.maker, self.horizons, self.wording) = (maker, horizons, wording)
    try checkHorizons()
  }

  private func checkHorizons() throws(DataError) {
    let allowed = 1...ComposedSource.longestHorizon
    guard allowed.contains(horizons.lowerBound), allowed.contains(horizons.upperBound) else {
      throw DataError(.horizonOutOfRange(given: horizons, allowed: allowed))
    }
    if horizons.upperBound > maker.longestHorizon {
      throw DataError(
        .tooFewParts(source: maker.name, horizon: horizons.upperBound, longest: maker.longestHorizon))
    }
  }

  var name: String { maker.name }

  /// The verifiers that its tasks name.
  var verifiers: Set<String> { maker.verifiers }

  /// What it makes of what, for people.
  public var description: String {
    let range = "\(horizons.lowerBound)" + (horizons.count == 1 ? "" : " to \(horizons.upperBound)")
    return "\(maker.description), horizon \(range)"
  }

  /// What was left out before any chain was drawn.
  public var rejections: ChainRejections { maker.rejections }

  /// The chain at a place of the endless row; places may hold equal chains.
  ///
  /// - Parameters:
  ///   - index: The place.
  ///   - seed: Of the run.
  ///   - teacher: Who writes worked solutions where problems are made on the fly.
  ///   - horizon: nil = drawn evenly.
  ///   - rejections: Counts what was drawn and not taken.
  /// - Returns: A chain that passes its verification.
  /// - Throws: ``DataError`` where none of 1,000 draws does.
  public func chain(
    at index: UInt64, seed: UInt64, teacher: Teacher = Teacher(), horizon: Int? = nil,
    rejections: inout ChainRejections
  ) throws(DataError) -> Chain {
    var horizonRNG = CounterRNG(seed: seed, stream: Stream("chain horizon", index))
    let horizon = horizon ?? horizonRNG.draw(horizons)
    for attempt in 0..<Self.attempts {
      let draw = ChainDraw(
        rng: CounterRNG(seed: seed, stream: Stream("chain", index, attempt)), wording: wording,
        teacher: teacher,
        teacherRNG: CounterRNG(seed: seed, stream: Stream("teacher", index)))
      if let chain = maker.chain(horizon: horizon, draw: draw, rejections: &rejections) { return chain }
    }
    throw DataError(.noChain(source: maker.name, horizon: horizon, draws: Int(Self.attempts)))
  }

  /// Different chains, from the beginning of the row on.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - seed: Of the row.
  ///   - rejections: Counts what was drawn and not taken.
  ///   - body: Gets each chain with its place.
  /// - Throws: ``DataError`` where so many cannot be found, and what `body` throws.
  public func forEachDistinct(
    count: Int, seed: UInt64, rejections: inout ChainRejections, _ body: (UInt64, Chain) throws -> Void
  ) throws {
    var seen: Set<String> = []
    let places = UInt64(min(max(count, 100), 1_000_000)) * 200  // a bounded search
    for index in 0..<places where seen.count < count {
      let chain = try chain(at: index, seed: seed, rejections: &rejections)
      if seen.insert(chain.prompt).inserted {
        try body(index, chain)
      } else {
        rejections.count(.repeatedChain)
      }
    }
    if seen.count < count {
      throw DataError(.tooFewChains(source: maker.name, asked: count, found: seen.count))
    }
  }

  /// The training task at a place.
  func trainingTask(
    at index: UInt64, seed: UInt64, teacher: Teacher, horizon: Int? = nil
  ) throws(DataError) -> ReasoningTask {
    var unused = ChainRejections()
    let chain = try chain(at: index, seed: seed, teacher: teacher, horizon: horizon, rejections: &unused)
    return task(chain, id: "\(name)/h\(chain.horizon)/\(index)")
  }

  /// Held-out tasks with different prompts, the same ones in every run, with flawless worked solutions; fewer than
  /// `count` where a bounded search finds no more.
  func heldOutTasks(upTo count: Int) throws(DataError) -> [ReasoningTask] {
    var tasks: [ReasoningTask] = []
    var unused = ChainRejections()
    do {
      try forEachDistinct(count: count, seed: 0, rejections: &unused) { index, chain in
        tasks.append(task(chain, id: "\(name)/h\(chain.horizon)/held-out/\(index)"))
      }
    } catch let error as DataError {
      guard case .tooFewChains = error.reason else { throw error }
    } catch {
      preconditionFailure("\(error)")  // the body throws nothing
    }
    return tasks
  }

  private func task(_ chain: Chain, id: String) -> ReasoningTask {
    ReasoningTask(
      id: id, source: name, prompt: chain.prompt, groundTruth: chain.answer, verifier: chain.verifier,
      difficulty: chain.horizon, solution: chain.solution,
      columns: ["horizon": String(chain.horizon), "provenance": chain.provenance.json],
      bucket: "\(name)/\(Self.level)-\(chain.horizon)")
  }
}
