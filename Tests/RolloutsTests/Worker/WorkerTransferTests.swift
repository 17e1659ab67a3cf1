import Experience
import Rollouts
import Testing
import Tokenizers
import Transformer
import Transport

/// A real worker with a trainer of the test's own making.
@Suite(.serialized) struct WorkerTransferTests {
  @Test func `a transfer that is damaged leaves the old weights in place, and their tag`() throws {
    let scene = ExchangeScene()
    let folder = try TestFolder()
    let trainer = try FakeTrainer(scene, at: "ipc://\(folder.path)/x")
    let worker = WorkerThread("w", at: trainer.router.endpoint)
    let first = try scene.parameters.snapshot(version: 1)
    trainer.publish(first)
    let isThere = trainer.serve { $0?.version == first.version }
    #expect(isThere)
    let second = try ExchangeScene(seed: 6).parameters.snapshot(version: 2)
    trainer.damages = true
    trainer.publish(second)
    // Heartbeats name the weights in memory, whatever was announced.
    let isOld = trainer.serve { _ in trainer.damaged >= 4 }
    #expect(isOld)
    let order = WorkOrder(
      lease: LeaseID(1), item: WorkItem(step: 1, group: 0, sample: 0), purpose: "train",
      prompt: scene.tokenizer.encode("what is 0?"), continuation: [], segmentLength: 5,
      maxCompletionLength: 24,
      version: nil)
    trainer.say(.work([order]))
    let hasReported = trainer.serve { _ in !trainer.reports.isEmpty }
    #expect(hasReported)
    #expect(trainer.reports.first?.runs.map(\.version) == [first.version])
    #expect(trainer.version == first.version)
    // A transfer that holds is taken, and none of its chunks starts from what was damaged.
    trainer.damages = false
    trainer.say(.announce(second.announcement))
    let isNew = trainer.serve { $0?.version == second.version }
    #expect(isNew, "\(worker.events)")
    #expect(worker.events.contains { $0.contains("badTransfer") })
    trainer.say(.finished)
    #expect(worker.join() == .finished)
  }

  @Test func `an order for weights that are not in memory is not begun`() throws {
    let scene = ExchangeScene()
    let folder = try TestFolder()
    let trainer = try FakeTrainer(scene, at: "ipc://\(folder.path)/x")
    let worker = WorkerThread("w", at: trainer.router.endpoint)
    let first = try scene.parameters.snapshot(version: 1)
    trainer.publish(first)
    let isThere = trainer.serve { $0?.version == first.version }
    #expect(isThere)
    let prompt = scene.tokenizer.encode("what is 0?")
    let orders = [7, 1].map { number in
      WorkOrder(
        lease: LeaseID(UInt64(number)), item: WorkItem(step: 1, group: 0, sample: number), purpose: "train",
        prompt: prompt, continuation: [], segmentLength: 5, maxCompletionLength: 24,
        version: PolicyVersion(number: number, digest: first.version.digest))
    }
    trainer.say(.work(orders))
    let hasReported = trainer.serve { _ in !trainer.reports.isEmpty }
    #expect(hasReported)
    #expect(trainer.reports.map(\.lease) == [LeaseID(1)])
    // The other is no longer named, so it goes to somebody else.
    let isForgotten = trainer.serve { $0?.leases == [LeaseID(1)] }
    #expect(isForgotten)
    trainer.say(.acknowledge([LeaseID(1)]))
    let isFree = trainer.serve { $0?.leases == [] }
    #expect(isFree)
    trainer.say(.finished)
    #expect(worker.join() == .finished)
  }

