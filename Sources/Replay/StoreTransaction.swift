internal import Experience
internal import Foundation
internal import GRDB

/// What one process of the trainer found in a store when it began.
struct StoreSession {
  /// Segments from this number on were committed by this process.
  var firstArrival: Int64 = 1
  /// Workers as they were before this process first wrote them, by name.
  var workers: [String: WorkerRow?] = [:]
}

/// Rows that transactions wrote or read, so that the next one need not look for them.
struct StoreMemory {
  struct Version: Hashable {
    var run: Int64
    var version: PolicyVersion
  }

  struct Place: Hashable {
    var run: Int64
    var step: Int
    var index: Int
  }

  var versions: [Version: Int64] = [:]
  /// Groups under way.
  var groups: [Place: LiveGroup] = [:]
  /// By run: the number of the next complete group.
  var nextReady: [Int64: Int] = [:]
}

/// A group, and the attempt at each of its answers that counts.
struct LiveGroup {
  var id: Int64
  /// `open`, `ready`, `consumed`, `dropped` or `ahead`.
  var state: String
  var stage: String
  /// By sample.
  var members: [Int: LiveMember]
}

struct LiveMember {
  /// Its row in `rollouts`.
  var id: Int64
  var attempt: Int
  var isFinished: Bool
  /// Where each segment ends, in tokens of the rollout.
  var ends: [Int]

  var length: Int { ends.last ?? 0 }
}

/// Statements inside one transaction.
struct StoreTransaction {
  let db: Database
  /// Of the database, for errors.
  let path: String
  var memory: StoreMemory

  func execute(_ sql: String, _ arguments: StatementArguments) throws {
    try db.cachedStatement(sql: sql).execute(arguments: arguments)
  }

  /// The row of a policy version, made if need be.
  mutating func id(of version: PolicyVersion, _ run: ReplayRun.ID) throws -> Int64 {
    let key = StoreMemory.Version(run: run.rawValue, version: version)
    if let known = memory.versions[key] { return known }
    try execute(
      "insert or ignore into policy_versions (run_id, number, digest) values (?, ?, ?)",
      [run.rawValue, version.number, version.digest])
    let select = try db.cachedStatement(
      sql: "select id from policy_versions where run_id = ? and number = ? and digest = ?")
    let id = try Int64.fetchOne(select, arguments: [run.rawValue, version.number, version.digest])
      .found("policy_versions")
    memory.versions[key] = id
    return id
  }

  /// The row of a task, made if need be.
  func id(of task: ReasoningTask, _ run: ReplayRun.ID) throws -> Int64 {
    let columns = try JSONEncoder.sorted.encode(task.columns)
    try execute(
      """
      insert or ignore into tasks
        (run_id, task, source, prompt, ground_truth, verifier, difficulty, solution, columns, bucket)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        run.rawValue, task.id, task.source, storable(task.prompt), storable(task.groundTruth), task.verifier,
        task.difficulty, task.solution.map(storable), String(decoding: columns, as: UTF8.self),
        task.bucket,
      ])
    let select = try db.cachedStatement(
      sql: "select id, prompt, ground_truth from tasks where run_id = ? and task = ?")
    let row = try Row.fetchOne(select, arguments: [run.rawValue, task.id]).found("tasks")
    guard row["prompt"] == storable(task.prompt), row["ground_truth"] == storable(task.groundTruth) else {
      throw ReplayError(path: path, reason: .taskChanged(id: task.id))
    }
    return row["id"]
  }

  /// Stores what a rollout is worth, in place of what was there.
  func score(_ rollout: Int64, _ reward: RewardBreakdown) throws {
    try execute(
      """
      update rollouts set correctness = ?, accuracy = ?, reward = ?, extracted = ?, reason = ? where id = ?
      """,
      [
        reward.correctness, reward.accuracy, reward.total, reward.extracted.map(storable),
        storable(reward.reason), rollout,
      ])
    try execute("delete from rewards where rollout_id = ?", [rollout])
    try insert(reward, of: rollout)
  }

  /// Adds the terms of a reward.
  func insert(_ reward: RewardBreakdown, of rollout: Int64) throws {
    var position = 0
    for (terms, isReference) in [(reward.components, false), (reward.references, true)] {
      for term in terms {
        try execute(
          """
          insert into rewards (rollout_id, position, name, value, weight, is_reference) values (?, ?, ?, ?, ?, ?)
          """, [rollout, position, term.name, term.value, term.weight, isReference])
        position += 1
      }
    }
  }

  /// Adds a segment.
  ///
  /// - Returns: Its number in order of arrival.
  mutating func insert(
    _ segment: Segment, of rollout: Int64, position: Int, start: Int, step: Int, _ run: ReplayRun.ID
  ) throws -> Int {
    try execute(
      """
      insert into segments
        (rollout_id, position, start, token_count, step, policy_version_id, worker, tokens, logprobs, sampled, checksum)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        rollout, position, start, segment.tokens.count, step, id(of: segment.version, run), segment.worker,
        LittleEndian.data(segment.tokens), LittleEndian.data(segment.logprobs),
        LittleEndian.data(segment.sampled), segment.checksum(at: start),
      ])
    return Int(db.lastInsertedRowID)
  }

  /// NaN would be read back as "no verdict".
  func refuseNaN(_ reward: RewardBreakdown, advantage: Double? = nil, of item: WorkItem, step: Int) throws {
    let terms = [reward.components, reward.references].joined()
    var what: String?
    if reward.correctness?.isNaN == true { what = "the correctness" }
    if reward.accuracy?.isNaN == true { what = "the accuracy" }
    if reward.total?.isNaN == true { what = "the reward" }
    if advantage?.isNaN == true { what = "the advantage" }
    if let term = terms.first(where: { $0.weight.isNaN }) { what = "the weight of `\(term.name)`" }
    if let term = terms.first(where: { $0.value?.isNaN == true }) { what = "reward term `\(term.name)`" }
    guard let what else { return }
    throw ReplayError(
      path: path, reason: .notANumber(what: what, step: step, group: item.group, sample: item.sample))
  }
}

/// A text without NUL, which ends a text in SQLite.
func storable(_ text: String) -> String {
  text.utf8.contains(0)
    ? String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? "\u{2400}" : $0 })) : text
}

extension JSONEncoder {
  /// The same text for the same dictionary.
  fileprivate static var sorted: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}

extension Optional {
  /// A row that this transaction has just written.
  func found(_ table: String) -> Wrapped {
    guard let self else { preconditionFailure("a row of `\(table)` is not there after it was written") }
    return self
  }
}
