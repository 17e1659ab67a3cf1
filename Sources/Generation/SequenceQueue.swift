internal import Experience

/// A sequence in a slot, or sent back to wait for one.
struct ActiveSequence {
  let request: Int
  /// Of sequences with the same prompt.
  let group: Int
  let promptCount: Int
  /// Prompt and continuation so far.
  private(set) var tokens: [Int32]
  /// Tokens whose keys and values are in ``blocks``.
  var position = 0
  var blocks: [Int32] = []
  /// Logits after the last token, where another sequence has computed them.
  var readyLogits: [Float]?
  var stop: StopState
  /// Whether the next token is the first from its weights.
  var beginsSegment = true
  fileprivate(set) var isFinished = false

  fileprivate init(request: Int, group: Int, promptCount: Int, tokens: [Int32], stop: StopState) {
    self.request = request
    self.group = group
    self.promptCount = promptCount
    self.tokens = tokens
    self.stop = stop
  }

  /// Tokens to run before the next one can be drawn.
  var pending: ArraySlice<Int32> { tokens[position...] }
  var pendingCount: Int { tokens.count - position }

  mutating func take(_ token: Int32) {
    tokens.append(token)
    readyLogits = nil
    beginsSegment = false
  }

  /// Forgets what was computed.
  mutating func rewind() {
    position = 0
    blocks = []
    readyLogits = nil
  }
}

/// The sequences of one call: waiting, or in a slot.
struct SequenceQueue {
  /// Oldest admission first.
  var running: [ActiveSequence] = []
  /// For the scheduler; waiting sequences are in it.
  var state = Scheduler.State()
  /// Prompts by group.
  let groups: [[Int32]]
  private var sentBack: [Int: ActiveSequence] = [:]
  private var waitingMembers: [Int]
  private let requests: [GenerationRequest]
  private let groupOfRequest: [Int]
  private let rules: StopRules

  init(_ requests: [GenerationRequest], _ parameters: SamplingParameters) {
    self.requests = requests
    rules = parameters.stop
    var numbers: [[Int32]: Int] = [:]
    var groups: [[Int32]] = []
    groupOfRequest = requests.map { request in
      precondition(!request.prompt.isEmpty, "an empty prompt has nothing to predict from")
      if let known = numbers[request.prompt] { return known }
      numbers[request.prompt] = groups.count
      groups.append(request.prompt)
      return groups.count - 1
    }
    self.groups = groups
    waitingMembers = [Int](repeating: 0, count: groups.count)
    for (index, request) in requests.enumerated() where request.maxNewTokens > request.continuation.count {
      wait(index, tokens: request.prompt.count + request.continuation.count)
    }
  }

  var isDone: Bool { running.isEmpty && state.waiting.isEmpty }

  /// Whether sequences with this prompt are still to come.
  func isAwaited(group: Int) -> Bool { waitingMembers[group] > 0 }

  private mutating func wait(_ request: Int, tokens: Int, wasPreempted: Bool = false) {
    waitingMembers[groupOfRequest[request]] += 1
    state.waiting.append(
      Scheduler.Waiting(
        id: request, group: groupOfRequest[request], arrival: request, tokens: tokens,
        promptTokens: requests[request].prompt.count,
        expectedLength: requests[request].expectedLength.map {
          $0 - Double(tokens - requests[request].prompt.count)
        }, wasPreempted: wasPreempted))
  }

  /// Sends running sequences back; they go on where they were.
  mutating func sendBack(_ ids: [Int], memory: inout SequenceMemory) {
    guard !ids.isEmpty else { return }
    let leaving = Set(ids)
    for sequence in running where leaving.contains(sequence.request) {
      memory.release(sequence)
      var waiting = sequence
      waiting.rewind()
      sentBack[sequence.request] = waiting
      wait(sequence.request, tokens: sequence.tokens.count, wasPreempted: true)
    }
    running.removeAll { leaving.contains($0.request) }
  }

  /// Cuts a segment in every sequence that has begun.
  mutating func cutSegments() {
    for slot in running.indices { running[slot].beginsSegment = true }
    for id in sentBack.keys { sentBack[id]?.beginsSegment = true }
  }

  /// Gives waiting sequences a slot each.
  ///
  /// - Returns: Tokens that they need not compute.
  mutating func admit(_ ids: [Int], memory: inout SequenceMemory) -> Int {
    guard !ids.isEmpty else { return 0 }
    var shared = 0
    for id in ids {
      let request = requests[id]
      var sequence =
        sentBack.removeValue(forKey: id)
        ?? ActiveSequence(
          request: id, group: groupOfRequest[id], promptCount: request.prompt.count,
          tokens: request.prompt + request.continuation, stop: rules.start(after: request.continuation))
      memory.attach(&sequence)
      shared += sequence.position
      running.append(sequence)
      waitingMembers[sequence.group] -= 1
    }
    let admitted = Set(ids)
    state.waiting.removeAll { admitted.contains($0.id) }
    return shared
  }

  /// Marks a sequence as over; it leaves with ``removeFinished()``.
  mutating func finish(_ slot: Int, length: Int) {
    running[slot].isFinished = true
    state.recordFinish(group: running[slot].group, length: length)
  }

  mutating func removeFinished() -> [ActiveSequence] {
    guard running.contains(where: \.isFinished) else { return [] }
    defer { running.removeAll(where: \.isFinished) }
    return running.filter(\.isFinished)
  }

  /// Tells the scheduler how much of the waiting sequences is there already.
  mutating func noteCached(_ count: (_ tokens: [Int32]) -> Int, group: Int? = nil) {
    for index in state.waiting.indices where group == nil || state.waiting[index].group == group {
      let waiting = state.waiting[index]
      let tokens =
        sentBack[waiting.id]?.tokens ?? requests[waiting.id].prompt + requests[waiting.id].continuation
      state.waiting[index].cachedTokens = min(count(tokens), tokens.count - 1)
    }
  }
}
