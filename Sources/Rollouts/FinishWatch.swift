internal import Generation

/// Tells when each sequence of a call is over, from its tokens as they come, and not only when all are.
struct FinishWatch {
  private var states: [StopState]
  private var sequences: [GeneratedSequence]
  private let cap: Int

  /// - Parameters:
  ///   - count: Sequences in the call.
  ///   - rules: What ends them.
  ///   - cap: New tokens that a sequence has at most.
  init(count: Int, rules: StopRules, cap: Int) {
    states = Array(repeating: rules.start(), count: count)
    sequences = Array(repeating: GeneratedSequence(), count: count)
    self.cap = cap
  }

  /// - Returns: The whole sequence, without logprobs and versions, where this token ends it.
  mutating func take(_ token: Int32, of request: Int) -> GeneratedSequence? {
    sequences[request].sampled.append(states[request].forced == nil)
    sequences[request].tokens.append(token)
    switch states[request].advance(token) {
    case .stop: sequences[request].finish = .stop
    case .stopString(let text, let bytesToCut):
      sequences[request].finish = .stopString(text, bytesToCut: bytesToCut)
    case .repetition(let period, let count):
      sequences[request].finish = .repetition(period: period, count: count)
    case nil:
      guard sequences[request].tokens.count >= cap else { return nil }
      sequences[request].finish = .length
    }
    defer { sequences[request] = GeneratedSequence() }
    return sequences[request]
  }
}
