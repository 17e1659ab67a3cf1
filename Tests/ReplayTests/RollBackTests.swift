import Experience
import Foundation
import GRDB
import Replay
import Testing

/// A run that is killed after step 3 and goes on from the checkpoint of step 2.
@Suite struct `Going back to a checkpoint` {
  @Test func `a sequential run does the same steps again, and uses what it had generated`() throws {
    try withFixture { (fixture: StoreFixture) throws in
      try fixture.train(steps: 1...3)
      try fixture.store.metrics(fixture.run, step: 3, kind: "rl", stage: "rl", values: [("loss", .number(1))])
      try fixture.issue(step: 4)
      try fixture.store.append(fixture.run, paused(item(4, 0, 0), weights(3)), step: 4)

      let again = try fixture.reopened()
      let summary = try again.back(to: 2)
      #expect(summary.updates == 1 && summary.released == 2 && summary.orphaned == 0)
      #expect(summary.ahead == 3...4)
      #expect(try again.reader().updates().map(\.step) == [1, 2])
      #expect(try again.store.checkpoints(again.run).map(\.step) == [1, 2])
      #expect(try again.query("select count(*) from metrics") == 0)
      // Nothing of it is under way until it is asked for again, and nothing is taken for other weights'.
      #expect(try again.store.open(again.run, asOf: 2).isEmpty)
      try again.issue(step: 3)
      let open = try #require(try again.store.open(again.run, asOf: 2).first)
      #expect(open.members.allSatisfy { $0.segments.isEmpty && $0.finish == nil })
      let items = [item(3, 0, 0), item(3, 0, 1)]
      #expect(try again.store.found(again.run, items: items, version: weights(2, "else")).isEmpty)
      let found = try again.store.found(again.run, items: items, version: weights(2))
      var wanted = finished(items[0], weights(2))
      wanted.reward = reward(0, reference: 7)
      #expect(found[items[0]] == [wanted] && found.count == 2)

      // What is found is there; storing it again changes nothing.
      #expect(try again.store.append(again.run, finished(items[0], weights(2)), step: 3) == nil)
      try again.finish(step: 3, weights(2))
      try again.update(step: 3, taking: [(3, 0)])
      try again.issue(step: 4)
      let rest = try again.store.found(again.run, items: [item(4, 0, 0)], version: weights(3))
      #expect(rest == [item(4, 0, 0): [paused(item(4, 0, 0), weights(3))]])
      #expect(try again.store.append(again.run, finished(item(4, 0, 0), from: 4, weights(3)), step: 4) != nil)
      #expect(try again.store.counts(again.run).fates == ["trained": 6, "pending": 2])
      #expect(try again.objections() == nil)
    }
  }

  @Test func `where other numbers come out, the old attempt is orphaned and a new one takes its place`()
    throws
  {
    try withFixture { (fixture: StoreFixture) throws in
      // Sample 0 is half done at the checkpoint, and goes on after it.
      try fixture.train(steps: 1...2)
      try fixture.issue(step: 3)
      try fixture.store.append(fixture.run, paused(item(3, 0, 0), weights(2)), step: 3)
      try fixture.store.append(fixture.run, finished(item(3, 0, 1), weights(2)), step: 3)
      try fixture.update(step: 3, taking: [])
      try fixture.checkpoint(step: 3)
      try fixture.store.append(fixture.run, finished(item(3, 0, 0), from: 4, weights(3)), step: 4)
      try fixture.store.ready(fixture.run, group: key(0, step: 3), rewards: [reward(0), reward(1)])
      try fixture.update(step: 4, taking: [(3, 0)])

      let again = try fixture.reopened()
      let summary = try again.back(to: 3)
      #expect(summary.released == 2 && summary.ahead == 4...4)
      let open = try #require(try again.store.open(again.run, asOf: 3).first)
      #expect(open.members[0].segments.count == 1 && open.members[0].finish == nil && !open.isReady)
      #expect(open.members[1].finish == .stop)
      // Step 3 made other weights this time, say on another machine; other tokens come of them.
      let other = finished(item(3, 0, 0), from: 4, count: 5, weights(3, "else"))
      #expect(try again.store.append(again.run, other, step: 4) != nil)
      #expect(try again.store.append(again.run, other, step: 4) == nil)
      let now = try #require(try again.store.open(again.run).first).members[0]
      #expect(now.segments == paused(item(3, 0, 0), weights(2)).segments + other.segments)
      #expect(
        try again.texts(
          "select sample || '/' || attempt || ' ' || fate from rollouts join ledger on rollout_id = id where work_step = 3 order by id"
        )
          == ["0/0 orphaned", "1/0 pending", "0/1 pending"])
      // In this process the place is taken.
      let error = #expect(throws: ReplayError.self) {
        try again.store.append(
          again.run, finished(item(3, 0, 0), from: 4, count: 6, weights(3)), step: 4)
      }
      #expect(error?.reason == .conflictingRollout(step: 3, group: 0, sample: 0))
      #expect(try again.store.found(again.run, items: [item(3, 0, 0)], version: weights(3)).isEmpty)

