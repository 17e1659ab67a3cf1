public import Experience
internal import Foundation
internal import GRDB

extension ReplayStore {
  /// Stores groups as work to be done, all of them or none, before anybody is asked for them.
  ///
  /// Issuing the same again changes nothing. A group that a run had issued beyond the checkpoint it goes on from (`ahead`) is under way
  /// again, with the segments it has; where another prompt now stands in its place, it gives way: its answers are `orphaned`, under a
  /// number below 0.
  ///
  /// - Parameters:
  ///   - run: The run that ``begin(_:)`` gave.
  ///   - groups: What is asked for.
  ///   - step: The step that asks.
  ///   - stage: Name of its stage.
  ///   - version: The trainer's policy at that time.
  /// - Throws: ``ReplayError``; then nothing of this call was stored.
  public func issue(
    _ run: ReplayRun.ID, groups: [IssuedGroup], step: Int, stage: String, version: PolicyVersion
  ) throws(ReplayError) {
    try commit { transaction in
      var (items, retries) = (0, 0)
      for group in groups {
        let new = try transaction.issue(group, run, step: step, stage: stage, version: version)
        items += new.items
        retries += new.retries
      }
      try transaction.countIssue(run, step: step, stage: stage, items: items, retries: retries)
    }
  }
}

extension ReplayStore {
  /// Says what groups that are issued from here on are held to: stages of a run may differ in it.
  ///
  /// - Parameters:
  ///   - run: The run that ``begin(_:)`` gave.
  ///   - maxCompletionLength: Cap on generated tokens.
  ///   - segmentLength: Cap on the tokens of a segment; nil = none.
  /// - Throws: ``ReplayError``.
  public func limit(
    _ run: ReplayRun.ID, maxCompletionLength: Int, segmentLength: Int?
  ) throws(ReplayError) {
    try commit { transaction in
      try transaction.execute(
        "update runs set max_completion_length = ?, segment_length = ? where id = ?",
        [maxCompletionLength, segmentLength, run.rawValue])
    }
  }
}

extension StoreTransaction {
  /// Adds to what has been asked for: a count apart from the rows that it counts.
  ///
  /// - Parameters:
  ///   - run: Whose.
  ///   - step: That asked.
  ///   - stage: Name of its stage.
  ///   - items: Answers that nobody had been asked for.
  ///   - retries: Attempts at answers that another attempt had been made at.
  /// - Throws: What SQLite reports.
  func countIssue(
    _ run: ReplayRun.ID, step: Int, stage: String, items: Int = 0, retries: Int = 0
  ) throws {
    guard items > 0 || retries > 0 else { return }
    try execute(
      """
      insert into issues (run_id, step, stage, items, retries) values (?, ?, ?, ?, ?)
        on conflict (run_id, step, stage) do update set items = items + excluded.items, retries = retries + excluded.retries
      """, [run.rawValue, step, stage, items, retries])
  }

  /// - Returns: Answers and attempts that are new.
  fileprivate mutating func issue(
    _ group: IssuedGroup, _ run: ReplayRun.ID, step: Int, stage: String, version: PolicyVersion
  ) throws -> (items: Int, retries: Int) {
    let place = StoreMemory.Place(run: run.rawValue, step: step, index: group.index)
    let prompt = LittleEndian.data(group.promptTokens)
    if var known = try live(place) {
      var retries = 0
      if try isSame(known, group, stage: stage, prompt: prompt) {
        if known.state == "ahead" {
          try execute(
            """
            update groups set state = 'open', policy_version_id = ?, data_position = ?,
                max_completion_length = (select max_completion_length from runs where runs.id = run_id),
                segment_length = (select segment_length from runs where runs.id = run_id) where id = ?
            """, [id(of: version, run), group.dataPosition, known.id])
          known.state = "open"
          for sample in 0..<group.members where known.members[sample] == nil {
            known.members[sample] = try insertAttempt(
              known.id, sample: sample, attempt: attempts(known.id, sample), step: step, prompt: prompt)
            retries += 1
          }
          memory.groups[place] = known
        }
        return (0, retries)
      }
      guard known.state == "ahead" else {
        throw ReplayError(path: path, reason: .conflictingGroup(step: step, group: group.index))
      }
      try supersede(known.id, place)
    }
    try execute(
      """
      insert into groups
        (run_id, kind, step, stage, group_index, task_id, policy_version_id, state, data_position,
         budget_mode, budget, max_completion_length, segment_length)
        select id, 'train', ?, ?, ?, ?, ?, 'open', ?, ?, ?, max_completion_length, segment_length from runs where id = ?
      """,
      [
        step, stage, group.index, id(of: group.task, run), id(of: version, run), group.dataPosition,
        group.task.budget?.kind.rawValue, group.task.budget?.tokens, run.rawValue,
      ])
    var live = LiveGroup(id: db.lastInsertedRowID, state: "open", stage: stage, members: [:])
    for sample in 0..<group.members {
      live.members[sample] = try insertAttempt(
        live.id, sample: sample, attempt: 0, step: step, prompt: prompt)
    }
    memory.groups[place] = live
    return (group.members, 0)
  }

