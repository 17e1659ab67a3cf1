internal import GRDB
internal import Synchronization

extension ReplayStore {
  /// Stores the metrics of a step, or of an evaluation; those of the same names before are replaced.
  public func metrics(
    _ run: ReplayRun.ID, step: Int, kind: String, stage: String, values: [(name: String, value: StoredValue)]
  ) throws(ReplayError) {
    try commit { transaction in
      for (name, value) in values {
        try transaction.execute(
          "insert or replace into metrics (run_id, step, kind, stage, name, value) values (?, ?, ?, ?, ?, ?)",
          [run.rawValue, step, kind, stage, name, value.databaseValue])
      }
    }
  }

  /// Stores a worker and what it did for this process of the trainer; what it did for those before is added.
  public func worker(_ run: ReplayRun.ID, _ row: WorkerRow) throws(ReplayError) {
    let known = session.withLock { $0.workers[row.name] }
    let before = try commit { transaction -> WorkerRow? in
      let before = try known ?? transaction.worker(row.name, run)
      try transaction.execute(
        """
        insert or replace into workers
          (run_id, name, host, processor, kernels, threads, segments, tokens, duplicates, reissued, refused, first_seen, last_seen)
          values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          run.rawValue, storable(row.name), storable(row.host), storable(row.processor),
          storable(row.kernels),
          row.threads, row.segments + (before?.segments ?? 0), row.tokens + (before?.tokens ?? 0),
          row.duplicates + (before?.duplicates ?? 0), row.reissued + (before?.reissued ?? 0),
          row.refused + (before?.refused ?? 0), before?.firstSeen ?? row.firstSeen, row.lastSeen,
        ])
      return before
    }
    session.withLock { $0.workers[row.name] = .some(before) }
  }
}

extension StoreTransaction {
  fileprivate func worker(_ name: String, _ run: ReplayRun.ID) throws -> WorkerRow? {
    let row = try Row.fetchOne(
      db, sql: "select * from workers where run_id = ? and name = ?",
      arguments: [run.rawValue, storable(name)])
    return try row.map { try StoredRows(db: db, path: path).worker($0) }
  }
}

extension StoredValue {
  fileprivate var databaseValue: DatabaseValue {
    switch self {
    case .integer(let value): value.databaseValue
    case .number(let value) where value.isNaN: .null
    case .number(let value): value.databaseValue
    case .text(let text): storable(text).databaseValue
    }
  }
}
