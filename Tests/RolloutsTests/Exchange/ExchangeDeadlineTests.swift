import Experience
import Rollouts
import Testing
import Transport

@Suite struct ExchangeDeadlineTests {
  private var deadlines: ExchangeDeadlines {
    var workers = WorkersConfiguration()
    (workers.joinDeadline, workers.progressDeadline, workers.publishDeadline) = (10, 20, 15)
    return ExchangeDeadlines(workers)
  }

  /// Observes the same once a second.
  private func observe(
    _ deadlines: inout ExchangeDeadlines, from start: Double = 0, seconds: Int, workers: Int,
    holders: Int? = nil,
    items: Int = 1, segments: Int = 0
  ) {
    for second in 0...seconds {
      deadlines.observe(
        .init(workers: workers, holders: holders, items: items, segments: segments),
        now: start + Double(second))
    }
  }

  @Test func `each wait has its own deadline`() {
    var alone = deadlines
    observe(&alone, seconds: 9, workers: 0)
    #expect(alone.overdue == nil)
    observe(&alone, from: 9, seconds: 1, workers: 0)
    #expect(alone.overdue?.deadline == .join)
    var stuck = deadlines
    observe(&stuck, seconds: 20, workers: 2)
    #expect(stuck.overdue?.deadline == .progress)
    var unpublished = deadlines
    observe(&unpublished, seconds: 15, workers: 2, holders: 0)
    #expect(unpublished.overdue?.deadline == .publish)
  }

  @Test func `nothing is waited for where no item is out, and a segment begins the wait anew`() {
    var idle = deadlines
    observe(&idle, seconds: 100, workers: 0, items: 0)
    #expect(idle.overdue == nil)
    var busy = deadlines
    observe(&busy, seconds: 19, workers: 1)
    observe(&busy, from: 19, seconds: 19, workers: 1, segments: 1)
    #expect(busy.overdue == nil)
  }

  @Test func `a trainer that stood still has not waited`() {
    var deadlines = deadlines
    deadlines.observe(.init(workers: 1, holders: nil, items: 1, segments: 0), now: 0)
    deadlines.observe(.init(workers: 1, holders: nil, items: 1, segments: 0), now: 3600)
    #expect(deadlines.overdue == nil)
  }

  @Test func `workers that come and die without end run into a deadline`() {
    var deadlines = deadlines
    for second in 0..<60 {
      let isThere = second % 3 == 0
      deadlines.observe(
        .init(workers: isThere ? 1 : 0, holders: isThere ? 0 : 0, items: 1, segments: 0), now: Double(second))
    }
    #expect(deadlines.overdue?.deadline == .progress || deadlines.overdue?.deadline == .publish)
  }

  @Test func `errors name the deadline and who was waited for`() throws {
    var scene = ExchangeScene()
    (scene.workers.joinDeadline, scene.workers.progressDeadline, scene.workers.publishDeadline) = (
      0.2, 0.2, 0.2
    )
    scene.workers.heartbeatSeconds = 2
    let exchange = try scene.exchange()
    defer { exchange.close(isFinished: false) }
    exchange.publish(try scene.parameters.snapshot(version: 1))
    try exchange.check()
    exchange.issue(scene.requests(2), purpose: "train", version: scene.version(1))
    #expect(eventually { failure(exchange)?.contains("join_deadline") ?? false })
    #expect(failure(exchange)?.contains(exchange.address) ?? false)
    let fake = try FakeWorker("slow-one", at: exchange.address)
    fake.say(FakeWorker.hello(version: nil))
    #expect(eventually { failure(exchange)?.contains("publish_deadline") ?? false })
    #expect(failure(exchange)?.contains("slow-one (holds none)") ?? false, "\(failure(exchange) ?? "")")
    exchange.cancel(scene.requests(2).map(\.item))
    #expect(eventually { failure(exchange) == nil })
    exchange.issue(scene.requests(2), purpose: "train", version: scene.version(1))
    fake.say(fake.heartbeat(scene.version(1), credit: 4))
    #expect(eventually { failure(exchange)?.contains("progress_deadline") ?? false })
    #expect(
      failure(exchange)?.contains("slow-one (joined, 2 items, weights 1") ?? false,
      "\(failure(exchange) ?? "")")
  }

  private func failure(_ exchange: WorkerExchange) -> String? {
    do {
      try exchange.check()
      return nil
    } catch { return "\(error)" }
  }
}
