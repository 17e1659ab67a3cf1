import Experience
import Foundation
import GRDB
import Replay
import Testing

@Suite struct `The store of rollouts` {
  @Test func `everything recorded is read back`() throws {
    try withStore { (store: ReplayStore, run: ReplayRun.ID) throws in
      let first = PolicyVersion(number: 0, digest: "sha256:00")
      let second = PolicyVersion(number: 1, digest: "sha256:11")
      var kept = scored(step: 3, group: 0, sample: 0, tokens: [5, -1, .max])
      kept.rollout.segments.append(
        Segment(tokens: [7, 8], logprobs: [-0.5, -.infinity], sampled: [true, false], version: second))
      kept.rollout.task.columns = ["level": "4", "ä": "\"x\""]
      kept.rollout.task.solution = "2 + 3 = 5"
      kept.advantage = -1.25
      kept.fate = .trained
      var unjudged = scored(step: 3, group: 0, sample: 1, tokens: [])
      unjudged.reward = RewardBreakdown(
        correctness: nil, components: [RewardComponent(name: "math", value: nil, weight: 1)], total: nil,
        extracted: nil,
        reason: "no answer found")
      unjudged.rollout.task = kept.rollout.task
      unjudged.fate = .filtered(reason: "no_verdict")
      var other = scored(step: 3, group: 1, sample: 0, tokens: [9])
      other.rollout.finishReason = .length
      other.fate = .surplus

      let new = try store.record(
        run, step: 3, stage: "rl", version: first, groups: [[other], [kept, unjudged], []])
      #expect(new == 3)

      let groups = try store.rollouts(run, step: 3)
      #expect(groups.map(\.count) == [2, 1])
      expectSame(groups[0][0], kept)
      expectSame(groups[0][1], unjudged)
      expectSame(groups[1][0], other)
      #expect(try store.rollouts(run, step: 2).isEmpty)
    }
  }