      try again.store.ready(again.run, group: key(0, step: 3), rewards: [reward(0), reward(1)])
      try again.store.consume(
        again.run,
        UpdateEntry(
          step: 4, stage: "rl", kind: "rl", before: weights(3), after: weights(4, "else"), dataPosition: 40,
          groups: [(0..<2).map { ConsumedMember(item: item(3, 0, $0), fate: .trained, advantage: 0) }]))
      // The weights that the update of step 4 says it started from are not those that sampled.
      let objections = try again.objections() ?? "none"
      #expect(objections.contains("which is none of this run"))
      // What the new attempt took over is what was committed.
      #expect(!objections.contains("committed") && !objections.contains("attempts"), "\(objections)")
    }
  }

  @Test func `an asynchronous run keeps what surviving weights made and makes the rest anew`() throws {
    try withFixture { (sequential: StoreFixture) throws in
      let fixture = try sequential.reopened(mode: "async")
      try fixture.issue(3, step: 1)
      for step in 1...3 {
        try fixture.update(step: step, taking: [])
        if step < 3 { try fixture.checkpoint(step: step) }
      }
      let (store, run) = (fixture.store, fixture.run)
      // Group 0: surviving versions alone, one of them committed after the checkpoint. Group 1: one member mixed. Group 2: taken.
      try store.append(run, paused(item(1, 0, 0), weights(1)), step: 2)
      try store.append(run, finished(item(1, 0, 0), from: 4, weights(2)), step: 4)
      try store.append(run, finished(item(1, 0, 1), weights(2)), step: 4)
      try store.ready(run, group: key(0, step: 1), rewards: [reward(0), reward(1)])
      try store.append(run, paused(item(1, 1, 0), weights(2)), step: 3)
      try store.append(run, finished(item(1, 1, 0), from: 4, weights(3)), step: 4)
      try store.append(run, finished(item(1, 1, 1), weights(2)), step: 3)
      try store.ready(run, group: key(1, step: 1), rewards: [reward(0), reward(1)])
      try fixture.finish(2, step: 1, weights(1), at: 3)
      try fixture.update(step: 4, taking: [(1, 2)])
      try store.issue(run, groups: [issued(0, step: 4)], step: 4, stage: "rl", version: weights(3))

      let again = try fixture.reopened(mode: "async")
      let summary = try again.store.rollBack(again.run, toStep: 2, version: weights(2), keepsAhead: false)
      #expect(summary.orphaned == 1 && summary.updates == 2 && summary.released == 2 && summary.ahead == nil)
      let open = try again.store.open(again.run, asOf: 2)
      #expect(open.map(\.key) == [key(0, step: 1), key(1, step: 1), key(2, step: 1), key(0, step: 4)])
      #expect(open.map(\.isReady) == [true, false, true, false])
      #expect(open[1].members.map(\.segments.count) == [0, 1] && open[1].members[0].finish == nil)
      #expect(open[0].members[0].segments.map(\.version) == [weights(1), weights(2)])
      #expect(try again.store.counts(again.run).fates == ["orphaned": 1, "pending": 8])

      try again.store.append(again.run, finished(item(1, 1, 0), weights(2)), step: 3)
      try again.store.ready(again.run, group: key(1, step: 1), rewards: [reward(0), reward(1)])
      try again.update(step: 3, taking: [(1, 2), (1, 0)])
      try again.update(step: 4, taking: [(1, 1)])
      #expect(try again.objections() == nil)
      #expect(try again.store.counts(again.run).fates == ["orphaned": 1, "pending": 2, "trained": 6])
    }
  }

  @Test func `going back to where it stands changes nothing, and all the way leaves all work to be found`()
    throws
  {
    try withFixture { (fixture: StoreFixture) throws in
      try fixture.train(steps: 1...2)
      let before = try fixture.store.counts(fixture.run)
      #expect(try fixture.back(to: 2) == RollBackSummary())
      #expect(try fixture.store.counts(fixture.run) == before)
      let summary = try fixture.back(to: 0)
      #expect(summary.updates == 2 && summary.ahead == 1...2)
      #expect(try fixture.query("select count(*) from updates") == 0)
      for step in 1...2 {
        try fixture.issue(step: step)
        let found = try fixture.store.found(
          fixture.run, items: [item(step, 0, 0)], version: weights(step - 1))
        #expect(found.count == 1)
        try fixture.finish(step: step, weights(step - 1))
        try fixture.update(step: step, taking: [(step, 0)])
      }
      #expect(try fixture.query("select count(*) from segments") == 4)
      #expect(try fixture.objections() == nil)
    }
  }

  @Test func `evaluations after the step are dropped, and those before it stay`() throws {
    try withFixture { (fixture: StoreFixture) throws in
      for step in [0, 2, 3] {
        let rollout = Rollout(
          item: item(step, 0, 0), task: issued(0, step: 1).task, promptTokens: [1],
          segments: [segment(item(step, 0, 0), from: 0, count: 2, weights(step))], finishReason: .stop,
          text: "5")
        try fixture.store.record(
          fixture.run, step: step, stage: "rl", kind: .greedyEvaluation, version: weights(step),
          groups: [
            [ScoredRollout(rollout: rollout, reward: reward(0), fate: .filtered(reason: "evaluation"))]
          ])
      }
      let summary = try fixture.back(to: 2)
      #expect(summary.evaluations == 1)
      #expect(try fixture.texts("select step from groups") == ["0", "2"])
      let reader = try fixture.reader()
      let groups = try reader.evaluations(step: 2, stage: "rl", kind: .greedyEvaluation)
      #expect(groups.map { $0.map(\.reward) } == [[reward(0)]])
      #expect(try reader.evaluations(step: 2, stage: "rl", kind: .evaluation).isEmpty)
      #expect(try reader.evaluations(step: 2, stage: "sft", kind: .greedyEvaluation).isEmpty)
    }
  }

  @Test
  func `work that is never asked for again is orphaned at the end, and begun anew where a longer run asks`()
    throws
  {
    try withFixture { (fixture: StoreFixture) throws in
      try fixture.train(steps: 1...2)
      try fixture.issue(step: 3)
      try fixture.store.append(fixture.run, paused(item(3, 0, 0), weights(2)), step: 3)
      try fixture.back(to: 2)
      try fixture.store.end(fixture.run, status: "finished", isOver: true)
      #expect(try fixture.store.counts(fixture.run).fates == ["trained": 4, "orphaned": 2])
      #expect(try fixture.objections() == nil && fixture.reader().status() == "finished")

      let longer = try fixture.reopened()
      #expect(try longer.reader().status() == nil)
      try longer.back(to: 2)
      try longer.train(steps: 3...3)
      #expect(try longer.store.counts(longer.run).fates == ["trained": 6, "orphaned": 2])
      #expect(try longer.objections() == nil)
    }
  }

  @Test func `a group of undone steps gives way to another task in its place`() throws {
    try withFixture { (fixture: StoreFixture) throws in
      try fixture.train(steps: 1...1)
      try fixture.back(to: 0)
      var other = issued(0, step: 1)
      other.task.id = "products/7"
      other.task.prompt = "6 * 7 = ?"
      try fixture.store.issue(fixture.run, groups: [other], step: 1, stage: "rl", version: weights(0))
      #expect(try fixture.store.open(fixture.run).map(\.task.id) == ["products/7"])
      // What the other had made keeps its place in the books.
      #expect(try fixture.query("select count(*) from segments") == 2)
      #expect(try fixture.store.counts(fixture.run).fates == ["orphaned": 2, "pending": 2])
      #expect(try fixture.objections() == nil)
      // Another restart leaves it alone, and another task may come in the place again.
      try fixture.back(to: 0)
      other.task.id = "products/8"
      for _ in 0..<2 {
        try fixture.store.issue(fixture.run, groups: [other], step: 1, stage: "rl", version: weights(0))
      }
      #expect(try fixture.texts("select group_index from groups order by group_index") == ["-2", "-1", "0"])
      #expect(try fixture.store.counts(fixture.run).fates == ["orphaned": 4, "pending": 2])
      #expect(try fixture.query("select items from issues where step = 1") == 6)
      try fixture.finish(step: 1, weights(0))
      try fixture.update(step: 1, taking: [(1, 0)])
      #expect(try fixture.objections() == nil)
    }
  }
}

extension StoreFixture {
  @discardableResult
  fileprivate func back(to step: Int) throws -> RollBackSummary {
    try store.rollBack(run, toStep: step, version: weights(step), keepsAhead: true)
  }
}
