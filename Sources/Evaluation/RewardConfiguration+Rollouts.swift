public import Experience
public import Rewards

extension RewardConfiguration {
  /// What can be said of a rollout alone, before the others of its group are there.
  public func judge(
    _ rollout: Rollout, maximumLength: Int, verifiers: PreparedVerifiers
  ) -> JudgedCompletion {
    judge(
      Completion(
        prompt: rollout.task.prompt, text: rollout.text, tokens: rollout.completionTokens,
        tokenCount: rollout.completionLength, finishReason: Completion.FinishReason(rollout.finishReason),
        sampleIndex: rollout.item.sample, groundTruth: rollout.task.groundTruth,
        columns: rollout.task.columns, budget: rollout.task.budget.map(Completion.Budget.init)),
      taskVerifier: rollout.task.verifier, maximumLength: maximumLength, verifiers: verifiers)
  }

  /// The rewards of the rollouts of one group, in the shared words.
  public func breakdowns(of group: [JudgedCompletion]) -> [RewardBreakdown] {
    score(group: group).map(RewardBreakdown.init)
  }

  /// What one rollout is worth by itself, before the others of its group are there.
  public func breakdown(alone member: JudgedCompletion) -> RewardBreakdown {
    RewardBreakdown(score(alone: member))
  }

  /// Judges and scores the rollouts of one group.
  public func score(
    _ group: [Rollout], maximumLength: Int, verifiers: PreparedVerifiers
  ) -> [RewardBreakdown] {
    breakdowns(of: group.map { judge($0, maximumLength: maximumLength, verifiers: verifiers) })
  }
}

extension Completion.FinishReason {
  fileprivate init(_ reason: FinishReason) {
    self =
      switch reason {
      case .stop: .stop
      case .length: .length
      case .repetition: .repetition
      }
  }
}

extension Completion.Budget {
  /// What a prompt asks for, in the words of `Rewards`, which stands alone.
  public init(_ budget: LengthBudget) {
    self =
      switch budget {
      case .exact(let tokens): .exact(tokens)
      case .maximum(let tokens): .maximum(tokens)
      }
  }
}

extension RewardBreakdown {
  fileprivate init(_ result: RewardResult) {
    self.init(
      correctness: result.correctness, accuracy: result.accuracy,
      components: result.components.map {
        RewardComponent(name: $0.name, value: $0.value, weight: $0.weight)
      },
      references: result.references.map { RewardComponent(name: $0.name, value: $0.value, weight: 0) },
      total: result.total, extracted: result.verdict.extracted,
      reason: "\(result.verdict.status.rawValue): \(result.verdict.rule)"
        + (result.problem.map { "; \($0)" } ?? ""))
  }
}
