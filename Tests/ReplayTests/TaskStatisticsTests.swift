import Experience
import Foundation
import Replay
import Testing

/// `task_statistics`: how tasks have fared, counted with the update that consumed their groups.
@Suite struct `Statistics of tasks in the store` {
  /// A group of a task, so many of its four answers right.
  private struct Asked {
    var step: Int
    var task: String
    var bucket: String?
    var right: Int
    var fate = Fate.trained
  }

  private static func reward(_ right: Bool) -> RewardBreakdown {
    RewardBreakdown(
      correctness: right ? 1 : 0, components: [], total: right ? 1 : 0, extracted: nil, reason: "compared")
  }

  /// Issues, finishes and consumes the groups of one step, in order.
  private static func train(_ fixture: StoreFixture, _ asked: [Asked], since: Int = 0) throws {
    guard let step = asked.first?.step else { return }
    let (store, run) = (fixture.store, fixture.run)
    try store.issue(
      run,
      groups: asked.enumerated().map { index, group in
        IssuedGroup(
          index: index,
          task: ReasoningTask(
            id: group.task, source: "rows", prompt: "question \(group.task)", groundTruth: "5",
            verifier: "math",
            bucket: group.bucket), promptTokens: [2], dataPosition: index + 1, members: 4)
      }, step: step, stage: "rl", version: weights(step - 1))
    for (index, group) in asked.enumerated() {
      let rewards = (0..<4).map { reward($0 < group.right) }
      for sample in 0..<4 {
        var entry = finished(item(step, index, sample), count: sample + 2, weights(step - 1))
        entry.reward = rewards[sample]
        try store.append(run, entry, step: step)
      }
      try store.ready(run, group: key(index, step: step), rewards: rewards)
    }
    try store.consume(
      run,
      UpdateEntry(
        step: step, stage: "rl", kind: "rl", before: weights(step - 1), after: weights(step),
        dataPosition: 10 * step,
        groups: asked.enumerated().map { index, group in
          (0..<4).map {
            ConsumedMember(item: item(step, index, $0), fate: group.fate, advantage: nil)
          }
        }, statisticsSince: since))
    try fixture.checkpoint(step: step)
  }

  private static func expected(_ rights: [(step: Int, right: Int, filtered: Bool)]) -> TaskStatistics {
    var statistics = TaskStatistics()
    for (step, right, filtered) in rights {
      statistics.add(
        GroupOutcome(
          answers: (0..<4).map { .init(accuracy: $0 < right ? 1 : 0, length: $0 + 2) }, isFiltered: filtered),
        step: step)
    }
    return statistics
  }