  @Test func `an order that does not fit the model is given up, with the reason`() throws {
    let scene = ExchangeScene()
    let folder = try TestFolder()
    let trainer = try FakeTrainer(scene, at: "ipc://\(folder.path)/x")
    let worker = WorkerThread("w", at: trainer.router.endpoint)
    trainer.publish(try scene.parameters.snapshot(version: 1))
    let isThere = trainer.serve { $0?.version != nil }
    #expect(isThere)
    let long = scene.configuration.maxPositionEmbeddings
    trainer.say(
      .work([
        WorkOrder(
          lease: LeaseID(1), item: WorkItem(step: 1, group: 0, sample: 0), purpose: "train",
          prompt: [Int32](repeating: 5, count: long), continuation: [], segmentLength: nil,
          maxCompletionLength: 24, version: nil)
      ]))
    let hasFailed = trainer.serve { _ in !trainer.failures.isEmpty }
    #expect(hasFailed)
    #expect(trainer.failures.first?.contains("positions") == true, "\(trainer.failures)")
    trainer.say(.finished)
    #expect(worker.join() == .finished)
  }

  @Test func `a worker that is turned away says why`() throws {
    let scene = ExchangeScene()
    let folder = try TestFolder()
    let trainer = try FakeTrainer(scene, at: "ipc://\(folder.path)/x")
    trainer.refuses = true
    let worker = WorkerThread("w", at: trainer.router.endpoint)
    _ = trainer.serve(seconds: 1) { _ in worker.error != nil }
    #expect(worker.error?.contains("there are enough") == true, "\(worker.error ?? "")")
  }

  @Test func `a worker does not outlive the process that started it`() throws {
    let folder = try TestFolder()
    let worker = WorkerThread("w", at: "ipc://\(folder.path)/nobody") { $0.parent = 1 << 22 }
    #expect(worker.join() == .parentGone)
  }
}

/// A trainer that serves one worker, and damages weights on request.
private final class FakeTrainer {
  let router: RouterSocket
  var damages = false
  private(set) var damaged = 0
  var refuses = false
  private(set) var reports: [SegmentReport] = []
  private(set) var failures: [String] = []
  private(set) var last: Heartbeat?
  private let welcome: Welcome
  private let kit: ModelKitSender
  private var sender = WeightsSender()
  private var worker: WorkerID?

  init(_ scene: ExchangeScene, at address: String) throws {
    let files = try scene.kit
    kit = ModelKitSender(files)
    welcome = Welcome(
      session: "s", run: "r", heartbeatSeconds: 0.05, kitDigest: files.digest, kitBytes: files.byteCount,
      assignment: WorkerAssignment(scene.rollout, seed: scene.seed).json)
    router = try RouterSocket(ZMQContext(), bind: address, security: nil)
  }

  var version: PolicyVersion? { last?.version }

  func say(_ message: TrainerMessage) {
    if let worker { _ = router.send(MessageCoding.encode(message), to: worker) }
  }

  func publish(_ weights: WeightsSnapshot) { say(.announce(sender.publish(weights))) }

  /// Answers until something is so.
  func serve(seconds: Double = 3, until claim: (Heartbeat?) -> Bool) -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
      if claim(last) { return true }
      guard case .message(let incoming) = router.receive() else {
        router.wait(milliseconds: 10)
        continue
      }
      worker = incoming.peer
      guard let message = try? MessageCoding.decodeWorker(incoming.frames, limits: WireLimits()) else {
        continue
      }
      answer(message)
    }
    return claim(last)
  }

  private func answer(_ message: WorkerMessage) {
    switch message {
    case .hello:
      if refuses { return say(.refused("there are enough")) }
      say(.welcome(welcome))
      if let newest = sender.newest { say(.announce(newest.announcement)) }
    case .heartbeat(let heartbeat):
      last = heartbeat
      say(.acknowledge([]))
    case .fetchKit(let request): for chunk in kit.answer(request) { say(.kit(chunk)) }
    case .fetchWeights(let request):
      guard case .chunks(let chunks) = sender.answer(request) else { return }
      for var chunk in chunks {
        if damages, chunk.bytes.count > 8 {
          chunk.bytes[chunk.bytes.count / 2] ^= 4
          damaged += 1
        }
        say(.weights(chunk))
      }
    case .segment(let report): reports.append(report)
    case .failed(_, let reason): failures.append(reason)
    case .draining, .goodbye: break
    }
  }
}
