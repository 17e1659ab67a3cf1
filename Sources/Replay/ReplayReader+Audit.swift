internal import GRDB

extension ReplayReader {
  /// Checks the store against itself.
  ///
  /// - Returns: A line for each thing that must be true.
  /// - Throws: ``ReplayError`` where the store cannot be read at all.
  public func audit() throws(ReplayError) -> Audit {
    let trained = try LedgerLine.total(ledger())
    let run = try run()
    let status = try status()
    return try read { stored in
      var auditor = Auditor(
        stored: stored, knowsUpdates: knowsUpdates, run: run, status: status, totals: trained)
      try auditor.auditFile()
      try auditor.auditFates()
      try auditor.auditUpdates()
      try auditor.auditTokens()
      try auditor.auditRewards()
      return auditor.audit
    }
  }
}

/// The checks, each a query for the rows that contradict it: a text that names the row, in the first column.
private struct Auditor {
  let stored: StoredRows
  let knowsUpdates: Bool
  let run: ReplayRun?
  let status: String?
  /// Of training rollouts.
  let totals: LedgerLine
  var audit = Audit()

  private static let shown = 5
  /// A rollout in words, and what has to be joined for that.
  private static let item = """
    'step ' || groups.step || ', group ' || group_index || ', sample ' || sample
      || case attempt when 0 then '' else ', attempt ' || attempt end || case groups.kind when 'train' then '' else ' (' || groups.kind || ')' end
    """
  private static let group = "'step ' || groups.step || ', group ' || group_index"
  private static let rollouts = """
    from rollouts join groups on groups.id = group_id left join ledger on ledger.rollout_id = rollouts.id
    """
  /// Groups that were issued as work items: what older stores hold was recorded after it was done.
  private static let issued = "groups.kind = 'train' and groups.data_position is not null"
  /// The weights that a run began with, and all that its updates made.
  private static let lineage = """
    select version_before from updates where updates.run_id = groups.run_id
      union select version_after from updates where updates.run_id = groups.run_id
    """

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

  // MARK: Fates

  mutating func auditFates() throws {
    try check(
      "issued = sum of fates", "\(totals.rollouts) training rollouts = \(totals.terms)",
      [
        """
        select \(Self.item) || ' has no fate' \(Self.rollouts) where fate is null
        """,
        "select 'ledger has a fate for rollout ' || rollout_id || ', which is not there' from ledger where rollout_id not in (select id from rollouts)",
      ])
    try check(
      "every answer that was asked for has exactly one attempt that counts",
      try "\(count("from groups where groups.kind = 'train'")) groups",
      [
        """
        select \(Self.item) || ' has ' || sum(fate != 'orphaned') \(Self.rollouts)
          where groups.kind = 'train' and not (groups.state = 'dropped' and consumed_step is null)
          group by group_id, sample having sum(fate != 'orphaned') != 1
        """,
        """
        select \(Self.group) || ' lacks members' from groups left join rollouts on group_id = groups.id
          where groups.kind = 'train' group by groups.id having coalesce(max(sample), 0) + 1 != count(distinct sample)
        """,
      ])
    try check(
      "nothing is trained twice", "\(totals.trained) trained",
      [
        """
        select \(Self.item) || ' is trained in ' || count(*) || ' attempts' \(Self.rollouts)
          where groups.kind = 'train' and fate = 'trained' group by group_id, sample having count(*) > 1
        """,
        """
        select \(Self.item) || ' is trained, but its group is ' || groups.state \(Self.rollouts)
          where groups.kind = 'train' and fate = 'trained' and groups.state != 'consumed'
        """,
        """
        select \(Self.group) || ' is there ' || count(*) || ' times' from groups where groups.kind = 'train'
          group by run_id, step, group_index having count(*) > 1
        """,
        """
        select \(Self.group) || ' has the place ' || consumed_order || ' in step ' || consumed_step || ' with others' from groups
          where groups.kind = 'train' and state = 'consumed' group by run_id, consumed_step, consumed_order having count(*) > 1
        """,
      ])
    let isWhole = run?.segmentLength == nil && run?.mode != "async"
    let mayBeLeft = status != "finished" || !isWhole
    let words =
      switch status {
      case "finished"? where totals.pending > 0: ", under way when the run ended"
      case let status?: "; the run ended: \(status)"
      case nil: knowsUpdates ? "; the run is under way, or was killed" : ""
      }
    try check(
      "nothing is pending that should not be", "\(totals.pending) pending" + words,
      [
        """
        select \(Self.item) || ' is pending in a group that is ' || groups.state \(Self.rollouts)
          where fate = 'pending' and groups.state in ('consumed', 'dropped')
        """,
        """
        select \(Self.item) || ' is pending in a run that is finished' \(Self.rollouts)
          where fate = 'pending' and (not \(mayBeLeft) or (groups.state = 'ahead' and \(status == "finished")))
            and groups.state not in ('consumed', 'dropped')
        """,
      ])
  }

