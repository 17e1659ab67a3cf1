extension Auditor {
  /// How tasks have fared decides what is asked next, so each group counts once: no fewer than those that are still there, no more than
  /// the update said that it took.
  mutating func auditStatistics() throws {
    try check(
      "how tasks have fared counts every group that an update took, once",
      try "\(knowsStatistics ? count("from task_statistics") : 0) rows of tasks and steps",
      [
        """
        select 'step ' || step || ' took ' || group_count || ' groups, and ' || coalesce(counted, 0) || ' are counted'
          from updates left join (
            select run_id, step, sum(added) as counted from (
              select run_id, step, groups - coalesce(lag(groups) over (partition by run_id, task, since order by step), 0) as added
                from task_statistics)
              group by run_id, step) using (run_id, step)
          where coalesce(counted, 0) not between group_count - vacuumed_groups and group_count
        """,
        """
        select task || ' at step ' || step || ' has ' || groups || ' groups of which ' || wrong_groups || ' were all wrong, ' || right_groups
            || ' all right and ' || filtered_groups || ' left out'
          from task_statistics
          where wrong_groups + right_groups > groups or filtered_groups > groups or wrong_in_a_row > wrong_groups or correct < 0
        """,
      ], isRecorded: knowsStatistics)
  }
}
