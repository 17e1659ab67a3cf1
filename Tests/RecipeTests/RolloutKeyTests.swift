internal import Objectives
internal import Recipe
internal import Rollouts
internal import Testing
internal import Training

private let workers = "rollout: {source: workers, workers: {spawn: 1}, "

@Suite struct `Segments in a recipe` {
  private func length(_ keys: String, _ overrides: String...) throws -> Int? {
    try RecipeLoader.load(
      text: minimalRecipe + "algorithm: {surrogate: pois}\nrollout: {\(keys)}", path: "test.yaml",
      overrides: overrides
    ).configuration.rollout.segmentLength
  }

  @Test(arguments: [
    // ⌈L / M⌉
    ("max_completion_length: 256, max_segments: 4", 64), ("max_completion_length: 100, max_segments: 3", 34),
    ("max_completion_length: 131072, max_segments: 8", 16384),
    ("max_completion_length: 3, max_segments: 7", 1),
    ("segment_length: 17", 17), ("segment_length: 17, max_segments: null", 17),
    ("segment_length: null, max_segments: 4", 64),
  ])
  func `are as long as said, or a part of the limit`(keys: String, value: Int) throws {
    let model = "model: {init: {max_position_embeddings: 163840}}\n"
    let recipe = try load(minimalRecipe + model + "algorithm: {surrogate: pois}\nrollout: {\(keys)}")
    #expect(recipe.configuration.rollout.segmentLength == value)
    #expect(try recipe.entry("rollout.segment_length").value == "\(value)")
    #expect(!recipe.entries.contains { $0.keyPath == "rollout.max_segments" })
  }

  @Test func `in one segment are whole responses`() throws {
    #expect(try length("max_segments: 1") == nil)
    #expect(try load(minimalRecipe + "rollout: {max_segments: 1}").notes.isEmpty)
    #expect(try length("max_segments: null") == nil)
  }

  @Test func `are given once`() {
    #expect(
      refusal(minimalRecipe + "rollout: {segment_length: 64, max_segments: 4}").hasPrefix(
        "test.yaml:5:31: `rollout` names both `segment_length` and `max_segments`: keep one"))
    #expect(
      refusal(minimalRecipe, "rollout.segment_length=64", "rollout.max_segments=4").contains(
        "`null` takes one of them away"))
  }

  @Test func `are what was said last: the preset, the file, then the command line`() throws {
    #expect(try length("segment_length: 64", "rollout.max_segments=2") == 128)
    #expect(try length("max_segments: 2", "rollout.segment_length=5") == 5)
    #expect(try length("max_segments: 2", "rollout.segment_length=null") == nil)
    #expect(try length("segment_length: 64", "rollout.max_segments=null") == 64)
    let whole = try load(minimalRecipe + "algorithm: {name: ulorl}\nrollout: {segment_length: null}")
    #expect(whole.configuration.rollout.segmentLength == nil)
    let eight = try load(minimalRecipe + "algorithm: {name: ulorl}\nrollout: {max_segments: 8}")
    #expect(eight.configuration.rollout.segmentLength == 32)
  }

  @Test func `have the origin of the key that decided them`() throws {
    let recipe = try load(minimalRecipe + "algorithm: {name: ulorl}")
    #expect(
      try recipe.entry("rollout.segment_length").origin
        == .preset("ulorl", basis: "our choice, paper 8 at 131,072 tokens and 4 at 65,536"))
    let set = try load(minimalRecipe + "algorithm: {name: ulorl}", "rollout.max_segments=2")
    #expect(try set.entry("rollout.segment_length").origin == .override("rollout.max_segments=2"))
  }

  @Test func `go on being said once when they are read from what was resolved`() throws {
    let recipe = try load(minimalRecipe + "algorithm: {name: ulorl}")
    // The preset says `max_segments: 4`, the resolved file `segment_length: 64`.
    let again = try load(recipe.yaml(), "rollout.max_completion_length=512")
    #expect(again.configuration.rollout.segmentLength == 64)
  }
}

