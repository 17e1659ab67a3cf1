extension Schema {
  /// A store from before work items, seen as if it were a new one. For a connection that may only read: views of its own hide the tables.
  static let viewsOfOldStore = """
    pragma temp_store = memory;
    create temp view runs as
      select *, null as mode, null as max_completion_length, null as segment_length, null as max_staleness, null as status
        from main.runs;
    create temp view groups as
      select *, 'consumed' as state, null as data_position, null as max_completion_length, null as segment_length,
        null as ready_order, case kind when 'train' then step end as consumed_step,
        case kind when 'train' then group_index end as consumed_order, null as budget_mode, null as budget
        from main.groups;
    create temp view rollouts as
      select *, 0 as attempt, 'finished' as state, correctness as accuracy from main.rollouts;
    create temp view segments as
      select *, null as arrival, (
          select coalesce(sum(length(sampled)), 0) from main.segments as earlier
            where earlier.rollout_id = segments.rollout_id and earlier.position < segments.position) as start,
        length(sampled) as token_count, (
          select step from main.groups join main.rollouts on rollouts.group_id = groups.id
            where rollouts.id = segments.rollout_id) as step, null as worker, null as checksum from main.segments;
    create temp view rewards as select *, 0 as is_reference from main.rewards;
    create temp view checkpoints as
      select 0 as id, 0 as run_id, 0 as step, 0 as policy_version_id, '' as state_digest where false;
    create temp view updates as
      select 0 as id, 0 as run_id, 0 as step, '' as stage, '' as kind, 0 as version_before, 0 as version_after,
        0 as data_position, 0 as checkpoint_id, 0 as group_count, 0 as trained_count, 0 as filtered_count, 0 as surplus_count,
        0 as vacuumed_groups where false;
    create temp view issues as
      select 0 as run_id, 0 as step, '' as stage, 0 as items, 0 as retries, 0 as vacuumed_items, 0 as vacuumed_attempts where false;
    create temp view metrics as
      select 0 as run_id, 0 as step, '' as kind, '' as stage, '' as name, 0 as value where false;
    create temp view workers as
      select 0 as run_id, '' as name, '' as host, '' as processor, '' as kernels, 0 as threads, 0 as segments, 0 as tokens,
        0 as duplicates, 0 as reissued, 0 as refused, 0.0 as first_seen, 0.0 as last_seen where false;
    """

  /// A store from before prompts had budgets, likewise.
  static let viewsWithoutBudgets = """
    pragma temp_store = memory;
    create temp view groups as select *, null as budget_mode, null as budget from main.groups;
    """
}
