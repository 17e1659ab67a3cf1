/// Which functions of ours a case asks for: every `kind` there is, and what computes it.
enum ObjectiveKinds {
  typealias Adaptor = @Sendable (String, Fields, Fields) throws(ObjectiveFileError) -> JSONValue

  /// What computes a kind; nil if there is none of this name.
  static func adaptor(of kind: String) -> Adaptor? { table.first { $0.kinds.contains(kind) }?.adaptor }

  /// The names, for a message.
  static var known: String {
    "there are " + table.flatMap(\.kinds).sorted().map { "`\($0)`" }.joined(separator: ", ")
  }

  private static let table: [(kinds: [String], adaptor: Adaptor)] = [
    (["outcome", "reinforce_plus_plus", "components"], AdvantageKinds.evaluate),
    (
      [
        "ppo", "gspo", "cispo", "sapo", "gmpo", "reinforce", "dppo_tv", "dppo_kl", "clip_cov", "kl_cov",
      ], PolicyLossKinds.evaluate
    ),
    (["trl_loss"], TRLLossKinds.evaluate),
    (["aggregation"], AggregationKinds.evaluate),
    (["kl"], KLKinds.evaluate),
    (["token_distribution"], TokenDistributionKinds.evaluate),
    (["rollout_correction"], CorrectionKinds.evaluate),
    (
      [
        "soft_overlong", "cosine", "cosine_trl", "repetition", "repetition_words", "lcpo", "dler", "kimi",
        "shorter_better", "o1_pruner",
      ], LengthRewardKinds.evaluate
    ),
    (
      ["dynamic_sampling", "entropic_trace", "entropic_loss", "mastered_tokens", "segment_ratios", "gfpo"],
      ControlKinds.evaluate
    ),
    (["pass_at_k", "majority_at_k"], EvaluationKinds.evaluate),
    (["adamw", "schedule"], OptimizerKinds.evaluate),
    (["merging", "update_selective"], MergingKinds.evaluate),
  ]
}
