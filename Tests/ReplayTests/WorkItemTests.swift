import Experience
import Foundation
import GRDB
import Replay
import Testing

@Suite struct `Work items in the store` {
  @Test func `work is there from when it is asked for, and every stage of it is one commit`() throws {
    try withFixture { (fixture: StoreFixture) throws in
      let (store, run) = (fixture.store, fixture.run)
      try fixture.issue(step: 1)
      #expect(try fixture.texts("select state from rollouts") == ["waiting", "waiting"])
      #expect(try fixture.texts("select fate from ledger") == ["pending", "pending"])

      let (a, b) = (item(1, 0, 0), item(1, 0, 1))
      #expect(try store.append(run, paused(a, weights(0)), step: 1) == 1)
      #expect(try store.append(run, finished(b, weights(0), worker: "moon"), step: 1) == 2)
      #expect(try fixture.texts("select state from rollouts") == ["unfinished", "finished"])
      var two = finished(a, from: 4, count: 2, weights(0))
      two.segments.append(segment(a, from: 6, count: 3, weights(1)))
      #expect(try store.append(run, two, step: 2) == 4)

      let open = try #require(try store.open(run).first)
      #expect(open.key == key(0, step: 1) && open.promptTokens == [2, 3] && open.dataPosition == 11)
      #expect(open.task == issued(0, step: 1).task && !open.isReady)
      #expect(open.members[0].segments == paused(a, weights(0)).segments + two.segments)
      #expect(open.members[0].finish == .stop && open.members[0].finishedStep == 2)
      #expect(open.members[1].segments[0].worker == "moon" && open.members[1].reward == reward(1))
      // As of step 1 the first was still under way.
      let earlier = try #require(try store.open(run, asOf: 1).first)
      #expect(earlier.members[0].segments == paused(a, weights(0)).segments)
      #expect(earlier.members[0].finish == nil && earlier.members[0].text == nil)
      #expect(earlier.members[1].finish == .stop)

      try store.ready(
        run, group: key(0, step: 1), rewards: [reward(0, reference: 3), reward(1, reference: 3)])
      #expect(try store.open(run)[0].isReady)
      #expect(try store.open(run)[0].members[0].reward == reward(0, reference: 3))
      #expect(try !store.open(run, asOf: 1)[0].isReady)

      try store.consume(
        run,
        UpdateEntry(
          step: 2, stage: "rl", kind: "rl", before: weights(1), after: weights(2), dataPosition: 20,
          groups: [
            [
              ConsumedMember(item: a, fate: .trained, advantage: 0.5),
              ConsumedMember(item: b, fate: .filtered(reason: "overlong"), advantage: -0.5),
            ]
          ]))
      #expect(try store.open(run).isEmpty)
      let taken = try #require(try fixture.reader().consumed(step: 2).first)
      #expect(taken.map(\.fate) == [.trained, .filtered(reason: "overlong")])
      #expect(taken.map(\.advantage) == [0.5, -0.5] && taken[0].reward == reward(0, reference: 3))
      #expect(taken[0].rollout.segments == open.members[0].segments && taken[0].rollout.item == a)
      #expect(try fixture.reader().updates().map(\.after) == [weights(2)])
    }
  }

  @Test func `an update keeps the order in which it took groups, and a checkpoint stamps what is behind it`()
    throws
  {
    try withFixture { (fixture: StoreFixture) throws in
      try fixture.issue(3, step: 1)
      for index in [2, 0, 1] { try fixture.finish(index, step: 1, weights(0)) }
      try fixture.update(step: 1, taking: [(1, 2), (1, 0), (1, 1)])
      let order = try fixture.reader().consumed(step: 1).map { $0[0].rollout.item.group }
      #expect(order == [2, 0, 1])
      #expect(try fixture.texts("select group_index from groups order by ready_order") == ["2", "0", "1"])
      #expect(try fixture.reader().updates()[0].checkpointStep == nil)
      try fixture.checkpoint(step: 1)
      try fixture.checkpoint(step: 1)
      #expect(try fixture.reader().updates()[0].checkpointStep == 1)
      let record = CheckpointRecord(step: 1, version: weights(1), stateDigest: "sha256:state1")
      #expect(try fixture.store.checkpoints(fixture.run) == [record])
      #expect(try fixture.reader().checkpoints() == [record])
      #expect(try fixture.objections() == nil)
    }
  }