  @Test func `a file that is deleted or replaced under a run ends it at its next update`() throws {
    for replaces in [false, true] {
      try withStore { (store: ReplayStore, run: ReplayRun.ID) throws in
        try store.end(run, status: "interrupted", isOver: false)
        try FileManager.default.removeItem(atPath: store.path)
        if replaces { try Data("other".utf8).write(to: URL(filePath: store.path)) }
        #expect(throws: ReplayError(path: store.path, reason: .removed)) {
          try store.end(run, status: "finished", isOver: true)
        }
      }
    }
  }

  @Test func `recording the same twice changes nothing, and the rest of a half known step is added`() throws {
    try withStore { (store: ReplayStore, run: ReplayRun.ID) throws in
      let group = (0..<4).map { scored(step: 1, group: 0, sample: $0, tokens: [1, 2]) }
      #expect(
        try store.record(run, step: 1, stage: "rl", version: version, groups: [Array(group.prefix(3))]) == 3)
      let before = try store.counts(run)
      #expect(
        try store.record(run, step: 1, stage: "rl", version: version, groups: [Array(group.prefix(3))]) == 0)
      #expect(try store.counts(run) == before)
      #expect(try store.record(run, step: 1, stage: "rl", version: version, groups: [group]) == 1)
      #expect(try store.counts(run).rollouts == 4)
      #expect(try store.counts(run).groups == 1)
    }
  }

  @Test func `training, sampled and greedy evaluation of the same step stay apart`() throws {
    try withStore { (store: ReplayStore, run: ReplayRun.ID) throws in
      for (length, kind) in zip(1..., RolloutKind.allCases) {
        let rollout = scored(step: 0, group: 0, sample: 0, tokens: Array(repeating: 1, count: length))
        try store.record(run, step: 0, stage: "rl", kind: kind, version: version, groups: [[rollout]])
      }
      for (length, kind) in zip(1..., RolloutKind.allCases) {
        #expect(try store.counts(run, kind: kind).tokens == length)
        #expect(try store.rollouts(run, step: 0, kind: kind).count == 1)
      }
    }
  }

  @Test func `fates add up to the rollouts`() throws {
    try withStore { (store: ReplayStore, run: ReplayRun.ID) throws in
      let fates: [Fate] = [
        .trained, .trained, .filtered(reason: "zero_variance"), .surplus, .pending,
        .filtered(reason: "no_verdict"),
      ]
      let groups = fates.enumerated().map { index, fate in
        var rollout = scored(step: 1, group: index, sample: 0, tokens: [1, 2, 3])
        rollout.fate = fate
        return [rollout]
      }
      try store.record(run, step: 1, stage: "rl", version: version, groups: groups)

      let counts = try store.counts(run)
      #expect(
        counts.fates == [
          "trained": 2, "filtered(zero_variance)": 1, "surplus": 1, "pending": 1, "filtered(no_verdict)": 1,
        ])
      #expect(counts.fates.values.reduce(0, +) == counts.rollouts)
      #expect(counts.tokens == 18)
    }
  }

  @Test func `other tokens in a known place are an error in training and take the place in evaluation`()
    throws
  {
    try withStore { (store: ReplayStore, run: ReplayRun.ID) throws in
      for kind in [RolloutKind.train, .evaluation] {
        try store.record(
          run, step: 1, stage: "rl", kind: kind, version: version,
          groups: [[scored(step: 1, group: 0, sample: 0, tokens: [1])]])
      }
      let changed = [[scored(step: 1, group: 0, sample: 0, tokens: [2])]]
      let error = #expect(throws: ReplayError.self) {
        try store.record(run, step: 1, stage: "rl", version: version, groups: changed)
      }
      #expect(error?.description.contains("step 1, group 0, sample 0 is stored with other tokens") == true)
      #expect(
        try store.record(run, step: 1, stage: "rl", kind: .evaluation, version: version, groups: changed) == 1
      )
      #expect(try store.rollouts(run, step: 1, kind: .evaluation)[0][0].rollout.completionTokens == [2])
      #expect(try store.counts(run, kind: .evaluation).rollouts == 1)
    }
  }

  @Test func `a step with one bad rollout is not stored at all`() throws {
    try withStore { (store: ReplayStore, run: ReplayRun.ID) throws in
      let good = scored(step: 1, group: 0, sample: 0, tokens: [1])
      var bad = scored(step: 1, group: 1, sample: 0, tokens: [1])
      bad.reward.components[0].value = .nan
      let error = #expect(throws: ReplayError.self) {
        try store.record(run, step: 1, stage: "rl", version: version, groups: [[good], [bad]])
      }
      #expect(error?.description.contains("reward term `math` of step 1, group 1, sample 0 is NaN") == true)
      #expect(try store.counts(run) == ReplayCounts())

      var renamed = scored(step: 1, group: 1, sample: 0, tokens: [1])
      renamed.rollout.task.id = good.rollout.task.id
      renamed.rollout.task.prompt = "another question"
      let changed = #expect(throws: ReplayError.self) {
        try store.record(run, step: 1, stage: "rl", version: version, groups: [[good], [renamed]])
      }
      #expect(changed?.description.contains("is stored with another prompt or answer") == true)
      #expect(try store.counts(run) == ReplayCounts())
    }
  }

  @Test func `a NUL in a text does not cut it short`() throws {
    try withStore { (store: ReplayStore, run: ReplayRun.ID) throws in
      var rollout = scored(step: 1, group: 0, sample: 0, tokens: [1])
      rollout.rollout.text = "a\0b"
      try store.record(run, step: 1, stage: "rl", version: version, groups: [[rollout]])
      #expect(try store.rollouts(run, step: 1)[0][0].rollout.text == "a\u{2400}b")
    }
  }

  @Test func `a run keeps its row when it is begun again`() throws {
    try withStore { (store: ReplayStore, run: ReplayRun.ID) throws in
      #expect(try store.begin(ReplayRun(name: "nano", seed: .max, recipe: "steps: 2")) == run)
      #expect(try query(store.path, "select count(*) from runs where recipe = 'steps: 2' and seed = -1") == 1)
      #expect(try store.begin(ReplayRun(name: "other", seed: 1, recipe: "")) != run)
    }
  }

  // MARK: Crashes and bad files

  @Test func `kill -9 between two steps leaves a database that opens and goes on`() async throws {
    let directory = try temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: directory) }
    let path = directory.appending(path: "replay.sqlite").path(percentEncoded: false)

    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let store = try ReplayStore(path: path)
      let run = try store.begin(ReplayRun(name: "nano", seed: 1, recipe: ""))
      for step in 1...3 {
        try store.record(
          run, step: step, stage: "rl", version: version,
          groups: [[scored(step: step, group: 0, sample: 0, tokens: [1])]])
      }
      kill(getpid(), SIGKILL)
    }

    let store = try ReplayStore(path: path)
    let run = try store.begin(ReplayRun(name: "nano", seed: 1, recipe: ""))
    #expect(try store.counts(run).rollouts == 3)
    #expect(
      try store.record(
        run, step: 4, stage: "rl", version: version,
        groups: [[scored(step: 4, group: 0, sample: 0, tokens: [1])]]) == 1)
  }

  @Test func `another connection reads by SQL while the store is open`() throws {
    try withStore { (store: ReplayStore, run: ReplayRun.ID) throws in
      var rollout = scored(step: 1, group: 0, sample: 0, tokens: [258, 1])
      rollout.fate = .trained
      try store.record(run, step: 1, stage: "rl", version: version, groups: [[rollout]])
      #expect(
        try query(
          store.path,
          "select count(*) from ledger join rewards using (rollout_id) where fate = 'trained' and name = 'math'"
        ) == 1)
      // 258 = 0x0102, low byte first.
      #expect(
        try query(store.path, "select count(*) from segments where hex(tokens) = '0201000001000000'") == 1)
      // -0.25 is BE800000.
      #expect(
        try query(store.path, "select count(*) from segments where hex(logprobs) = '000080BE000080BE'") == 1)
    }
  }

  @Test func `what is no database, or another program's, or a newer one, is refused and left as it was`()
    throws
  {
    let directory = try temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: directory) }
    func path(_ name: String) -> String { directory.appending(path: name).path(percentEncoded: false) }
    func words(_ name: String) -> String? {
      #expect(throws: ReplayError.self) { try ReplayStore(path: path(name)) }?.description
    }

    let text = Data(
      "this is a text, and a long one, so that it has the length of a header at least …………………………".utf8)
    try text.write(to: URL(filePath: path("text")))
    #expect(words("text")?.contains("not an SQLite database, or a damaged one") == true)
    #expect(try Data(contentsOf: URL(filePath: path("text"))) == text)

    try DatabaseQueue(path: path("foreign")).write { try $0.execute(sql: "create table runs (id integer)") }
    #expect(words("foreign")?.contains("an SQLite database of another program") == true)

    _ = try ReplayStore(path: path("newer"))
    try DatabaseQueue(path: path("newer")).write {
      try $0.execute(sql: "insert into grdb_migrations values ('9 dreams')")
    }
    #expect(words("newer")?.contains("was written by a newer apus (its schema has `9 dreams`)") == true)

    #expect(words("none/replay.sqlite")?.contains("cannot be opened") == true)
  }

  @Test func `a full disk says so, and the step is not stored in part`() throws {
    try withStore { (store: ReplayStore, run: ReplayRun.ID) throws in
      try store.record(
        run, step: 1, stage: "rl", version: version,
        groups: [[scored(step: 1, group: 0, sample: 0, tokens: [1])]])
      try store.limitSize(pages: 60)
      let large = (0..<8).map {
        scored(step: 2, group: 0, sample: $0, tokens: Array(repeating: 1, count: 20_000))
      }
      let error = #expect(throws: ReplayError.self) {
        try store.record(run, step: 2, stage: "rl", version: version, groups: [large])
      }
      #expect(
        error?.description.contains("no space left on the device — nothing of this step was stored") == true)
      #expect(try store.rollouts(run, step: 2).isEmpty)
      #expect(try store.counts(run).rollouts == 1)
    }
  }

  private func query(_ path: String, _ sql: String) throws -> Int? {
    try DatabaseQueue(path: path).read { try Int.fetchOne($0, sql: sql) }
  }
}

