// Which tasks an rl step asked, by how these had fared before it; only with `data.sampler` or `data.keep_accuracy`.

extension MetricTable {
  static let sampler = [
    same("sampler/draws", "tasks", "drawn for the step"),
    same(
      "sampler/p_mean", "share",
      "recent accuracy of the drawn tasks before the step, mean over those that had been tried"),
    same("sampler/untried_share", "share", "of the drawn tasks, those that had not been tried"),
    same("sampler/easy_share", "share", "of the drawn tasks, those above `easy_above` (0.75)"),
    same("sampler/medium_share", "share", "of them, those between, and those that had not been tried"),
    same("sampler/hard_share", "share", "of them, those below `hard_below` (0.25)"),
    same(
      "sampler/tried", "tasks", "rows, and difficulties of tasks made on the fly, that have been tried so far"
    ),
    same("sampler/outside_band", "tasks", "of them, those outside `keep_accuracy` at this step"),
  ]
}
