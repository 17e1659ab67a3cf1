internal import Tensors
internal import Transformer

/// Runs a step's rows through the model on all threads, and draws from the logits.
final class ForwardPass {
  /// How threads share every step; nil = as is faster. For tests and measurement.
  var division: Division?
  private let model: InferenceModel
  private let arenas: [Arena]
  private var rows: [StepRows]
  private var control = DivisionControl()

  init(model: InferenceModel) {
    self.model = model
    arenas = (0..<model.compute.threads).map { _ in Arena() }
    rows = [StepRows](repeating: StepRows(), count: model.compute.threads)
  }

  /// A token drawn from one row's logits.
  struct Choice {
    var drawn: TokenSampler.Choice
    /// `[1, V]`; until the next pass.
    var logits: Tensor
    /// The token that was guessed to be this one; nil where none was.
    var draft: Int32?
  }

  struct Outcome {
    /// By slot; empty while a prompt is not through.
    var choices: [[Choice]]
    /// Rows that ran.
    var rows = 0
    /// Whether none of them was of a prompt.
    var isDecodingOnly = true
    /// By slot, tokens guessed.
    var drafted: [Int] = []
    var seconds = 0.0
  }

  /// Rows of one sequence in a step.
  private struct Work {
    var slot: Int
    var drafts: [Int32]
    var hasLogits: Bool
    /// Place of its first row of logits among its share's.
    var firstLogits = 0
  }

  /// - Parameters:
  ///   - running: Sequences; their positions move on by the tokens that ran, drafts not counted.
  ///   - chunks: Tokens of each to run, drafts included.
  ///   - drafts: Guessed tokens of each; empty, or as many as `running` or fewer.
  ///   - memory: Blocks are taken from it.
  ///   - pick: Draws from the logits after a sequence's pending token and the given number of drafts.
  /// - Returns: What was drawn.
  func run(
    _ running: inout [ActiveSequence], chunks: [Int], drafts: [[Int32]], memory: inout SequenceMemory,
    pick: (_ sequence: ActiveSequence, _ index: Int, _ logits: Tensor, _ scratch: Tensor) ->
      TokenSampler.Choice
  ) -> Outcome {
    let clock = ContinuousClock()
    let start = clock.now
    var chunks = chunks
    var outcome = Outcome(choices: [[Choice]](repeating: [], count: running.count))
    outcome.drafted = [Int](repeating: 0, count: running.count)
    var works: [Work] = []
    works.reserveCapacity(running.count)
    for slot in running.indices where chunks[slot] > 0 {
      guard running[slot].readyLogits == nil else { continue }
      let pending = running[slot].pendingCount
      // One that entered may have found more in kept blocks than the plan knew of.
      chunks[slot] = min(chunks[slot], pending + (slot < drafts.count ? drafts[slot].count : 0))
      let count = min(chunks[slot], pending)
      let extra = chunks[slot] - count
      guard memory.reserve(&running[slot], count: chunks[slot]) else {
        chunks[slot] = 0
        continue
      }
      if pending > 1 || count < pending { outcome.isDecodingOnly = false }
      outcome.rows += chunks[slot]
      outcome.drafted[slot] = extra
      works.append(
        Work(
          slot: slot, drafts: extra > 0 ? Array(drafts[slot].prefix(extra)) : [], hasLogits: count == pending)
      )
    }
    let sequences = running
    if !works.isEmpty {
      let blocks = memory.blocks
      let count = works.reduce(0) { $0 + chunks[$1.slot] }
      let threads = model.compute.threads
      let division =
        threads == 1
        ? .apart
        : self.division
          ?? control.next(
            rows: count, guess: prefersApart(rows: count, sequences: works.count) ? .apart : .together)
      let shares = division == .together ? [0..<works.count] : divide(works, sequences, chunks)
      let begin = clock.now
      for (share, range) in shares.enumerated() { fill(&rows[share], &works[range], sequences, chunks) }
      let taken = works
      let found = Collected<Choice>(count: rows.prefix(shares.count).reduce(0) { $0 + $1.logitRows.count })
      let members = division == .together ? threads : 1
      let memories = shares.indices.map { share in
        arenas[share].reset()
        return StepMemory(
          rows[share], model.configuration, model.activationFormat, members: members, arena: arenas[share])
      }
      let firstLogits = shares.indices.map { rows.prefix($0).reduce(0) { $0 + $1.logitRows.count } }
      func work(_ share: Int, _ member: TeamMember) {
        model.forward(rows[share], memories[share], blocks, member: member)
        let mine = member.share(of: rows[share].logitRows.count)
        let scratch = memories[share].probabilities[member.index]
        for work in taken[shares[share]] where work.hasLogits {
          for index in 0...work.drafts.count where mine.contains(work.firstLogits + index) {
            let place = work.firstLogits + index
            let logits = memories[share].logits.rows(place..<place + 1)
            found[firstLogits[share] + place] = Choice(
              drawn: pick(sequences[work.slot], index, logits, scratch), logits: logits,
              draft: index < work.drafts.count ? work.drafts[index] : nil)
          }
        }
      }
      if division == .together {
        model.compute.team { work(0, $0) }
      } else {
        model.compute.parallel(shares.count) { work($0, .alone) }
      }
      control.observe(division, rows: count, seconds: (clock.now - begin) / .seconds(1))
      for share in shares.indices {
        for work in taken[shares[share]] where work.hasLogits {
          let first = firstLogits[share] + work.firstLogits
          outcome.choices[work.slot] = (first...first + work.drafts.count).compactMap { found[$0] }
        }
      }
    }
    for slot in running.indices where chunks[slot] > 0 {
      if let ready = running[slot].readyLogits {
        let logits = Tensor(ready, columns: ready.count)
        let scratch = Tensor(rows: 1, columns: ready.count)
        outcome.choices[slot] = [
          Choice(drawn: pick(running[slot], 0, logits, scratch), logits: logits, draft: nil)
        ]
      } else {
        running[slot].position += chunks[slot] - outcome.drafted[slot]
      }
    }
    outcome.seconds = (clock.now - start) / .seconds(1)
    return outcome
  }