  /// Gives up a group that undone steps asked for, to which another prompt's group comes in its place. Its number goes below 0, where
  /// nobody asks.
  private func supersede(_ group: Int64, _ place: StoreMemory.Place) throws {
    try execute(
      "update ledger set fate = 'orphaned' where rollout_id in (select id from rollouts where group_id = ?)",
      [group])
    try execute(
      """
      update groups set state = 'dropped', ready_order = null, group_index = (
          select min(0, min(group_index)) - 1 from groups where run_id = ? and kind = 'train' and step = ?)
        where id = ?
      """, [place.run, place.step, group])
  }

  /// A new attempt at an answer; nothing is made of it yet.
  func insertAttempt(
    _ group: Int64, sample: Int, attempt: Int, step: Int, prompt: Data
  ) throws -> LiveMember {
    try execute(
      """
      insert into rollouts (group_id, sample, attempt, state, work_step, prompt_tokens, completion_length)
        values (?, ?, ?, 'waiting', ?, ?, 0)
      """, [group, sample, attempt, step, prompt])
    let id = db.lastInsertedRowID
    try execute("insert into ledger (rollout_id, fate) values (?, 'pending')", [id])
    return LiveMember(id: id, attempt: attempt, isFinished: false, ends: [])
  }

  private func attempts(_ group: Int64, _ sample: Int) throws -> Int {
    let select = try db.cachedStatement(
      sql: "select coalesce(max(attempt) + 1, 0) from rollouts where group_id = ? and sample = ?")
    return try Int.fetchOne(select, arguments: [group, sample]) ?? 0
  }

  private func isSame(_ known: LiveGroup, _ group: IssuedGroup, stage: String, prompt: Data) throws -> Bool {
    guard known.stage == stage else { return false }
    let select = try db.cachedStatement(
      sql: """
        select tasks.task, tasks.prompt, ground_truth, max(sample) + 1 as members,
            min(prompt_tokens = ?) as is_same_prompt, budget_mode, budget
          from groups join tasks on tasks.id = task_id left join rollouts on group_id = groups.id
          where groups.id = ?
        """)
    guard let row = try Row.fetchOne(select, arguments: [prompt, known.id]) else { return false }
    return row["task"] == group.task.id && row["prompt"] == storable(group.task.prompt)
      && row["ground_truth"] == storable(group.task.groundTruth) && row["members"] == group.members
      && row["is_same_prompt"] == 1 && row["budget"] == group.task.budget?.tokens
      && row["budget_mode"] == group.task.budget?.kind.rawValue
  }

  /// A group and the attempts of it that count; nil if there is none.
  mutating func live(_ place: StoreMemory.Place) throws -> LiveGroup? {
    if let known = memory.groups[place] { return known }
    let select = try db.cachedStatement(
      sql: """
        select id, state, stage from groups
          where run_id = ? and kind = 'train' and step = ? and group_index = ?
        """)
    guard let row = try Row.fetchOne(select, arguments: [place.run, place.step, place.index]) else {
      return nil
    }
    var group = LiveGroup(id: row["id"], state: row["state"], stage: row["stage"], members: [:])
    let rollouts = try db.cachedStatement(
      sql: """
        select rollouts.id, sample, attempt, state, start + token_count as segment_end
          from rollouts join ledger on ledger.rollout_id = rollouts.id
            left join segments on segments.rollout_id = rollouts.id
          where group_id = ? and fate != 'orphaned' order by sample, attempt, position
        """)
    for row in try Row.fetchAll(rollouts, arguments: [group.id]) {
      let sample: Int = row["sample"]
      var member =
        group.members[sample]
        ?? LiveMember(
          id: row["id"], attempt: row["attempt"], isFinished: row["state"] == "finished", ends: [])
      if let end: Int = row["segment_end"] { member.ends.append(end) }
      group.members[sample] = member
    }
    memory.groups[place] = group
    return group
  }

  /// A group under way, or one that has been.
  mutating func live(_ step: Int, _ index: Int, _ run: ReplayRun.ID) throws -> (
    StoreMemory.Place, LiveGroup
  ) {
    let place = StoreMemory.Place(run: run.rawValue, step: step, index: index)
    guard let group = try live(place) else {
      throw ReplayError(path: path, reason: .unknownWork(step: step, group: index, sample: nil))
    }
    return (place, group)
  }
}
