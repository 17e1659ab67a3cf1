import Experience
import Foundation
import GRDB
import Replay
import Testing

@Suite struct `Looking at a store` {
  @Test func `lists what a selection names, in the order of step, group and sample, with every term`() throws
  {
    try withStore { (store: ReplayStore, reader: ReplayReader) throws in
      let all = try reader.rollouts(RolloutSelection())
      #expect(all.count == 6)
      #expect(all.first.map { [$0.step, $0.group, $0.sample] } == places)
      let second = try reader.rollouts(RolloutSelection(step: 2), limit: 1)
      #expect(second.count == 2 && second.first.count == 1)
      let one = try #require(try reader.rollouts(RolloutSelection(step: 1, group: 1, sample: 1)).first.first)
      #expect(one.components == terms)
      #expect(one.total == 0.5 && one.correctness == nil && one.advantage == -0.25)
      #expect(one.fate == "filtered(no_verdict)" && one.completionLength == 3 && one.finishReason == .length)
      #expect(one.run == "nano" && one.kind == .train && one.stage == "rl" && one.task == "sums/1-1")
      #expect(try reader.rollouts(RolloutSelection(step: 9)).count == 0)
      #expect(try reader.rollouts(RolloutSelection(kind: .evaluation)).count == 1)
    }
  }

  @Test func `a rollout by its number is what was recorded, whatever its kind`() throws {
    try withStore { (store: ReplayStore, reader: ReplayReader) throws in
      for kind in [RolloutKind.train, .evaluation] {
        for summary in try reader.rollouts(RolloutSelection(kind: kind)).first {
          let found = try #require(try reader.rollout(id: summary.id))
          #expect(found.summary == summary)
          let wanted = rollout(step: summary.step, group: summary.group, sample: summary.sample)
          #expect(found.scored.rollout.item == wanted.rollout.item)
          #expect(found.scored.rollout.segments == wanted.rollout.segments)
          #expect(found.scored.rollout.task == wanted.rollout.task)
          #expect(found.scored.reward.components == terms && found.scored.reward.reason == "read 5")
          #expect(found.scored.fate == wanted.fate)
        }
      }
      #expect(try reader.rollout(id: 1000) == nil)
    }
  }

  @Test func `counts by step and fate add up to the rollouts`() throws {
    try withStore { (store: ReplayStore, reader: ReplayReader) throws in
      let lines = try reader.ledger()
      #expect(lines.map(\.step) == [1, 2])
      #expect(lines[0].rollouts == 4 && lines[0].trained == 2 && lines[0].tokens == 12)
      #expect(lines[0].filtered == ["no_verdict": 2])
      #expect(lines[1].surplus == 2 && lines[1].filtered.isEmpty)
      let total = LedgerLine.total(lines)
      #expect(total.rollouts == 6 && total.addsUp && lines.allSatisfy(\.addsUp))
      #expect(total.trained + total.surplus + total.filtered.values.reduce(0, +) == total.rollouts)

      try DatabaseQueue(path: store.path).write {
        try $0.execute(sql: "delete from ledger where rollout_id = 1")
      }
      let broken = LedgerLine.total(try reader.ledger())
      #expect(broken.unknown == 1 && !broken.addsUp && broken.rollouts == 6)
      let orphan = try #require(try reader.rollouts(RolloutSelection()).first.first { $0.id == 1 })
      #expect(orphan.fate == nil)
    }
  }

  @Test func `says which steps there are`() throws {
    try withStore { (store: ReplayStore, reader: ReplayReader) throws in
      #expect(try reader.steps() == [.train: 1...2, .evaluation: 0...0])
    }
  }

