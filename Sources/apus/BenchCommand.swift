import ArgumentParser

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measures this machine and this build.",
    discussion: """
      Each number comes with what limits it, measured in the same run. `make bench` runs these in turns with torch,
      transformers, TRL and llama.cpp.
      """,
    subcommands: [
      BenchGenerateCommand.self, BenchTrainCommand.self, BenchKernelsCommand.self, BenchPrefixCommand.self,
      BenchReplayCommand.self, BenchSegmentsCommand.self, BenchWeightsCommand.self,
      BenchVerifiersCommand.self,
    ])
}

/// Which model is measured, and with how many threads: options of all benchmarks.
struct BenchArguments: ParsableArguments {
  @Option(help: "Shape of a model with random weights: nano (0.85M parameters), mini (11M), small (100M).")
  var shape: BenchShape?

  @Option(help: "A Hugging Face model directory, in place of a shape.", completion: .directory)
  var model: String?

  @Option(help: "Threads (default: all cores that this process may use).")
  var threads: Int?

  @Option(
    name: [.customLong("rounds"), .customLong("repeats")],
    help: ArgumentHelp(
      "How often everything is timed, in turns (default: 5; `generate --scenario group` and `tail` 3, `scheduling` and `long` 1).",
      valueName: "n"))
  var rounds: Int?

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard shape == nil || model == nil else {
      throw ValidationError("--shape and --model are both given; one of them is enough")
    }
    if let rounds, !(1...10_000).contains(rounds) {
      throw ValidationError("--rounds is \(rounds), but must be 1 to 10000")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads), but must be 1 to 1024")
    }
  }
}
