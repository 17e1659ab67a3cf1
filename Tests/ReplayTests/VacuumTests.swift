import Experience
import Foundation
import GRDB
import Replay
import Testing

@Suite struct `Making a store smaller` {
  @Test func `nothing is dropped unasked, and what a run may go on from is kept`() throws {
    try withStore { path in
      let before = try Self.rows(path)
      let summary = try ReplayVacuum()(path: path)
      #expect(summary.rollouts == 0 && summary.tokens == 0 && summary.bytesAfter <= summary.bytesBefore)
      #expect(try Self.rows(path) == before)
      func refusal(_ vacuum: ReplayVacuum, _ oldest: Int? = nil) -> String? {
        #expect(throws: ReplayError.self) { try vacuum(path: path, oldestCheckpoint: oldest) }?.description
      }
      #expect(refusal(ReplayVacuum([.tokens]))?.contains("name one with `--before STEP`") == true)
      #expect(refusal(ReplayVacuum([.untrained], before: 6))?.contains("at most `--before 5`, not 6") == true)
      #expect(refusal(ReplayVacuum([.tokens], before: 5), 2)?.contains("checkpoint of step 2") == true)
      #expect(try Self.rows(path) == before)
    }
  }

  @Test func `a damaged store is refused and stays as it is, to the byte`() throws {
    try withStore { path in
      var bytes = try Data(contentsOf: URL(filePath: path))
      for place in stride(from: 4096, to: bytes.count, by: 64) { bytes[place] ^= 0x5A }
      try bytes.write(to: URL(filePath: path))
      let error = #expect(throws: ReplayError.self) { try ReplayVacuum()(path: path) }
      #expect(error?.description.contains("damaged") == true, "\(error.map { "\($0)" } ?? "")")
      #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
    }
  }

  @Test func `what is dropped is counted, the audit still passes, and the rest is as it was`() throws {
    try withStore { path in
      let untrained = try ReplayVacuum([.untrained], before: 5)(path: path)
      #expect(untrained.rollouts == 2)
      func reader() throws -> ReplayReader { try ReplayReader(path: path) }
      #expect(try LedgerLine.total(reader().ledger()).trained == 8)
      #expect(try reader().audit().passes)
      #expect(
        try reader().audit().checks.contains {
          $0.detail.hasPrefix("12 issued - 2 dropped by `vacuum` = 8 trained")
        })

      let kept = try reader().consumed(step: 4)
      let tokens = try ReplayVacuum([.tokens, .evaluations], before: 4)(path: path)
      #expect(tokens.tokens == 3 * 6000 && tokens.rollouts == 1)
      #expect(tokens.bytesAfter < tokens.bytesBefore - 100_000)
      #expect(try reader().audit().passes)
      let now = try reader().consumed(step: 4)
      #expect(now.map { $0.map(\.rollout.segments) } == kept.map { $0.map(\.rollout.segments) })
      let error = #expect(throws: ReplayError.self) { try reader().consumed(step: 3) }
      #expect(error?.description.contains("dropped by `apus replay vacuum`") == true)
      let one = try #require(try reader().rollout(id: 1))
      #expect(one.isVacuumed && one.scored.rollout.segments.isEmpty && one.summary.completionLength == 3000)
      #expect(try reader().steps()[.evaluation] == nil)
    }
  }

  @Test func `refuses while somebody has the store open`() throws {
    try withStore { path in
      let store = try ReplayStore(path: path)
      let error = #expect(throws: ReplayError.self) { try ReplayVacuum()(path: path) }
      #expect(error?.reason == .held)
      #expect(try store.counts(store.begin(StoreFixture.nano)).rollouts > 0)
    }
  }

  @Test func `a store that nobody may write beside is read all the same`() throws {
    try withStore { path in
      // With a folder of its name in the way, SQLite cannot make the file that a reader shares with writers.
      for name in ["-shm", "-wal"] { try? FileManager.default.removeItem(atPath: path + name) }
      try FileManager.default.createDirectory(atPath: path + "-shm", withIntermediateDirectories: false)
      let reader = try ReplayReader(path: path)
      #expect(try reader.ledger().count == 5 && reader.audit().passes)
    }
  }

  /// Four trained steps, with long answers; a stale group, an evaluation, and a step under way. The store is closed.
  private func withStore(_ body: (String) throws -> Void) throws {
    try withFolder { folder in
      let path = folder.appending(path: "a store?.sqlite").path(percentEncoded: false)
      try Self.fill(path)
      try body(path)
    }
  }

  private static func fill(_ path: String) throws {
    let store = try ReplayStore(path: path)
    var limits = StoreFixture.nano
    (limits.segmentLength, limits.maxCompletionLength) = (3000, 4000)
    let fixture = StoreFixture(store: store, run: try store.begin(limits))
    for step in 1...4 {
      try fixture.issue(step == 1 ? 2 : 1, step: step)
      for sample in 0..<2 {
        try store.append(
          fixture.run, finished(item(step, 0, sample), count: 3000, weights(step - 1)), step: step)
      }
      try store.ready(fixture.run, group: key(0, step: step), rewards: [reward(0), reward(1)])
      try fixture.update(step: step, taking: [(step, 0)])
      if step == 1 { try store.drop(fixture.run, group: key(1, step: 1), fate: .stale(by: 3), step: 1) }
      try fixture.checkpoint(step: step)
    }
    let answer = Rollout(
      item: item(0, 0, 0), task: issued(0, step: 1).task, promptTokens: [1],
      segments: [segment(item(0, 0, 0), from: 0, count: 2, weights(0))], finishReason: .stop, text: "5")
    try store.record(
      fixture.run, step: 0, stage: "rl", kind: .evaluation, version: weights(0),
      groups: [[ScoredRollout(rollout: answer, reward: reward(0), fate: .filtered(reason: "evaluation"))]])
    try fixture.issue(step: 5)
  }

  private static func rows(_ path: String) throws -> [Int?] {
    try DatabaseQueue(path: path).read { db in
      try ["groups", "rollouts", "segments", "rewards"].map {
        try Int.fetchOne(db, sql: "select count(*) from \($0)")
      }
    }
  }
}
