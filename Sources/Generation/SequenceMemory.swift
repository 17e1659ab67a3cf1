internal import Tensors

/// Keys and values of all sequences of a generator: who holds which block, what is kept for others, who has to leave.
struct SequenceMemory {
  private(set) var blocks: KeyValueBlocks
  private var pool: BlockPool
  private var cache = PrefixCache()
  private let model: InferenceModel
  private let configuration: GeneratorConfiguration
  private let scheduler: Scheduler
  private var step = Scheduler.Plan()

  /// Prompt tokens that a step runs of one sequence; see ``Generator/prefillTokens`` for all.
  private static let prefillChunk = 256

  init(model: InferenceModel, configuration: GeneratorConfiguration) {
    self.model = model
    self.configuration = configuration
    guard let none = model.makeBlocks(configuration.keyValueFormat, capacity: 0) else {
      preconditionFailure("no memory for no blocks")
    }
    blocks = none
    pool = BlockPool(capacity: 0)
    scheduler = Scheduler(
      policy: configuration.policy,
      limits: Scheduler.Limits(
        maxConcurrent: configuration.maxConcurrent, prefillTokensPerStep: Generator.prefillTokens,
        prefillChunk: Self.prefillChunk, blockSize: KeyValueBlocks.positions,
        sharesPrompts: configuration.sharesPrefixes))
  }

  var peakBytes: Int {
    pool.peak * InferenceModel.bytesPerBlock(model.configuration, configuration.keyValueFormat)
  }
  /// Blocks in use by sequences of a call; 0 between calls.
  var usedBlocks: Int { pool.capacity - pool.freeCount - pool.idleCount }
  /// Blocks that only a cache keeps.
  var keptBlocks: Int { pool.idleCount }

  static func blockCount(_ tokens: Int) -> Int {
    (tokens + KeyValueBlocks.positions - 1) / KeyValueBlocks.positions
  }

  /// What one sequence may take.
  var limit: KeyValueLimit {
    KeyValueLimit(
      bytes: configuration.keyValueMemory,
      bytesPerBlock: InferenceModel.bytesPerBlock(model.configuration, configuration.keyValueFormat))
  }

  /// How many blocks so many sequences of so many tokens may use, within the limit.
  ///
  /// - Throws: Where one of them does not fit by itself.
  func capacity(longest: Int, sequences: Int) throws(GenerationError) -> Int {
    let limit = limit
    let needed = try limit.blocks(longest: longest)
    // Room to keep what has ended, where that is asked for and the limit is the caller's.
    let spare = configuration.keepsCaches && configuration.keyValueMemory != nil ? 4 : 1
    let (wanted, isTooMany) = needed.multipliedReportingOverflow(
      by: spare * min(configuration.maxConcurrent, max(1, sequences)))
    return min(limit.blocks, Int(Int32.max), isTooMany ? .max : wanted)
  }

  /// Whether there are fewer blocks than that.
  func isSmaller(than capacity: Int) -> Bool { pool.capacity < capacity }

  /// Makes sure that there are so many blocks. Where there have to be more than before, no sequence may hold any, and what
  /// was kept is lost.
  mutating func prepare(capacity: Int) throws(GenerationError) {
    guard isSmaller(than: capacity) else { return }
    precondition(usedBlocks == 0, "blocks in use cannot move")
    guard let more = model.makeBlocks(configuration.keyValueFormat, capacity: capacity) else {
      throw GenerationError(
        .noAddressSpace(bytes: capacity.multipliedReportingOverflow(by: limit.bytesPerBlock).partialValue))
    }
    cache = PrefixCache()
    blocks = more
    pool = BlockPool(capacity: capacity)
  }

  /// The next step's plan.
  mutating func plan(_ queue: inout SequenceQueue, drafts: [[Int32]]) -> Scheduler.Plan {
    queue.state.running.removeAll(keepingCapacity: true)
    for (index, sequence) in queue.running.enumerated() {
      queue.state.running.append(
        Scheduler.Running(
          id: sequence.request, group: sequence.group, position: sequence.position,
          pending: max(1, sequence.pendingCount), drafts: drafts.isEmpty ? 0 : drafts[index].count,
          blocks: sequence.blocks.count,
          exclusiveBlocks: sequence.blocks.count - pool.commonCount(sequence.blocks)))
    }
    queue.state.freeBlocks = pool.freeCount + pool.idleCount
    if queue.running.count < configuration.maxConcurrent { noteIdle(&queue) }
    scheduler.plan(queue.state, into: &step)
    return step
  }

