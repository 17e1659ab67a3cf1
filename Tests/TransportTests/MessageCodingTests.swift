import Experience
import Testing
import Transport

@Suite struct `Messages on the wire` {
  @Test func `a worker's messages come out as they went in`() throws {
    for message in MessageSamples.worker {
      let back = try MessageCoding.decodeWorker(MessageCoding.encode(message), limits: MessageSamples.limits)
      #expect(back == message)
    }
  }

  @Test func `a trainer's messages come out as they went in`() throws {
    for message in MessageSamples.trainer {
      let back = try MessageCoding.decodeTrainer(MessageCoding.encode(message), limits: MessageSamples.limits)
      #expect(back == message)
    }
  }

  @Test func `the first frame says APUS, version and kind, and arrays are little-endian`() throws {
    let frames = MessageCoding.encode(.segment(MessageSamples.report))
    #expect(frames.count == 5)
    #expect(frames[0] == [0x41, 0x50, 0x55, 0x53, 1, 3])
    // 0, 511 = 0x01FF, 17
    #expect(frames[2] == [0, 0, 0, 0, 0xFF, 1, 0, 0, 17, 0, 0, 0])
    // -0.5 = 0xBF000000, 0, -12.25 = 0xC1440000
    #expect(frames[3] == [0, 0, 0, 0xBF, 0, 0, 0, 0, 0, 0, 0x44, 0xC1])
    #expect(frames[4] == [1, 0, 1])
  }

  @Test func `a header may have fields that this program does not know`() throws {
    var frames = MessageCoding.encode(.goodbye)
    frames[1] = Array(#"{"because":{"of":[1,2,{"x":null}]}}"#.utf8)
    #expect(try MessageCoding.decodeWorker(frames, limits: MessageSamples.limits) == .goodbye)
  }

  @Test func `no side takes what only the other may say`() {
    for (isWorkers, frames) in MessageSamples.frames {
      #expect(MessageSamples.isParsed(frames, isWorkers: isWorkers))
      #expect(!MessageSamples.isParsed(frames, isWorkers: !isWorkers))
    }
  }

  @Test func `wrong magic, version, kind and number of frames are told apart`() {
    let good = MessageCoding.encode(.segment(MessageSamples.report))
    func with(_ index: Int, _ value: UInt8) -> [[UInt8]] {
      var frames = good
      frames[0][index] = value
      return frames
    }
    #expect(MessageSamples.refusal(good) == nil)
    #expect(MessageSamples.refusal(with(0, 0x42)) == "wrong_magic")
    #expect(MessageSamples.refusal([]) == "wrong_magic")
    #expect(MessageSamples.refusal(with(4, 2)) == "wrong_version")
    #expect(MessageSamples.refusal(with(5, 200)) == "unknown_message")
    #expect(MessageSamples.refusal(Array(good.dropLast())) == "wrong_frames")
    #expect(MessageSamples.refusal(good + [[1]]) == "wrong_frames")
  }

  @Test func `a header beyond its size is not even parsed`() {
    var limits = MessageSamples.limits
    limits.maxHeaderBytes = 10
    #expect(
      MessageSamples.refusal(MessageCoding.encode(MessageSamples.worker[0]), limits: limits) == "oversized")
  }

