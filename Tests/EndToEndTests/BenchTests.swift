import Foundation
import Testing

/// `apus bench`, in sizes that take no time: that it does the work and says what programs read.
@Suite struct `Benchmarks` {
  @Test func `of rows give rates, shares of the roofline, first tokens and memory`() throws {
    let program = try Program()
    defer { program.clean() }
    let found = try program.object(
      [
        "bench", "generate", "--rows", "3", "--new", "6", "--prompt", "5", "--slots", "2", "--repeats", "3",
        "--threads",
        "1", "--weight-dtype", "bf16",
      ])
    for (name, value) in [
      "rows": 3, "new_tokens": 6, "prompt_tokens": 5, "slots": 2, "rounds": 3, "threads": 1,
    ] {
      #expect(found[name] as? Int == value, "\(name)")
    }
    #expect(found["dtype"] as? String == "bf16" && found["model"] as? String == "nano")
    let rate = try #require(found["tok_s"] as? Double)
    let seconds = try #require(found["seconds"] as? Double)
    #expect(rate > 0 && abs(rate * seconds / 18 - 1) < 1e-6, "18 tokens, the median of three rounds")
    let share = try #require(found["share_of_roofline"] as? Double)
    #expect(share > 0 && share < 1.5)
    #expect((found["time_to_first_token_s"] as? Double).map { $0 > 0 && $0 < 10 } == true)
    #expect((found["peak_rss_bytes"] as? Int).map { $0 > 1 << 20 } == true)
    #expect(found["blas_core"] is String && found["kernels"] is String && found["load"] is Double)
    let words = try program.run("bench", "generate", "--rows", "1", "--new", "4", "--rounds", "1")
    #expect(words.output.contains("tokens/s") && words.output.contains("roofline"), "\(words.all)")
  }

  @Test func `print the tokens that answers are compared by, the same however rows share the machine`() throws
  {
    let program = try Program()
    defer { program.clean() }
    try program.write("[[5, 17, 42], [1, 2], [9, 9, 9, 9]]", to: "prompts.json")
    let base = [
      "bench", "generate", "--model", Program.characterModel, "--prompt-ids", "prompts.json", "--new", "20",
      "--print-tokens",
    ]
    let greedy = try program.object(base + ["--greedy"])
    let tokens = try #require(greedy["tokens"] as? [[Int]])
    #expect(tokens.count == 3 && tokens.allSatisfy { $0.count == 20 && $0.allSatisfy((0..<160).contains) })
    let alone = try program.object(
      base + ["--temperature", "0", "--slots", "1", "--threads", "1", "--kv-memory", "1MiB"])
    #expect(alone["tokens"] as? [[Int]] == tokens)
    let drawn = try program.object(base)
    #expect(drawn["tokens"] as? [[Int]] != tokens)
    let guessed = try program.object(
      base + ["--speculation", "always", "--scheduler", "longest_expected_first"])
    #expect(guessed["tokens"] as? [[Int]] == drawn["tokens"] as? [[Int]])
  }

  @Test(
    arguments: [
      ("group", ["--rows", "3", "--prompt", "70", "--new", "4"], ["shared", "unshared"]),
      ("tail", ["--rows", "2", "--new", "70"], ["speculation auto", "speculation off"]),
      (
        "scheduling", ["--rows", "8", "--slots", "2", "--new", "4"],
        ["longest_expected_first", "group_context", "fifo"]
      ),
    ])
  func `of a scenario give the ratio of its sides`(scenario: String, options: [String], sides: [String])
    throws
  {
    let program = try Program()
    defer { program.clean() }
    let found = try program.object(
      ["bench", "generate", "--scenario", scenario, "--shape", "nano", "--rounds", "1"] + options)
    let rates = try #require(found["sides"] as? [String: Double])
    #expect(Set(rates.keys) == Set(sides))
    let ratio = try #require(found["ratio"] as? Double)
    // One round of equal work on both sides: the ratio of times is that of rates.
    let expected = (rates[sides[0]] ?? 0) / (rates[sides[sides.count - 1]] ?? 1)
    #expect(abs(ratio / expected - 1) < 0.01, "\(found)")
    if scenario == "scheduling" {
      let batches = try #require(found["batches"] as? [[String: Any]])
      #expect(batches.count == 5 && batches.allSatisfy { ($0["p99_over_p50"] as? Double ?? 0) >= 12 })
    }
  }