  // MARK: Updates

  mutating func auditUpdates() throws {
    let unknown = try count(
      "from groups where groups.kind = 'train' and state = 'consumed' and groups.data_position is null")
    let before = unknown > 0 ? "; \(unknown) groups are from before updates were recorded" : ""
    let isRecorded =
      try knowsUpdates && (unknown == 0 || count("from groups where \(Self.issued)") > 0)
    let updates = try count("from updates")
    try check(
      "every trained group was taken by exactly one update", "\(updates) updates\(before)",
      [
        """
        select \(Self.group) || ' is trained in step ' || coalesce(consumed_step, 'none') || ', which has no update' from groups
          where \(Self.issued) and id in (select group_id from rollouts join ledger on rollout_id = rollouts.id where fate = 'trained')
            and not exists (select * from updates where updates.run_id = groups.run_id and updates.step = consumed_step)
        """
      ], isRecorded: isRecorded)
    try check(
      "each update starts from the weights that the one before it made", "\(updates) updates",
      [
        """
        select 'the update of step ' || step || case when step != last + 1 then ' follows that of step ' || last
            else ' starts from other weights than step ' || last || ' made' end
          from (select step, version_before, lag(version_after) over chain as made, lag(step) over chain as last from updates
            window chain as (partition by run_id, stage order by step))
          where last is not null and (made != version_before or step != last + 1)
        """
      ], isRecorded: isRecorded)
    let segments = """
      from segments join rollouts on rollouts.id = segments.rollout_id join groups on groups.id = group_id
        join ledger on ledger.rollout_id = rollouts.id join policy_versions on policy_versions.id = segments.policy_version_id
      """
    try check(
      "every trained token's version is known, and not newer than the update that used it",
      try tokens("\(segments) where \(Self.issued) and fate = 'trained'") + before,
      [
        """
        select \(Self.item) || ' has tokens of version ' || number || ' (' || substr(digest, 1, 19) || '), which is none of this run'
          \(segments) where \(Self.issued) and fate = 'trained' and segments.policy_version_id not in (\(Self.lineage))
        """,
        """
        select \(Self.item) || ' has tokens of version ' || policy_versions.number || ', but was trained from ' || used.number
          \(segments) join updates on updates.run_id = groups.run_id and updates.step = consumed_step
            join policy_versions as used on used.id = version_before
          where \(Self.issued) and fate = 'trained' and policy_versions.number > used.number
        """,
      ], isRecorded: isRecorded)
    let limit = run?.maxStaleness
    try check(
      "no trained token is staler than `max_staleness`", limit.map { "\($0) versions" } ?? "no limit",
      [
        """
        select \(Self.item) || ' was ' || max(used.number - policy_versions.number) || ' versions behind'
          \(segments) join updates on updates.run_id = groups.run_id and updates.step = consumed_step
            join policy_versions as used on used.id = version_before join runs on runs.id = groups.run_id
          where \(Self.issued) and fate = 'trained' and used.number - policy_versions.number > runs.max_staleness
          group by rollouts.id
        """
      ], isRecorded: isRecorded)
    // Steps of supervised training make weights too, and leave no update.
    try check(
      "checkpoints name weights that updates made", try "\(count("from checkpoints")) checkpoints",
      [
        """
        select 'the checkpoint of step ' || checkpoints.step || ' has other weights than the update of that step made'
          from checkpoints join updates on updates.run_id = checkpoints.run_id and updates.step = checkpoints.step
          where version_after != policy_version_id
        """,
        """
        select 'the checkpoint of step ' || step || ' has weights that no update made' from checkpoints
          where step > 0 and not exists (select * from metrics where metrics.run_id = checkpoints.run_id
              and metrics.step = checkpoints.step and metrics.kind = 'sft')
            and exists (select * from updates where updates.run_id = checkpoints.run_id and updates.step < checkpoints.step)
            and policy_version_id not in (\(Self.lineage.replacing("groups.run_id", with: "checkpoints.run_id")))
        """,
        """
        select 'the update of step ' || updates.step || ' is said to be in the checkpoint of step ' || checkpoints.step
          from updates join checkpoints on checkpoints.id = checkpoint_id where updates.step > checkpoints.step
        """,
      ], isRecorded: isRecorded)
  }

