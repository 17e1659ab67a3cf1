import Experience
import Foundation
import GRDB
import Replay
import Testing

/// A store in a folder of its own, and a run in it.
struct StoreFixture {
  let store: ReplayStore
  let run: ReplayRun.ID

  var path: String { store.path }

  func reader() throws -> ReplayReader { try ReplayReader(path: store.path) }

  func query(_ sql: String) throws -> Int? {
    try DatabaseQueue(path: path).read { try Int.fetchOne($0, sql: sql) }
  }

  func texts(_ sql: String) throws -> [String] {
    try DatabaseQueue(path: path).read { try String.fetchAll($0, sql: sql) }
  }

  func edit(_ sql: String) throws {
    try DatabaseQueue(path: path).writeWithoutTransaction { db in
      // What an edit breaks is for the audit to find.
      try db.execute(sql: "pragma foreign_keys = off; pragma ignore_check_constraints = on;" + sql)
    }
  }

  /// The same store as another process finds it that goes on with the run.
  func reopened(mode: String = "sequential") throws -> StoreFixture {
    let store = try ReplayStore(path: path)
    var run = Self.nano
    run.mode = mode
    return StoreFixture(store: store, run: try store.begin(run))
  }

  static let nano = ReplayRun(
    name: "nano", seed: 1, recipe: "steps: 1", mode: "sequential", maxCompletionLength: 16, segmentLength: 4)
}

func withFixture(_ body: (StoreFixture) throws -> Void) throws {
  try withFolder { folder in
    let store = try ReplayStore(path: folder.appending(path: "replay.sqlite").path(percentEncoded: false))
    try body(StoreFixture(store: store, run: store.begin(StoreFixture.nano)))
  }
}

func withFolder(_ body: (URL) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appending(path: "apus-replay-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder)
}

// MARK: A run

func weights(_ number: Int, _ digest: String? = nil) -> PolicyVersion {
  PolicyVersion(number: number, digest: "sha256:" + (digest ?? "\(number)"))
}

func issued(_ index: Int, step: Int, members: Int = 2, prompt: [Int32] = [2, 3]) -> IssuedGroup {
  let task = ReasoningTask(
    id: "sums/\(step)-\(index)", source: "sums", prompt: "2 + 3 = ?", groundTruth: "5", verifier: "math",
    difficulty: 1)
  return IssuedGroup(
    index: index, task: task, promptTokens: prompt, dataPosition: 10 * step + index + 1, members: members)
}

func key(_ index: Int, step: Int) -> GroupKey { GroupKey(step: step, stage: "rl", index: index) }

func item(_ step: Int, _ group: Int, _ sample: Int) -> WorkItem {
  WorkItem(step: step, group: group, sample: sample)
}

/// Tokens that only these weights make of this item at this place.
func segment(_ item: WorkItem, from start: Int, count: Int, _ version: PolicyVersion, worker: String? = nil)
  -> Segment
{
  let salt = version.digest.utf8.reduce(0) { ($0 * 31 + Int($1)) % 1000 }
  let tokens = (start..<start + count).map { Int32(1000 * item.sample + salt + $0) }
  return Segment(
    tokens: tokens, logprobs: tokens.map { -1 / Float($0 + 1) }, version: version, worker: worker)
}

func paused(_ item: WorkItem, from start: Int = 0, count: Int = 4, _ version: PolicyVersion) -> SegmentEntry {
  SegmentEntry(item: item, start: start, segments: [segment(item, from: start, count: count, version)])
}

func finished(
  _ item: WorkItem, from start: Int = 0, count: Int = 3, _ version: PolicyVersion, worker: String? = nil
) -> SegmentEntry {
  SegmentEntry(
    item: item, start: start, segments: [segment(item, from: start, count: count, version, worker: worker)],
    finish: start + count == 16 ? .length : .stop, text: "answer \(item.sample)", reward: reward(item.sample))
}

func reward(_ sample: Int, reference: Double? = nil) -> RewardBreakdown {
  let right = sample == 0 ? 1.0 : 0
  let short = RewardComponent(name: "short", value: 0.5, weight: 2)
  return RewardBreakdown(
    correctness: right, accuracy: right,
    components: [
      RewardComponent(name: "math", value: right, weight: 1), short,
      RewardComponent(name: "short/length", value: nil, weight: 1),
    ],
    references: reference.map { [RewardComponent(name: "short/limit", value: $0, weight: 0)] } ?? [],
    total: right + 1, extracted: "5", reason: "equal numbers")
}

extension StoreFixture {
  func issue(_ count: Int = 1, step: Int, members: Int = 2) throws {
    try store.issue(
      run, groups: (0..<count).map { issued($0, step: step, members: members) }, step: step, stage: "rl",
      version: weights(step - 1))
  }

  /// Every member of a group answers in one go.
  func finish(_ index: Int = 0, step: Int, _ version: PolicyVersion, at: Int? = nil) throws {
    for sample in 0..<2 {
      try store.append(run, finished(item(step, index, sample), version), step: at ?? step)
    }
    try store.ready(
      run, group: key(index, step: step), rewards: [reward(0, reference: 7), reward(1, reference: 7)])
  }

  func update(step: Int, taking groups: [(step: Int, index: Int)], digest: String? = nil) throws {
    try store.consume(
      run,
      UpdateEntry(
        step: step, stage: "rl", kind: "rl", before: weights(step - 1), after: weights(step, digest),
        dataPosition: 10 * step,
        groups: groups.map { group in
          (0..<2).map {
            ConsumedMember(
              item: item(group.step, group.index, $0), fate: .trained, advantage: $0 == 0 ? 0.5 : -0.5)
          }
        }))
  }

  func checkpoint(step: Int) throws {
    try store.checkpoint(
      run, CheckpointRecord(step: step, version: weights(step), stateDigest: "sha256:state\(step)"))
  }

  /// Steps that each sample one group and train it.
  func train(steps: ClosedRange<Int>, checkpointEvery: Int = 1) throws {
    for step in steps {
      try issue(step: step)
      try finish(step: step, weights(step - 1))
      try update(step: step, taking: [(step, 0)])
      if step % checkpointEvery == 0 { try checkpoint(step: step) }
    }
  }

  /// What the audit objects to, in a short text; nil if it passes.
  func objections() throws -> String? {
    let audit = try reader().audit()
    let failed = audit.checks.filter { $0.verdict != .passed }
    return failed.isEmpty ? nil : failed.map { "\($0.claim): \($0.offenders)" }.joined(separator: "; ")
  }
}
