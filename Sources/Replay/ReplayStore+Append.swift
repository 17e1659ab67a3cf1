internal import Experience
internal import Foundation
internal import GRDB
internal import Synchronization

extension ReplayStore {
  /// Stores what was made of an answer in one go, and where the answer stands now, in one transaction.
  ///
  /// The same again changes nothing. Something else in the same place is an error, unless what stands there was made before this process
  /// began: then weights that are undone made it, so that attempt becomes `orphaned`, and a new one takes over what comes before the
  /// place. Where the group was given up meanwhile nothing is stored.
  ///
  /// - Parameters:
  ///   - run: The run that ``begin(_:)`` gave.
  ///   - entry: What was made. A finished answer has its reward by itself with it.
  ///   - step: The training step at hand.
  /// - Returns: Number of the last segment in order of arrival; nil where nothing was new.
  /// - Throws: ``ReplayError``; then nothing of this call was stored.
  @discardableResult
  public func append(_ run: ReplayRun.ID, _ entry: SegmentEntry, step: Int) throws(ReplayError) -> Int? {
    let firstArrival = session.withLock(\.firstArrival)
    return try commit { transaction in
      try transaction.append(entry, run, step: step, firstArrival: firstArrival)
    }
  }
}

extension StoreTransaction {
  fileprivate mutating func append(
    _ entry: SegmentEntry, _ run: ReplayRun.ID, step: Int, firstArrival: Int64
  ) throws -> Int? {
    let item = entry.item
    var (place, group) = try live(item.step, item.group, run)
    guard var member = group.members[item.sample], group.state != "ahead" else {
      throw ReplayError(
        path: path, reason: .unknownWork(step: item.step, group: item.group, sample: item.sample))
    }
    guard group.state != "dropped" else { return nil }
    if let reward = entry.reward { try refuseNaN(reward, of: item, step: item.step) }
    if entry.start != member.length || member.isFinished {
      guard try !isStored(entry, member) else { return nil }
      guard entry.start == 0 || member.ends.contains(entry.start),
        entry.start < member.length || member.isFinished
      else {
        throw ReplayError(
          path: path,
          reason: .misplacedSegment(
            step: item.step, group: item.group, sample: item.sample, start: entry.start, length: member.length
          ))
      }
      guard group.state == "open" || group.state == "ready",
        try arrival(member, from: entry.start) < firstArrival
      else {
        throw ReplayError(
          path: path, reason: .conflictingRollout(step: item.step, group: item.group, sample: item.sample))
      }
      member = try newAttempt(member, keeping: entry.start)
      try countIssue(run, step: item.step, stage: group.stage, retries: 1)
      if group.state == "ready" {
        try execute("update groups set state = 'open', ready_order = null where id = ?", [group.id])
        group.state = "open"
      }
    }
    // Set aside: while it is also in the dictionary, every change would copy it.
    memory.groups[place] = nil
    var arrival = 0
    for segment in entry.segments {
      arrival = try insert(
        segment, of: member.id, position: member.ends.count, start: member.length, step: step, run)
      member.ends.append(member.length + segment.tokens.count)
    }
    if let finish = entry.finish {
      let reward = entry.reward
      try execute(
        """
        update rollouts set state = 'finished', completion_length = ?, finish_reason = ?, text = ?, correctness = ?, accuracy = ?,
            reward = ?, extracted = ?, reason = ? where id = ?
        """,
        [
          member.length, finish.rawValue, entry.text.map(storable), reward?.correctness, reward?.accuracy,
          reward?.total, reward?.extracted.map(storable), reward.map { storable($0.reason) }, member.id,
        ])
      if let reward { try insert(reward, of: member.id) }
      member.isFinished = true
    } else {
      try execute(
        "update rollouts set state = 'unfinished', completion_length = ? where id = ?",
        [member.length, member.id])
    }
    group.members[item.sample] = member
    memory.groups[place] = group
    return arrival
  }

  /// Whether these very segments are there, and the answer ends where they say that it ends.
  private func isStored(_ entry: SegmentEntry, _ member: LiveMember) throws -> Bool {
    let end = entry.start + entry.tokenCount
    let select = try db.cachedStatement(
      sql: """
        select tokens, logprobs, sampled, number, digest from segments
          join policy_versions on policy_versions.id = policy_version_id
          where rollout_id = ? and start >= ? and start + token_count <= ? order by position
        """)
    let rows = try Row.fetchAll(select, arguments: [member.id, entry.start, end])
    guard rows.count == entry.segments.count else { return false }
    for (row, segment) in zip(rows, entry.segments) {
      guard row["tokens"] == LittleEndian.data(segment.tokens),
        row["logprobs"] == LittleEndian.data(segment.logprobs),
        row["sampled"] == LittleEndian.data(segment.sampled), row["number"] == segment.version.number,
        row["digest"] == segment.version.digest
      else { return false }
    }
    guard end == member.length, member.isFinished else { return entry.finish == nil && end <= member.length }
    let finish = try String.fetchOne(
      db, sql: "select finish_reason from rollouts where id = ?", arguments: [member.id])
    return finish == entry.finish?.rawValue
  }

  /// The newest of the segments from a token on.
  private func arrival(_ member: LiveMember, from start: Int) throws -> Int64 {
    try Int64.fetchOne(
      db, sql: "select max(arrival) from segments where rollout_id = ? and start >= ?",
      arguments: [member.id, start]) ?? 0
  }

  /// Gives up an attempt; another takes over its first tokens.
  private func newAttempt(_ member: LiveMember, keeping length: Int) throws -> LiveMember {
    try execute("update ledger set fate = 'orphaned' where rollout_id = ?", [member.id])
    try execute("update rollouts set advantage = null where id = ?", [member.id])
    try execute(
      """
      insert into rollouts (group_id, sample, attempt, state, work_step, prompt_tokens, completion_length)
        select group_id, sample, attempt + 1, ?, work_step, prompt_tokens, ? from rollouts where id = ?
      """, [length > 0 ? "unfinished" : "waiting", length, member.id])
    let id = db.lastInsertedRowID
    try execute("insert into ledger (rollout_id, fate) values (?, 'pending')", [id])
    try execute(
      """
      insert into segments
        (rollout_id, position, start, token_count, step, policy_version_id, worker, tokens, logprobs, sampled, checksum)
        select ?, position, start, token_count, step, policy_version_id, worker, tokens, logprobs, sampled, checksum
          from segments where rollout_id = ? and start + token_count <= ? order by position
      """, [id, member.id, length])
    return LiveMember(
      id: id, attempt: member.attempt + 1, isFinished: false, ends: member.ends.filter { $0 <= length })
  }
}
