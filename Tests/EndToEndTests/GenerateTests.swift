import Foundation
import HFFiles
import Testing

/// `apus generate` with prompts.
@Suite struct `Generating text` {
  private let model = Program.characterModel

  @Test
  func
    `a stream shows what the JSON line says, whole characters and broken ones, with stop strings and without`()
    throws
  {
    let program = try Program()
    defer { program.clean() }
    let bytes = try program.makeByteModel()
    var long = 0
    for directory in [bytes, model] {
      for seed in 1...8 {
        var arguments = [
          "generate", directory, "--prompt", "ab", "--seed", "\(seed)", "--max-new-tokens", "90",
        ]
        if seed > 4, directory == bytes {
          arguments += ["--stop", "A!", "--stop", "aaaa", "--temperature", "1.4"]
        }
        let expected = try #require(try program.object(arguments).text)
        let stream = try program.run(arguments)
        #expect(stream.status == 0)
        #expect(stream.output == expected + "\n", "seed \(seed)")
        if expected.count > 10 { long += 1 }
      }
    }
    #expect(long >= 4, "most texts are long enough to be a test")
  }

  @Test func `a stop string ends the text before it and is not shown, wherever tokens begin and end`() throws
  {
    let program = try Program()
    defer { program.clean() }
    let base = ["generate", try program.makeByteModel(), "--prompt", "ab", "--seed", "3"]
    let free = try #require(try program.object(base).text)
    let letters = Array(free)
    // Two letters in a row, from the middle.
    let place = try #require(
      letters.indices.dropFirst(5).dropLast(2).first {
        letters[$0].isLetter && letters[$0 + 1].isLetter && letters[$0].isASCII && letters[$0 + 1].isASCII
      })
    let stop = String(letters[place...place + 1])
    let expected = try #require(free.range(of: stop)).lowerBound
    let stopped = try program.object(base + ["--stop", stop])
    #expect(stopped.text == String(free[..<expected]))
    #expect(stopped.finishReason == "stop" && stopped["stop"] as? String == stop)
    let stream = try program.run(base + ["--stop", stop, "--stats"])
    #expect(stream.output == free[..<expected] + "\n")
    #expect(stream.errors.contains("ended: stop string \"\(stop)\""), "\(stream.errors)")
  }

  @Test func `a thinking budget forces the end of thinking, token by token`() throws {
    let program = try Program()
    defer { program.clean() }
    let base = ["generate", model, "--prompt", "ab", "--seed", "3", "--max-new-tokens", "20"]
    let free = try program.object(base)
    let forced = try program.object(base + ["--think-tokens", "4", "--think-end", "#!"])
    // 3 is the first character, a line feed; then a tab, then ASCII from the space, 5, on: # is 8, ! is 6.
    #expect(forced.tokens.prefix(4) == free.tokens.prefix(4))
    #expect(forced.tokens.dropFirst(4).prefix(2) == [8, 6])
    let usual = try program.object(base + ["--think-tokens", "0"])
    #expect(usual.text?.hasPrefix("</think>") == true, "`</think>` ends thinking unless told otherwise")
  }

  @Test func `text that repeats itself is ended by max-repeat, which is named as the reason`() throws {
    let program = try Program()
    defer { program.clean() }
    // Greedy text of these random weights comes to one token after some 40 others.
    let base = ["generate", model, "--prompt", "a", "--temperature", "0", "--max-new-tokens", "200"]
    let ended = try program.object(base + ["--max-repeat", "4"])
    #expect(ended.finishReason == "repetition")
    #expect((ended["repeated"] as? [String: Int])?["times"] ?? 0 >= 4)
    let stream = try program.run(base + ["--max-repeat", "4", "--stats"])
    #expect(stream.errors.contains("ended: the same 1 token 64 times"), "\(stream.errors)")
    let free = try program.object(base)
    #expect(free.finishReason != "repetition" && free.tokens.count > ended.tokens.count)
  }

  @Test func `segments, speculation and little memory change nothing of what is said`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write("a+b=\nxyz\n12345678901234567890\n", to: "prompts.txt")
    let base = [
      "generate", model, "--prompts-file", "prompts.txt", "--samples", "8", "--seed", "5", "--json",
    ]
    let plain = try program.run(base)
    #expect(plain.status == 0 && plain.output.split(separator: "\n").count == 24, "\(plain.all)")
    for other in [
      ["--segment-tokens", "1"], ["--segment-tokens", "7"], ["--speculation", "off"],
      ["--speculation", "always"],
      ["--segment-tokens", "5", "--stop", "no such text", "--speculation", "always"],
    ] { #expect(try program.run(base + other).output == plain.output, "\(other)") }
    // 2 layers × 2 heads × 16 numbers × keys and values × 4 bytes × 64 positions = 32 KiB a block; a row has up to 5.
    let tight = try program.run(base + ["--kv-memory", "192KiB", "--stats"])
    #expect(tight.output == plain.output)
    #expect(tight.errors.contains("short of memory for keys and values"), "\(tight.errors)")
    let segments = try program.run(base + ["--segment-tokens", "7", "--stats"])
    #expect(segments.errors.contains("tokens not computed again"), "\(segments.errors)")
  }

  @Test(arguments: ["bf16", "int8"])
  func `weights of fewer bits say nearly the same`(format: String) throws {
    let program = try Program()
    defer { program.clean() }
    // A forced text has the model's own log-probability, so both are asked about the same tokens.
    let base = [
      "generate", model, "--prompt", "ab", "--think-tokens", "0", "--think-end", "0123456789",
      "--max-new-tokens", "10",
    ]
    let exact = try program.object(base)
    let rounded = try program.object(base + ["--weight-dtype", format])
    #expect(rounded.tokens == exact.tokens && exact.text == "0123456789")
    #expect(rounded.logprob != exact.logprob, "the weights are rounded")
    #expect(abs(rounded.logprob / exact.logprob - 1) < 0.1, "\(rounded.logprob), \(exact.logprob)")
    let keys = try program.object(base + ["--kv-dtype", "bf16"])
    #expect(keys.logprob != exact.logprob && abs(keys.logprob / exact.logprob - 1) < 0.1)
  }

  @Test func `a file of prompts gives a line each in order, and none depends on the others`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write("first\n\nsecond\n", to: "prompts.txt")
    try program.write(
      #"{"id": 1, "question": "first"}"# + "\n" + #"{"problem": "second", "answer": "2"}"# + "\n",
      to: "prompts.jsonl")
    let options = ["--samples", "2", "--seed", "9", "--max-new-tokens", "12"]
    let lines = try program.objects(["generate", model, "--prompts-file", "prompts.txt"] + options)
    #expect(lines.map { $0["prompt"] as? String } == ["first", "first", "second", "second"])
    #expect(lines.map { $0["sample"] as? Int } == [0, 1, 0, 1])
    for line in lines {
      #expect(line.tokens.count <= 12 && ["stop", "length"].contains(line.finishReason))
      #expect(line.logprob < 0)
    }
    let rows = try program.objects(["generate", model, "--prompts-file", "prompts.jsonl"] + options)
    #expect(rows.map(\.text) == lines.map(\.text))
    let alone = try program.object(
      ["generate", model, "--prompt", "first", "--seed", "9", "--max-new-tokens", "12"])
    #expect(alone.text == lines[0].text)

    let shown = try program.run(["generate", model, "--prompts-file", "prompts.txt"] + options)
    let expected = lines.enumerated().map { index, line in
      ["--- prompt \(index / 2 + 1), sample \(index % 2 + 1) (", line.text ?? ""]
    }
    var rest = shown.output[...]
    for piece in expected.joined() {
      let place = try #require(rest.range(of: piece), "\(piece) in \(shown.output)")
      rest = rest[place.upperBound...]
    }
  }

  @Test func `standard input is the prompt where it is no terminal`() throws {
    let program = try Program()
    defer { program.clean() }
    let options = ["--seed", "2", "--max-new-tokens", "10"]
    let piped = try program.run(["generate", model] + options, input: "two\nlines\n")
    let given = try program.run(["generate", model, "--prompt", "two\nlines"] + options)
    #expect(piped.output == given.output && !piped.output.isEmpty)
  }

  @Test func `a model in a run gets the run's prompt template and stop texts`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(
      tinyRecipe.replacing("rollout: {", with: "rollout: {stop: [\"zz\"], "), to: "run/recipe.yaml")
    try FileManager.default.createSymbolicLink(
      atPath: program.folder.appending(path: "run/model").path, withDestinationPath: model)
    let options = ["--seed", "2", "--max-new-tokens", "10"]
    let inside = try program.object(["generate", "run/model", "--prompt", "1+2="] + options)
    let outside = try program.object(["generate", model, "--prompt", "1+2=\n"] + options)
    #expect(inside.tokens == outside.tokens)
    let forced = try program.object(
      ["generate", "run/model", "--prompt", "1+2=", "--think-tokens", "0", "--think-end", "zz!"] + options)
    #expect(forced.text == "" && forced["stop"] as? String == "zz")
  }

  @Test func `an interrupt ends a long list with status 130 and leaves whole lines`() throws {
    let program = try Program()
    defer { program.clean() }
    let process = try program.start(
      ["generate", model, "--prompt", "ab", "--samples", "100000", "--json"], output: "long")
    while program.text("long.out").isEmpty, process.isRunning { Thread.sleep(forTimeInterval: 0.02) }
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    let lines = program.text("long.out").split(separator: "\n")
    #expect(lines.count > 100 && lines.count < 100_000)
    for line in lines { #expect(line.hasPrefix("{") && line.hasSuffix("}")) }
  }
}