@Suite struct `Workers in a recipe` {
  @Test(arguments: [
    ("source: worker", "allowed: in_process, workers", "did you mean `workers`?"),
    ("mode: sync", "allowed: sequential, async", ""), ("switch: now", "allowed: at_once, at_item", ""),
    ("max_staleness: -1", "`rollout.max_staleness` is `-1`, allowed: 0 or above", ""),
    ("publish_every: 0", "`rollout.publish_every` is `0`, allowed: 1 or above", ""),
    ("segment_length: 0", "`rollout.segment_length` is `0`, allowed: 1 or above", ""),
    ("max_segments: many", "`rollout.max_segments` takes a whole number or null", ""),
    ("min_groups_per_step: null", "`rollout.min_groups_per_step` takes a whole number", ""),
    ("max_segment_staleness: -1", "allowed: 0 or above", ""),
    ("workers: 2", "`rollout.workers` takes a mapping, not `2`", ""),
    ("workers: {spawn: 2000}", "`rollout.workers.spawn` is `2000`, allowed: 0 to 1024", ""),
    ("workers: {spawned: 2}", "unknown key `spawned` in `rollout.workers`", "did you mean `spawn`?"),
    ("workers: {heartbeat_seconds: 0}", "is `0`, allowed: 0.05 to 3600.0 seconds", ""),
    ("workers: {missed_heartbeats: 0}", "is `0`, allowed: 1 to 1000", ""),
    ("workers: {join_deadline: .inf}", "`rollout.workers.join_deadline`", ""),
    ("workers: {progress_deadline: null}", "takes a number, not null", ""),
    ("workers: {publish_deadline: 1e9}", "allowed: 0.1 to 8640000.0 seconds", ""),
    ("workers: {max_items_per_worker: 0}", "allowed: 1 or above", ""),
  ])
  func `have values in range, with a clear word where they are not`(
    keys: String, message: String, advice: String
  ) {
    let text = refusal(minimalRecipe + "rollout: {\(keys)}")
    #expect(text.contains(message) && text.contains(advice), "\(text)")
  }

  @Test(arguments: [
    "tcp://127.0.0.1:5750", "tcp://127.9.8.7:1", "tcp://[::1]:65535", "tcp://localhost:*", "ipc:///run/a",
    "ipc://relative",
  ])
  func `may connect without keys where nobody else can`(address: String) throws {
    let recipe = try load(minimalRecipe + "rollout: {source: workers, workers: {listen: \"\(address)\"}}")
    #expect(recipe.configuration.rollout.workers.listen == address)
    #expect(recipe.notes.isEmpty)
  }

  @Test(arguments: [
    "tcp://*:5750", "tcp://0.0.0.0:5750", "tcp://192.168.1.7:5750", "tcp://eth0:5750", "tcp://[::]:5750",
    "tcp://host.example:5750", "tcp://127.0.0.1.example:5750", "tcp://127.0.0.999:5750", "tcp://127.1:5750",
  ])
  func `need keys where others can`(address: String) throws {
    let head = minimalRecipe + "rollout: {source: workers, workers: {listen: \"\(address)\""
    for keys in ["", ", key: a", ", authorized_keys: b"] {
      let text = refusal(head + keys + "}}")
      #expect(text.contains("`apus keys new NAME`") && text.contains("`apus keys authorize`"), "\(text)")
      #expect(!text.contains("algorithm.force"))
    }
    #expect(try load(head + ", key: a, authorized_keys: b}}").notes.isEmpty)
  }

  @Test(arguments: [
    "", "127.0.0.1:5750", "tcp://", "tcp://:5750", "tcp://a", "tcp://a:65536", "tcp://a:-1",
    "tcp://a:", "tcp://a b:1", "tcp://[]:1", "tcp://a:1/b", "udp://a:1", "ipc://", "ipc://@a",
    "inproc://a", "ipc://a b", "TCP://a:1", "tcp://a:99999999999999999999",
  ])
  func `connect to nothing that is no address`(address: String) {
    let text = refusal(minimalRecipe + "rollout: {source: workers, workers: {listen: \"\(address)\"}}")
    #expect(
      text.contains("`rollout.workers.listen` is \"\(address)\", allowed: `tcp://HOST:PORT`"), "\(text)")
  }

  @Test func `connect to a socket whose path fits`() throws {
    let fits = String(repeating: "a", count: 107)
    #expect(
      try load(minimalRecipe + "rollout: {source: workers, workers: {listen: \"ipc://\(fits)\"}}").notes
        .isEmpty)
    #expect(refusal(minimalRecipe + "rollout: {workers: {listen: \"ipc://\(fits)a\"}}").contains("107"))
  }
}

@Suite struct `Async mode in a recipe` {
  private func correction(_ rollout: String, _ algorithm: String = "epsilon: 0.2") throws
    -> RolloutCorrection?
  {
    try load(minimalRecipe + workers + "\(rollout)}\nalgorithm: {\(algorithm)}").configuration.algorithm
      .rolloutCorrection
  }

