/// Decides what one generation step runs: who enters, who leaves for want of memory, and how much of each sequence.
///
/// A value that is told the state and returns the step's plan: no model, no clock, no random numbers. What a
/// sequence becomes does not depend on the plan (see ``InferenceModel``), only how soon it is there.
///
/// - **Decoding rows always run.** Prompts run in chunks between them, oldest sequence first, so that no row waits
///   for a whole prompt (chunked prefill: Agrawal et al. 2023, arXiv:2308.16369).
/// - **Memory is taken a block at a time.** Where a step's blocks are not to be had, drafts are left out first;
///   then the sequences admitted last give up their blocks and are computed again later, before anyone who has not
///   started (recomputation: Kwon et al. 2023, arXiv:2309.06180, §4.5). The oldest always stays, so every step
///   brings somebody closer to the end.
/// - **Who enters** a free slot is the ``Policy``'s choice. If that one does not fit in memory, nobody enters:
///   small ones that overtake would let a large one wait for ever.
///
/// Without pressure on memory no slot is ever idle while one waits, so with `m` slots any policy's makespan is at
/// most `total / m + (1 - 1/m) · longest` steps, and no policy loses more than the longest item to another
/// (Graham 1969, "Bounds on multiprocessing timing anomalies").
public struct Scheduler: Sendable {
  /// In which order waiting sequences enter; under each of them preempted ones come first, and ties go by arrival.
  public enum Policy: String, Sendable, CaseIterable {
    /// By arrival.
    case fifo
    /// Longest ``Waiting/expectedLength`` first; an unknown length may be long and counts as the longest.
    case longestExpectedFirst = "longest_expected_first"
    /// Members of a group have similar lengths: one probe of each group first, then the groups by the longest of
    /// their finished members, descending; a group of which none has finished counts as the longest.
    ///
    /// Seer, Qin et al. 2025, arXiv:2511.14617. Differs: requests are not divided, so a probe that runs keeps its
    /// slot and no order among running probes is needed.
    case groupContext = "group_context"
  }

  /// What bounds a step. All are at least 1.
  public struct Limits: Sendable, Hashable {
    /// Sequences at work at once.
    public var maxConcurrent: Int
    /// Prompt tokens of a step, over all sequences. The last token of a prompt counts as decoding, not here.
    public var prefillTokensPerStep: Int
    /// Prompt tokens of a step, of one sequence.
    public var prefillChunk: Int
    /// Tokens per block of the key-value cache.
    public var blockSize: Int
    /// Whether members of a group share their prompt's blocks: then they wait while one of them computes it.
    public var sharesPrompts: Bool

    public init(
      maxConcurrent: Int, prefillTokensPerStep: Int = 1024, prefillChunk: Int = 256, blockSize: Int = 64,
      sharesPrompts: Bool = true
    ) {
      precondition(
        min(maxConcurrent, prefillTokensPerStep, prefillChunk, blockSize) >= 1,
        "limits of at least 1: \(maxConcurrent), \(prefillTokensPerStep), \(prefillChunk), \(blockSize)")
      self.maxConcurrent = maxConcurrent
      self.prefillTokensPerStep = prefillTokensPerStep
      self.prefillChunk = prefillChunk
      self.blockSize = blockSize
      self.sharesPrompts = sharesPrompts
    }
  }

  /// A sequence without a slot.
  public struct Waiting: Sendable, Hashable {
    public var id: Int
    /// Sequences that continue one prompt.
    public var group: Int
    /// Place in the queue; lower came earlier.
    public var arrival: Int
    /// Tokens that must be in the cache before it can sample: the prompt, and what it had generated before a pause.
    public var tokens: Int
    /// Of ``tokens``, the leading ones whose blocks are there already: a sibling's prompt, or a cache that was kept.
    /// 0 until a shared prompt is whole. At least one token is left to run.
    public var cachedTokens: Int
    /// Of the blocks that hold those, the ones that only a cache keeps and nobody at work: they count as free, and no
    /// longer do once it enters.
    public var idleBlocks: Int
    /// Of ``tokens``, the leading ones that all of its group have: what a sibling that computes them will leave for it.
    public var promptTokens: Int
    /// Tokens it is expected to generate; nil = unknown. Read by ``Policy/longestExpectedFirst`` only.
    public var expectedLength: Double?
    public var wasPreempted: Bool

