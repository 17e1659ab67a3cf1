import Experience
import Transport

/// One message of every kind, with every field filled in.
enum MessageSamples {
  static let digest = "sha256:" + String(repeating: "0123456789abcdef", count: 4)
  static let other = "sha256:" + String(repeating: "fedcba9876543210", count: 4)
  static let version = PolicyVersion(number: 7, digest: digest)
  static let limits = WireLimits(vocabSize: 512, maxCompletionLength: 64, maxPromptLength: 32)

  static let report = SegmentReport(
    lease: LeaseID(UInt64.max), item: WorkItem(step: 3, group: 1, sample: 2), start: 5,
    runs: [
      .init(count: 2, version: version), .init(count: 1, version: PolicyVersion(number: 8, digest: other)),
    ],
    tokens: [0, 511, 17], logprobs: [-0.5, 0, -12.25], sampled: [true, false, true], isFinished: true)

  static let worker: [WorkerMessage] = [
    .hello(
      Hello(
        software: "0.1.0 (abc1234)", host: "box", process: 4711, processor: "AMD EPYC", kernels: "avx512bf16",
        threads: 2, capacity: 64, session: "s1", version: version)),
    .heartbeat(
      Heartbeat(
        credit: 3, leases: [LeaseID(1), LeaseID(9)], version: version, tokens: 1_234, busySeconds: 1.5,
        seconds: 2.25)),
    .segment(report),
    .fetchWeights(WeightsRequest(digest: digest, base: other, first: 12, count: 4)),
    .fetchKit(KitRequest(digest: digest, first: 0, count: 2)),
    .failed(LeaseID(5), reason: "6 GB of keys and values do not fit"),
    .draining, .goodbye,
  ]

  static let order = WorkOrder(
    lease: LeaseID(4), item: WorkItem(step: 1, group: 2, sample: 3), purpose: "train", prompt: [1, 2, 3],
    continuation: [4, 5], segmentLength: 8, maxCompletionLength: 64, version: version, expectedLength: 20.5)

  static let trainer: [TrainerMessage] = [
    .welcome(
      Welcome(
        session: "s1", run: "quickstart", heartbeatSeconds: 2, kitDigest: digest, kitBytes: 100,
        assignment: "{\n\"seed\": 1}")),
    .work([order, emptyOrder]),
    .announce(WeightsAnnouncement(version: version, bytes: 1 << 30)),
    .weights(WeightsChunk(digest: digest, base: other, index: 1, count: 3, bytes: [1, 2, 3, 255])),
    .kit(KitChunk(digest: digest, index: 0, count: 1, bytes: [0, 9])),
    .acknowledge([LeaseID(1), LeaseID(2)]),
    .cancel([LeaseID(3)]),
    .unknownWorker, .refused("another kind of processor"), .finished,
  ]

  /// With nothing optional in it.
  static let emptyOrder = WorkOrder(
    lease: LeaseID(5), item: WorkItem(step: 1, group: 2, sample: 4), purpose: "eval", prompt: [9],
    continuation: [], segmentLength: nil, maxCompletionLength: 1, version: nil)

  /// Frames of all kinds, and which side reads them.
  static var frames: [(isWorkers: Bool, frames: [[UInt8]])] {
    worker.map { (true, MessageCoding.encode($0)) } + trainer.map { (false, MessageCoding.encode($0)) }
  }

  /// Whether frames are parsed; false = refused. A trap would end the test.
  @discardableResult
  static func isParsed(_ frames: [[UInt8]], isWorkers: Bool, limits: WireLimits = limits) -> Bool {
    if isWorkers { return (try? MessageCoding.decodeWorker(frames, limits: limits)) != nil }
    return (try? MessageCoding.decodeTrainer(frames, limits: limits)) != nil
  }

  /// The word for why frames of a worker are refused; nil = they are not.
  static func refusal(_ frames: [[UInt8]], limits: WireLimits = limits) -> String? {
    do {
      _ = try MessageCoding.decodeWorker(frames, limits: limits)
      return nil
    } catch { return error.kind }
  }
}