  @Test func `of long outputs give a line for each doubling, with memory linear in tokens`() throws {
    let program = try Program()
    defer { program.clean() }
    let found = try program.object([
      "bench", "generate", "--scenario", "long", "--new", "2048", "--rows", "1",
    ])
    let table = try #require(found["table"] as? [[String: Any]])
    #expect(table.map { $0["new_tokens"] as? Int } == [1024, 2048])
    // 4 layers × 2 heads × 32 numbers × keys and values × 4 bytes = 2,048 bytes a token, after 64 of the prompt.
    #expect(table.map { $0["kv_bytes"] as? Int } == [1088 * 2048, 2112 * 2048])
    let times = table.compactMap { $0["ms_per_token"] as? Double }
    #expect(times.count == 2 && times.allSatisfy { $0 > 0 })
    let shares = table.compactMap { $0["attention_share_predicted"] as? Double }
    #expect(shares.count == 2 && shares[0] > 0 && shares[0] < shares[1] && shares[1] < 1)
  }

  @Test func `of a training step give its rate`() throws {
    let program = try Program()
    defer { program.clean() }
    let found = try program.object(
      [
        "bench", "train", "--model", Program.characterModel, "--sequences", "2", "--length", "8", "--repeats",
        "1",
      ])
    #expect(found["sequences"] as? Int == 2 && found["dtype"] as? String == "fp32")
    let (rate, seconds) = (found["tok_s"] as? Double ?? 0, found["seconds"] as? Double ?? 0)
    #expect(abs(rate * seconds - 16) < 0.01)
    let rounded = try program.object(
      [
        "bench", "train", "--sequences", "2", "--length", "40", "--rounds", "1", "--dtype", "bf16",
        "--checkpointing",
      ])
    #expect(rounded["dtype"] as? String == "bf16" && rounded["checkpointing"] as? Bool == true)
    #expect((rounded["share_of_roofline"] as? Double).map { $0 > 0 && $0 < 1.5 } == true)
    let words = try program.run(
      "bench", "train", "--sequences", "1", "--length", "8", "--rounds", "1", "--dtype", "bf16",
      "--checkpointing")
    #expect(words.output.contains("bf16, layers recomputed") && words.output.contains("product down"))
  }

  @Test func `of long sequences give time and memory of each length, shortest first`() throws {
    let program = try Program()
    defer { program.clean() }
    let found = try program.object(["bench", "train", "--lengths", "2048,512,2048"])
    let table = try #require(found["table"] as? [[String: Any]])
    #expect(table.map { $0["tokens"] as? Int } == [512, 2048])
    let peaks = table.compactMap { $0["peak_rss_bytes"] as? Int }
    #expect(peaks.count == 2 && peaks[0] < peaks[1], "\(table)")
    for line in table {
      let (rate, seconds) = (line["tokens_per_second"] as? Double ?? 0, line["seconds"] as? Double ?? 0)
      #expect(abs(rate * seconds - (line["tokens"] as? Double ?? 0)) < 0.01)
    }
    // Four layers keep a row of 128 numbers at least a dozen times over: more than 24 KiB a token, less than 1 MiB.
    let perToken = try #require(table.last?["bytes_per_token"] as? Double)
    #expect(perToken > 24e3 && perToken < 1e6)
    let recomputed = try program.object(["bench", "train", "--lengths", "16,2048", "--checkpointing"])
    let line = try #require((recomputed["table"] as? [[String: Any]])?.last)
    #expect((line["bytes_per_token"] as? Double ?? .infinity) < 0.8 * perToken)
  }