    public init(
      id: Int, group: Int, arrival: Int, tokens: Int, cachedTokens: Int = 0, idleBlocks: Int = 0,
      promptTokens: Int = 0, expectedLength: Double? = nil, wasPreempted: Bool = false
    ) {
      self.id = id
      self.group = group
      self.arrival = arrival
      self.tokens = tokens
      self.cachedTokens = cachedTokens
      self.idleBlocks = idleBlocks
      self.promptTokens = promptTokens
      self.expectedLength = expectedLength
      self.wasPreempted = wasPreempted
    }
  }

  /// A sequence in a slot.
  public struct Running: Sendable, Hashable {
    public var id: Int
    public var group: Int
    /// Tokens in the cache.
    public var position: Int
    /// Tokens still to run before it can sample: the rest of the prompt, or 1 while it decodes.
    public var pending: Int
    /// Drafted tokens that could be verified behind the pending one; counted only while it decodes.
    public var drafts: Int
    /// Blocks in its table.
    public var blocks: Int
    /// Of those, the ones that no other running sequence holds: what becomes free if it is preempted. Shared blocks
    /// come first in a table; writing into one takes a new block (copy on write).
    public var exclusiveBlocks: Int

    public init(
      id: Int, group: Int, position: Int, pending: Int, drafts: Int = 0, blocks: Int, exclusiveBlocks: Int
    ) {
      self.id = id
      self.group = group
      self.position = position
      self.pending = pending
      self.drafts = drafts
      self.blocks = blocks
      self.exclusiveBlocks = exclusiveBlocks
    }
  }

  /// All that a plan depends on.
  public struct State: Sendable {
    /// In any order; looked at only when there is a free slot.
    public var waiting: [Waiting]
    /// In the order of their admission, oldest first.
    public var running: [Running]
    /// Blocks that no running sequence holds: unused ones, and those that a cache of prompts would give up.
    public var freeBlocks: Int
    /// Tokens generated by the longest finished member of each group that has one.
    public private(set) var finishedLengths: [Int: Int]

    public init(
      waiting: [Waiting] = [], running: [Running] = [], freeBlocks: Int = .max,
      finishedLengths: [Int: Int] = [:]
    ) {
      self.waiting = waiting
      self.running = running
      self.freeBlocks = freeBlocks
      self.finishedLengths = finishedLengths
    }

    /// Notes that a member of a group ended after so many generated tokens, whatever ended it.
    public mutating func recordFinish(group: Int, length: Int) {
      finishedLengths[group] = max(length, finishedLengths[group] ?? 0)
    }

    /// Forgets a group of which no member is left.
    mutating func forget(group: Int) { finishedLengths[group] = nil }
  }

  /// What a step does, in this order. Caches give up blocks after the admitted have taken theirs from them.
  public struct Plan: Sendable, Equatable {
    /// Sequences that give up their blocks and go back to waiting, newest first.
    public var preempt: [Int] = []
    /// Sequences that enter, in order. Empty where any is preempted.
    public var admit: [Int] = []
    /// Tokens to run, drafts included: one number for each running sequence that stays, in the state's order, then
    /// one for each admitted. 0 = its prompt waits for the next step.
    public var chunks: [Int] = []

    public init() {}
  }

  public var policy: Policy
  public var limits: Limits

  public init(policy: Policy = .fifo, limits: Limits) {
    self.policy = policy
    self.limits = limits
  }

  /// The step's plan.
  ///
  /// Any one sequence must fit in memory by itself: the first of nobody running is admitted, and the last one
  /// running is kept, without asking.
  public func plan(_ state: State) -> Plan {
    var plan = Plan()
    self.plan(state, into: &plan)
    return plan
  }

