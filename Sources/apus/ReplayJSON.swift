import Experience
import Replay

extension RolloutSummary {
  /// `null` = no verdict, or part of no update.
  var json: JSONText { .object(members) }

  fileprivate var members: [(name: String, value: JSONText)] {
    [
      ("id", .integer(id)), ("run", .text(run)), ("kind", .text(kind.rawValue)), ("step", .integer(step)),
      ("stage", .text(stage)), ("group", .integer(group)), ("sample", .integer(sample)),
      ("attempt", .integer(attempt)), ("task", .text(task)),
      ("budget_mode", optional(budget?.kind.rawValue)),
      ("budget", budget.map { .integer($0.tokens) } ?? .number(.nan)),
      ("completion_length", .integer(completionLength)),
      ("finish_reason", optional(finishReason?.rawValue)),
      ("correctness", optional(correctness)), ("reward", optional(total)),
      (
        "components",
        .list(
          components.map {
            ["name": .text($0.name), "value": optional($0.value), "weight": .number($0.weight)]
          })
      ),
      ("advantage", optional(advantage)), ("fate", optional(fate)),
    ]
  }
}

extension StoredRollout {
  /// The summary's members, then prompt, answer, verdict and every token.
  var json: JSONText {
    let (rollout, reward) = (scored.rollout, scored.reward)
    let segments = rollout.segments.map { segment in
      [
        "version": .integer(segment.version.number), "digest": .text(segment.version.digest),
        "worker": optional(segment.worker),
        "length": .integer(segment.tokens.count), "tokens": .integers(segment.tokens),
        "logprobs": .list(segment.logprobs.map { .number(Double($0)) }),
        "sampled": .list(segment.sampled.map { .flag($0) }),
      ] as JSONText
    }
    return .object(
      summary.members + [
        ("prompt", .text(rollout.task.prompt)), ("prompt_tokens", .integers(rollout.promptTokens)),
        ("ground_truth", .text(rollout.task.groundTruth)), ("text", .text(rollout.text)),
        ("extracted", optional(reward.extracted)), ("reason", .text(reward.reason)),
        ("tokens_kept", .flag(!isVacuumed)), ("segments", .list(segments)),
      ])
  }
}

extension LedgerLine {
  var json: JSONText {
    [
      "step": .integer(step), "stage": .text(stage), "rollouts": .integer(rollouts),
      "tokens": .integer(tokens),
      "trained": .integer(trained), "surplus": .integer(surplus), "pending": .integer(pending),
      "filtered": counts(filtered),
      "stale": counts(Dictionary(uniqueKeysWithValues: stale.map { ("\($0.key)", $0.value) })),
      "failed": counts(failed), "orphaned": .integer(orphaned), "adds_up": .flag(addsUp),
    ]
  }

  private func counts(_ counts: [String: Int]) -> JSONText {
    .object(counts.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) })
  }
}

extension ReplayStatistics {
  var members: [(name: String, value: JSONText)] {
    [
      (
        "staleness",
        .list(staleness.map { ["versions": .integer($0.versions), "tokens": .integer($0.tokens)] })
      ), ("sampled_length", optional(sampledLength)), ("trained_length", optional(trainedLength)),
      ("stages", .list(stages.map(\.json))),
      (
        "workers",
        .list(
          workers.map { worker in
            [
              "name": .text(worker.name), "host": .text(worker.host), "processor": .text(worker.processor),
              "kernels": .text(worker.kernels), "threads": .integer(worker.threads),
              "segments": .integer(worker.segments), "tokens": .integer(worker.tokens),
              "duplicates": .integer(worker.duplicates), "reissued": .integer(worker.reissued),
              "refused": .integer(worker.refused), "first_seen": .number(worker.firstSeen),
              "last_seen": .number(worker.lastSeen),
            ]
          })
      ),
    ]
  }
}

extension StageRow {
  fileprivate var json: JSONText {
    [
      "name": .text(name), "begin": .integer(begin), "end": optional(end),
      "end_reason": optional(endReason),
      "max_completion_length": optional(maxCompletionLength),
      "num_prompts": optional(numPrompts), "num_generations": optional(numGenerations),
      "rollouts": .integer(rollouts), "trained": .integer(trained), "mean_length": optional(meanLength),
      "accuracy": optional(accuracy),
    ]
  }
}

extension Audit {
  var json: JSONText {
    [
      "passes": .flag(passes),
      "checks": .list(
        checks.map { check in
          [
            "claim": .text(check.claim), "verdict": .text(check.verdict.rawValue),
            "detail": .text(check.detail),
            "offenders": .integer(check.offenderCount),
            "first_offenders": .list(check.offenders.map { .text($0) }),
          ]
        }),
    ]
  }
}

/// `null` where there is none: JSON's word for no verdict too.
