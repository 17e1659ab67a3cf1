internal import Experience
internal import GRDB

extension StoredRows {
  /// A group under way, from a row that joins `groups` and `tasks`, with `groups.id` as `group_key`.
  ///
  /// - Parameters:
  ///   - row: That row.
  ///   - step: Leaves out segments that were committed in later steps, and so what they finished; nil = everything counts.
  /// - Returns: The group with the attempts that count.
  /// - Throws: ``ReplayError`` where a row is not what apus writes.
  func group(_ row: Row, asOf step: Int?) throws -> StoredGroup {
    let id: Int64 = try value(row, "group_key", of: "groups")
    let key = GroupKey(
      step: try value(row, "step", of: "groups"), stage: try value(row, "stage", of: "groups"),
      index: try value(row, "group_index", of: "groups"))
    let select = try db.cachedStatement(
      sql: """
        select rollouts.*, rollouts.id as rollout_key from rollouts join ledger on rollout_id = rollouts.id
          where group_id = ? and fate != 'orphaned' order by sample, attempt
        """)
    let rows = try Row.fetchAll(select, arguments: [id])
    var prompt: [Int32] = []
    var members: [StoredMember] = []
    for (place, row) in rows.enumerated() {
      let rollout: Int64 = try value(row, "rollout_key", of: "rollouts")
      let item = WorkItem(
        step: key.step, group: key.index, sample: try value(row, "sample", of: "rollouts"))
      guard item.sample == place else {
        throw unreadable("rollouts", "\(key) has not one attempt at each sample")
      }
      if place == 0 { prompt = try promptTokens(row, rollout) }
      members.append(try member(row, rollout, item, asOf: step))
    }
    let isComplete = members.allSatisfy { $0.finish != nil }
    return StoredGroup(
      key: key, task: try task(row), promptTokens: prompt,
      dataPosition: try optional(row, "data_position", of: "groups") ?? 0,
      isReady: try value(row, "state", of: "groups", as: String.self) == "ready" && isComplete,
      members: members)
  }

  private func member(_ row: Row, _ id: Int64, _ item: WorkItem, asOf step: Int?) throws -> StoredMember {
    let length: Int = try value(row, "completion_length", of: "rollouts")
    let segments = try segments(id, asOf: step)
    var member = StoredMember(item: item, segments: segments)
    guard let finish = try finishReason(row), segments.reduce(0, { $0 + $1.tokens.count }) == length else {
      return member
    }
    member.finish = finish
    member.text = try optional(row, "text", of: "rollouts")
    member.reward = try reward(id)
    let last = try db.cachedStatement(sql: "select max(step) as last from segments where rollout_id = ?")
    member.finishedStep = try Row.fetchOne(last, arguments: [id]).flatMap {
      try optional($0, "last", of: "segments")
    }
    return member
  }

  /// One segment of a rollout as it was reported, from a row that joins `rollouts`, `segments` and `policy_versions`.
  func entry(_ row: Row, of item: WorkItem) throws -> SegmentEntry {
    let id: Int64 = try value(row, "rollout_key", of: "rollouts")
    let (start, count): (Int, Int) = try (
      value(row, "start", of: "segments"), value(row, "token_count", of: "segments")
    )
    var entry = SegmentEntry(item: item, start: start, segments: [try segment(row, of: id)])
    let length: Int = try value(row, "completion_length", of: "rollouts")
    if let finish = try finishReason(row), start.addingReportingOverflow(count) == (length, false) {
      entry.finish = finish
      entry.text = try optional(row, "text", of: "rollouts")
      entry.reward = try reward(id)
    }
    return entry
  }

  func checkpoints(run: Int64? = nil) throws -> [CheckpointRecord] {
    try Row.fetchAll(
      db,
      sql: """
        select step, state_digest, number, digest from checkpoints
          join policy_versions on policy_versions.id = policy_version_id
          where checkpoints.run_id = coalesce(?, checkpoints.run_id) order by step
        """, arguments: [run]
    ).map { row in
      CheckpointRecord(
        step: try value(row, "step", of: "checkpoints"), version: try version(row),
        stateDigest: try value(row, "state_digest", of: "checkpoints"))
    }
  }

  func worker(_ row: Row) throws -> WorkerRow {
    WorkerRow(
      name: try value(row, "name", of: "workers"), host: try value(row, "host", of: "workers"),
      processor: try value(row, "processor", of: "workers"),
      kernels: try value(row, "kernels", of: "workers"),
      threads: try value(row, "threads", of: "workers"), segments: try value(row, "segments", of: "workers"),
      tokens: try value(row, "tokens", of: "workers"),
      duplicates: try value(row, "duplicates", of: "workers"),
      reissued: try value(row, "reissued", of: "workers"), refused: try value(row, "refused", of: "workers"),
      firstSeen: try value(row, "first_seen", of: "workers"),
      lastSeen: try value(row, "last_seen", of: "workers"))
  }
}
