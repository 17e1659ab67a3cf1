import Generation

/// A generator without a model: does what the plans say with counters and a real block table, and notes each breach
/// of the contract.
struct SchedulerSimulation {
  struct Item {
    var group: Int
    /// Tokens it generates.
    var length: Int
    var prompt = 1
    var expectedLength: Double?
  }

  private struct Row {
    var item: Int
    var generated: Int
    var position: Int
    var pending: Int
    var table: [Int]
  }

  let scheduler: Scheduler
  let items: [Item]

  private(set) var steps = 0
  private(set) var finishes: [Int]
  private(set) var admissions: [Int]
  private(set) var promptTokensRun = 0
  private(set) var preemptions = 0
  private(set) var copies = 0
  /// What went against the contract, in words.
  private(set) var breaches: [String] = []

  private var state = Scheduler.State()
  private var rows: [Row] = []
  private var generatedBefore: [Int]
  /// Per block, how many rows hold it, and whether the cache does.
  private var references: [Int]
  private var isCached: [Bool]
  private var freeList: [Int]
  /// Blocks that rows hold.
  private var heldBlocks = 0
  /// Blocks of prompts whose groups still have waiting members.
  private var cache: [Int: [Int]] = [:]

  init(_ scheduler: Scheduler, _ items: [Item], blocks: Int = 4096) {
    self.scheduler = scheduler
    self.items = items
    finishes = items.map { _ in 0 }
    admissions = items.map { _ in 0 }
    generatedBefore = items.map { _ in 0 }
    references = [Int](repeating: 0, count: blocks)
    isCached = [Bool](repeating: false, count: blocks)
    freeList = Array((0..<blocks).reversed())
    for (id, item) in items.enumerated() {
      state.waiting.append(
        .init(
          id: id, group: item.group, arrival: id, tokens: item.prompt, expectedLength: item.expectedLength))
    }
  }

  mutating func run(maxSteps: Int = 1_000_000) {
    var plan = Scheduler.Plan()
    while !(state.waiting.isEmpty && rows.isEmpty), steps < maxSteps {
      describe()
      scheduler.plan(state, into: &plan)
      check(plan)
      carryOut(plan)
      steps += 1
    }
    if steps == maxSteps { breaches.append("not done after \(steps) steps") }
    for group in cache.keys.sorted() { evict(group) }
    if freeList.count != references.count || heldBlocks != 0 { breaches.append("blocks leaked") }
  }

  /// Brings the scheduler's state up to date with rows and cache.
  private mutating func describe() {
    state.freeBlocks = references.count - heldBlocks
    state.running = rows.map { row in
      .init(
        id: row.item, group: items[row.item].group, position: row.position, pending: row.pending,
        blocks: row.table.count, exclusiveBlocks: row.table.count { references[$0] == 1 })
    }
    guard scheduler.limits.sharesPrompts else { return }
    for group in cache.keys.sorted() where !state.waiting.contains(where: { $0.group == group }) {
      evict(group)
    }
    for index in state.waiting.indices {
      let waiting = state.waiting[index]
      let cached = cache[waiting.group]
      state.waiting[index].cachedTokens = cached == nil ? 0 : items[waiting.id].prompt - 1
      state.waiting[index].idleBlocks = cached?.count { references[$0] == 0 } ?? 0
    }
  }

  private mutating func check(_ plan: Scheduler.Plan) {
    func breach(_ text: String) -> String { "step \(steps): \(text)" }
    if let oldest = rows.first?.item, plan.preempt.contains(oldest) {
      breaches.append(breach("oldest preempted"))
    }
    if !plan.preempt.isEmpty, !plan.admit.isEmpty { breaches.append(breach("preempts and admits")) }
    let newestFirst = rows.suffix(plan.preempt.count).reversed().map(\.item)
    if newestFirst != plan.preempt { breaches.append(breach("preempts others than the newest")) }
    let kept = rows.dropLast(plan.preempt.count)
    if kept.count + plan.admit.count != plan.chunks.count { breaches.append(breach("chunks out of line")) }
    if plan.chunks.count > scheduler.limits.maxConcurrent { breaches.append(breach("too many rows")) }
    let admitted = plan.admit.compactMap { id in state.waiting.first { $0.id == id } }
    if admitted.count != plan.admit.count { breaches.append(breach("admits who does not wait")) }
    if Set(plan.admit).count != plan.admit.count { breaches.append(breach("admits one twice")) }
    let pending = kept.map(\.pending) + admitted.map { $0.tokens - $0.cachedTokens }
    let prompts = zip(pending, plan.chunks).filter { $0.0 > 1 }
    if zip(pending, plan.chunks).contains(where: { $0 == 1 && $1 != 1 }) {
      breaches.append(breach("a decoding row waits"))
    }
    if prompts.contains(where: { $0.1 > min($0.0, scheduler.limits.prefillChunk) }) {
      breaches.append(breach("chunk over the cap"))
    }
    if prompts.reduce(0, { $0 + $1.1 }) > scheduler.limits.prefillTokensPerStep {
      breaches.append(breach("prefill over the cap"))
    }
    if plan.chunks.allSatisfy({ $0 == 0 }) { breaches.append(breach("nobody gets on")) }
  }

