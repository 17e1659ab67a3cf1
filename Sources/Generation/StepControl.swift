/// What a caller may do between two steps of ``Generator/run(_:_:seed:onToken:onFinish:beforeStep:)``: add requests, withdraw
/// some, change the weights, stop.
///
/// Whoever joins or leaves, and when, changes no token of anyone: only the time they take.
public struct StepControl {
  /// Sequences at work before this step.
  public let running: Int
  /// Sequences that wait for a slot.
  public let waiting: Int

  private(set) var joined: [GenerationRequest] = []
  private(set) var cancelled: Set<Int> = []
  private(set) var isStopped = false
  private(set) var isPaused = false
  /// nil = the weights are those of the step before; else whether their keys and values are used on.
  private(set) var keepsCaches: Bool?
  /// Number of the next request.
  private let next: Int
  private let limit: KeyValueLimit

  init(running: Int, waiting: Int, next: Int, limit: KeyValueLimit) {
    self.running = running
    self.waiting = waiting
    self.next = next
    self.limit = limit
  }

  /// Whether nothing is left to do, so that the call returns unless somebody joins now.
  public var isIdle: Bool { running + waiting == 0 && joined.isEmpty }

  /// Adds a request; it enters as soon as the scheduler finds a place for it.
  ///
  /// - Parameter request: What to continue.
  /// - Returns: The request's number in this call: requests are numbered on in the order in which they came.
  /// - Throws: Where its prompt is empty, or it does not fit into the memory for keys and values even by itself; nothing has
  ///   happened then.
  public mutating func join(_ request: GenerationRequest) throws(GenerationError) -> Int {
    guard !request.prompt.isEmpty else { throw GenerationError(.emptyPrompt) }
    _ = try limit.blocks(longest: request.longest)
    joined.append(request)
    return next + joined.count - 1
  }

  /// Takes requests back: nothing more is told of them. Numbers of requests that are over mean nothing.
  public mutating func cancel(_ numbers: some Sequence<Int>) { cancelled.formUnion(numbers) }

  /// `model.reload` was called: a segment ends here in every sequence.
  ///
  /// - Parameter keepsCaches: Whether keys and values stay as the old weights made them; see ``StepDecision``.
  public mutating func weightsChanged(keepsCaches: Bool) { self.keepsCaches = keepsCaches }

  /// Ends the call before this step; sequences that are not over are lost.
  public mutating func stop() { isStopped = true }

  /// Ends the call before this step; every sequence that has got something in this call pauses where it is and is told of, the others
  /// are lost.
  public mutating func pauseAll() { isPaused = true }
}

/// How much keys and values of one sequence may take.
struct KeyValueLimit {
  /// Bytes; nil = no limit but the machine's.
  let bytes: Int?
  let bytesPerBlock: Int

  /// Of all sequences together.
  var blocks: Int { (bytes ?? .max) / bytesPerBlock }

  /// Blocks that a sequence of so many tokens needs by itself.
  ///
  /// - Throws: Where it may not have them.
  func blocks(longest: Int) throws(GenerationError) -> Int {
    // Past this, no machine has the memory, and sums would overflow.
    let (needed, bytesNeeded) =
      longest < 1 << 40 ? (SequenceMemory.blockCount(longest) + 1, nil) : (Int.max, Int.max)
    guard needed <= blocks else {
      let wanted = bytesNeeded ?? needed.multipliedReportingOverflow(by: bytesPerBlock).partialValue
      throw GenerationError(
        bytes.map { .keyValueMemory($0, needed: wanted, tokens: longest) } ?? .noAddressSpace(bytes: wanted))
    }
    return needed
  }
}

extension GenerationRequest {
  /// Tokens that it may come to, prompt included.
  var longest: Int {
    let (sum, isTooLong) = prompt.count.addingReportingOverflow(maxNewTokens)
    return isTooLong ? .max : sum
  }
}