  @Test func `a step's groups are counted in their order, tasks by id and others by bucket`() throws {
    try withFixture { fixture in
      try Self.train(
        fixture,
        [
          Asked(step: 1, task: "a/1", right: 1), Asked(step: 1, task: "b/7", bucket: "b/level-2", right: 4),
          Asked(step: 1, task: "b/8", bucket: "b/level-2", right: 0),
        ])
      try Self.train(
        fixture, [Asked(step: 2, task: "a/1", right: 4, fate: .filtered(reason: "all_correct"))])
      let found = try fixture.store.taskStatistics(fixture.run)
      #expect(
        found == [
          "a/1": Self.expected([(1, 1, false), (2, 4, true)]),
          "b/level-2": Self.expected([(1, 4, false), (1, 0, false)]),
        ])
      let first = try #require(found["a/1"])
      #expect(first.attempts == 8 && first.accuracy == 5.0 / 8 && first.meanLength == 3.5)
      #expect(first.recentAccuracy == (0.25 + 1) / 2 && first.lastStep == 2 && first.filteredGroups == 1)
    }
  }

  @Test func `going back to a checkpoint forgets what came after it, and counting again gives the same`()
    throws
  {
    try withFixture { fixture in
      func step(_ number: Int) -> [Asked] {
        [
          Asked(step: number, task: "a/\(number % 2)", right: number % 5),
          Asked(step: number, task: "b/\(number)", bucket: "b/level-1", right: 2),
        ]
      }
      var after: [[String: TaskStatistics]] = [[:]]
      for number in 1...6 {
        try Self.train(fixture, step(number))
        after.append(try fixture.store.taskStatistics(fixture.run))
      }
      for checkpoint in [4, 0] {
        let again = try fixture.reopened()
        try again.store.rollBack(
          again.run, toStep: checkpoint, version: weights(checkpoint), keepsAhead: true)
        #expect(try again.store.taskStatistics(again.run) == after[checkpoint])
        for number in (checkpoint + 1)...6 { try Self.train(again, step(number)) }
        #expect(try again.store.taskStatistics(again.run) == after[6])
      }
    }
  }

  @Test func `a step that fails to be stored counts nothing`() throws {
    try withFixture { fixture in
      try Self.train(fixture, [Asked(step: 1, task: "a/1", right: 1)])
      let before = try fixture.store.taskStatistics(fixture.run)
      // The same update again: its group was taken.
      #expect(throws: ReplayError.self) {
        try fixture.store.consume(
          fixture.run,
          UpdateEntry(
            step: 2, stage: "rl", kind: "rl", before: weights(1), after: weights(2), dataPosition: 0,
            groups: [(0..<4).map { ConsumedMember(item: item(1, 0, $0), fate: .trained, advantage: nil) }]))
      }
      #expect(try fixture.store.taskStatistics(fixture.run) == before)
    }
  }

  @Test func `a branch counts anew, and the report has all of them`() throws {
    try withFixture { fixture in
      try Self.train(fixture, [Asked(step: 1, task: "a/1", right: 4)])
      try Self.train(fixture, [Asked(step: 2, task: "a/1", right: 0)], since: 1)
      #expect(
        try fixture.store.taskStatistics(fixture.run, since: 1) == ["a/1": Self.expected([(2, 0, false)])])
      #expect(try fixture.store.taskStatistics(fixture.run) == ["a/1": Self.expected([(1, 4, false)])])
      let report = try fixture.store.taskReport(fixture.run)
      #expect(report.entries.count == 1 && report.entries[0].statistics.groups == 2)
      #expect(report.entries[0].statistics.accuracy == 0.5)
      #expect(try fixture.reader().history(of: "a/1").map(\.lastStep) == [1, 2])
    }
  }

  @Test func `what never taught anything is reported, most groups first`() throws {
    try withFixture { fixture in
      for step in 1...3 {
        try Self.train(
          fixture,
          [
            Asked(step: step, task: "hard", right: 0, fate: .filtered(reason: "all_wrong")),
            Asked(step: step, task: "mixed", right: step),
          ] + (step == 2 ? [Asked(step: step, task: "easy", right: 4)] : []))
      }
      let report = try #require(try fixture.reader().taskReport())
      #expect(report.neverTaught.map(\.key) == ["hard", "easy"])
      #expect(report.neverTaught.map(\.outcome) == ["always wrong", "always right"])
      #expect(
        report.neverTaughtWords
          == "2 of 3 tasks taught nothing in any of their groups: 1 always wrong, 1 always right; 1 of them were asked more than once: "
          + "hard (always wrong, 3 groups)")
      #expect(report.levels.map(\.level) == [.never, .sometimes, .always])
      #expect(try fixture.store.taskReport(fixture.run) == report)
    }
  }

  @Test func `rollouts are found by task and by bucket`() throws {
    try withFixture { fixture in
      try Self.train(
        fixture,
        [
          Asked(step: 1, task: "a/1", right: 1), Asked(step: 1, task: "b/7", bucket: "b/level-2", right: 4),
          Asked(step: 1, task: "b/8", bucket: "b/level-2", right: 0),
        ])
      let reader = try fixture.reader()
      #expect(try reader.rollouts(RolloutSelection(task: "a/1")).count == 4)
      #expect(try reader.rollouts(RolloutSelection(task: "b/8")).count == 4)
      #expect(try reader.rollouts(RolloutSelection(task: "b/level-2")).count == 8)
      #expect(try reader.rollouts(RolloutSelection(task: "b/level-2'; drop table tasks")).count == 0)
    }
  }

  @Test func `a bucket comes back with a group that goes on`() throws {
    try withFixture { fixture in
      let task = ReasoningTask(
        id: "b/9", source: "b", prompt: "?", groundTruth: "1", verifier: "math", difficulty: 2,
        bucket: "b/level-2")
      try fixture.store.issue(
        fixture.run,
        groups: [IssuedGroup(index: 0, task: task, promptTokens: [1], dataPosition: 1, members: 2)], step: 1,
        stage: "rl", version: weights(0))
      #expect(try fixture.store.open(fixture.run).map(\.task) == [task])
    }
  }

  @Test func `an older store is counted when it is opened to be written, and read without that`() throws {
    try withFixture { fixture in
      for step in 1...3 {
        try Self.train(fixture, [Asked(step: step, task: "a/\(step % 2)", right: step)])
      }
      let counted = try fixture.store.taskStatistics(fixture.run)
      // As an apus from before statistics had left it.
      try fixture.edit(
        """
        drop table task_statistics; alter table tasks drop column bucket;
        delete from grdb_migrations where identifier = '5 task statistics';
        """)
      let reader = try fixture.reader()
      #expect(try reader.taskReport() == nil && reader.history(of: "a/1").isEmpty)
      #expect(try reader.rollouts(RolloutSelection(task: "a/1")).count == 8)
      #expect(try reader.consumed(step: 1).count == 1)
      let again = try fixture.reopened()
      #expect(try again.store.taskStatistics(again.run) == counted)
    }
  }

  @Test func `the audit finds a group that is not counted, and one that is counted twice`() throws {
    for edit in [
      "delete from task_statistics where step = 2", "update task_statistics set groups = 4 where step = 3",
      "update task_statistics set wrong_groups = 9", "update updates set group_count = 2 where step = 1",
    ] {
      try withFixture { fixture in
        for step in 1...3 { try Self.train(fixture, [Asked(step: step, task: "a/1", right: 1)]) }
        #expect(try fixture.objections()?.contains("how tasks have fared") != true)
        try fixture.edit(edit)
        #expect(
          try fixture.objections()?.contains("how tasks have fared counts every group") == true, "\(edit)")
      }
    }
  }

  @Test func `numbers that apus does not write are refused`() throws {
    for edit in [
      "groups = -1", "attempts = 9000000000000000000", "tokens = 'many'", "correct = 9e999",
      "recent_accuracy = 'high'",
    ] {
      try withFixture { fixture in
        try Self.train(fixture, [Asked(step: 1, task: "a/1", right: 1)])
        try fixture.edit("update task_statistics set \(edit)")
        #expect(throws: ReplayError.self, "\(edit)") { try fixture.store.taskStatistics(fixture.run) }
        #expect(throws: ReplayError.self, "\(edit)") { try fixture.reader().taskReport() }
      }
    }
  }

  @Test func `statistics outlive rollouts that are dropped, and the audit passes`() throws {
    try withFixture { fixture in
      for step in 1...3 {
        try Self.train(
          fixture,
          [
            Asked(step: step, task: "hard", right: 0, fate: .filtered(reason: "all_wrong")),
            Asked(step: step, task: "mixed", right: 2),
          ])
      }
      let before = try fixture.reader().taskReport()
      try fixture.store.close()
      _ = try ReplayVacuum([.untrained], before: 3)(path: fixture.path, oldestCheckpoint: 3)
      #expect(try fixture.reader().taskReport() == before)
      #expect(try fixture.reader().rollouts(RolloutSelection(task: "hard")).count == 4)
    }
  }
}
