extension MetricTable {
  /// Of the lines that say where a stage begins and where it ends.
  static let stages = [
    same("stage/index", "", "place of the stage in the recipe, counted from 0"),
    same("stage/optimizer_reset", "", "1 where the stage begins with an optimizer without memory"),
    same("stage/entropic_reset", "", "1 where the stage begins with no entropy controller of an earlier one"),
    same("stage/data_position", "tasks", "how far its row of training tasks had been drawn when it began"),
    same("stage/num_prompts", "prompts", "per step; worked solutions in an `sft` stage"),
    same("stage/num_generations", "answers", "per prompt"),
    same("stage/max_completion_length", "tokens", "the stage's window"),
    same("stage/beta", "", "weight of the KL term"),
    same("stage/horizon", "problems", "longest chain that the stage trains on"),
    same("stage/steps", "steps", "steps that the stage made"),
    same("stage/end_reason", "", "`steps`, or the rule that ended it earlier"),
    same("stage/handover_step", "step", "whose weights the next stage begins with"),
  ]

  /// Accuracy by horizon, where chains are trained on.
  static let horizons = [
    same(
      "eval/horizon_{k}/accuracy", "share", "held-out chains of k problems solved by the most probable answer"
    ),
    same(
      "eval/horizon_{k}/independence", "share",
      "`acc(1)^k`: what it would be if the problems of a chain were solved independently"),
    same("eval/horizon_{k}/truncated", "share", "greedy answers to them that ended by the length limit"),
  ]
}
