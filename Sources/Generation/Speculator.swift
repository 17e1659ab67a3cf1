/// Guesses tokens of running sequences from their own text and that of their siblings, when that pays.
struct Speculator {
  private let mode: GeneratorConfiguration.Speculation
  private var control = SpeculationControl()
  /// By group; made when guessing begins, dropped with the group.
  private var drafters: [Int: SuffixDrafter] = [:]
  /// By request.
  private var streams: [Int: Int] = [:]
  /// Finished sequences of groups that have no drafter yet, by group: request and continuation.
  private var finished: [Int: [[Int32]]] = [:]
  private var length = 0

  /// Guesses of a step, over all sequences: each takes a row of logits.
  static let allDrafts = 256

  init(_ mode: GeneratorConfiguration.Speculation) { self.mode = mode }

  /// A call begins.
  mutating func begin() {
    drafters = [:]
    streams = [:]
    finished = [:]
  }

  /// Guesses for the running sequences, in their order; empty where nothing is guessed.
  mutating func drafts(_ queue: SequenceQueue) -> [[Int32]] {
    let active = queue.running.count
    switch mode {
    case .off: length = 0
    case .always: length = 8
    case .automatic: length = active == 0 ? 0 : control.nextDraftLength(activeRows: active)
    }
    length = min(length, Self.allDrafts / max(1, active))
    guard length > 0 else { return [] }
    return queue.running.map { sequence in
      guard sequence.pendingCount == 1, sequence.readyLogits == nil else { return [] }
      // The last token of a sequence needs no successor, so guesses end one before the cap.
      let limit = min(length, sequence.room - 1)
      guard limit > 0 else { return [] }
      let stream = self.stream(of: sequence)
      return drafters[sequence.group]?.draft(stream: stream, limit: limit).tokens ?? []
    }
  }

  private mutating func stream(of sequence: ActiveSequence) -> Int {
    if let known = streams[sequence.request] { return known }
    var drafter =
      drafters.removeValue(forKey: sequence.group)
      ?? SuffixDrafter(prompt: Array(sequence.tokens.prefix(sequence.promptCount)))
    for text in finished.removeValue(forKey: sequence.group) ?? [] { _ = drafter.begin(text) }
    let stream = drafter.begin(Array(sequence.tokens.dropFirst(sequence.promptCount)))
    drafters[sequence.group] = drafter
    streams[sequence.request] = stream
    return stream
  }

  /// A sequence got another token.
  mutating func take(_ token: Int32, of request: Int, group: Int) {
    guard let stream = streams[request] else { return }
    drafters[group]?.append(token, to: stream)
  }

  /// A sequence is over; its text stays for its siblings.
  mutating func end(_ sequence: ActiveSequence) {
    guard mode != .off, streams.removeValue(forKey: sequence.request) == nil else { return }
    let text = Array(sequence.tokens.dropFirst(sequence.promptCount))
    if drafters[sequence.group] != nil {
      _ = drafters[sequence.group]?.begin(text)
    } else {
      finished[sequence.group, default: []].append(text)
    }
  }

  /// A sequence was withdrawn; what it said so far stays for its siblings, if it is there.
  mutating func withdraw(_ request: Int) { streams[request] = nil }

  /// No member of a group is left.
  mutating func forget(group: Int) {
    drafters[group] = nil
    finished[group] = nil
  }

  /// Learns from a step's time and from which guesses were right.
  mutating func observe(_ outcome: ForwardPass.Outcome) {
    guard mode == .automatic, outcome.isDecodingOnly else { return }
    control.observe(rows: outcome.rows, seconds: outcome.seconds)
  }

  mutating func observe(drafted: Int, accepted: Int) {
    guard length > 0 else { return }
    control.observe(limit: length, drafted: drafted, accepted: accepted)
  }
}
