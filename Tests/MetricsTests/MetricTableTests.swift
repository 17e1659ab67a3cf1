import Metrics
import Testing

@Suite struct `The table of metrics` {
  @Test func `every name stands once, with a meaning`() {
    let names = MetricTable.all.map(\.name)
    #expect(Set(names).count == names.count)
    for metric in MetricTable.all { #expect(!metric.meaning.isEmpty, "\(metric.name)") }
  }

  @Test func `the names people already plot from TRL are there`() {
    // The GRPO trainer's own list (peers.md §3.5), without what this trainer does not compute.
    let known = [
      "reward", "reward_std", "frac_reward_zero_std", "rewards/math/mean", "rewards/math/std",
      "completions/mean_length",
      "completions/min_length", "completions/max_length", "completions/mean_terminated_length",
      "completions/min_terminated_length", "completions/max_terminated_length", "completions/clipped_ratio",
      "entropy",
      "kl", "clip_ratio/low_mean", "clip_ratio/high_mean", "clip_ratio/region_mean", "num_tokens",
      "step_time",
      "learning_rate", "grad_norm", "loss",
    ]
    for name in known { #expect(MetricTable.metric(name) != nil, "\(name)") }
  }

  @Test(arguments: [
    ("rewards/soft_overlong/mean", "rewards/{term}/mean"), ("rewards/math/std", "rewards/{term}/std"),
    ("eval/pass@1", "eval/pass@1"), ("eval/pass@8", "eval/pass@{k}"), ("eval/pass@128", "eval/pass@{k}"),
    ("staleness/0", "staleness/{k}"), ("staleness/8", "staleness/{k}"), ("staleness/max", "staleness/max"),
    ("staleness", "staleness"),
  ])
  func `a name with a part filled in belongs to its pattern`(_ name: String, _ entry: String) {
    #expect(MetricTable.metric(name)?.name == entry)
  }

  @Test(arguments: [
    "rewards//mean", "rewards/a/b/mean", "rewards/mean", "eval/pass@", "eval/pass@k", "eval/pass@x8",
    "reward/mean", "",
  ])
  func `a name that only looks alike belongs to nothing`(_ name: String) {
    #expect(MetricTable.metric(name) == nil)
  }

  @Test
  func
    `times, throughput, memory, the generator's and the workers' ways vary between runs and nothing else does`()
  {
    let ways = ["generation/", "workers/", "publish/", "pipeline/"]
    func isWay(_ metric: Metric) -> Bool { ways.contains { metric.name.hasPrefix($0) } }
    let varying = MetricTable.all.filter { !$0.isReproducible && !isWay($0) }.map(\.name)
    #expect(MetricTable.all.allSatisfy { !isWay($0) || !$0.isReproducible })
    #expect(
      varying == [
        "groups/failed", "segments/reused", "step_time", "time/generate_seconds",
        "time/train_seconds", "time/idle_seconds",
        "time/idle_share",
        "time/reward_seconds", "time/write_seconds",
        "tokens_per_second/generate",
        "tokens_per_second/train", "time/wait_seconds", "memory/peak_mib",
      ])
    #expect(MetricTable.isReproducible("rewards/math/mean"))
    #expect(MetricTable.isReproducible("no such metric"), "an unknown name is compared, not skipped")
  }

  @Test func `the markdown has a row per metric`() {
    let lines = MetricTable.markdown().split(separator: "\n")
    #expect(lines.count == MetricTable.all.count + 2)
    #expect(lines[0] == "| metric | unit | what it is | same after a resume |")
    #expect(lines.contains("| `step_time` | s | wall time of the step | no |"))
    // No bar in a text may break the table: four cells have five bars.
    for line in lines { #expect(line.filter { $0 == "|" }.count == 5, "\(line)") }
  }
}
