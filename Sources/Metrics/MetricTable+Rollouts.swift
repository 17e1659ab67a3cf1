// How old the rollouts of an update are, how they were made in pieces, and how those fare who make them.

extension MetricTable {
  static let staleness = [
    same(
      "staleness/{k}", "share",
      "trained tokens whose segment was sampled so many versions before the one in training; 8 = 8 or more"),
    same("staleness/max", "versions", "of the oldest trained token"),
    same(
      "groups/stale", "groups",
      "complete groups left out for their oldest segment (`max_staleness`, `max_segment_staleness`)"),
    varying("groups/failed", "groups", "groups given up because a member could not be generated"),
  ]

  static let segments = [
    same(
      "segments/per_response", "segments",
      "mean number of stretches of one version in the trained completions"),
    same(
      "segments/on_policy_share", "share",
      "trained tokens sampled by exactly the weights that were in training"),
    same(
      "segments/max_lag", "versions",
      "largest distance between the versions of the first and the last segment of a trained completion"),
    same("segments/rounds", "", "segments that each slot ran until enough groups were complete"),
    same(
      "segments/unfinished", "completions", "completions in the pool after the step, to go on in a later one"),
    same(
      "segments/slots_busy", "share",
      "slots (`num_prompts` × `num_generations`) that had an answer to go on with, mean over the rounds of the step"
    ),
    same("segments/max_age", "steps", "since the oldest of them was issued"),
    same("segments/held", "completions", "finished completions that wait for others of their group"),
    same(
      "segments/hold_steps", "steps",
      "how long members of the groups that were taken had waited so, mean over members"),
    varying(
      "segments/reused", "segments",
      "taken from the store, where an attempt before this one had put them, and not generated again"),
  ]

  static let workers = [
    varying("workers/count", "workers", "workers that were there at the end of the step"),
    varying(
      "workers/idle_share", "share",
      "time in which a worker generated nothing, mean over workers since they joined"),
    varying(
      "workers/version_skew", "versions", "newest published version − oldest in the memory of a worker"),
    varying(
      "workers/duplicates", "reports",
      "segments that had been committed before, dropped, since the run began or went on"),
    varying(
      "workers/reissued", "leases",
      "items taken from a silent or leaving worker and given to others, likewise"),
    varying("workers/refused", "messages", "messages of workers that were refused, likewise"),
    varying(
      "workers/rollouts_per_second", "rollouts/s",
      "Σμ: rollouts that workers finished, by the time since the step before"),
    varying(
      "workers/needed_rollouts_per_second", "rollouts/s",
      "κR / (κ·T_train − T_bcast): what keeps the trainer busy; κ = `publish_every`, R = rollouts of an update, "
        + "T = seconds of an update and of a publication (ECHO-2, arXiv:2602.02192)"),
    varying(
      "publish/seconds", "s",
      "from the publication of weights until every worker held them, newest publication"),
    varying(
      "publish/bytes", "bytes",
      "sent for it to all workers; less than the weights where they go as differences"),
    varying("pipeline/in_flight_groups", "groups", "groups issued and not complete"),
    varying("pipeline/ready_groups", "groups", "groups complete and waiting for an update"),
  ]
}
