internal import GRDB

/// How training used what was sampled.
public struct ReplayStatistics: Sendable {
  /// Trained tokens by how many versions they were behind the weights that the update started from.
  public var staleness: [(versions: Int, tokens: Int)] = []
  /// Mean tokens of finished answers; nil = there are none.
  public var sampledLength: Double?
  /// Mean tokens of those that were trained; nil = there are none.
  public var trainedLength: Double?
  /// Stages in the order in which they began; empty where the store is from before they were told of.
  public var stages: [StageRow] = []
  /// Who generated, by name; empty where it was the trainer's own process alone.
  public var workers: [WorkerRow] = []
}

/// A stage of a run, and what it made.
public struct StageRow: Sendable, Hashable {
  public var name: String
  /// Steps of the run before its first one.
  public var begin: Int
  /// The last step of the run that was its; nil while it goes on.
  public var end: Int?
  /// `steps`, or the rule that ended it earlier; nil while it goes on.
  public var endReason: String?
  /// Tokens; nil for a stage that generates nothing.
  public var maxCompletionLength: Int?
  public var numPrompts: Int?
  public var numGenerations: Int?
  /// Answers that its steps asked for, and those that were trained.
  public var rollouts = 0
  public var trained = 0
  /// Mean tokens of its finished answers; nil = there are none.
  public var meanLength: Double?
  /// Mean correctness of them; nil = there are none.
  public var accuracy: Double?
}

extension ReplayReader {
  /// How old what was trained was, how long it was against what was sampled, and who made it.
  public func statistics() throws(ReplayError) -> ReplayStatistics {
    try read { stored in
      var statistics = ReplayStatistics()
      let ages = try Row.fetchAll(
        stored.db,
        sql: """
          select coalesce(used.number, recorded.number) - policy_versions.number as versions, sum(token_count) as tokens
            from segments join rollouts on rollouts.id = segments.rollout_id join groups on groups.id = group_id
              join ledger on ledger.rollout_id = rollouts.id
              join policy_versions on policy_versions.id = segments.policy_version_id
              join policy_versions as recorded on recorded.id = groups.policy_version_id
              left join updates on updates.run_id = groups.run_id and updates.step = consumed_step
              left join policy_versions as used on used.id = version_before
            where groups.kind = 'train' and fate = 'trained' group by 1 order by 1
          """)
      statistics.staleness = try ages.map {
        (
          try stored.value($0, "versions", of: "policy_versions"),
          try stored.value($0, "tokens", of: "segments")
        )
      }
      let lengths = try Row.fetchOne(
        stored.db,
        sql: """
          select avg(completion_length) as sampled, avg(completion_length) filter (where fate = 'trained') as trained
            from rollouts join groups on groups.id = group_id join ledger on rollout_id = rollouts.id
            where groups.kind = 'train' and rollouts.state = 'finished' and fate != 'orphaned'
          """)
      statistics.sampledLength = try lengths.flatMap { try stored.optional($0, "sampled", of: "rollouts") }
      statistics.trainedLength = try lengths.flatMap { try stored.optional($0, "trained", of: "rollouts") }
      statistics.stages = try stored.stages()
      statistics.workers = try Row.fetchAll(stored.db, sql: "select * from workers order by name")
        .map { try stored.worker($0) }
      return statistics
    }
  }
}

extension StoredRows {
  /// The stages of the run, from the lines of metrics that say where they begin and end.
  fileprivate func stages() throws -> [StageRow] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        with marks as (
          select stage, kind, max(step) as step,
              max(value) filter (where name = 'stage/index') as place,
              max(value) filter (where name = 'stage/end_reason') as end_reason,
              max(value) filter (where name = 'stage/max_completion_length') as max_completion_length,
              max(value) filter (where name = 'stage/num_prompts') as num_prompts,
              max(value) filter (where name = 'stage/num_generations') as num_generations
            from metrics where kind in ('stage_begin', 'stage_end') group by stage, kind),
        made as (
          select groups.stage, count(*) as rollouts, count(*) filter (where fate = 'trained') as trained,
              avg(completion_length) filter (where rollouts.state = 'finished') as mean_length,
              avg(correctness) filter (where rollouts.state = 'finished') as accuracy
            from rollouts join groups on groups.id = group_id join ledger on ledger.rollout_id = rollouts.id
            where groups.kind = 'train' and fate != 'orphaned' group by groups.stage)
        select begun.stage as name, begun.step as begin, ended.step as "end", ended.end_reason,
            begun.max_completion_length, begun.num_prompts, begun.num_generations,
            coalesce(rollouts, 0) as rollouts, coalesce(trained, 0) as trained, mean_length, accuracy
          from marks as begun left join marks as ended on ended.stage = begun.stage and ended.kind = 'stage_end'
            left join made on made.stage = begun.stage
          where begun.kind = 'stage_begin' order by begun.place
        """)
    return try rows.map { row in
      StageRow(
        name: try value(row, "name", of: "metrics"), begin: try value(row, "begin", of: "metrics"),
        end: try optional(row, "end", of: "metrics"),
        endReason: try optional(row, "end_reason", of: "metrics"),
        maxCompletionLength: try optional(row, "max_completion_length", of: "metrics"),
        numPrompts: try optional(row, "num_prompts", of: "metrics"),
        numGenerations: try optional(row, "num_generations", of: "metrics"),
        rollouts: try value(row, "rollouts", of: "rollouts"),
        trained: try value(row, "trained", of: "rollouts"),
        meanLength: try optional(row, "mean_length", of: "rollouts"),
        accuracy: try optional(row, "accuracy", of: "rollouts"))
    }
  }
}
