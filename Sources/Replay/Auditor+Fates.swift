internal import GRDB

extension Auditor {
  mutating func auditFates() throws {
    try check(
      "issued = sum of fates", issuedWords() + totals.terms,
      [
        """
        select \(Self.item) || ' has no fate' \(Self.rollouts) where fate is null
        """,
        "select 'ledger has a fate for rollout ' || rollout_id || ', which is not there' from ledger where rollout_id not in (select id from rollouts)",
        """
        select \(Self.step) || ' asked for ' || (items - vacuumed_items) || ' answers, but ' || coalesce(found, 0) || ' are there'
          \(Self.counted) where items - vacuumed_items != coalesce(found, 0)
        """,
        """
        select \(Self.step) || ' made ' || (items + retries - vacuumed_attempts) || ' attempts, but ' || coalesce(attempts, 0) || ' are there'
          \(Self.counted) where items + retries - vacuumed_attempts != coalesce(attempts, 0)
        """,
        """
        select \(Self.group) || ' was never counted as asked for' from groups where \(Self.issued)
          and not exists (select * from issues where issues.run_id = groups.run_id and issues.step = groups.step
            and issues.stage = groups.stage)
        """,
      ])
    try check(
      "fates are those that the states of their groups allow", totals.terms,
      [
        """
        select \(Self.item) || ' is ' || fate || ' in a group that is ' || groups.state \(Self.rollouts)
          where \(Self.issued) and fate != 'orphaned' and not case groups.state
            when 'consumed' then fate in ('trained', 'surplus') or fate like 'filtered(%)'
            when 'dropped' then consumed_step is not null and (fate = 'surplus' or fate like 'stale(%)' or fate like 'failed(%)')
            else fate = 'pending' end
        """
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
    let words =
      switch status {
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
          where fate = 'pending' and groups.state not in ('consumed', 'dropped')
            and groups.run_id in (select id from runs where status = 'finished')
        """,
      ])
  }

  private static let step = "'step ' || issues.step || ' (' || issues.stage || ')'"
  /// What was counted when it was asked for, beside what is there.
  private static let counted = """
    from issues left join (
        select run_id, groups.step, stage, count(distinct group_id || '/' || sample) as found, count(*) as attempts
          from rollouts join groups on groups.id = group_id where \(issued) group by run_id, groups.step, stage) as rows
      on rows.run_id = issues.run_id and rows.step = issues.step and rows.stage = issues.stage
    """

  /// `12 issued + 1 made anew = `, and what else there is.
  private func issuedWords() throws -> String {
    let row = try Row.fetchOne(
      stored.db,
      sql: """
        select cast(total(items) as integer) as items, cast(total(retries) as integer) as retries,
            cast(total(vacuumed_attempts) as integer) as vacuumed from issues
        """)
    guard let row else { return "" }
    let (items, retries, vacuumed): (Int, Int, Int) = try (
      stored.value(row, "items", of: "issues"), stored.value(row, "retries", of: "issues"),
      stored.value(row, "vacuumed", of: "issues")
    )
    let before = try count(
      "from rollouts join groups on groups.id = group_id where groups.kind = 'train' and groups.data_position is null"
    )
    var words = knowsUpdates ? "\(items) issued" : ""
    if retries > 0 { words += " + \(retries) made anew" }
    if vacuumed > 0 { words += " - \(vacuumed) dropped by `vacuum`" }
    if before > 0 {
      words += (words.isEmpty ? "" : " + ") + "\(before) from before it was counted what is asked for"
    }
    return (words.isEmpty ? "0" : words) + " = "
  }
}