  @Test func `words of a worker cannot bring a terminal to do things`() throws {
    // What our own programs send is made harmless; what others send is refused.
    let frames = MessageCoding.encode(.failed(LeaseID(1), reason: "a\u{1B}[2Jb\nc\u{202E}d"))
    #expect(
      try MessageCoding.decodeWorker(frames, limits: MessageSamples.limits)
        == .failed(LeaseID(1), reason: "a [2Jb c d"))
    let hostile = [frames[0], Array(#"{"lease":1,"reason":"a\u001b[2Jb"}"#.utf8)]
    #expect(MessageSamples.refusal(hostile) == "bad_value")
    let long = [frames[0], Array(#"{"lease":1,"reason":"\#(String(repeating: "a", count: 1_001))"}"#.utf8)]
    #expect(MessageSamples.refusal(long) == "oversized")
  }

  @Test func `what is refused is said with its place and without its content`() {
    let frames = [
      MessageCoding.encode(.goodbye)[0].dropLast() + [6], Array(#"{"lease":"secret","reason":""}"#.utf8),
    ]
    do {
      _ = try MessageCoding.decodeWorker(frames, limits: MessageSamples.limits)
      Issue.record("was taken")
    } catch { #expect(error.description == "its header is not as it should be: `lease` is not UInt64") }
  }
}

@Suite struct `A report of a segment` {
  private func refusal(_ change: (inout SegmentReport) -> Void) -> String? {
    var report = MessageSamples.report
    change(&report)
    return MessageSamples.refusal(MessageCoding.encode(.segment(report)))
  }

  @Test func `has token ids of the vocabulary`() {
    #expect(refusal { $0.tokens[1] = 511 } == nil)
    #expect(refusal { $0.tokens[1] = 512 } == "bad_value")
    #expect(refusal { $0.tokens[1] = -1 } == "bad_value")
    #expect(refusal { $0.tokens[1] = Int32.min } == "bad_value")
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity, 0.002, -100.5])
  func `has logprobs that can be`(_ value: Float) {
    #expect(refusal { $0.logprobs[0] = value } == "bad_value")
  }

  @Test func `may have a logprob above 0 by rounding, and any finite one where the token was put in`() {
    #expect(refusal { $0.logprobs[0] = 1e-3 } == nil)
    #expect(refusal { $0.logprobs[1] = -1_000 } == nil)
  }

  @Test func `has as many logprobs and flags as tokens, and every token one version`() {
    #expect(refusal { $0.logprobs.removeLast() } == "disagreement")
    #expect(refusal { $0.sampled.append(true) } == "disagreement")
    #expect(refusal { $0.runs.removeLast() } == "disagreement")
    #expect(
      refusal { $0.runs[0].count = 3 } == "bad_value" || refusal { $0.runs[0].count = 3 } == "disagreement")
    #expect(refusal { $0.runs[0].count = 0 } == "bad_value")
    #expect(refusal { $0.runs[0].count = -2 } == "bad_value")
    #expect(refusal { $0.runs = [] } == "bad_value")
    #expect(refusal { ($0.tokens, $0.logprobs, $0.sampled) = ([], [], []) } == "bad_value")
  }

  @Test func `stays within the length of a completion`() {
    #expect(refusal { $0.start = 61 } == nil)
    #expect(refusal { $0.start = 62 } == "bad_value")
    #expect(refusal { $0.start = Int.max } == "bad_value")
    #expect(refusal { $0.start = -1 } == "bad_value")
  }

  @Test func `names digests and items that can be`() {
    #expect(refusal { $0.runs[0].version.digest = "sha256:XY" } == "bad_value")
    #expect(refusal { $0.runs[0].version.digest = MessageSamples.digest.uppercased() } == "bad_value")
    #expect(refusal { $0.runs[0].version.number = -1 } == "bad_value")
    #expect(refusal { $0.item.step = -1 } == "bad_value")
    #expect(refusal { $0.item.group = Int.max } == "bad_value")
  }

  @Test func `with flags other than 0 and 1 is refused`() {
    var frames = MessageCoding.encode(.segment(MessageSamples.report))
    frames[4][0] = 2
    #expect(MessageSamples.refusal(frames) == "bad_value")
  }
}

@Suite struct `Other messages` {
  private func refusal(_ message: WorkerMessage) -> String? {
    MessageSamples.refusal(MessageCoding.encode(message))
  }

  @Test func `a hello says how much it takes, within bounds`() {
    var hello = Hello(
      software: "a", host: "b", process: 1, processor: "c", kernels: "d", threads: 1, capacity: 1_024)
    #expect(refusal(.hello(hello)) == nil)
    hello.capacity = 1_025
    #expect(refusal(.hello(hello)) == "bad_value")
    hello.capacity = 0
    #expect(refusal(.hello(hello)) == "bad_value")
  }

  @Test func `a heartbeat has numbers that can be`() {
    func beat(_ change: (inout Heartbeat) -> Void) -> String? {
      var beat = Heartbeat(credit: 0, leases: [], version: nil, tokens: 0, busySeconds: 0, seconds: 0)
      change(&beat)
      return refusal(.heartbeat(beat))
    }
    #expect(beat { _ in } == nil)
    #expect(beat { $0.credit = -1 } == "bad_value")
    #expect(beat { $0.tokens = -1 } == "bad_value")
    #expect(beat { $0.seconds = -1 } == "bad_value")
    #expect(beat { $0.busySeconds = .nan } == "bad_header")
    #expect(beat { $0.leases = (0..<1_025).map { LeaseID(UInt64($0)) } } == "oversized")
  }

  @Test(arguments: ["1e999", "-1", "18446744073709551616", "1.5", "\"1\"", "null", "[]"])
  func `a lease is a whole number of 64 bits`(_ text: String) {
    let frames = [
      MessageCoding.encode(.failed(LeaseID(1), reason: ""))[0],
      Array("{\"lease\":\(text),\"reason\":\"\"}".utf8),
    ]
    #expect(MessageSamples.refusal(frames) == "bad_header")
  }

  @Test func `a request asks for at least one chunk and not for a million`() {
    #expect(
      refusal(.fetchWeights(WeightsRequest(digest: MessageSamples.digest, base: nil, first: 0, count: 1)))
        == nil)
    for (first, count) in [(-1, 1), (0, 0), (0, 1_025), (Int.max, 1)] {
      let request = WeightsRequest(digest: MessageSamples.digest, base: nil, first: first, count: count)
      #expect(refusal(.fetchWeights(request)) == "bad_value")
      #expect(
        refusal(.fetchKit(KitRequest(digest: MessageSamples.digest, first: first, count: count)))
          == "bad_value")
    }
  }

  @Test func `orders whose counts and arrays differ are refused`() {
    let good = MessageCoding.encode(.work([MessageSamples.order]))
    #expect(MessageSamples.isParsed(good, isWorkers: false))
    for index in 2...3 {
      var frames = good
      frames[index] += [0, 0, 0, 0]
      #expect(!MessageSamples.isParsed(frames, isWorkers: false))
    }
    for change: (inout WorkOrder) -> Void in [
      { $0.maxCompletionLength = 65 }, { $0.maxCompletionLength = 0 }, { $0.maxCompletionLength = 2 },
      { $0.segmentLength = 0 }, { $0.prompt = [] }, { $0.prompt = Array(repeating: 1, count: 33) },
      { $0.prompt = [512] }, { $0.expectedLength = -1 }, { $0.purpose = String(repeating: "p", count: 65) },
    ] {
      var order = MessageSamples.order
      change(&order)
      #expect(!MessageSamples.isParsed(MessageCoding.encode(.work([order])), isWorkers: false))
    }
  }

  @Test func `a chunk is one of those that there are`() {
    for (index, count) in [(3, 3), (-1, 3), (0, 0), (0, Int.max)] {
      let chunk = WeightsChunk(
        digest: MessageSamples.digest, base: nil, index: index, count: count, bytes: [])
      #expect(!MessageSamples.isParsed(MessageCoding.encode(.weights(chunk)), isWorkers: false))
    }
  }
}