  // MARK: Tokens and rewards

  mutating func auditTokens() throws {
    try check(
      "segments follow each other without a gap, and add up to their rollout",
      try "\(count("from segments")) segments",
      [
        """
        select \(Self.item) || ' has a gap before segment ' || position
          from (select rollout_id, position, start, row_number() over part - 1 as place,
              sum(token_count) over part - token_count as wanted from segments
              window part as (partition by rollout_id order by position)) as parts
            join rollouts on rollouts.id = rollout_id join groups on groups.id = group_id
          where position != place or start != wanted
        """,
        """
        select \(Self.item) || ' has ' || completion_length || ' tokens, but its segments have ' || coalesce(sum(token_count), 0)
          from rollouts join groups on groups.id = group_id left join segments on segments.rollout_id = rollouts.id
          group by rollouts.id having coalesce(sum(token_count), 0) != completion_length
        """,
        """
        select \(Self.item) || ' is ' || rollouts.state || ', and ' || fate \(Self.rollouts)
          where rollouts.state != 'finished' and (fate = 'trained' or groups.kind != 'train')
        """,
      ])
    // A resumed run may have another limit than it began with.
    let limit = "max(groups.max_completion_length, runs.max_completion_length)"
    let limited = """
      \(Self.rollouts) join runs on runs.id = groups.run_id where groups.kind = 'train' and \(limit) is not null
      """
    let hasLimits = try count(limited) > 0
    try check(
      "budgets are kept: `max_completion_length`, `segment_length`, and cut at the limit only",
      "\(run?.maxCompletionLength.map(String.init) ?? "no limit")"
        + (run?.segmentLength.map { ", segments of \($0)" } ?? ""),
      [
        "select \(Self.item) || ' has ' || completion_length || ' tokens' \(limited) and completion_length > \(limit)",
        """
        select \(Self.item) || ' was cut at ' || completion_length || ' tokens' \(limited) and finish_reason = 'length'
          and completion_length not in (groups.max_completion_length, runs.max_completion_length)
        """,
        """
        select \(Self.item) || ' goes on at its limit' \(limited) and rollouts.state != 'finished' and fate != 'orphaned'
          and completion_length >= \(limit)
        """,
        """
        select \(Self.item) || ' has a segment of ' || token_count || ' tokens'
          from segments join rollouts on rollouts.id = segments.rollout_id join groups on groups.id = group_id
            join runs on runs.id = groups.run_id
          where groups.kind = 'train' and token_count > max(groups.segment_length, runs.segment_length)
        """,
      ], isRecorded: hasLimits || totals.rollouts == 0)
  }

  mutating func auditRewards() throws {
    try check(
      "the outermost terms of every reward add up to its total",
      try "\(count("from rollouts where id in (select rollout_id from rewards)")) rewards",
      [
        """
        select \(Self.item) || ' has a total of ' || coalesce(reward, 'none') || ', but its terms add up to ' || coalesce(terms, 'none')
          from (select rollout_id, case when count(*) = count(value) then sum(value * weight) end as terms from rewards
              where is_reference = 0 and name not like '%/%' group by rollout_id) as sums
            join rollouts on rollouts.id = sums.rollout_id join groups on groups.id = group_id
          where (terms is null) != (reward is null) or abs(terms - reward) > 1e-9 * max(1, abs(reward))
        """
      ])
  }

  // MARK: Queries

  private mutating func check(
    _ claim: String, _ detail: String, _ queries: [String], isRecorded: Bool = true
  ) throws {
    var (count, offenders): (Int, [String]) = (0, [])
    if isRecorded {
      for query in queries {
        let rows = try Row.fetchCursor(stored.db, sql: query)
        while let row = try rows.next() {
          if offenders.count < Self.shown {
            offenders.append(String.fromDatabaseValue(row[0]) ?? "a row that cannot be named")
          }
          count += 1
        }
      }
    }
    audit.checks.append(
      Audit.Check(
        claim: claim, verdict: !isRecorded ? .notRecorded : count == 0 ? .passed : .failed,
        detail: isRecorded ? detail : "the store is from before this was recorded", offenderCount: count,
        offenders: offenders))
  }

  private func count(_ rows: String) throws -> Int {
    try Int.fetchOne(stored.db, sql: "select count(*) \(rows)") ?? 0
  }

  private func tokens(_ segments: String) throws -> String {
    "\(try Int.fetchOne(stored.db, sql: "select cast(coalesce(sum(token_count), 0) as integer) \(segments)") ?? 0) trained tokens"
  }
}