  @Test func `of a shared prompt give the ratio to one prompt an answer, beside what was to be expected`()
    throws
  {
    let program = try Program()
    defer { program.clean() }
    let found = try program.object(
      [
        "bench", "prefix", "--shape", "nano", "--prompt", "200", "--answers", "8", "--new", "400", "--rounds",
        "1",
      ])
    let predicted = try #require(found["predicted"] as? [String: Double])
    // 1 prompt of 200 and 8 answers of 400: (200² + 8·400·800) / (8·600²) = 0.9028, (200 + 3200) / 4800 = 0.7083.
    #expect(abs((predicted["attention"] ?? 0) - 0.9028) < 1e-4)
    #expect(abs((predicted["per token"] ?? 0) - 0.7083) < 1e-4)
    let flops = try #require(predicted["FLOPs"])
    #expect(flops > 0.7083 && flops < 1)
    let sides = try #require(found["sides"] as? [String: Double])
    let ratio = try #require(found["ratio"] as? Double)
    #expect(abs(ratio / ((sides["shared"] ?? 0) / (sides["unshared"] ?? 1)) - 1) < 0.01)
    let words = try program.run(
      "bench", "prefix", "--shape", "nano", "--prompt", "20", "--answers", "2", "--new", "3", "--rounds", "1",
      "--dtype", "bf16")
    #expect(
      words.output.contains("26 tokens computed") && words.output.contains("46 tokens computed"),
      "\(words.all)")
  }

  @Test func `refuse what makes no sense, by the option's name`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write("[[5, 999]]", to: "outside.json")
    try program.write("[5]", to: "flat.json")
    let model = Program.characterModel
    for (arguments, words) in [
      (["generate", "--rows", "0"], "--rows is 0"),
      (["generate", "--shape", "huge"], "'nano', 'mini' or 'small'"),
      (["generate", "--shape", "nano", "--model", model], "one of them"),
      (["generate", "--model", model, "--new", "1000"], "256 positions"),
      (["generate", "--rows", "1000000", "--new", "100000"], "available"),
      (["generate", "--scenario", "long", "--new", "1"], "--scenario long"),
      (["generate", "--greedy", "--temperature", "0.5"], "one of them"),
      (["generate", "--scenario", "tail", "--slots", "2"], "--slots is not for --scenario tail"),
      (
        ["generate", "--scenario", "long", "--speculation", "auto"],
        "--speculation is not for --scenario long"
      ),
      (["generate", "--model", model, "--prompt-ids", "outside.json"], "999 is outside the vocabulary"),
      (["generate", "--prompt-ids", "flat.json"], "array of arrays"),
      (["generate", "--prompt-ids", "flat.json", "--rows", "2"], "--prompt-ids says"),
      (["generate", "--print-tokens", "--rounds", "2"], "--rounds is not for --print-tokens"),
      (["train", "--length", "1"], "--length is 1"), (["train", "--threads", "0"], "--threads is 0"),
      (["train", "--model", model, "--length", "500"], "256 positions"),
      (["train", "--sequences", "100000", "--length", "16384"], "available"),
      (["train", "--dtype", "fp16"], "'fp32' and 'bf16'"),
      (["train", "--lengths", "512,"], "`` in --lengths"),
      (["train", "--lengths", "512", "--length", "8"], "leave out --sequences and --length"),
      (["train", "--model", model, "--lengths", "500"], "256 positions"),
      (["prefix", "--answers", "0"], "--answers is 0"),
      (["prefix", "--model", model, "--prompt", "300"], "256 positions"),
    ] {
      let run = try program.run(["bench"] + arguments)
      #expect(run.status != 0 && run.errors.contains(words), "\(arguments): \(run.all)")
      #expect(!run.errors.contains("Fatal error"))
    }
  }
}