/// What `apus generate` refuses.
@Suite struct `Generating text refuses` {
  @Test func `what an option cannot be, by the option's name`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write("a\n", to: "prompts.txt")
    let model = Program.characterModel
    for (options, words) in [
      (["--temperature", "0.0001"], "--temperature"), (["--temperature", "nan"], "--temperature"),
      (["--top-k=-1"], "--top-k"), (["--samples", "0"], "--samples"),
      (["--max-new-tokens", "0"], "--max-new-tokens"),
      (["--max-repeat", "1"], "--max-repeat is 1"), (["--think-tokens=-2"], "--think-tokens is -2"),
      (["--max-new-tokens", "4", "--think-tokens", "4"], "--think-tokens is 4"),
      (["--think-end", "x"], "--think-tokens"), (["--stop", ""], "--stop"),
      (["--segment-tokens", "0"], "--segment-tokens"),
      (["--activation-dtype", "bf16"], "goes with `--weight-dtype bf16`"),
      (["--weight-dtype", "fp16"], "'fp32', 'bf16' or 'int8'"),
      (["--speculation", "maybe"], "--speculation"),
      (["--kv-memory", "12XB"], "512MiB"), (["--kv-memory", "1KiB"], "needs"),
      (["--prompts-file", "prompts.txt"], "one of them"),
    ] {
      let run = try program.run(["generate", model, "--prompt", "a"] + options)
      #expect(run.status != 0 && run.errors.contains(words), "\(options): \(run.all)")
      #expect(!run.errors.contains("Fatal error"))
    }
    let long = try program.run("generate", model, "--prompt", String(repeating: "a", count: 300))
    #expect(
      long.status != 0 && long.errors.contains("300 tokens") && long.errors.contains("256"), "\(long.all)")
  }

  @Test(
    arguments: [
      ("nothing.jsonl", "\n", "there is no prompt"),
      ("number.jsonl", "{\"prompt\": 3}\n", "number.jsonl:1: `prompt`"),
      ("broken.jsonl", "{\"prompt\": \"a\"}\n{\"prom\n", "broken.jsonl:2:"),
      ("other.jsonl", "{\"prompt\": \"a\"}\n\n{\"text\": \"b\"}\n", "other.jsonl:3: no column"),
      ("list.jsonl", "[\"a\"]\n", "list.jsonl:1: an object"),
      ("empty.jsonl", "{\"problem\": \"\"}\n", "is empty"),
      ("long.txt", "a\n" + String(repeating: "b", count: 300) + "\n", "long.txt:2: the prompt is 300 tokens"),
    ])
  func `a bad row by file, line and what is wrong`(name: String, contents: String, expected: String) throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(contents, to: name)
    let run = try program.run("generate", Program.characterModel, "--prompts-file", name)
    #expect(run.status != 0 && run.errors.contains(expected), "\(run.all)")
    #expect(run.output.isEmpty, "nothing is generated before everything is checked")
  }

  @Test(arguments: ["--stats", "--json", "--samples=3"])
  func `to lose what standard output does not take, with one error`(form: String) throws {
    let program = try Program()
    defer { program.clean() }
    for output in [">/dev/full", ">&-"] {
      let run = try program.shell(
        "generate \(Program.characterModel) --prompt ab --max-new-tokens 240 --max-repeat 2 \(form) \(output)"
      )
      #expect(run.status == 1 && run.errors.hasPrefix("Error: standard output could not be"), "\(run.all)")
      #expect(!run.errors.contains("tokens/s"), "it stops at once")
    }
    // A text longer than what is held back, so that it fails in the middle.
    let recipe = Program.sources.appending(path: "Recipes/quickstart.yaml").path
    let shown = try program.shell("recipe show \(recipe) >/dev/full")
    #expect(shown.status == 1 && shown.errors.contains("standard output"), "\(shown.all)")
  }

  @Test func `a prompt from what cannot be read, and goes on without standard error`() throws {
    let program = try Program()
    defer { program.clean() }
    let call = "generate \(Program.characterModel) --max-new-tokens 4"
    for (input, reason) in [("<.", "it is a directory"), ("<&-", "it is closed")] {
      let run = try program.shell("\(call) \(input)")
      #expect(run.status == 1 && run.errors.contains("cannot be read: \(reason)"), "\(input): \(run.all)")
    }
    for errors in ["2>/dev/full", "2>&-"] {
      let run = try program.shell("\(call) --prompt ab --stats \(errors)")
      #expect(run.status == 0 && !run.output.isEmpty, "\(errors)")
    }
  }

  @Test func `no file of prompts for being a pipe`() throws {
    let program = try Program()
    defer { program.clean() }
    let run = try program.shell(
      "generate \(Program.characterModel) --max-new-tokens 4 --json --prompts-file /dev/stdin",
      before: "echo ab |")
    #expect(run.status == 0 && run.output.contains("\"prompt\": \"ab\""), "\(run.all)")
  }

  @Test func `a missing file of prompts`() throws {
    let program = try Program()
    defer { program.clean() }
    let run = try program.run("generate", Program.characterModel, "--prompts-file", "absent.txt")
    #expect(run.status != 0 && run.errors.contains("absent.txt") && run.errors.contains("no such file"))
  }
}