  @Test func `creates nothing, writes nothing, and refuses what is no store`() throws {
    try withDirectory { directory in
      func words(_ name: String) -> String? {
        #expect(throws: ReplayError.self) {
          try ReplayReader(path: directory.appending(path: name).path(percentEncoded: false))
        }?.description
      }
      #expect(words("none")?.contains("cannot be opened") == true)
      #expect(!FileManager.default.fileExists(atPath: directory.appending(path: "none").path))
      try Data(repeating: 65, count: 4096).write(to: directory.appending(path: "text"))
      #expect(words("text")?.contains("not an SQLite database") == true)
      try DatabaseQueue(path: directory.appending(path: "other").path).write {
        try $0.execute(sql: "create table runs (id integer)")
      }
      #expect(words("other")?.contains("of another program") == true)
      let newer = directory.appending(path: "newer").path
      _ = try ReplayStore(path: newer)
      try DatabaseQueue(path: newer).write {
        try $0.execute(sql: "insert into grdb_migrations values ('9 dreams')")
      }
      #expect(words("newer")?.contains("written by a newer apus") == true)
    }
  }

  @Test func `sees what a run goes on to write`() throws {
    try withStore { (store: ReplayStore, reader: ReplayReader) throws in
      let run = try store.begin(ReplayRun(name: "nano", seed: 1, recipe: ""))
      try store.record(
        run, step: 3, stage: "rl", version: version, groups: [[rollout(step: 3, group: 0, sample: 0)]])
      #expect(try reader.rollouts(RolloutSelection()).count == 7)
    }
  }

  @Test func `gives a metric by step, and the last step of each stage`() throws {
    try withStore { store, reader in
      let run = try store.begin(ReplayRun(name: "nano", seed: 1, recipe: "steps: 1"))
      let rows: [(Int, String, String, StoredValue)] = [
        (1, "sft", "warmup", .number(2.5)), (2, "rl", "rl", .integer(3)), (3, "rl", "rl", .number(.nan)),
        (4, "rl", "rl", .text("much")), (9, "evaluation", "rl", .number(7)),
      ]
      for (step, kind, stage, value) in rows {
        try store.metrics(run, step: step, kind: kind, stage: stage, values: [("loss", value)])
      }
      #expect(try reader.metric("loss") == [1: 2.5, 2: 3])
      #expect(try reader.metric("reward").isEmpty)
      #expect(try reader.lastSteps() == ["warmup": 1, "rl": 4])
    }
  }
}

// MARK: Support

private let version = PolicyVersion(number: 0, digest: "sha256:00")
private let places = [[1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1], [2, 0, 0], [2, 0, 1]]
private let terms = [
  RewardComponent(name: "product", value: 0.5, weight: 1),
  RewardComponent(name: "product/correctness", value: nil, weight: 1),
  RewardComponent(name: "soft_overlong", value: -0.25, weight: 0),
]

private func rollout(step: Int, group: Int, sample: Int) -> ScoredRollout {
  let task = ReasoningTask(
    id: "sums/\(step)-\(group)", source: "sums", prompt: "2 + 3 = ?", groundTruth: "5", verifier: "math",
    difficulty: 1)
  let segments = [
    Segment(tokens: [4, Int32(sample)], logprobs: [-0.25, -1], version: version),
    Segment(
      tokens: [9], logprobs: [0], sampled: [false], version: PolicyVersion(number: 1, digest: "sha256:11")),
  ]
  return ScoredRollout(
    rollout: Rollout(
      item: WorkItem(step: step, group: group, sample: sample), task: task, promptTokens: [2, 3],
      segments: segments, finishReason: .length, text: "5"),
    reward: RewardBreakdown(
      correctness: nil, components: terms, total: 0.5, extracted: "5", reason: "read 5"),
    advantage: -0.25,
    fate: step == 2 ? .surplus : group == 1 ? .filtered(reason: "no_verdict") : .trained)
}

private func withStore(_ body: (ReplayStore, ReplayReader) throws -> Void) throws {
  try withDirectory { directory in
    let store = try ReplayStore(path: directory.appending(path: "replay.sqlite").path(percentEncoded: false))
    let run = try store.begin(ReplayRun(name: "nano", seed: 1, recipe: "steps: 1"))
    for step in [2, 1] {
      let groups = Dictionary(grouping: places.filter { $0[0] == step }) { $0[1] }.values.map { group in
        group.map { rollout(step: $0[0], group: $0[1], sample: $0[2]) }
      }
      try store.record(run, step: step, stage: "rl", version: version, groups: groups)
    }
    try store.record(
      run, step: 0, stage: "rl", kind: .evaluation, version: version,
      groups: [[rollout(step: 0, group: 0, sample: 0)]])
    try body(store, try ReplayReader(path: store.path))
  }
}

private func withDirectory(_ body: (URL) throws -> Void) throws {
  let directory = FileManager.default.temporaryDirectory.appending(path: "apus-reader-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: directory) }
  try body(directory)
}