  @Test func `corrects for old rollouts by token weights up to 2 where nothing is said`() throws {
    let recipe = try load(minimalRecipe + workers + "mode: async}")
    let correction = try #require(recipe.configuration.algorithm.rolloutCorrection)
    #expect(correction == RolloutCorrection())
    #expect(correction.weighting == .truncate && correction.level == .token && correction.ratioMax == 2)
    #expect(recipe.notes.isEmpty)
    for key in ["weighting", "level", "ratio_max", "max_token_staleness"] {
      #expect(
        try recipe.entry("algorithm.rollout_correction.\(key)").origin
          == .implied(by: "rollout.mode async", basis: "our choice"))
    }
    let shown = recipe.annotated().split(separator: "\n").filter { $0.contains("ratio_max: 2.0") }
    #expect(shown.count == 1 && shown.first?.hasSuffix("# by rollout.mode async: our choice") ?? false)
  }

  @Test func `does not where something else does, or in step`() throws {
    #expect(try correction("mode: sequential") == nil)
    #expect(try correction("mode: async, logprobs: rollout") == nil)
    #expect(try correction("mode: async", "surrogate: pois") == nil)
    #expect(try load(minimalRecipe + workers + "mode: async, logprobs: rollout}").notes.isEmpty)
    #expect(
      try load(minimalRecipe + workers + "mode: async}\nalgorithm: {surrogate: pois}").notes.isEmpty)
  }

  @Test(arguments: ["false", "null", "no"])
  func `leaves it off where the recipe says so, and warns`(off: String) throws {
    let recipe = try load(
      minimalRecipe + workers + "mode: async}\nalgorithm: {rollout_correction: \(off)}")
    #expect(recipe.configuration.algorithm.rolloutCorrection == nil)
    #expect(recipe.notes.count == 1)
    #expect(
      recipe.notes.first?.hasPrefix(
        "`rollout.mode` (async), `algorithm.rollout_correction` (false), `rollout.logprobs` (recompute) and "
          + "`algorithm.surrogate` (ppo_clip): rollouts are up to `max_staleness` versions old") ?? false)
    #expect(try load(recipe.yaml()).configuration == recipe.configuration)
  }

  @Test func `takes the recipe's own correction`() throws {
    let own = try #require(
      try correction("mode: async", "rollout_correction: {weighting: mask, ratio_max: 5}"))
    #expect(own.weighting == .mask && own.ratioMax == 5)
  }

  @Test func `is read the same from what was resolved, on and off`() throws {
    for algorithm in ["", "algorithm: {rollout_correction: false}", "algorithm: {surrogate: pois}"] {
      let recipe = try load(minimalRecipe + workers + "mode: async}\n" + algorithm)
      let again = try load(recipe.yaml())
      #expect(again.configuration == recipe.configuration)
      #expect(changedKeys(from: recipe, to: again).isEmpty)
    }
  }

  @Test(arguments: [
    // (S, κ): the newest weights are κ − 1 versions old when the next are published.
    (0, 1, true), (1, 2, true), (4, 3, true), (4, 5, true), (0, 2, false), (4, 6, false),
  ])
  func `publishes before everything is stale`(staleness: Int, every: Int, isFine: Bool) {
    let text = refusal(
      minimalRecipe + workers + "mode: async, max_staleness: \(staleness), publish_every: \(every)}")
    #expect((text == "accepted") == isFine, "\(text)")
    if !isFine { #expect(text.contains("everything would be stale")) }
  }

  @Test func `and segments warn where long responses would be too old for ever`() throws {
    let text =
      minimalRecipe + "algorithm: {surrogate: pois}\nrollout: {max_segments: 4, max_segment_staleness: "
    #expect(try load(text + "2}").notes.contains { $0.contains("the policy learns from short ones") })
    #expect(try load(text + "3}").notes.isEmpty)
  }
}

@Suite struct `Other tools' names of staleness and segments` {
  @Test(arguments: [
    ("max_head_offpolicyness: 3", "AReaL"), ("max_off_policy_threshold: 3", "verl"),
    ("max_off_policy_steps: 3", "prime-rl"), ("max_staleness_steps: 3", "SkyRL"),
    ("max_trajectory_age_steps: 3", "NeMo-RL"),
  ])
  func `are read as max_staleness`(key: String, tool: String) throws {
    let recipe = try load(minimalRecipe + workers + "mode: async, \(key)}")
    #expect(recipe.configuration.rollout.maxStaleness == 3)
    let name = key.prefix { $0 != ":" }
    #expect(recipe.notes == ["`rollout.\(name)` (\(tool)) is read as `rollout.max_staleness`"])
  }

  @Test(arguments: ["trigger_parameter_sync_step", "update_weights_interval"])
  func `are read as publish_every`(key: String) throws {
    let recipe = try load(minimalRecipe + workers + "mode: async, \(key): 2}")
    #expect(recipe.configuration.rollout.publishEvery == 2)
  }

  @Test func `are read as max_segments`() throws {
    let recipe = try load(
      minimalRecipe + "algorithm: {surrogate: pois}\nrollout: {partial_rollout_max_split: 4}")
    #expect(recipe.configuration.rollout.segmentLength == 64)
  }

  @Test(arguments: [
    ("staleness_threshold: 0.5", "`rollout.max_staleness` counts versions"),
    ("partial_rollout: true", "`rollout.segment_length`"),
    ("mask_offpolicy_in_partial_rollout: true", "max_token_staleness: 0"),
  ])
  func `that mean something else are told apart`(key: String, advice: String) {
    let text = refusal(minimalRecipe + "rollout: {\(key)}")
    #expect(text.contains("unknown key") && text.contains(advice), "\(text)")
  }
}