  /// Tells the scheduler which of the blocks that waiting sequences would share count as free at present.
  private func noteIdle(_ queue: inout SequenceQueue) {
    var byGroup: [Int: Int] = [:]
    for entry in cache.entries {
      if let group = entry.group { byGroup[group] = entry.blocks.count(where: pool.isIdle) }
    }
    for index in queue.state.waiting.indices where queue.state.waiting[index].cachedTokens > 0 {
      let waiting = queue.state.waiting[index]
      queue.state.waiting[index].idleBlocks =
        byGroup[waiting.group] ?? min(pool.idleCount, Self.blockCount(waiting.cachedTokens))
    }
  }

  /// Tokens of a sequence that kept blocks hold already.
  func cachedTokens(_ tokens: [Int32]) -> Int {
    configuration.sharesPrefixes ? cache.longestMatch(tokens)?.count ?? 0 : 0
  }

  /// Gives a sequence that enters what others have computed of it.
  mutating func attach(_ sequence: inout ActiveSequence) {
    guard configuration.sharesPrefixes, let match = cache.longestMatch(sequence.tokens) else { return }
    let entry = cache.entries[match.index]
    cache.touch(match.index)
    let isWhole = match.count == sequence.tokens.count && match.count == entry.tokens.count
    if isWhole, let logits = entry.logits {
      sequence.readyLogits = logits
      sequence.position = match.count
    } else {
      sequence.position = min(match.count, sequence.tokens.count - 1)
    }
    sequence.blocks = Array(entry.blocks.prefix(Self.blockCount(sequence.position)))
    pool.use(sequence.blocks)
  }

  /// Makes the blocks of the next `count` positions a sequence's own, copying one that is shared.
  mutating func reserve(_ sequence: inout ActiveSequence, count: Int) -> Bool {
    let first = sequence.position / KeyValueBlocks.positions
    if first < sequence.blocks.count {
      let block = sequence.blocks[first]
      // Of blocks that only a cache shares the plan knows nothing: where none is left to copy into, the cache gives way.
      while pool.isShared(block), pool.freeCount + pool.idleCount == 0,
        let kept = cache.evict(freeing: { $0.blocks.contains(block) })
      {
        pool.giveUp(kept)
      }
      if pool.isShared(block) {
        guard let mine = take() else { return false }
        blocks.copy(block, to: mine)
        pool.leave([block])
        sequence.blocks[first] = mine
      }
    }
    while sequence.blocks.count < Self.blockCount(sequence.position + count) {
      guard let block = take() else { return false }
      sequence.blocks.append(block)
    }
    return true
  }

  private mutating func take() -> Int32? {
    while true {
      if let block = pool.take() { return block }
      guard let kept = cache.evict(freeing: { $0.blocks.contains(where: pool.isIdle) }) else {
        return nil
      }
      pool.giveUp(kept)
    }
  }

  /// Keeps a prompt's blocks for the members of its group that are still to come.
  mutating func share(_ sequence: ActiveSequence, logits: [Float]?) {
    let mine = Array(sequence.blocks.prefix(Self.blockCount(sequence.promptCount)))
    pool.keep(mine)
    cache.insert(
      tokens: Array(sequence.tokens.prefix(sequence.promptCount)), blocks: mine, logits: logits,
      group: sequence.group)
  }

  func keepsPrompt(of group: Int) -> Bool { cache.has(group: group) }

  /// Whether the prompt of any group is kept.
  var keepsPrompts: Bool { cache.entries.contains { $0.group != nil } }

  /// Nobody waits for a prompt any more.
  mutating func dropPrompt(of group: Int) { pool.giveUp(cache.remove(group: group)) }

  mutating func release(_ sequence: ActiveSequence) { pool.leave(sequence.blocks) }

  /// Takes back the blocks of a sequence that is over, or keeps them for who begins alike.
  mutating func finish(_ sequence: ActiveSequence) {
    if configuration.keepsCaches, configuration.sharesPrefixes {
      let used = Array(sequence.blocks.prefix(Self.blockCount(sequence.position)))
      pool.keep(used)
      cache.insert(
        tokens: Array(sequence.tokens.prefix(sequence.position)), blocks: used, logits: nil, group: nil)
    }
    release(sequence)
  }

  /// Other weights: what the old ones computed is dropped, or kept without its logits.
  mutating func weightsChanged(keepsCaches: Bool) {
    if keepsCaches { cache.dropLogits() } else { pool.giveUp(cache.removeAll()) }
  }

  /// A sequence whose first token was to be drawn from logits of old weights runs its last token again.
  mutating func detachLogits(_ sequence: inout ActiveSequence) {
    guard sequence.readyLogits != nil else { return }
    sequence.readyLogits = nil
    sequence.position = sequence.tokens.count - 1
  }

  /// The prompts of a call that is over; group numbers mean nothing to the next one.
  mutating func dropPrompts() {
    for group in Set(cache.entries.compactMap(\.group)) { dropPrompt(of: group) }
  }
}
