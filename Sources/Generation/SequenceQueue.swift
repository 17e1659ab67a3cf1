internal import Experience
internal import Randomness

/// A sequence in a slot, or sent back to wait for one.
struct ActiveSequence {
  let request: Int
  /// Of sequences with the same prompt.
  let group: Int
  let promptCount: Int
  /// Whose random numbers it uses.
  let stream: Stream
  /// Tokens, prompt included, at which it is cut, and at which it pauses.
  let end: Int
  let pause: Int
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

  fileprivate init(_ number: Int, _ request: GenerationRequest, group: Int, _ rules: StopRules) {
    self.request = number
    self.group = group
    promptCount = request.prompt.count
    stream = request.stream
    end = request.longest
    tokens = request.prompt + request.continuation
    pause =
      request.segmentTokens.map { [count = tokens.count] in count + min($0, request.maxNewTokens) } ?? .max
    stop = rules.start(after: request.continuation)
  }

  /// New tokens that it may get before it ends or pauses.
  var room: Int { min(end, pause) - tokens.count }

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
  /// Requests that are not over, by number.
  private var open: [Int: OpenRequest] = [:]
  /// Groups with open requests, and by which prompt they are found.
  private var groups: [Int: Group] = [:]
  private var groupNumbers: [[Int32]: Int] = [:]
  private var sentBack: [Int: ActiveSequence] = [:]
  /// Requests, and groups, that there have been.
  private(set) var count = 0
  private var groupCount = 0
  private let rules: StopRules

  private struct OpenRequest {
    let request: GenerationRequest
    let group: Int
    /// What it has got in this call.
    var result = GeneratedSequence()
  }

  /// Sequences with the same prompt.
  private struct Group {
    let prompt: [Int32]
    var openCount = 0
    var waitingCount = 0
  }

  init(_ parameters: SamplingParameters) { rules = parameters.stop }

  var isDone: Bool { running.isEmpty && state.waiting.isEmpty }
  var openCount: Int { open.count }
  /// Tokens that the longest of them may come to, prompt included.
  var longest: Int { open.values.reduce(0) { max($0, $1.request.longest) } }

  /// Whether sequences with this prompt are still to come.
  func isAwaited(group: Int) -> Bool { groups[group].map { $0.waitingCount > 0 } ?? false }

  // MARK: Requests come and go

  /// Takes a request in, under the next number.
  ///
  /// - Returns: Whether it has something to do; otherwise it is over, with no new tokens.
  mutating func add(_ request: GenerationRequest) -> Bool {
    precondition(!request.prompt.isEmpty, "an empty prompt has nothing to predict from")
    defer { count += 1 }
    guard request.maxNewTokens > request.continuation.count else { return false }
    let group: Int
    if let known = groupNumbers[request.prompt] {
      group = known
    } else {
      group = groupCount
      groupCount += 1
      groupNumbers[request.prompt] = group
      groups[group] = Group(prompt: request.prompt)
    }
    groups[group]?.openCount += 1
    open[count] = OpenRequest(request: request, group: group)
    wait(count, group: group, request, tokens: request.prompt.count + request.continuation.count)
    return true
  }

  /// Takes a request that is over out.
  ///
  /// - Returns: What it got, and whether it was the last of its group.
  mutating func close(_ sequence: ActiveSequence) -> (result: GeneratedSequence, isLastOfGroup: Bool) {
    let result = open.removeValue(forKey: sequence.request)?.result ?? GeneratedSequence()
    return (result, leave(group: sequence.group))
  }

  /// Pauses all that are not over.
  ///
  /// - Returns: What those have got that have got anything, by number.
  func pauseAll() -> [(request: Int, result: GeneratedSequence)] {
    open.sorted { $0.key < $1.key }.compactMap { number, entry in
      guard !entry.result.tokens.isEmpty else { return nil }
      var result = entry.result
      result.finish = .paused
      return (number, result)
    }
  }

  /// Takes requests out that are not over, as far as there are such.
  ///
  /// - Returns: Their numbers and groups.
  mutating func withdraw(_ numbers: Set<Int>, memory: inout SequenceMemory) -> [(request: Int, group: Int)] {
    let leaving = numbers.sorted().compactMap { number in
      open.removeValue(forKey: number).map { (request: number, group: $0.group) }
    }
    guard !leaving.isEmpty else { return [] }
    for sequence in running where numbers.contains(sequence.request) { memory.release(sequence) }
    running.removeAll { numbers.contains($0.request) }
    for waiting in state.waiting where numbers.contains(waiting.id) {
      groups[waiting.group]?.waitingCount -= 1
      sentBack[waiting.id] = nil
    }
    state.waiting.removeAll { numbers.contains($0.id) }
    for (_, group) in leaving { _ = leave(group: group) }
    return leaving
  }

