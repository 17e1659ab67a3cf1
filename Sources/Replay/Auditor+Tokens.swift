internal import Experience
internal import GRDB

extension Auditor {
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
    // Each stage may have limits of its own; groups from before they were kept are held to none.
    let limit = "groups.max_completion_length"
    let limited = """
      \(Self.rollouts) join runs on runs.id = groups.run_id where groups.kind = 'train' and \(limit) is not null
      """
    let hasLimits = try count(limited) > 0
    let windows = try Int.fetchAll(stored.db, sql: "select distinct \(limit) \(limited) order by 1")
      .map(String.init).joined(separator: ", ")
    try check(
      "budgets are kept: `max_completion_length`, `segment_length`, and cut at the limit only",
      windows.isEmpty
        ? "no limit"
        : windows
          + (run?.segmentLength.map { ", segments of \($0)" } ?? ""),
      [
        "select \(Self.item) || ' has ' || completion_length || ' tokens' \(limited) and completion_length > \(limit)",
        """
        select \(Self.item) || ' was cut at ' || completion_length || ' tokens' \(limited) and finish_reason = 'length'
          and completion_length != \(limit)
        """,
        """
        select \(Self.item) || ' goes on at its limit' \(limited) and rollouts.state != 'finished' and fate != 'orphaned'
          and completion_length >= \(limit)
        """,
        """
        select \(Self.item) || ' has a segment of ' || token_count || ' tokens'
          from segments join rollouts on rollouts.id = segments.rollout_id join groups on groups.id = group_id
            join runs on runs.id = groups.run_id
          where groups.kind = 'train' and token_count > groups.segment_length
        """,
      ], isRecorded: hasLimits || totals.rollouts == 0)
  }

  /// Reads every array of every segment.
  mutating func auditArrays() throws {
    var (changed, impossible) = (Offenders(), Offenders())
    var (checked, before, vacuumed) = (0, 0, 0)
    let rows = try Row.fetchCursor(
      stored.db,
      sql: """
        select \(Self.item) as item, rollouts.id as rollout_key, position, start, checksum, tokens, logprobs, sampled, worker,
            number, digest, \(Self.issued) as is_issued, groups.state in ('open', 'ready', 'ahead') as is_under_way
          from segments join rollouts on rollouts.id = segments.rollout_id join groups on groups.id = group_id
            join policy_versions on policy_versions.id = segments.policy_version_id
          order by groups.step, group_index, sample, attempt, position
        """)
    while let row = try rows.next() {
      let item: String = try stored.value(row, "item", of: "groups")
      let place = try "\(item), segment \(stored.value(row, "position", of: "segments", as: Int.self))"
      let arrays: [DatabaseValue] = [row["tokens"], row["logprobs"], row["sampled"]]
      if arrays.allSatisfy(\.isNull) {
        vacuumed += 1
        if row["is_under_way"] == 1 { changed.add("\(place) is under way, and has no tokens") }
        continue
      }
      let segment: Segment
      do {
        segment = try stored.segment(row, of: stored.value(row, "rollout_key", of: "rollouts"))
      } catch {
        changed.add("\(place) cannot be read")
        continue
      }
      if let wrong = zip(segment.logprobs, segment.sampled).first(where: { logprob, isSampled in
        isSampled && !(logprob.isFinite && logprob <= Self.logprobTolerance)
      }) {
        impossible.add("\(place) has a log probability of \(wrong.0)")
      }
      guard let checksum: Int64 = try stored.optional(row, "checksum", of: "segments") else {
        before += 1
        if row["is_issued"] == 1 { changed.add("\(place) has lost its checksum") }
        continue
      }
      checked += 1
      if try segment.checksum(at: stored.value(row, "start", of: "segments")) != checksum {
        changed.add("\(place) is not what was committed")
      }
    }
    let others = [(before, "from before checksums were kept"), (vacuumed, "without tokens since `vacuum`")]
      .filter { $0.0 > 0 }.map { "; \($0.0) \($0.1)" }.joined()
    add(
      "tokens, log probabilities and versions are those that were committed",
      "\(checked) segments agree with their checksums" + others, changed,
      isRecorded: before == 0 || checked > 0)
    add(
      "log probabilities of sampled tokens are finite, and none is above 0",
      "\(checked + before) segments", impossible)
  }

  /// Natural logs in float32: rounding may leave a probability of 1 this much above it.
  private static let logprobTolerance: Float = 1e-3

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
}