  private func fill(
    _ rows: inout StepRows, _ works: inout ArraySlice<Work>, _ sequences: [ActiveSequence], _ chunks: [Int]
  ) {
    rows.removeAll()
    for index in works.indices {
      let sequence = sequences[works[index].slot]
      let table = rows.begin(blocks: sequence.blocks)
      let own = chunks[works[index].slot] - works[index].drafts.count
      for offset in 0..<own {
        rows.add(
          token: sequence.tokens[sequence.position + offset], position: sequence.position + offset,
          table: table)
      }
      guard works[index].hasLogits else { continue }
      works[index].firstLogits = rows.logitRows.count
      rows.wantLogits()
      for (offset, token) in works[index].drafts.enumerated() {
        rows.add(token: token, position: sequence.position + own + offset, table: table)
        rows.wantLogits()
      }
    }
  }

  /// The works of each thread, in their order, with about equal work.
  private func divide(_ works: [Work], _ sequences: [ActiveSequence], _ chunks: [Int]) -> [Range<Int>] {
    let threads = model.compute.threads
    let c = model.configuration
    // Multiply-adds per token of the linear layers, and per position that is attended to.
    let linear = Double(model.weightCount)
    let attention = Double(2 * c.numHiddenLayers * c.numAttentionHeads * c.headDim)
    let costs = works.map { work in
      let rows = Double(chunks[work.slot])
      return rows * (linear + attention * (Double(sequences[work.slot].position) + rows / 2))
    }
    let total = costs.reduce(0, +)
    var shares: [Range<Int>] = []
    var (first, sum) = (0, 0.0)
    for index in works.indices {
      sum += costs[index]
      let isLast = index == works.count - 1
      if isLast || (shares.count < threads - 1 && sum * Double(threads) >= total * Double(shares.count + 1)) {
        shares.append(first..<index + 1)
        first = index + 1
      }
    }
    return shares
  }

  /// Apart is free of waiting, but reads all weights once per thread: worth it where there are rows enough to hide that,
  /// more of them where weights come from memory than where they come from the cache that cores share.
  private func prefersApart(rows: Int, sequences: Int) -> Bool {
    let threads = model.compute.threads
    let isLarge = model.weightBytes > Self.sharedCacheBytes
    return sequences >= 2 * threads && rows >= threads * (isLarge ? 12 : 2)
  }

  /// What a cache that cores share is likely to hold of the weights, beside keys and values.
  private static let sharedCacheBytes = 16 << 20
}