  private mutating func carryOut(_ plan: Scheduler.Plan) {
    for id in plan.preempt {
      guard let row = rows.popLast() else { return }
      release(row.table)
      preemptions += 1
      generatedBefore[id] = row.generated
      state.waiting.append(
        .init(
          id: id, group: items[id].group, arrival: id, tokens: items[id].prompt + row.generated,
          expectedLength: items[id].expectedLength, wasPreempted: true))
    }
    for id in plan.admit {
      guard let place = state.waiting.firstIndex(where: { $0.id == id }) else { continue }
      let waiting = state.waiting.remove(at: place)
      var row = Row(
        item: id, generated: generatedBefore[id], position: waiting.cachedTokens,
        pending: waiting.tokens - waiting.cachedTokens, table: [])
      if waiting.cachedTokens > 0, let cached = cache[waiting.group] {
        row.table = cached
        for block in cached { hold(block) }
      }
      admissions[id] += 1
      rows.append(row)
    }
    var kept: [Row] = []
    for (var row, chunk) in zip(rows, plan.chunks) {
      write(chunk, &row)
      row.pending -= chunk
      if row.generated == 0 { promptTokensRun += chunk }
      keepPrompt(of: row)
      if row.pending == 0 {
        row.generated += 1
        row.pending = 1
        if row.generated == items[row.item].length {
          finishes[row.item] += 1
          state.recordFinish(group: items[row.item].group, length: row.generated)
          release(row.table)
          continue
        }
      }
      kept.append(row)
    }
    rows = kept
  }

  private func blocks(holding tokens: Int) -> Int {
    (tokens + scheduler.limits.blockSize - 1) / scheduler.limits.blockSize
  }

  /// Writes the next tokens of a row; a block that others hold is copied first.
  private mutating func write(_ count: Int, _ row: inout Row) {
    guard count > 0 else { return }
    for place in row.position / scheduler.limits.blockSize..<blocks(holding: row.position + count) {
      guard place < row.table.count else {
        row.table.append(takeBlock())
        continue
      }
      let block = row.table[place]
      // A cache that holds the last block to be had gives it up rather than have it copied.
      if references[block] == 1, isCached[block], freeList.isEmpty { evict(items[row.item].group) }
      guard references[block] > 1 || isCached[block] else { continue }
      row.table[place] = takeBlock()
      release([block])
      copies += 1
    }
    row.position += count
  }

  /// Caches a prompt that is through, all but its last token, while siblings wait for it.
  private mutating func keepPrompt(of row: Row) {
    let item = items[row.item]
    guard scheduler.limits.sharesPrompts, item.prompt > 1, row.position >= item.prompt else { return }
    guard cache[item.group] == nil, state.waiting.contains(where: { $0.group == item.group }) else { return }
    let table = Array(row.table.prefix(blocks(holding: item.prompt - 1)))
    for block in table { isCached[block] = true }
    cache[item.group] = table
  }

  private mutating func evict(_ group: Int) {
    for block in cache.removeValue(forKey: group) ?? [] {
      isCached[block] = false
      if references[block] == 0 { freeList.append(block) }
    }
  }

  private mutating func takeBlock() -> Int {
    while freeList.isEmpty, let group = cache.keys.min() { evict(group) }
    guard let block = freeList.popLast() else {
      breaches.append("step \(steps): over the block limit")
      references.append(0)
      isCached.append(false)
      hold(references.count - 1)
      return references.count - 1
    }
    hold(block)
    return block
  }

  private mutating func hold(_ block: Int) {
    if references[block] == 0 { heldBlocks += 1 }
    references[block] += 1
  }

  private mutating func release(_ table: [Int]) {
    for block in table {
      references[block] -= 1
      guard references[block] == 0 else { continue }
      heldBlocks -= 1
      if !isCached[block] { freeList.append(block) }
    }
  }
}
