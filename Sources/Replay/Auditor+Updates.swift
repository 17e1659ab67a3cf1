internal import GRDB

extension Auditor {
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
        select \(Self.group) || ' was taken by step ' || coalesce(consumed_step, 'none') || ', which has no update' from groups
          where \(Self.issued) and state = 'consumed'
            and not exists (select * from updates where updates.run_id = groups.run_id and updates.step = consumed_step)
        """,
        """
        select \(Self.group) || ' is of stage ' || groups.stage || ', but the update that took it of ' || updates.stage
          from groups join updates on updates.run_id = groups.run_id and updates.step = consumed_step
          where \(Self.issued) and state = 'consumed' and updates.stage != groups.stage
        """,
      ], isRecorded: isRecorded)
    let taken = try sum("trained_count", of: "updates")
    let vacuumed = try sum("vacuumed_groups", of: "updates")
    try check(
      "what each update took is still there, in its order and with its fates",
      try "\(sum("group_count", of: "updates")) groups, \(taken) trained"
        + (vacuumed > 0 ? "; \(vacuumed) groups dropped by `vacuum`" : ""),
      [
        """
        select \(Self.update) || ' took ' || (group_count - vacuumed_groups) || ' groups, but ' || coalesce(found, 0) || ' are there'
          \(Self.taken) where group_count - vacuumed_groups != coalesce(found, 0)
        """,
        """
        select \(Self.update) || ' took ' || group_count || ' groups, but their places are ' || first || ' to ' || last
          \(Self.taken) where places != found or first < 0 or last >= group_count
        """,
        """
        select \(Self.update) || ' trained ' || trained_count || ' answers, but the ledger has ' || coalesce(trained, 0)
          \(Self.settled) where trained_count != coalesce(trained, 0)
        """,
        """
        select \(Self.update) || ' left out ' || filtered_count || ' filtered and ' || surplus_count || ' surplus answers, but the ledger has '
            || coalesce(filtered, 0) || ' and ' || coalesce(surplus, 0)
          \(Self.settled) where vacuumed_groups = 0
            and (filtered_count != coalesce(filtered, 0) or surplus_count != coalesce(surplus, 0))
        """,
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
        select \(Self.item) || ' has tokens of version ' || number || ' (' || substr(digest, 1, 19) || '), which is none of this run and stage before that update'
          \(segments) where \(Self.issued) and fate = 'trained' and segments.policy_version_id not in (
            select version_before from updates where updates.run_id = groups.run_id and updates.stage = groups.stage
              and updates.step <= consumed_step)
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
          where version_after != policy_version_id and not exists (\(Self.handedOver))
        """,
        """
        select 'the checkpoint of step ' || step || ' has weights that no update made' from checkpoints
          where step > 0 and not exists (select * from metrics where metrics.run_id = checkpoints.run_id
              and metrics.step = checkpoints.step and metrics.kind = 'sft')
            and exists (select * from updates where updates.run_id = checkpoints.run_id and updates.step < checkpoints.step)
            and (select digest from policy_versions where id = policy_version_id) not in (
              select digest from policy_versions where id in (\(Self.lineage)))
        """,
        """
        select 'the update of step ' || updates.step || ' is said to be in the checkpoint of step ' || checkpoints.step
          from updates join checkpoints on checkpoints.id = checkpoint_id where updates.step > checkpoints.step
        """,
      ], isRecorded: isRecorded)
  }
  private static let update = "'the update of step ' || updates.step"
  /// The weights that a run began with, and all that its updates made.
  private static let lineage = """
    select version_before from updates where updates.run_id = checkpoints.run_id
      union select version_after from updates where updates.run_id = checkpoints.run_id
    """
  /// The weights that a stage which ends at the checkpoint's step hands over, where they are the checkpoint's: its best ones may be those
  /// of an earlier step, or those that it began with.
  private static let handedOver = """
    select * from metrics join updates as kept on kept.run_id = metrics.run_id and kept.step in (value, value + 1)
        join policy_versions as made on made.id = iif(kept.step = value, kept.version_after, kept.version_before)
      where metrics.run_id = checkpoints.run_id and metrics.step = checkpoints.step and metrics.kind = 'stage_end'
        and metrics.name = 'stage/handover_step'
        and made.digest = (select digest from policy_versions where id = checkpoints.policy_version_id)
    """
  /// Updates beside the groups that they took.
  private static let taken = """
    from updates left join (
        select run_id, consumed_step, count(*) as found, count(distinct consumed_order) as places,
            min(consumed_order) as first, max(consumed_order) as last
          from groups where \(issued) and state = 'consumed' group by run_id, consumed_step) as rows
      on rows.run_id = updates.run_id and rows.consumed_step = updates.step
    """
  /// Updates beside the fates of what they took.
  private static let settled = """
    from updates left join (
        select run_id, consumed_step, sum(fate = 'trained') as trained, sum(fate like 'filtered(%)') as filtered,
            sum(fate = 'surplus') as surplus
          from groups join rollouts on group_id = groups.id join ledger on ledger.rollout_id = rollouts.id
          where \(issued) and groups.state = 'consumed' group by run_id, consumed_step) as rows
      on rows.run_id = updates.run_id and rows.consumed_step = updates.step
    """
}
