internal import Foundation
internal import GRDB
internal import Synchronization

/// `replay.sqlite`: every rollout of a run with its tokens, its reward term by term, and what became of it.
///
/// One writer, write-ahead log: other programs can read while a run writes, and a crash at any instruction leaves a database that opens
/// and goes on. A killed process loses no commit. A power cut may take the newest segments, which are made again, but nothing that an
/// update or a checkpoint stands on: those are forced to the disk, with all that was committed before them.
public final class ReplayStore: Sendable {
  public let path: String
  let queue: DatabaseQueue
  /// Which file it is: one of the same name may take its place.
  private let file: Int?
  /// What the transactions know of the rows they wrote; empty while one is under way, and after one that failed.
  private let memory = Mutex(StoreMemory())
  let session = Mutex(StoreSession())

  /// Opens the store, or creates it, and brings its tables up to date.
  public init(path: String) throws(ReplayError) {
    var configuration = Configuration()
    configuration.journalMode = .wal
    configuration.busyMode = .timeout(10)
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.write { db in
        let applicationID = try Int32.fetchOne(db, sql: "pragma application_id") ?? 0
        let tables = try Int.fetchOne(db, sql: "select count(*) from sqlite_schema") ?? 0
        if tables > 0, applicationID != Schema.applicationID {
          throw ReplayError(path: path, reason: .foreignDatabase)
        }
        // Marked before there is a table: killed between the two, it is still known as ours.
        if tables == 0 { try db.execute(sql: "pragma application_id = \(Schema.applicationID)") }
        let unknown = try Schema.migrator.appliedIdentifiers(db).subtracting(Schema.migrator.migrations)
        if !unknown.isEmpty { throw ReplayError(path: path, reason: .newerSchema(unknown: unknown.sorted())) }
      }
      try Schema.migrator.migrate(queue)
      self.queue = queue
      self.path = path
      file = Self.fileNumber(path)
    } catch {
      throw ReplayError(path: path, error)
    }
  }

  /// Registers a run, or finds the one of that name again; what is known of it is brought up to date.
  public func begin(_ run: ReplayRun) throws(ReplayError) -> ReplayRun.ID {
    let (id, arrival) = try commit { transaction in
      try transaction.execute(
        """
        insert into runs (name, seed, recipe, mode, max_completion_length, segment_length, max_staleness)
          values (?, ?, ?, ?, ?, ?, ?)
          on conflict (name) do update set seed = excluded.seed, recipe = excluded.recipe, mode = excluded.mode,
            max_completion_length = excluded.max_completion_length, segment_length = excluded.segment_length,
            max_staleness = excluded.max_staleness, status = null
        """,
        [
          run.name, Int64(bitPattern: run.seed), run.recipe, run.mode, run.maxCompletionLength,
          run.segmentLength, run.maxStaleness,
        ])
      let id = try Int64.fetchOne(
        transaction.db, sql: "select id from runs where name = ?", arguments: [run.name]
      ).found("runs")
      return (id, try Int64.fetchOne(transaction.db, sql: "select max(arrival) from segments") ?? 0)
    }
    session.withLock { $0 = StoreSession(firstArrival: arrival + 1) }
    return ReplayRun.ID(rawValue: id)
  }

  /// At the end of an attempt of the run, however it ended.
  ///
  /// - Parameters:
  ///   - run: The run that ``begin(_:)`` gave.
  ///   - status: `finished`, `interrupted`, …
  ///   - isOver: Nothing more is asked for. What an undone future had begun and was never asked for again is `orphaned`; rollouts that
  ///     are still under way stay `pending`, which an audit objects to where the status is `finished`.
  /// - Throws: ``ReplayError``; then nothing of this call was stored.
  public func end(_ run: ReplayRun.ID, status: String, isOver: Bool) throws(ReplayError) {
    try commit(durably: true) { transaction in
      try transaction.execute("update runs set status = ? where id = ?", [status, run.rawValue])
      guard isOver else { return }
      let ahead = "select id from groups where run_id = ? and kind = 'train' and state = 'ahead'"
      try transaction.execute(
        """
        update ledger set fate = 'orphaned' where fate = 'pending'
          and rollout_id in (select id from rollouts where group_id in (\(ahead)))
        """, [run.rawValue])
      try transaction.execute("update groups set state = 'dropped' where id in (\(ahead))", [run.rawValue])
      transaction.memory = StoreMemory()
    }
  }

  /// Leaves a store as an older apus left it, up to one of the migrations. For tests of what becomes of it.
  package static func create(path: String, upTo migration: String) throws {
    try Schema.migrator.migrate(try DatabaseQueue(path: path), upTo: migration)
    try DatabaseQueue(path: path).writeWithoutTransaction {
      try $0.execute(sql: "pragma application_id = \(Schema.applicationID)")
    }
  }

  /// Caps the database's size, as a full disk would. For tests of what happens then.
  package func limitSize(pages: Int) throws(ReplayError) {
    try commit { try $0.db.execute(sql: "pragma max_page_count = \(pages)") }
  }

  /// One transaction: all of it or nothing.
  ///
  /// - Parameters:
  ///   - durably: Forced to the disk, with everything before it; else what the process wrote last may be lost with the power.
  ///   - body: Writes. What it throws undoes it.
  /// - Returns: What `body` gives.
  /// - Throws: What `body` throws, or SQLite.
  func commit<Result>(
    durably: Bool = false, _ body: (inout StoreTransaction) throws -> Result
  ) throws(ReplayError) -> Result {
    // SQLite would go on writing to a file that nobody can find again.
    if durably, Self.fileNumber(path) != file { throw ReplayError(path: path, reason: .removed) }
    do {
      return try queue.writeWithoutTransaction { db in
        try db.cachedStatement(sql: durably ? "pragma synchronous = full" : "pragma synchronous = normal")
          .execute()
        // Taken for the time being: should this transaction fail, the next one begins with what is in the database.
        var transaction = StoreTransaction(
          db: db, path: path, memory: memory.withLock { exchange(&$0, with: StoreMemory()) })
        var result: Result?
        try db.inTransaction(.immediate) {
          result = try body(&transaction)
          return .commit
        }
        memory.withLock { $0 = transaction.memory }
        return result.found("result")
      }
    } catch {
      throw ReplayError(path: path, error)
    }
  }

  private static func fileNumber(_ path: String) -> Int? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.systemFileNumber] as? Int
  }

  func read<Result>(_ body: (Database) throws -> Result) throws(ReplayError) -> Result {
    do { return try queue.read(body) } catch { throw ReplayError(path: path, error) }
  }
}