  /// The same into storage that is used again. Work is in proportion to the running sequences; to the waiting ones
  /// only where a slot is free, once per admission.
  public func plan(_ state: State, into plan: inout Plan) {
    plan.preempt.removeAll(keepingCapacity: true)
    plan.admit.removeAll(keepingCapacity: true)
    var work = assign(state.running, withDrafts: true, &plan.chunks)
    if work.blocks > state.freeBlocks, work.drafts > 0 {
      work = assign(state.running, withDrafts: false, &plan.chunks)
    }
    if work.blocks > state.freeBlocks {
      preempt(state.running, missing: work.blocks - state.freeBlocks, &plan)
    } else if state.running.count < limits.maxConcurrent, !state.waiting.isEmpty {
      admit(state, prefillLeft: limits.prefillTokensPerStep - work.prefill, &plan)
    }
  }

  /// Gives each sequence its chunk, and adds up what they take.
  private func assign(
    _ running: [Running], withDrafts: Bool, _ chunks: inout [Int]
  ) -> (blocks: Int, prefill: Int, drafts: Int) {
    chunks.removeAll(keepingCapacity: true)
    var total = (blocks: 0, prefill: 0, drafts: 0)
    for row in running {
      var chunk = self.chunk(pending: row.pending, prefillLeft: limits.prefillTokensPerStep - total.prefill)
      if row.pending > 1 {
        total.prefill += chunk
      } else if withDrafts, row.pending == 1 {
        chunk += row.drafts
        total.drafts += row.drafts
      }
      total.blocks += newBlocks(row, tokens: chunk)
      chunks.append(chunk)
    }
    return total
  }

  /// What of the pending tokens runs: one that decodes always, of a prompt what both caps leave.
  private func chunk(pending: Int, prefillLeft: Int) -> Int {
    pending > 1 ? min(pending, limits.prefillChunk, prefillLeft) : pending
  }

  /// Blocks that a sequence must be given before its next tokens are written.
  private func newBlocks(_ row: Running, tokens: Int) -> Int {
    guard tokens > 0 else { return 0 }
    let copied = row.position / limits.blockSize < row.blocks - row.exclusiveBlocks ? 1 : 0
    return max(0, blocks(holding: row.position + tokens) - row.blocks) + copied
  }

  private func blocks(holding tokens: Int) -> Int {
    (tokens + limits.blockSize - 1) / limits.blockSize
  }

  /// Sends the newest back until the rest fits. Older chunks do not depend on newer ones, so they stay as they are.
  private func preempt(_ running: [Running], missing: Int, _ plan: inout Plan) {
    var missing = missing
    while missing > 0, plan.chunks.count > 1 {
      let chunk = plan.chunks.removeLast()
      let victim = running[plan.chunks.count]
      plan.preempt.append(victim.id)
      missing -= newBlocks(victim, tokens: chunk) + victim.exclusiveBlocks
    }
  }

  /// Fills the free slots while whole prompts fit, those of running sequences first, with a block to spare for each.
  private func admit(_ state: State, prefillLeft: Int, _ plan: inout Plan) {
    var freeBlocks = state.freeBlocks
    for row in state.running { freeBlocks -= newBlocks(row, tokens: row.pending + row.drafts) + 1 }
    var prefillLeft = prefillLeft
    var order = AdmissionOrder(policy, state, sharesPrompts: limits.sharesPrompts)
    while plan.chunks.count < limits.maxConcurrent, let index = order.next() {
      let chosen = state.waiting[index]
      let ownBlocks = blocks(holding: chosen.tokens) - chosen.cachedTokens / limits.blockSize
      let needed = ownBlocks + chosen.idleBlocks + 1
      guard needed <= freeBlocks || plan.chunks.isEmpty else { return }
      let pending = chosen.tokens - chosen.cachedTokens
      let chunk = self.chunk(pending: pending, prefillLeft: prefillLeft)
      if pending > 1 { prefillLeft -= chunk }
      freeBlocks -= needed
      plan.admit.append(chosen.id)
      plan.chunks.append(chunk)
      order.take(index)
    }
  }
}
