import Experience
import Generation
import Randomness
import Rollouts
import Testing
import Tokenizers

@Suite struct `Segments in the trainer's own process` {
  static let version = PolicyVersion(number: 7, digest: "sha256:test")
  let writer = TinyWriter()
  let sampling = RolloutSampling(temperature: 0.3, maxCompletionLength: 120)

  /// End tokens, a text that this model does write, repetition and forced ends of thinking.
  func rules() throws -> StopRules {
    func change(_ rollout: inout RolloutConfiguration) {
      (rollout.maxRepeat, rollout.thinkTokens, rollout.thinkEnd) = (2, 20, "</t>")
    }
    let free = try whole(writer.source(stop: writer.rules(change)), writer.requests(groups: 4, members: 4))
    let long = try #require(free.first { $0.finishReason == .length })
    return try writer.rules {
      change(&$0)
      $0.stop = ["no such text", writer.tokenizer.decode(Array(long.completionTokens[63..<66]))]
    }
  }

  func whole(_ source: InProcessSource, _ requests: [SegmentRequest]) throws -> [Rollout] {
    try #require(
      try source.rollouts(
        requests.map { RolloutRequest(item: $0.item, task: $0.task, promptTokens: $0.promptTokens) },
        purpose: "train", sampling: sampling, version: Self.version))
  }

  /// nil where both are the same bit for bit, or what is not.
  func difference(_ a: Rollout, _ b: Rollout) -> String? {
    if a.completionTokens != b.completionTokens {
      let first = zip(a.completionTokens, b.completionTokens).enumerated().first { $1.0 != $1.1 }?.offset
      return "\(a.item): token \(first.map(String.init) ?? "count")"
    }
    if a.behaviorLogprobs.map(\.bitPattern) != b.behaviorLogprobs.map(\.bitPattern) {
      return "\(a.item): logprobs"
    }
    if a.sampledMask != b.sampledMask { return "\(a.item): mask" }
    if a.finishReason != b.finishReason { return "\(a.item): \(a.finishReason), not \(b.finishReason)" }
    return a.text == b.text ? nil : "\(a.item): text"
  }

  /// Goes on in segments until nothing pauses; every outcome is read by a trainer's own check on the way.
  func inSegments(
    _ source: InProcessSource, _ requests: [SegmentRequest], _ check: FinishCheck
  ) throws -> [Rollout] {
    var parts: [WorkItem: [SegmentOutcome]] = [:]
    var open = requests
    while !open.isEmpty {
      var next: [SegmentRequest] = []
      let isOver = try source.generate(
        open, purpose: "train", sampling: sampling, version: Self.version,
        onSegment: { outcome in
          guard var request = open.first(where: { $0.item == outcome.item }) else { return }
          let tokens = outcome.segments.flatMap(\.tokens)
          let reading = check.read(
            continuation: request.continuation, tokens: tokens, sampled: outcome.segments.flatMap(\.sampled))
          #expect(outcome.start == request.continuation.count && outcome.tokenCount == tokens.count)
          #expect(outcome.segments.map(\.version) == [Self.version])
          parts[outcome.item, default: []].append(outcome)
          if let finish = outcome.finish {
            #expect(reading == .finished(finish, text: outcome.text ?? "none"))
          } else {
            #expect(reading == .paused && outcome.text == nil && tokens.count == request.segmentLength)
            request.continuation += tokens
            next.append(request)
          }
        })
      #expect(isOver)
      open = next
    }
    return try requests.map { request in
      let parts = parts[request.item] ?? []
      return Rollout(
        item: request.item, task: request.task, promptTokens: request.promptTokens,
        segments: parts.flatMap(\.segments), finishReason: try #require(parts.last?.finish),
        text: parts.last?.text ?? "none")
    }
  }

  /// What the generator makes of each alone, from streams that are named here once more.
  @Test func `a rollout in one go is what the generator makes of its work item`() throws {
    let rules = try rules()
    let requests = writer.requests(groups: 4, members: 4)
    let found = try whole(writer.source(stop: rules), requests)
    let generator = try writer.generator()
    for (request, rollout) in zip(requests, found) {
      let stream = Stream(
        "train", UInt64(request.item.step), UInt64(request.item.group), UInt64(request.item.sample))
      let alone = try #require(
        try generator.generate(
          [GenerationRequest(prompt: request.promptTokens, maxNewTokens: 120, stream: stream)],
          SamplingParameters(temperature: 0.3, stop: rules), seed: 3)?.first)
      let expected = Rollout(
        item: request.item, task: request.task, promptTokens: request.promptTokens,
        segments: [
          Segment(
            tokens: alone.tokens, logprobs: alone.logprobs, sampled: alone.sampled, version: Self.version)
        ], finishReason: try #require(FinishReason(alone.finish)), text: alone.text(writer.tokenizer))
      #expect(difference(rollout, expected) == nil)
      #expect(rollout.segments.map(\.version) == [Self.version])
    }
    #expect(Set(found.map(\.finishReason)) == Set(FinishReason.allCases))
    #expect(found.contains { $0.sampledMask.contains(false) })
    #expect(found.contains { $0.finishReason == .stop && $0.completionTokens.last != 1 }, "a stop text")
  }

  @Test(arguments: [1, 3, 7, 32, 119, 120, 500], [GeneratorConfiguration.Speculation.off, .always])
  func
    `cutting them anywhere changes no token while weights stay, and the trainer reads each piece as it was made`(
      length: Int, speculation: GeneratorConfiguration.Speculation
    ) throws
  {
    let rules = try rules()
    let check = FinishCheck(rules: rules, tokenizer: writer.tokenizer, maxCompletionLength: 120)
    let expected = try whole(writer.source(stop: rules), writer.requests(groups: 4, members: 4))
    let source = try writer.source(.init(maxConcurrent: 5, speculation: speculation), stop: rules)
    let found = try inSegments(source, writer.requests(groups: 4, members: 4, segmentLength: length), check)
    for (a, b) in zip(found, expected) {
      #expect(difference(a, b) == nil)
      #expect(a.segments.dropLast().allSatisfy { $0.tokens.count == length })
      if length >= 120 { #expect(a.segments.count == 1) }
    }
  }

  /// The stop text's first letter is the last of a segment.
  @Test func `a stop text that begins in an earlier segment ends the answer, and is not part of its text`()
    throws
  {
    let free = try whole(writer.source(stop: writer.rules()), writer.requests(groups: 8, members: 4))
    let (sample, letters) = try #require(
      free.enumerated().lazy.map { ($0, Array($1.text)) }.first { sample, letters in
        // One letter per token, and no such text before.
        let shown = writer.tokenizer.decode(Array(free[sample].completionTokens.prefix(13)))
        return letters.count > 20 && shown == String(letters[..<13])
          && !String(letters[..<12]).contains(String(letters[9..<13]))
      })
    let text = String(letters[9..<13])
    let rules = try writer.rules { $0.stop = [text] }
    let source = try writer.source(stop: rules)
    let check = FinishCheck(rules: rules, tokenizer: writer.tokenizer, maxCompletionLength: 120)
    let requests = writer.requests(groups: 8, members: 4, segmentLength: 10)
    let found = try inSegments(source, [requests[sample]], check)[0]
    #expect(found.finishReason == .stop && found.completionLength == 13 && found.segments.count == 2)
    #expect(found.text == String(letters[..<9]))
  }

  @Test func `each is told as soon as it is over, as it will be returned`() throws {
    let source = try writer.source(.init(maxConcurrent: 2, speculation: .off), stop: rules())
    let requests = writer.requests(groups: 2, members: 3)
    var told: [Int: Rollout] = [:]
    var asked: [Int] = []
    let found = try #require(
      try source.rollouts(
        requests.map { RolloutRequest(item: $0.item, task: $0.task, promptTokens: $0.promptTokens) },
        purpose: "train", sampling: sampling, version: Self.version, onFinished: { told[$0] = $1 },
        shouldStop: {
          asked.append(told.count)
          return false
        }))
    #expect(told.count == 6 && Set(asked).count > 3)
    for (index, rollout) in found.enumerated() {
      #expect(told[index].flatMap { difference($0, rollout) } == nil && rollout.item == requests[index].item)
    }
  }

  @Test func `a call can be stopped`() throws {
    let source = try writer.source(stop: writer.rules())
    var steps = 0
    func stop() -> Bool {
      steps += 1
      return steps > 5
    }
    #expect(
      try !source.generate(
        writer.requests(groups: 1, members: 2), purpose: "train", sampling: sampling, version: Self.version,
        onSegment: { _ in Issue.record("nothing is over") }, shouldStop: stop))
    #expect(
      try source.rollouts(
        [], purpose: "train", sampling: sampling, version: Self.version, shouldStop: stop) == nil)
  }

  @Test func `an answer that has all its tokens is over without new ones`() throws {
    var request = writer.requests(groups: 1, members: 1)[0]
    request.continuation = writer.tokenizer.encode(String(repeating: "abc", count: 40))
    var found: [SegmentOutcome] = []
    _ = try writer.source(stop: writer.rules()).generate(
      [request], purpose: "train", sampling: sampling, version: Self.version, onSegment: { found.append($0) })
    #expect(found.count == 1 && found[0].segments.isEmpty && found[0].finish == .length)
    #expect(found[0].text == String(repeating: "abc", count: 40) && found[0].start == 120)
  }
}