  /// Whether any member of a group is still open.
  func isOpen(group: Int) -> Bool { groups[group] != nil }

  private mutating func leave(group: Int) -> Bool {
    groups[group]?.openCount -= 1
    guard let left = groups[group], left.openCount == 0 else { return false }
    groups[group] = nil
    groupNumbers[left.prompt] = nil
    state.forget(group: group)
    return true
  }

  private mutating func wait(
    _ number: Int, group: Int, _ request: GenerationRequest, tokens: Int, wasPreempted: Bool = false
  ) {
    groups[group]?.waitingCount += 1
    state.waiting.append(
      Scheduler.Waiting(
        id: number, group: group, arrival: number, tokens: tokens, promptTokens: request.prompt.count,
        expectedLength: request.expectedLength.map { $0 - Double(tokens - request.prompt.count) },
        wasPreempted: wasPreempted))
  }

  // MARK: Steps

  /// Sends running sequences back; they go on where they were.
  mutating func sendBack(_ numbers: [Int], memory: inout SequenceMemory) {
    guard !numbers.isEmpty else { return }
    let leaving = Set(numbers)
    for sequence in running where leaving.contains(sequence.request) {
      memory.release(sequence)
      var waiting = sequence
      waiting.rewind()
      sentBack[sequence.request] = waiting
      guard let request = open[sequence.request]?.request else { continue }
      wait(
        sequence.request, group: sequence.group, request, tokens: sequence.tokens.count, wasPreempted: true)
    }
    running.removeAll { leaving.contains($0.request) }
  }

  /// Cuts a segment in every sequence that has begun.
  mutating func cutSegments() {
    for slot in running.indices { running[slot].beginsSegment = true }
    for number in sentBack.keys { sentBack[number]?.beginsSegment = true }
  }

  /// Gives waiting sequences a slot each.
  ///
  /// - Returns: Tokens that they need not compute.
  mutating func admit(_ numbers: [Int], memory: inout SequenceMemory) -> Int {
    guard !numbers.isEmpty else { return 0 }
    var shared = 0
    for number in numbers {
      guard let entry = open[number] else { preconditionFailure("request \(number) is not open") }
      var sequence =
        sentBack.removeValue(forKey: number)
        ?? ActiveSequence(number, entry.request, group: entry.group, rules)
      memory.attach(&sequence)
      shared += sequence.position
      running.append(sequence)
      groups[entry.group]?.waitingCount -= 1
    }
    let admitted = Set(numbers)
    state.waiting.removeAll { admitted.contains($0.id) }
    return shared
  }

  /// Gives the sequence in a slot its next token.
  ///
  /// - Returns: Why it ends or pauses with it, if it does; it leaves with ``removeFinished()``.
  mutating func take(
    _ choice: TokenSampler.Choice, sampled: Bool, version: PolicyVersion?, slot: Int
  ) -> GeneratedSequence.Finish? {
    let number = running[slot].request
    open[number]?.result.append(
      choice, sampled: sampled, version: version, beginsSegment: running[slot].beginsSegment)
    let verdict = running[slot].stop.advance(choice.token)
    running[slot].take(choice.token)
    guard let finish = finish(verdict, running[slot]) else { return nil }
    open[number]?.result.finish = finish
    running[slot].isFinished = true
    state.recordFinish(
      group: running[slot].group, length: running[slot].tokens.count - running[slot].promptCount)
    return finish
  }

  private func finish(
    _ verdict: StopRules.Verdict?, _ sequence: ActiveSequence
  ) -> GeneratedSequence.Finish? {
    if let verdict { return GeneratedSequence.Finish(verdict) }
    if sequence.tokens.count >= sequence.end { return .length }
    return sequence.tokens.count >= sequence.pause ? .paused : nil
  }

  mutating func removeFinished() -> [ActiveSequence] {
    guard running.contains(where: \.isFinished) else { return [] }
    defer { running.removeAll(where: \.isFinished) }
    return running.filter(\.isFinished)
  }

  /// Tells the scheduler how much of the waiting sequences is there already.
  ///
  /// - Parameters:
  ///   - group: Of these only; nil = of all.
  ///   - first: Of requests from this number on.
  ///   - count: Tokens of a sequence that kept blocks hold.
  mutating func noteCached(group: Int? = nil, from first: Int = 0, _ count: (_ tokens: [Int32]) -> Int) {
    for index in state.waiting.indices where group == nil || state.waiting[index].group == group {
      let number = state.waiting[index].id
      guard number >= first, let request = open[number]?.request else { continue }
      let tokens = sentBack[number]?.tokens ?? request.prompt + request.continuation
      state.waiting[index].cachedTokens = min(count(tokens), tokens.count - 1)
    }
  }
}
