public import Randomness
public import Tensors
internal import Transformer

/// One sequence to continue.
public struct GenerationRequest: Sendable {
  public var prompt: [Int32]
  /// Cap on new tokens.
  public var maxNewTokens: Int
  /// Whose random numbers it uses; token i of the continuation takes position i of the stream.
  public var stream: Stream

  public init(prompt: [Int32], maxNewTokens: Int, stream: Stream) {
    self.prompt = prompt
    self.maxNewTokens = maxNewTokens
    self.stream = stream
  }
}

/// A continuation.
public struct GeneratedSequence: Sendable, Equatable {
  public enum Finish: Sendable { case stop, length }

  /// New tokens, the stop token included.
  public var tokens: [Int32] = []
  /// Natural log of each one's probability under the distribution it was drawn from, nats.
  public var logprobs: [Float] = []
  public var finish = Finish.length
}

/// Continues many sequences at once: rows that end are replaced by waiting ones at the next step.
///
/// What a sequence becomes depends on its prompt, its stream, the seed, the sampling parameters and the weights, and
/// on nothing else; see ``InferenceModel``.
public final class Generator {
  public let model: InferenceModel
  private let maxConcurrent: Int
  private let compute: Compute
  private let arenas: [Arena]
  /// Free caches, reused from call to call.
  private var caches: [KeyValueCache] = []

  /// Prompt tokens that a step takes on at most per thread, and of one sequence; the rest waits for the next steps.
  package static let prefillRows = 1024
  private static let prefillChunk = 256

  public init(model: InferenceModel, maxConcurrent: Int, compute: Compute) {
    self.model = model
    self.maxConcurrent = max(1, maxConcurrent)
    self.compute = compute
    arenas = (0..<compute.threads).map { _ in Arena() }
  }

  /// A sequence at work.
  private struct Slot {
    var request: Int
    var cache: KeyValueCache
    /// Tokens not yet run through the model: the rest of the prompt, or the newest token.
    var pending: ArraySlice<Int32>
    var position = 0
  }

  /// - Parameters:
  ///   - requests: Each prompt has at least one token.
  ///   - parameters: How tokens are drawn.
  ///   - seed: Of the random numbers.
  ///   - onToken: Told each request's new tokens as they come, in order within a request.
  ///   - shouldStop: Asked once a step; true ends the call early and returns nil.
  /// - Returns: One continuation per request, in their order; nil when told to stop.
  public func generate(
    _ requests: [GenerationRequest], _ parameters: SamplingParameters, seed: UInt64,
    onToken: ((_ request: Int, _ token: Int32) -> Void)? = nil, shouldStop: (() -> Bool)? = nil
  ) -> [GeneratedSequence]? {
    var results = [GeneratedSequence](repeating: GeneratedSequence(), count: requests.count)
    let capacity = requests.map { $0.prompt.count + $0.maxNewTokens }.max() ?? 0
    model.prepare(positions: capacity)
    caches.removeAll { $0.capacity < capacity }
    let sampler = TokenSampler(parameters: parameters, kernels: compute.kernels)
    var waiting = requests.indices.filter { requests[$0].maxNewTokens > 0 }[...]
    var active: [Slot] = []
    defer { caches += active.map(\.cache) }
    while !waiting.isEmpty || !active.isEmpty {
      if shouldStop?() == true { return nil }
      while active.count < maxConcurrent, let next = waiting.popFirst() {
        precondition(!requests[next].prompt.isEmpty, "an empty prompt has nothing to predict from")
        let cache = caches.popLast() ?? model.makeCache(capacity: capacity)
        active.append(Slot(request: next, cache: cache, pending: requests[next].prompt[...]))
      }
      let choices = step(&active) { slot, logits, scratch in
        let index = results[slot.request].tokens.count
        let uniform = CounterRNG.uniform(
          seed: seed, stream: requests[slot.request].stream, position: UInt64(index))
        return sampler.sample(logits, uniform: uniform, scratch: scratch)
      }
      var kept: [Slot] = []
      for (var slot, choice) in zip(active, choices) {
        guard let choice else {  // its prompt is not through yet
          kept.append(slot)
          continue
        }
        results[slot.request].tokens.append(choice.token)
        results[slot.request].logprobs.append(choice.logprob)
        onToken?(slot.request, choice.token)
        let isStop = parameters.stopTokens.contains(choice.token)
        if isStop || results[slot.request].tokens.count == requests[slot.request].maxNewTokens {
          results[slot.request].finish = isStop ? .stop : .length
          caches.append(slot.cache)
        } else {
          slot.pending = [choice.token]
          kept.append(slot)
        }
      }
      active = kept
    }
    return results
  }

