public import Experience
internal import GRDB

extension ReplayReader {
  /// The run; of several in one store, the one that was begun first. nil = none.
  public func run() throws(ReplayError) -> ReplayRun? {
    try read { stored in
      try Row.fetchOne(stored.db, sql: "select * from runs order by id").map { row in
        ReplayRun(
          name: try stored.value(row, "name", of: "runs"),
          seed: UInt64(bitPattern: try stored.value(row, "seed", of: "runs", as: Int64.self)),
          recipe: try stored.value(row, "recipe", of: "runs"),
          mode: try stored.optional(row, "mode", of: "runs"),
          maxCompletionLength: try stored.optional(row, "max_completion_length", of: "runs"),
          segmentLength: try stored.optional(row, "segment_length", of: "runs"),
          maxStaleness: try stored.optional(row, "max_staleness", of: "runs"))
      }
    }
  }

  /// How the newest attempt of the run ended; nil = it is under way, was killed, or was made by an apus that did not say.
  public func status() throws(ReplayError) -> String? {
    try read { stored in
      try Row.fetchOne(stored.db, sql: "select status from runs order by id")
        .flatMap { try stored.optional($0, "status", of: "runs") }
    }
  }

  /// Every group that a step took: whole, with fates, rewards and advantages, in the order in which the update took them.
  public func consumed(step: Int) throws(ReplayError) -> [[ScoredRollout]] {
    try read { stored in
      try stored.groups(
        """
        kind = 'train' and groups.state = 'consumed' and consumed_step = ? and rollouts.state = 'finished' and fate != 'orphaned'
        """, [step], order: "consumed_order, groups.id, sample"
      )
    }
  }

  /// The answers of one kind that an evaluation at a step saw, by group and sample, in the order in which they were stored.
  public func evaluations(
    step: Int, stage: String, kind: RolloutKind
  ) throws(ReplayError) -> [[ScoredRollout]] {
    try read { stored in
      try stored.groups(
        "groups.kind = ? and groups.step = ? and groups.stage = ?", [kind.rawValue, step, stage],
        order: "groups.id, sample")
    }
  }

  /// The last step that the store knows of; 0 = none.
  public func lastStep() throws(ReplayError) -> Int {
    try read { stored in
      let row = try Row.fetchOne(
        stored.db,
        sql: """
          select max(coalesce((select max(step) from metrics where kind in ('sft', 'rl')), 0),
              coalesce((select max(step) from updates), 0)) as last
          """)
      return try row.map { try stored.value($0, "last", of: "updates") } ?? 0
    }
  }

  /// What each step of training started from and made, oldest first.
  public func updates() throws(ReplayError) -> [UpdateRecord] {
    try read { stored in
      try Row.fetchAll(
        stored.db,
        sql: """
          select updates.*, before.number as before_number, before.digest as before_digest, after.number as after_number,
              after.digest as after_digest, checkpoints.step as checkpoint_step
            from updates join policy_versions as before on before.id = version_before
              join policy_versions as after on after.id = version_after
              left join checkpoints on checkpoints.id = checkpoint_id order by updates.step
          """
      ).map { row in
        UpdateRecord(
          step: try stored.value(row, "step", of: "updates"),
          stage: try stored.value(row, "stage", of: "updates"),
          kind: try stored.value(row, "kind", of: "updates"), before: try stored.version(row, "before_"),
          after: try stored.version(row, "after_"),
          dataPosition: try stored.value(row, "data_position", of: "updates"),
          checkpointStep: try stored.optional(row, "checkpoint_step", of: "checkpoints"))
      }
    }
  }

  /// The checkpoints that count, oldest first.
  public func checkpoints() throws(ReplayError) -> [CheckpointRecord] {
    try read { stored in try stored.checkpoints() }
  }
}

extension StoredRows {
  /// The members of groups, where a condition on both holds.
  fileprivate func groups(
    _ condition: String, _ arguments: StatementArguments, order: String
  ) throws -> [[ScoredRollout]] {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        select rollouts.*, tasks.*, groups.id as group_key, groups.group_index, budget_mode, budget,
            rollouts.id as rollout_key, fate
          from groups join tasks on tasks.id = task_id join rollouts on group_id = groups.id
            join ledger on rollout_id = rollouts.id
          where \(condition) order by \(order)
        """, arguments: arguments)
    var groups: [[ScoredRollout]] = []
    var current: Int64?
    while let row = try rows.next() {
      let key: Int64 = try value(row, "group_key", of: "groups")
      if key != current { groups.append([]) }
      current = key
      groups[groups.count - 1].append(try scoredRollout(row))
    }
    return groups
  }
}
