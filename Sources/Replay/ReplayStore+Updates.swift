public import Experience
internal import GRDB

extension ReplayStore {
  /// Stores what the members of a complete group are worth, with what only the group can tell, and that it is ready for an update.
  ///
  /// - Parameters:
  ///   - run: The run that ``begin(_:)`` gave.
  ///   - group: Which one.
  ///   - rewards: By sample.
  /// - Throws: ``ReplayError``; then nothing of this call was stored.
  public func ready(
    _ run: ReplayRun.ID, group: GroupKey, rewards: [RewardBreakdown]
  ) throws(ReplayError) {
    try commit { transaction in try transaction.ready(run, group, rewards) }
  }

  /// Stores an update: which weights it made of which, what it took and left out, in which order, and how the tasks of these have fared
  /// with them. Forced to the disk.
  ///
  /// - Throws: ``ReplayError`` where one of the groups was taken or dropped before; then nothing of this call was stored.
  public func consume(_ run: ReplayRun.ID, _ update: UpdateEntry) throws(ReplayError) {
    try commit(durably: true) { transaction in try transaction.consume(run, update) }
  }

  /// Stores that no update will take a group, and why; its finished members share the fate of the others.
  ///
  /// - Parameters:
  ///   - run: The run that ``begin(_:)`` gave.
  ///   - group: Which one.
  ///   - fate: What becomes of its members.
  ///   - step: The training step at hand.
  /// - Throws: ``ReplayError`` where it was taken or dropped before.
  public func drop(_ run: ReplayRun.ID, group: GroupKey, fate: Fate, step: Int) throws(ReplayError) {
    try commit { transaction in
      let (place, live) = try transaction.underWay(group, run)
      for member in live.members.values {
        try transaction.settle(member.id, fate, advantage: nil)
      }
      try transaction.execute(
        "update groups set state = 'dropped', consumed_step = ?, consumed_order = null where id = ?",
        [step, live.id])
      transaction.memory.groups[place] = nil
    }
  }

  /// Stores that a checkpoint counts, and that it has all updates up to its step behind it. Forced to the disk.
  ///
  /// To be called once the checkpoint's folder has its name: a folder without this record is no checkpoint.
  public func checkpoint(_ run: ReplayRun.ID, _ record: CheckpointRecord) throws(ReplayError) {
    try commit(durably: true) { transaction in
      let version = try transaction.id(of: record.version, run)
      try transaction.execute(
        """
        insert into checkpoints (run_id, step, policy_version_id, state_digest) values (?, ?, ?, ?)
          on conflict (run_id, step) do update set policy_version_id = excluded.policy_version_id,
            state_digest = excluded.state_digest
        """, [run.rawValue, record.step, version, record.stateDigest])
      try transaction.execute(
        """
        update updates set checkpoint_id = (select id from checkpoints where run_id = ? and step = ?)
          where run_id = ? and step <= ? and checkpoint_id is null
        """, [run.rawValue, record.step, run.rawValue, record.step])
    }
  }

  /// The checkpoints that count, oldest first.
  public func checkpoints(_ run: ReplayRun.ID) throws(ReplayError) -> [CheckpointRecord] {
    try read { db in try StoredRows(db: db, path: path).checkpoints(run: run.rawValue) }
  }
}

extension StoreTransaction {
  fileprivate mutating func ready(
    _ run: ReplayRun.ID, _ group: GroupKey, _ rewards: [RewardBreakdown]
  ) throws {
    var (place, live) = try underWay(group, run)
    precondition(live.members.count == rewards.count, "\(group) has other members than rewards")
    let stored = StoredRows(db: db, path: path)
    for (sample, reward) in rewards.enumerated() {
      guard let member = live.members[sample], member.isFinished else {
        throw ReplayError(
          path: path,
          reason: .groupNotOpen(step: group.step, group: group.index, state: "unfinished"))
      }
      let item = WorkItem(step: group.step, group: group.index, sample: sample)
      try refuseNaN(reward, of: item, step: group.step)
      // Mostly the group has nothing to add to what its members are worth by themselves.
      if try stored.reward(member.id) != reward { try score(member.id, reward) }
    }
    if live.state != "ready" {
      let order = try memory.nextReady[run.rawValue] ?? nextReady(run)
      try execute("update groups set state = 'ready', ready_order = ? where id = ?", [order, live.id])
      memory.nextReady[run.rawValue] = order + 1
      live.state = "ready"
    }
    memory.groups[place] = live
  }

  private func nextReady(_ run: ReplayRun.ID) throws -> Int {
    try Int.fetchOne(
      db, sql: "select coalesce(max(ready_order) + 1, 0) from groups where run_id = ?",
      arguments: [run.rawValue]) ?? 0
  }

  fileprivate mutating func consume(_ run: ReplayRun.ID, _ update: UpdateEntry) throws {
    let groups = update.groups.filter { !$0.isEmpty }
    var rows: [Int64] = []
    for (order, members) in groups.enumerated() {
      guard let first = members.first?.item else { continue }
      let key = GroupKey(step: first.step, stage: update.stage, index: first.group)
      let (place, live) = try underWay(key, run)
      precondition(members.count == live.members.count, "\(key) was not taken whole")
      for member in members {
        guard member.item.step == first.step, member.item.group == first.group,
          let row = live.members[member.item.sample]
        else { preconditionFailure("\(key) was taken with members of others") }
        try refuseNaN(.none, advantage: member.advantage, of: member.item, step: update.step)
        try settle(row.id, member.fate, advantage: member.advantage)
      }
      try execute(
        "update groups set state = 'consumed', consumed_step = ?, consumed_order = ? where id = ?",
        [update.step, order, live.id])
      memory.groups[place] = nil
      rows.append(live.id)
    }
    let fates = groups.joined().map(\.fate)
    let (before, after) = try (id(of: update.before, run), id(of: update.after, run))
    do {
      try execute(
        """
        insert into updates
          (run_id, step, stage, kind, version_before, version_after, data_position, group_count, trained_count, filtered_count,
           surplus_count)
          values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          run.rawValue, update.step, update.stage, update.kind, before, after, update.dataPosition,
          groups.count,
          fates.count { $0 == .trained },
          fates.count { if case .filtered = $0 { true } else { false } }, fates.count { $0 == .surplus },
        ])
    } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
      throw ReplayError(path: path, reason: .stepTaken(step: update.step))
    }
    try TaskCounting(db: db, path: path).count(
      rows, run: run.rawValue, step: update.step, since: update.statisticsSince)
  }

  fileprivate mutating func underWay(_ key: GroupKey, _ run: ReplayRun.ID) throws -> (
    StoreMemory.Place, LiveGroup
  ) {
    let (place, group) = try live(key.step, key.index, run)
    guard group.state == "open" || group.state == "ready" else {
      throw ReplayError(
        path: path, reason: .groupNotOpen(step: key.step, group: key.index, state: group.state))
    }
    return (place, group)
  }

  fileprivate func settle(_ rollout: Int64, _ fate: Fate, advantage: Double?) throws {
    try execute("update ledger set fate = ? where rollout_id = ?", [fate.description, rollout])
    if let advantage {
      try execute("update rollouts set advantage = ? where id = ?", [advantage, rollout])
    }
  }
}

extension RewardBreakdown {
  /// Nothing that could be NaN.
  fileprivate static var none: RewardBreakdown {
    RewardBreakdown(correctness: nil, components: [], total: nil, extracted: nil, reason: "")
  }
}