/// A run as the store knows it.
public struct ReplayRun: Sendable, Hashable {
  /// Its row in `runs`.
  public struct ID: Sendable, Hashable {
    let rawValue: Int64
  }

  /// Unique in its database.
  public var name: String
  public var seed: UInt64
  /// The resolved recipe as YAML.
  public var recipe: String
  /// `sequential` or `async`; nil = not said.
  public var mode: String?
  /// Cap on generated tokens; nil = not said.
  public var maxCompletionLength: Int?
  /// Tokens that a rollout gets in one go; nil = whole responses.
  public var segmentLength: Int?
  /// Versions that the oldest segment of a trained group may be behind; nil = no limit.
  public var maxStaleness: Int?

  public init(
    name: String, seed: UInt64, recipe: String, mode: String? = nil, maxCompletionLength: Int? = nil,
    segmentLength: Int? = nil, maxStaleness: Int? = nil
  ) {
    self.name = name
    self.seed = seed
    self.recipe = recipe
    self.mode = mode
    self.maxCompletionLength = maxCompletionLength
    self.segmentLength = segmentLength
    self.maxStaleness = maxStaleness
  }
}

extension ReplayError {
  /// SQLite's error in the words of this module.
  init(path: String, _ error: any Error) {
    switch error {
    case let error as ReplayError:
      // A migration does not know where its database is.
      self = error.path.isEmpty ? ReplayError(path: path, reason: error.reason) : error
    case let error as DatabaseError:
      let detail = error.message ?? "\(error.resultCode)"
      let reason: Reason =
        switch error.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT: .notADatabase
        case .SQLITE_FULL: .diskFull
        case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
        case .SQLITE_CANTOPEN: .cannotOpen(detail: detail)
        case .SQLITE_READONLY: .readOnly
        case .SQLITE_IOERR: .cannotWrite(code: Int(error.extendedResultCode.rawValue))
        default: .system(code: Int(error.extendedResultCode.rawValue), detail: detail)
        }
      self.init(path: path, reason: reason)
    case let error as RowDecodingError:
      // GRDB's words go on with the row and the statement.
      let words = "\(error)"
      let end = words.firstRange(of: ", row:")?.lowerBound ?? words.endIndex
      self.init(path: path, reason: .unreadableValue(detail: String(words[..<end])))
    default:
      self.init(path: path, reason: .cannotOpen(detail: "\(error)"))
    }
  }
}
