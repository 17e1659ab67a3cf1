internal import Curriculum
internal import Recipe
internal import Testing

@Suite struct `Samplers in recipes` {
  private static let stages = "\nstages: [{kind: rl, steps: 10}]\n"

  private static func recipe(_ keys: String) -> String {
    "data: {train: {task: arithmetic_chain, difficulty: [2, 5]}, \(keys)}" + stages
  }

  private static func data(_ keys: String) throws -> DataConfiguration {
    try load(recipe(keys)).configuration.data
  }

  @Test func `without them tasks are taken as they come`() throws {
    let recipe = try load(Self.recipe("held_out: {count: 8}"))
    #expect(recipe.configuration.data.sampler == .uniform)
    #expect(recipe.configuration.data.keepAccuracy == nil)
    #expect(try recipe.entry("data.sampler.name").value == "uniform")
    #expect(try recipe.entry("data.keep_accuracy").value == "null")
  }

  @Test func `each sampler has its own settings, and a name alone means their defaults`() throws {
    #expect(try Self.data("sampler: prioritized").sampler == .prioritized(PrioritizedSampler()))
    #expect(try Self.data("sampler: {name: uniform}").sampler == .uniform)
    #expect(
      try Self.data("sampler: {name: prioritized, uniform_share: 0.25}").sampler
        == .prioritized(PrioritizedSampler(uniformShare: 0.25)))
    var back = RetrospectiveSampler()
    (back.share, back.cap, back.cooling, back.floor) = (0.3, 16, 0.8, 0.1)
    #expect(
      try Self.data("sampler: {name: retrospective, share: 0.3, cap: 16, cooling: 0.8, floor: 0.1}").sampler
        == .retrospective(back))
    var pools = DifficultyPools()
    (pools.easyAbove, pools.hardBelow) = (0.9, 0.1)
    (pools.easy, pools.medium, pools.hard) = (0, 3, 1)
    #expect(
      try Self.data(
        "sampler: {name: pools, easy_above: 0.9, hard_below: 0.1, shares: {easy: 0, medium: 3, hard: 1}}"
      ).sampler == .pools(pools))
  }

  @Test func `a band is a pair of bounds, or says more`() throws {
    #expect(try Self.data("keep_accuracy: [0.1, 0.9]").keepAccuracy == KeepAccuracyBand(low: 0.1, high: 0.9))
    var band = KeepAccuracyBand(low: 0.2, high: 0.8)
    (band.minAttempts, band.recheckAfter) = (32, nil)
    #expect(
      try Self.data("keep_accuracy: {band: [0.2, 0.8], min_attempts: 32, recheck_after: null}").keepAccuracy
        == band)
    #expect(try Self.data("keep_accuracy: {min_attempts: 9}").keepAccuracy?.minAttempts == 9)
    #expect(try Self.data("keep_accuracy: null").keepAccuracy == nil)
    #expect(try Self.data("keep_accuracy: false").keepAccuracy == nil)
  }

  static let whole: [String] = [
    "sampler: prioritized", "sampler: {name: prioritized, uniform_share: 0}",
    "sampler: {name: retrospective}",
    "sampler: {name: pools, shares: {hard: 4}}, keep_accuracy: [0.05, 0.95]",
    "keep_accuracy: {band: [0, 1], recheck_after: null}",
  ]

  @Test(arguments: whole)
  func `written out and loaded again, they are the same`(keys: String) throws {
    let recipe = try load(Self.recipe(keys))
    let again = try load(recipe.yaml())
    #expect(again.configuration == recipe.configuration)
    #expect(again.notes == recipe.notes)
  }

  @Test func `each value says who decided it`() throws {
    let recipe = try load(Self.recipe("sampler: pools, keep_accuracy: [0.1, 0.9]"))
    #expect(try recipe.entry("data.sampler.name").origin.description == "test.yaml:1")
    #expect(try recipe.entry("data.keep_accuracy.band").origin.description == "test.yaml:1")
    #expect(try recipe.entry("data.sampler.shares.hard").origin.description.hasPrefix("default"))
  }

  static let refused: [(keys: String, words: String)] = [
    ("sampler: priority", "`data.sampler` is `priority`, allowed: uniform, prioritized, retrospective"),
    ("sampler: {name: pool}", "did you mean `pools`?"),
    ("sampler: {name: prioritized, cap: 3}", "unknown key `cap` in `data.sampler`"),
    ("sampler: {uniform_share: 0.2}", "unknown key `uniform_share` in `data.sampler`"),
    ("sampler: {name: prioritized, uniform_share: 1.5}", "allowed: 0 to 1"),
    ("sampler: [uniform]", "`data.sampler`"),
    ("sampler: {name: retrospective, cap: 0.5}", "`data.sampler.cap`"),
    ("sampler: {name: pools, shares: {easy: 0, medium: 0, hard: 0}}", "at least one of them above 0"),
    ("sampler: {name: pools, easy_above: 0.2, hard_below: 0.6}", "hard_below"),
    ("keep_accuracy: [0.9, 0.1]", "0 ≤ low < high ≤ 1"),
    ("keep_accuracy: [0.1]", "`data.keep_accuracy` takes [low, high]"),
    ("keep_accuracy: [a, b]", "`data.keep_accuracy` takes [low, high]"),
    ("keep_accuracy: 0.5", "`data.keep_accuracy` takes [low, high], a mapping"),
    ("keep_accuracy: {band: 0.5}", "`data.keep_accuracy.band` takes [low, high]"),
    ("keep_accuracy: {min_attempts: 0}", "1 or above"),
    ("keep_accuracy: {recheck: 3}", "did you mean `recheck_after`?"),
  ]

  @Test(arguments: refused)
  func `what is wrong is refused with its place`(keys: String, words: String) {
    let text = refusal(Self.recipe(keys))
    #expect(text.contains(words) && text.hasPrefix("test.yaml:1:"), "\(text)")
  }

  @Test func `a sampler with nothing to choose from is noted`() throws {
    let one = "data: {train: {task: arithmetic_chain, difficulty: 3}, sampler: prioritized}"
    #expect(
      try load(one + Self.stages).notes.contains {
        $0.hasPrefix("`data.sampler`") && $0.contains("one only")
      })
    let imitation = "data: {train: {task: arithmetic_chain}, keep_accuracy: [0.1, 0.9]}"
    #expect(
      try load(imitation + "\nstages: [{kind: sft, steps: 10}]\n").notes.contains {
        $0.hasPrefix("`data.keep_accuracy`: without an rl stage")
      })
    #expect(try load(Self.recipe("sampler: prioritized")).notes.isEmpty)
  }
}
