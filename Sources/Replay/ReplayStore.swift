internal import Foundation
internal import GRDB

/// `replay.sqlite`: every rollout of a run with its tokens, its reward term by term, and what became of it.
///
/// One writer, write-ahead log: other programs can read while a run writes, and a crash at any instruction
/// leaves a database that opens and goes on with the last whole step.
public final class ReplayStore: Sendable {
  public let path: String
  let queue: DatabaseQueue

  /// Opens the store, or creates it, and brings its tables up to date.
  public init(path: String) throws(ReplayError) {
    var configuration = Configuration()
    configuration.journalMode = .wal
    configuration.busyMode = .timeout(10)
    configuration.prepareDatabase { db in
      // A step that was recorded survives a power cut too; one sync per step costs milliseconds.
      try db.execute(sql: "pragma synchronous = full")
    }
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
    } catch {
      throw ReplayError(path: path, error)
    }
  }

  /// Registers a run, or finds the one of that name again; its seed and recipe are brought up to date.
  public func begin(_ run: ReplayRun) throws(ReplayError) -> ReplayRun.ID {
    try write { db in
      try db.execute(
        sql: """
          insert into runs (name, seed, recipe) values (?, ?, ?)
          on conflict (name) do update set seed = excluded.seed, recipe = excluded.recipe
          """,
        arguments: [run.name, Int64(bitPattern: run.seed), run.recipe])
      guard let id = try Int64.fetchOne(db, sql: "select id from runs where name = ?", arguments: [run.name])
      else {
        preconditionFailure("run `\(run.name)` is not there after it was inserted")
      }
      return ReplayRun.ID(rawValue: id)
    }
  }

  /// Forgets everything recorded after a training step: what a resumed run will do again.
  ///
  /// - Returns: Rollouts that were dropped.
  @discardableResult
  public func rollBack(_ run: ReplayRun.ID, toStep step: Int) throws(ReplayError) -> Int {
    try write { db in
      let dropped = try Int.fetchOne(
        db,
        sql:
          "select count(*) from rollouts join groups on groups.id = group_id where run_id = ? and step > ?",
        arguments: [run.rawValue, step])
      try db.execute(
        sql: "delete from groups where run_id = ? and step > ?", arguments: [run.rawValue, step])
      // What only the dropped groups had named: the policies of a future that is now undone, and its tasks.
      try db.execute(
        sql: """
          delete from tasks where run_id = ? and id not in (select task_id from groups);
          """, arguments: [run.rawValue])
      try db.execute(
        sql: """
          delete from policy_versions where run_id = ?
            and id not in (select policy_version_id from groups)
            and id not in (select policy_version_id from segments)
          """, arguments: [run.rawValue])
      return dropped ?? 0
    }
  }

  /// Caps the database's size, as a full disk would. For tests of what happens then.
  package func limitSize(pages: Int) throws(ReplayError) {
    try write { db in try db.execute(sql: "pragma max_page_count = \(pages)") }
  }

  func write<Result>(_ body: (Database) throws -> Result) throws(ReplayError) -> Result {
    do { return try queue.write(body) } catch { throw ReplayError(path: path, error) }
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

  public init(name: String, seed: UInt64, recipe: String) {
    self.name = name
    self.seed = seed
    self.recipe = recipe
  }
}

extension ReplayError {
  /// SQLite's error in the words of this module.
  init(path: String, _ error: any Error) {
    switch error {
    case let error as ReplayError:
      self = error
    case let error as DatabaseError:
      let detail = error.message ?? "\(error.resultCode)"
      let reason: Reason =
        switch error.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT: .notADatabase
        case .SQLITE_FULL: .diskFull
        case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
        case .SQLITE_CANTOPEN: .cannotOpen(detail: detail)
        case .SQLITE_READONLY: .readOnly
        default: .system(code: Int(error.extendedResultCode.rawValue), detail: detail)
        }
      self.init(path: path, reason: reason)
    default:
      self.init(path: path, reason: .cannotOpen(detail: "\(error)"))
    }
  }
}
