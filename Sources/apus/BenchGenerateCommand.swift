import ArgumentParser
import Foundation
import Generation
import Tensors

struct BenchGenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Times generation: tokens/s, share of the roofline, time to the first token, memory.",
    discussion: """
      Rows have prompts of random tokens and go on to the cap; tokens/s are new tokens over all seconds, prompts
      included.

        apus bench generate --shape nano --rows 64 --new-tokens 256
        apus bench generate --model DIR --rows 32 --weight-dtype bf16 --json
        apus bench generate --scenario tail

      Scenarios measure one part of the generator against itself without it, in turns, and print the ratio of medians:
      group       samples of one long prompt: shared keys and values against each row its own (mini, 16 rows)
      tail        the last rows of a batch that repeats itself: speculation against none (mini, 6 rows)
      scheduling  lengths with a long tail, more rows than slots: longest expected first, and by group, against first
                  come first served (mini, 64 rows, 16 slots)
      long        16,384 new tokens of 1 and of 4 rows: time per token and memory on the way (nano)
      """)

  enum Scenario: String, CaseIterable, ExpressibleByArgument { case group, tail, scheduling, long }

  @OptionGroup var bench: BenchArguments

  @Option(help: "What to measure, in place of rows that all do the same.")
  var scenario: Scenario?

  @Option(help: ArgumentHelp("Sequences (default: 32).", valueName: "n"))
  var rows: Int?

  @Option(
    name: [.customLong("new-tokens"), .customLong("new")],
    help: ArgumentHelp(
      "New tokens of each row (default: 256); tail: of the row that ends first, scheduling: in the median.",
      valueName: "n"))
  var newTokens: Int?

  @Option(
    name: [.customLong("prompt-tokens"), .customLong("prompt")],
    help: ArgumentHelp("Prompt tokens of each row (default: 64).", valueName: "n"))
  var promptTokens: Int?

  @Option(help: ArgumentHelp("Rows at work at the same time (default: all).", valueName: "n"))
  var slots: Int?

  @Option(help: "Sampling temperature (default: 1).")
  var temperature: Double?

  @Flag(help: "Always the most probable token: temperature 0.")
  var greedy = false

  @Option(help: "How weights are stored (default: fp32).")
  var weightDtype: WeightFormat?

  @Option(help: "What inputs of linear layers are rounded to (default: fp32; bf16 with bf16 weights only).")
  var activationDtype: ActivationFormat?

  @Option(help: "How keys and values are stored (default: fp32).")
  var kvDtype: KeyValueFormat?

  @Option(
    help: ArgumentHelp("Memory for keys and values (default: what all rows need).", valueName: "size"),
    transform: memory)
  var kvMemory: Int?

  @Option(
    help: "Guess tokens from what was said before (default: off, so that every token is one step's work).")
  var speculation: GeneratorConfiguration.Speculation?

  @Option(help: "Who gets a free slot (default: fifo).")
  var scheduler: Scheduler.Policy?

  @Option(
    help: ArgumentHelp(
      "Prompts as token ids, a JSON array of arrays, in place of random ones.", valueName: "file"))
  var promptIds: String?

  @Flag(help: "Print the new tokens of every row, as JSON, in place of times.")
  var printTokens = false

  func validate() throws {
    for (name, value) in [
      ("--rows", rows), ("--new-tokens", newTokens), ("--prompt-tokens", promptTokens), ("--slots", slots),
    ] {
      if let value, !(1...1_000_000).contains(value) {
        throw ValidationError("\(name) is \(value), but must be 1 to 1000000")
      }
    }
    if let temperature {
      guard temperature == 0 || (temperature >= 0.001 && temperature <= 1e6) else {
        throw ValidationError("--temperature is \(temperature), but must be 0 (greedy) or 0.001 to 1000000")
      }
      guard !greedy else {
        throw ValidationError("--temperature and --greedy are both given; one of them is enough")
      }
    }
    if promptIds != nil, rows != nil || promptTokens != nil {
      throw ValidationError(
        "--prompt-ids says how many rows and prompt tokens there are; leave out the other options")
    }
    if printTokens, bench.rounds != nil {
      throw ValidationError("--rounds is not for --print-tokens, which times nothing")
    }
    if let newTokens, newTokens < 2, scenario == .long {
      throw ValidationError(
        "--new-tokens is \(newTokens), but --scenario long times steps after the first token and needs 2")
    }
    if let scenario { try refuseUnused(scenario) }
  }

  /// Options that a scenario decides itself.
  private func refuseUnused(_ scenario: Scenario) throws {
    let takesTemperature = scenario == .group
    let given: [(String, Bool, Bool)] = [
      ("--slots", slots != nil, scenario == .scheduling),
      ("--temperature", temperature != nil, takesTemperature),
      ("--greedy", greedy, takesTemperature), ("--kv-memory", kvMemory != nil, false),
      ("--speculation", speculation != nil, false), ("--scheduler", scheduler != nil, false),
      ("--prompt-ids", promptIds != nil, false), ("--print-tokens", printTokens, false),
    ]
    if let (name, _, _) = given.first(where: { $0.1 && !$0.2 }) {
      throw ValidationError("\(name) is not for --scenario \(scenario.rawValue), which decides it itself")
    }
  }

  func run() throws {
    let report: BenchReport
    switch scenario {
    case nil: report = try throughput()
    case .group: report = try groupBench()
    case .tail: report = try tailBench()
    case .scheduling: report = try schedulingBench()
    case .long: report = try longBench()
    }
    report.print(asJSON: bench.json || printTokens)
  }

  var sampling: SamplingParameters { SamplingParameters(temperature: greedy ? 0 : Float(temperature ?? 1)) }

  /// The model with its weights laid out, and how they and the keys are stored.
  func setUp(otherwise shape: BenchShape) throws -> (BenchModel, InferenceModel) {
    try checkFormats(formats.weights, formats.activations)
    let model = try BenchModel(bench, otherwise: shape)
    let inference = InferenceModel(
      model.configuration, parameters: model.parameters, weightFormat: formats.weights,
      activationFormat: formats.activations, compute: model.compute)
    return (model, inference)
  }

  /// A generator with these settings for everything that is not compared.
  func generator(_ inference: InferenceModel, _ change: (inout GeneratorConfiguration) -> Void) -> Generator {
    var configuration = GeneratorConfiguration(speculation: .off)
    configuration.keyValueFormat = formats.keyValues
    change(&configuration)
    return Generator(model: inference, configuration: configuration)
  }

  var formats: BenchFormats {
    BenchFormats(
      weights: weightDtype ?? .fp32, activations: activationDtype ?? .fp32, keyValues: kvDtype ?? .fp32)
  }
}

/// How numbers are stored and multiplied.
struct BenchFormats: CustomStringConvertible {
  var weights: WeightFormat
  var activations: ActivationFormat
  var keyValues: KeyValueFormat

  /// `fp32`, or `bf16 weights, fp32 activations, fp32 keys and values`.
  var description: String {
    guard weights != .fp32 || keyValues != .fp32 else { return "fp32" }
    return "\(weights) weights, \(activations) activations, \(keyValues) keys and values"
  }

  var members: [(name: String, value: JSONText)] {
    [
      ("dtype", .text(weights.rawValue)), ("activation_dtype", .text(activations.rawValue)),
      ("kv_dtype", .text(keyValues.rawValue)),
    ]
  }
}

/// What a benchmark found, for people and for programs.
struct BenchReport {
  var lines: [String] = []
  var members: [(name: String, value: JSONText)] = []

  func print(asJSON: Bool) {
    if asJSON { Swift.print(JSONText.object(members)) } else { for line in lines { Swift.print(line) } }
  }
}
