import Experience
import Replay

extension RolloutSummary {
  /// `null` = no verdict, or part of no update.
  var json: JSONText { .object(members) }

  fileprivate var members: [(name: String, value: JSONText)] {
    [
      ("id", .integer(id)), ("run", .text(run)), ("kind", .text(kind.rawValue)), ("step", .integer(step)),
      ("stage", .text(stage)), ("group", .integer(group)), ("sample", .integer(sample)),
      ("task", .text(task)),
      ("completion_length", .integer(completionLength)), ("finish_reason", .text(finishReason.rawValue)),
      ("correctness", optional(correctness)), ("reward", optional(total)),
      (
        "components",
        .list(
          components.map {
            ["name": .text($0.name), "value": optional($0.value), "weight": .number($0.weight)]
          })
      ),
      ("advantage", optional(advantage)), ("fate", fate.map { .text($0) } ?? .number(.nan)),
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
        "length": .integer(segment.tokens.count), "tokens": .integers(segment.tokens),
        "logprobs": .list(segment.logprobs.map { .number(Double($0)) }),
        "sampled": .list(segment.sampled.map { .flag($0) }),
      ] as JSONText
    }
    return .object(
      summary.members + [
        ("prompt", .text(rollout.task.prompt)), ("prompt_tokens", .integers(rollout.promptTokens)),
        ("ground_truth", .text(rollout.task.groundTruth)), ("text", .text(rollout.text)),
        ("extracted", reward.extracted.map { .text($0) } ?? .number(.nan)), ("reason", .text(reward.reason)),
        ("segments", .list(segments)),
      ])
  }
}

extension LedgerLine {
  var json: JSONText {
    [
      "step": .integer(step), "stage": .text(stage), "rollouts": .integer(rollouts),
      "tokens": .integer(tokens),
      "trained": .integer(trained), "surplus": .integer(surplus), "pending": .integer(pending),
      "filtered": .object(filtered.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) }),
      "adds_up": .flag(addsUp),
    ]
  }
}

/// `null` where there is none: JSON's word for no verdict too.
private func optional(_ value: Double?) -> JSONText { .number(value ?? .nan) }