// MARK: Support

private let version = PolicyVersion(number: 0, digest: "sha256:00")

private func scored(
  step: Int, group: Int, sample: Int, tokens: [Int32], version: PolicyVersion = version
) -> ScoredRollout {
  let task = ReasoningTask(
    id: "sums/\(step)-\(group)", source: "sums", prompt: "2 + 3 = ?", groundTruth: "5", verifier: "math",
    difficulty: 1)
  let segment = Segment(tokens: tokens, logprobs: tokens.map { _ in -0.25 }, version: version)
  let rollout = Rollout(
    item: WorkItem(step: step, group: group, sample: sample), task: task, promptTokens: [2, 3],
    segments: [segment],
    finishReason: .stop, text: "5")
  let reward = RewardBreakdown(
    correctness: 1, components: [RewardComponent(name: "math", value: 1, weight: 0.5)], total: 0.5,
    extracted: "5",
    reason: "equal numbers")
  return ScoredRollout(rollout: rollout, reward: reward, advantage: nil, fate: .pending)
}

private func expectSame(
  _ a: ScoredRollout, _ b: ScoredRollout, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(a.rollout.item == b.rollout.item, sourceLocation: sourceLocation)
  #expect(a.rollout.task == b.rollout.task, sourceLocation: sourceLocation)
  #expect(a.rollout.promptTokens == b.rollout.promptTokens, sourceLocation: sourceLocation)
  #expect(a.rollout.segments == b.rollout.segments, sourceLocation: sourceLocation)
  #expect(a.rollout.finishReason == b.rollout.finishReason, sourceLocation: sourceLocation)
  #expect(a.rollout.text == b.rollout.text, sourceLocation: sourceLocation)
  #expect(a.reward == b.reward, sourceLocation: sourceLocation)
  #expect(a.advantage == b.advantage, sourceLocation: sourceLocation)
  #expect(a.fate == b.fate, sourceLocation: sourceLocation)
}

private func temporaryDirectory() throws -> URL {
  let directory = FileManager.default.temporaryDirectory.appending(path: "apus-replay-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  return directory
}

private func withStore(_ body: (ReplayStore, ReplayRun.ID) throws -> Void) throws {
  let directory = try temporaryDirectory()
  defer { try? FileManager.default.removeItem(at: directory) }
  let store = try ReplayStore(path: directory.appending(path: "replay.sqlite").path(percentEncoded: false))
  try body(store, store.begin(ReplayRun(name: "nano", seed: 1, recipe: "steps: 1")))
}