  @Test func `issuing or committing the same again changes nothing`() throws {
    try withFixture { (fixture: StoreFixture) throws in
      for _ in 0..<2 { try fixture.issue(2, step: 1) }
      let first = paused(item(1, 0, 0), weights(0))
      let last = finished(item(1, 0, 0), from: 4, weights(0))
      #expect(try fixture.store.append(fixture.run, first, step: 1) == 1)
      #expect(try fixture.store.append(fixture.run, first, step: 1) == nil)
      #expect(try fixture.store.append(fixture.run, last, step: 1) == 2)
      #expect(try fixture.store.append(fixture.run, last, step: 1) == nil)
      #expect(try fixture.store.append(fixture.run, first, step: 1) == nil)
      let again = try fixture.reopened()
      #expect(try again.store.append(again.run, last, step: 1) == nil)
      #expect(try fixture.query("select count(*) from segments") == 2)
      #expect(try fixture.query("select count(*) from rollouts") == 4)
    }
  }

  @Test func `other tokens, versions or ends in a taken place are refused`() throws {
    try withFixture { (fixture: StoreFixture) throws in
      try fixture.issue(step: 1)
      let item = item(1, 0, 0)
      try fixture.store.append(fixture.run, paused(item, weights(0)), step: 1)
      try fixture.store.append(fixture.run, finished(item, from: 4, weights(0)), step: 1)
      var longer = paused(item, weights(0))
      longer.finish = .stop
      for other in [paused(item, weights(1)), paused(item, count: 3, weights(0)), longer] {
        let error = #expect(throws: ReplayError.self) {
          try fixture.store.append(fixture.run, other, step: 1)
        }
        #expect(error?.reason == .conflictingRollout(step: 1, group: 0, sample: 0))
      }
      let apart = #expect(throws: ReplayError.self) {
        try fixture.store.append(fixture.run, paused(item, from: 9, weights(0)), step: 1)
      }
      #expect(apart?.description.contains("has 7 tokens, so a segment cannot begin at token 9") == true)
      for other in [WorkItem(step: 1, group: 1, sample: 0), WorkItem(step: 1, group: 0, sample: 2)] {
        let unknown = #expect(throws: ReplayError.self) {
          try fixture.store.append(fixture.run, paused(other, weights(0)), step: 1)
        }
        #expect(unknown?.description.contains("was never issued") == true)
      }
      #expect(throws: ReplayError.self) {
        try fixture.store.issue(
          fixture.run, groups: [issued(0, step: 1, prompt: [9])], step: 1, stage: "rl", version: weights(0))
      }
      #expect(try fixture.query("select count(*) from segments") == 2)
    }
  }

  @Test func `a group is taken or dropped once, and what comes too late for it is left out`() throws {
    try withFixture { (fixture: StoreFixture) throws in
      let (store, run) = (fixture.store, fixture.run)
      try fixture.issue(3, step: 1)
      try store.append(run, paused(item(1, 1, 0), weights(0)), step: 1)
      try store.drop(run, group: key(1, step: 1), fate: .stale(by: 5), step: 1)
      try store.drop(run, group: key(2, step: 1), fate: .failed(reason: "out of memory"), step: 1)
      #expect(try store.append(run, finished(item(1, 1, 0), from: 4, weights(0)), step: 1) == nil)
      try fixture.finish(step: 1, weights(0))
      try fixture.update(step: 1, taking: [(1, 0)])
      #expect(try store.counts(run).fates == ["stale(5)": 2, "failed(out of memory)": 2, "trained": 2])
      let line = try #require(try fixture.reader().ledger().first)
      #expect(line.stale == [5: 2] && line.failed == ["out of memory": 2] && line.addsUp)

      let twice = #expect(throws: ReplayError.self) { try fixture.update(step: 2, taking: [(1, 0)]) }
      #expect(twice?.description.contains("step 1, group 0 is `consumed`") == true)
      #expect(throws: ReplayError.self) {
        try store.drop(run, group: key(0, step: 1), fate: .stale(by: 1), step: 2)
      }
      let step = #expect(throws: ReplayError.self) { try fixture.update(step: 1, taking: []) }
      #expect(step?.reason == .stepTaken(step: 1))
      #expect(try fixture.query("select count(*) from updates") == 1)
      #expect(try fixture.objections() == nil)
    }
  }

  @Test func `a transaction that fails leaves nothing, and the next one goes on`() throws {
    try withFixture { (fixture: StoreFixture) throws in
      try fixture.issue(step: 1)
      var bad = finished(item(1, 0, 0), weights(0))
      bad.reward?.components[1].value = .nan
      let error = #expect(throws: ReplayError.self) { try fixture.store.append(fixture.run, bad, step: 1) }
      #expect(error?.description.contains("reward term `short` of step 1, group 0, sample 0 is NaN") == true)
      try fixture.store.limitSize(pages: 80)
      let long = finished(item(1, 0, 0), count: 100_000, weights(0))
      let full = #expect(throws: ReplayError.self) { try fixture.store.append(fixture.run, long, step: 1) }
      #expect(full?.reason == .diskFull)
      #expect(try fixture.query("select count(*) from segments") == 0)
      #expect(try fixture.texts("select state from rollouts") == ["waiting", "waiting"])
      #expect(try fixture.store.append(fixture.run, finished(item(1, 0, 0), weights(0)), step: 1) != nil)
    }
  }

  @Test func `kill -9 between two commits leaves every segment that was acknowledged`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "apus-kill-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "replay.sqlite").path(percentEncoded: false)
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let store = try ReplayStore(path: path)
      let fixture = StoreFixture(store: store, run: try store.begin(StoreFixture.nano))
      try fixture.issue(2, step: 1)
      for sample in 0..<2 {
        try store.append(fixture.run, paused(item(1, 0, sample), weights(0)), step: 1)
      }
      kill(getpid(), SIGKILL)
    }
    let store = try ReplayStore(path: path)
    let run = try store.begin(StoreFixture.nano)
    #expect(try store.open(run).map { $0.members.map(\.segments.count) } == [[1, 1], [0, 0]])
    #expect(try store.append(run, finished(item(1, 0, 0), from: 4, weights(0)), step: 1) == 3)
  }

  @Test func `metrics are replaced by name, and a worker's counts go on over restarts`() throws {
    try withFixture { (fixture: StoreFixture) throws in
      let values: [(String, StoredValue)] = [
        ("loss", .number(.nan)), ("step_time", .number(0.5)), ("stage", .text("rl")),
        ("num_tokens", .integer(7)),
      ]
      for _ in 0..<2 {
        try fixture.store.metrics(fixture.run, step: 1, kind: "rl", stage: "rl", values: values)
      }
      #expect(
        try fixture.texts("select name || ' ' || typeof(value) from metrics order by name")
          == ["loss null", "num_tokens integer", "stage text", "step_time real"])

      var moon = WorkerRow(
        name: "moon", host: "h", threads: 2, segments: 3, tokens: 30, firstSeen: 5, lastSeen: 6)
      try fixture.store.worker(fixture.run, moon)
      (moon.segments, moon.tokens, moon.lastSeen) = (4, 40, 7)
      try fixture.store.worker(fixture.run, moon)
      #expect(try fixture.reader().statistics().workers == [moon])
      let again = try fixture.reopened()
      (moon.segments, moon.tokens, moon.firstSeen, moon.lastSeen) = (1, 5, 9, 10)
      for _ in 0..<2 { try again.store.worker(again.run, moon) }
      let sum = try #require(try fixture.reader().statistics().workers.first)
      #expect(sum.segments == 5 && sum.tokens == 45 && sum.firstSeen == 5 && sum.lastSeen == 10)
    }
  }

  @Test func `statistics tell how old trained tokens were, and how long what was trained is`() throws {
    try withFixture { (fixture: StoreFixture) throws in
      try fixture.issue(2, step: 1)
      try fixture.store.append(fixture.run, paused(item(1, 0, 0), weights(0)), step: 1)
      try fixture.store.append(fixture.run, finished(item(1, 0, 0), from: 4, count: 2, weights(1)), step: 2)
      try fixture.store.append(fixture.run, finished(item(1, 0, 1), count: 2, weights(1)), step: 2)
      try fixture.store.ready(fixture.run, group: key(0, step: 1), rewards: [reward(0), reward(1)])
      try fixture.update(step: 1, taking: [])
      try fixture.update(step: 2, taking: [(1, 0)])
      try fixture.store.append(fixture.run, finished(item(1, 1, 1), count: 10, weights(1)), step: 2)
      let statistics = try fixture.reader().statistics()
      #expect(statistics.staleness.map { [$0.versions, $0.tokens] } == [[0, 4], [1, 4]])
      #expect(statistics.trainedLength == 4 && statistics.sampledLength == 6)
    }
  }
}
