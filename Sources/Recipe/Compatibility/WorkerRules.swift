internal import Objectives
internal import Rollouts
internal import Training
internal import Transport

// Who generates: the trainer's own process, or workers with weights that may be old.
extension CompatibilityRule {
  static let workerRules = [
    CompatibilityRule(
      "async+source", ["rollout.mode", "rollout.source"], .error, canBeForced: false,
      "in async mode others generate while the trainer trains, and here there are no others",
      remedy: "take `source: workers`, or `mode: sequential`"
    ) { $0.rollout.mode == .async && $0.rollout.source == .inProcess },
    CompatibilityRule(
      "workers+listen", ["rollout.source", "rollout.workers.spawn", "rollout.workers.listen"], .error,
      canBeForced: false, "no worker is started, and none can connect",
      remedy:
        "take `spawn: 2` (`--spawn-workers 2`) for this machine, or `listen: tcp://HOST:PORT` for others"
    ) { $0.rollout.usesWorkers && $0.rollout.workers.spawn == 0 && $0.rollout.workers.listen == nil },
    CompatibilityRule(
      "listen+key", ["rollout.workers.listen", "rollout.workers.key", "rollout.workers.authorized_keys"],
      .error, canBeForced: false,
      "other machines reach this address, and whoever does could read the weights and send tokens to be trained on",
      remedy:
        "make keys with `apus keys new NAME`, one for the trainer (`key`) and one for each worker, and let those in with "
        + "`apus keys authorize` (`authorized_keys`); or listen at `tcp://127.0.0.1:PORT` or `ipc://PATH`"
    ) {
      $0.rollout.usesWorkers && $0.rollout.isReachable && ($0.rollout.workers.hasKey != (true, true))
    },
    CompatibilityRule(
      "key+authorized_keys", ["rollout.workers.key", "rollout.workers.authorized_keys"], .error,
      canBeForced: false,
      "encryption needs both: the trainer's own key, and the list of those who may connect",
      remedy: "give the other too (`apus keys new NAME`, `apus keys authorize`), or neither"
    ) {
      let keys = $0.rollout.workers.hasKey
      return $0.rollout.usesWorkers && !$0.rollout.isReachable && keys.own != keys.others
    },
    CompatibilityRule(
      "spawn+key", ["rollout.workers.spawn", "rollout.workers.key"], .error, canBeForced: false,
      "workers that the trainer starts have no keys, and an address with keys lets none of them in",
      remedy: "take `spawn: 0`, and start each worker, on this machine too, with `apus worker --key NAME.key`"
    ) { $0.rollout.usesWorkers && $0.rollout.workers.spawn > 0 && $0.rollout.workers.hasKey == (true, true) },
    CompatibilityRule(
      "missed_heartbeats+progress_deadline",
      [
        "rollout.workers.heartbeat_seconds", "rollout.workers.missed_heartbeats",
        "rollout.workers.progress_deadline",
      ], .warning,
      "the run stops for want of progress before a worker that died is noticed and its items are given to others",
      remedy:
        "take `progress_deadline` well above `heartbeat_seconds` × `missed_heartbeats`, and above the longest segment"
    ) {
      let workers = $0.rollout.workers
      return $0.rollout.usesWorkers
        && workers.heartbeatSeconds * Double(workers.missedHeartbeats) >= workers.progressDeadline
    },
    CompatibilityRule(
      "publish_every+max_staleness", ["rollout.publish_every", "rollout.max_staleness"], .error,
      canBeForced: false,
      "before the next weights are published the newest there are would be too old, everything would be stale, and the trainer would "
        + "wait for ever",
      remedy:
        "take `publish_every` at most `max_staleness` + 1, or null for the larger of 1 and `max_staleness` − 1"
    ) {
      // With the newest weights v, updates v … v + κ − 1 take rollouts that are 0 … κ − 1 versions old.
      $0.rollout.mode == .async && $0.rollout.publishEvery ?? 1 > $0.rollout.maxStaleness + 1
    },
    CompatibilityRule(
      "async+max_staleness", ["rollout.mode", "rollout.max_staleness"], .warning,
      "reported stable up to 6 versions, and 11 can diverge (ECHO-2, arXiv:2602.02192); nearly all of the speed comes with the "
        + "first one or two (AReaL, arXiv:2505.24298)", remedy: "take 1 to 6"
    ) { $0.rollout.mode == .async && $0.rollout.maxStaleness > 8 },
    CompatibilityRule(
      "async+max_staleness_0", ["rollout.mode", "rollout.max_staleness"], .fine,
      "nothing may be old, so it trains what sequential mode trains, and workers wait for every update"
    ) { $0.rollout.mode == .async && $0.rollout.maxStaleness == 0 },
    CompatibilityRule(
      "async+rollout_correction",
      ["rollout.mode", "algorithm.rollout_correction", "rollout.logprobs", "algorithm.surrogate"], .warning,
      "rollouts are up to `max_staleness` versions old, and the ratio is anchored at the trainer's own logprobs as if its newest policy had "
        + "sampled them",
      remedy:
        "leave `rollout_correction` out, which is then token weights up to 2, or take `logprobs: rollout` (SAIS)"
    ) { $0.rollout.mode == .async && $0.isUncorrected },
    CompatibilityRule(
      "max_token_staleness+max_staleness",
      ["algorithm.rollout_correction.max_token_staleness", "rollout.max_staleness"], .warning,
      "groups with older tokens are not trained at all, so none is left to be masked",
      remedy: "take `max_token_staleness` below `max_staleness`, or leave it out"
    ) { run in
      run.rollout.mode == .async
        && run.algorithm.rolloutCorrection?.maxTokenStaleness.map { $0 >= run.rollout.maxStaleness } ?? false
    },
    CompatibilityRule(
      "max_token_staleness+async", ["algorithm.rollout_correction.max_token_staleness", "rollout.mode"],
      .fine,
      "of a group that is not too old as a whole, the tokens that are older than this are left out and the rest is trained"
    ) { run in
      run.rollout.mode == .async
        && run.algorithm.rolloutCorrection?.maxTokenStaleness.map { $0 < run.rollout.maxStaleness } ?? false
    },
    CompatibilityRule(
      "async+dynamic_sampling", ["rollout.mode", "algorithm.dynamic_sampling.keep_accuracy"], .fine,
      "groups outside the band are left out as they complete, and those that are ready next take their places; "
        + "`max_num_gen_batches` bounds how many are looked at for one update"
    ) { $0.rollout.mode == .async && $0.algorithm.dynamicSampling != nil },
    CompatibilityRule(
      "async+expansion", ["rollout.mode", "algorithm.dynamic_sampling.expansion.max_ratio"], .error,
      canBeForced: false,
      "an update takes groups as they complete, so there is no request of its own to make larger and to choose the most balanced groups of",
      remedy: "take `expansion: false`, or `mode: sequential`"
    ) { $0.rollout.mode == .async && $0.algorithm.dynamicSampling?.expansion != nil },
  ]
}

extension RolloutConfiguration {
  var usesWorkers: Bool { source == .workers }

  /// Whether other machines can connect.
  fileprivate var isReachable: Bool {
    workers.listen.flatMap { try? Endpoint($0, for: .binding) }.map { !$0.isPrivate } ?? false
  }
}

extension WorkersConfiguration {
  fileprivate var hasKey: (own: Bool, others: Bool) { (key != nil, authorizedKeys != nil) }
}

extension TrainingConfiguration {
  /// Whether nothing accounts for who sampled a token.
  var isUncorrected: Bool {
    algorithm.rolloutCorrection == nil && rollout.logprobs == .recompute && algorithm.surrogate != .pois
  }
}
