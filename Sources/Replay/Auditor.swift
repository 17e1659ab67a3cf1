internal import GRDB

/// The checks, each a query for the rows that contradict it: a text that names the row, in the first column.
struct Auditor {
  let stored: StoredRows
  let knowsUpdates: Bool
  let knowsStatistics: Bool
  let run: ReplayRun?
  let status: String?
  /// Of training rollouts.
  let totals: LedgerLine
  var audit = Audit()

  private static let shown = 5
  /// A rollout in words, and what has to be joined for that.
  static let item = """
    'step ' || groups.step || ', group ' || group_index || ', sample ' || sample
      || case attempt when 0 then '' else ', attempt ' || attempt end || case groups.kind when 'train' then '' else ' (' || groups.kind || ')' end
    """
  static let group = "'step ' || groups.step || ', group ' || group_index"
  static let rollouts = """
    from rollouts join groups on groups.id = group_id left join ledger on ledger.rollout_id = rollouts.id
    """
  /// Groups that were issued as work items: what older stores hold was recorded after it was done.
  static let issued = "groups.kind = 'train' and groups.data_position is not null"
  // MARK: The file

  mutating func auditFile() throws {
    try check(
      "the file is whole", "`pragma integrity_check`",
      ["select integrity_check from pragma_integrity_check where integrity_check != 'ok'"])
    try check(
      "every row's parent is there", "`pragma foreign_key_check`",
      [
        """
        select "table" || ' ' || coalesce(rowid, '?') || ' names a row of ' || parent || ' that is not there'
          from pragma_foreign_key_check
        """
      ])
  }

  // MARK: Queries

  mutating func check(
    _ claim: String, _ detail: String, _ queries: [String], isRecorded: Bool = true
  ) throws {
    var offenders = Offenders()
    if isRecorded {
      for query in queries {
        let rows = try Row.fetchCursor(stored.db, sql: query)
        while let row = try rows.next() {
          offenders.add(String.fromDatabaseValue(row[0]) ?? "a row that cannot be named")
        }
      }
    }
    add(claim, detail, offenders, isRecorded: isRecorded)
  }

  /// What contradicts a claim: how many, and the first of them.
  struct Offenders {
    private(set) var count = 0
    private(set) var first: [String] = []

    mutating func add(_ words: @autoclosure () -> String) {
      if first.count < Auditor.shown { first.append(words()) }
      count += 1
    }
  }

  mutating func add(_ claim: String, _ detail: String, _ offenders: Offenders, isRecorded: Bool = true) {
    audit.checks.append(
      Audit.Check(
        claim: claim, verdict: !isRecorded ? .notRecorded : offenders.count == 0 ? .passed : .failed,
        detail: isRecorded ? detail : "the store is from before this was recorded",
        offenderCount: offenders.count, offenders: offenders.first))
  }

  func count(_ rows: String) throws -> Int {
    try Int.fetchOne(stored.db, sql: "select count(*) \(rows)") ?? 0
  }

  func sum(_ column: String, of table: String) throws -> Int {
    try Int.fetchOne(stored.db, sql: "select cast(total(\(column)) as integer) from \(table)") ?? 0
  }

  func tokens(_ segments: String) throws -> String {
    "\(try Int.fetchOne(stored.db, sql: "select cast(total(token_count) as integer) \(segments)") ?? 0) trained tokens"
  }
}