  /// Logits `[V]` after each of the sequence's tokens, as generation computes them.
  package func logits(of sequence: [Int32]) -> [[Float]] {
    model.prepare(positions: sequence.count)
    let cache = model.makeCache(capacity: sequence.count)
    let rows = sequence.enumerated().map { InferenceModel.Row(cache: cache, token: $1, position: $0) }
    arenas[0].reset()
    let logits = model.forward(rows, logitRows: Array(rows.indices), arena: arenas[0])
    return rows.indices.map { logits.rows($0..<$0 + 1).values }
  }

  /// Logits `[V]` after the last token of each sequence, one decode step at a time, all sequences together.
  package func stepwiseLogits(of sequences: [[Int32]]) -> [[[Float]]] {
    let longest = sequences.map(\.count).max() ?? 0
    model.prepare(positions: longest)
    var slots = sequences.enumerated().map { index, tokens in
      Slot(request: index, cache: model.makeCache(capacity: longest), pending: tokens.prefix(1))
    }
    var found = [[[Float]]](repeating: [], count: sequences.count)
    while !slots.isEmpty {
      let rows = step(&slots) { _, logits, _ in logits.values }
      for (slot, row) in zip(slots, rows) {
        if let row { found[slot.request].append(row) }
      }
      slots = slots.compactMap { slot in
        var next = slot
        guard slot.position < sequences[slot.request].count else { return nil }
        next.pending = sequences[slot.request][slot.position...slot.position]
        return next
      }
    }
    return found
  }

  /// Runs every slot's pending tokens (a chunk of them, for long prompts) through the model.
  ///
  /// Each thread takes whole sequences through all layers, so that threads meet once a step.
  ///
  /// - Returns: Per slot what `pick` made of the logits after its last token; nil while its prompt is not through.
  private func step<Choice>(
    _ slots: inout [Slot], pick: (Slot, Tensor, Tensor) -> Choice
  ) -> [Choice?] {
    let chunks = self.chunks(slots)
    let shares = balance(chunks.map(\.count))
    var choices = [Choice?](repeating: nil, count: slots.count)
    let taken = slots
    let found = Collected<[(Int, Choice)]>(count: shares.count)
    compute.parallel(shares.count) { share in
      let arena = arenas[share]
      arena.reset()
      var rows: [InferenceModel.Row] = []
      var finished: [Int] = []
      var logitRows: [Int] = []
      for index in shares[share] {
        let slot = taken[index]
        for (offset, token) in chunks[index].enumerated() {
          rows.append(.init(cache: slot.cache, token: token, position: slot.position + offset))
        }
        if !chunks[index].isEmpty, chunks[index].count == slot.pending.count {
          finished.append(index)
          logitRows.append(rows.count - 1)
        }
      }
      let logits = model.forward(rows, logitRows: logitRows, arena: arena)
      let scratch = arena.tensor(rows: 1, columns: logits.columns)
      found[share] = finished.enumerated().map { ($1, pick(taken[$1], logits.rows($0..<$0 + 1), scratch)) }
    }
    for share in shares.indices {
      for (index, choice) in found[share] ?? [] { choices[index] = choice }
    }
    for index in slots.indices {
      slots[index].position += chunks[index].count
      slots[index].pending = slots[index].pending.dropFirst(chunks[index].count)
    }
    return choices
  }

  /// What of each slot's pending tokens the next step runs: all that are one token, and prompts up to a bound.
  private func chunks(_ slots: [Slot]) -> [ArraySlice<Int32>] {
    var room = Self.prefillRows * compute.threads
    return slots.map { slot in
      guard slot.pending.count > 1 else { return slot.pending }
      let chunk = slot.pending.prefix(min(Self.prefillChunk, room))
      room -= chunk.count
      return chunk
    }
  }

  /// Contiguous shares of the slots with about equally many rows, one per thread.
  private func balance(_ rows: [Int]) -> [Range<Int>] {
    let total = rows.reduce(0, +)
    let shareCount = min(compute.threads, rows.count)
    var shares: [Range<Int>] = []
    var start = 0
    var sum = 0
    for index in rows.indices {
      sum += rows[index]
      let isLast = index == rows.count - 1
      if isLast || sum * shareCount >= total * (shares.count + 1) {
        shares.append(start..<index + 1)
        start = index + 1
        if shares.count == shareCount { break }
      }
    }
    if start < rows.count { shares[shares.count - 1] = shares[shares.count - 1].lowerBound..<rows.count }
    return shares
  }
}
