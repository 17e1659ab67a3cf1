internal import GRDB

/// How training used what was sampled.
public struct ReplayStatistics: Sendable {
  /// Trained tokens by how many versions they were behind the weights that the update started from.
  public var staleness: [(versions: Int, tokens: Int)] = []
  /// Mean tokens of finished answers; nil = there are none.
  public var sampledLength: Double?
  /// Mean tokens of those that were trained; nil = there are none.
  public var trainedLength: Double?
  /// Who generated, by name; empty where it was the trainer's own process alone.
  public var workers: [WorkerRow] = []
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
      statistics.workers = try Row.fetchAll(stored.db, sql: "select * from workers order by name")
        .map { try stored.worker($0) }
      return statistics
    }
  }
}
