public import ArgumentParser
public import Generation
public import Tensors

extension WeightFormat: ExpressibleByArgument {}
extension ActivationFormat: ExpressibleByArgument {}
extension KeyValueFormat: ExpressibleByArgument {}
extension Scheduler.Policy: ExpressibleByArgument {}
extension GeneratorConfiguration.Speculation: ExpressibleByArgument {}

/// How `apus generate` draws tokens.
struct SamplingArguments: ParsableArguments {
  @Option(help: "Sampling temperature; 0 = always the most probable token.")
  var temperature = 1.0

  @Option(help: ArgumentHelp("Keep the k most probable tokens; 0 = all.", valueName: "k"))
  var topK = 0

  @Option(
    help: ArgumentHelp("Keep the smallest set of tokens with this probability; 1 = all.", valueName: "p"))
  var topP = 1.0

  @Option(help: "How many continuations of each prompt; more than one are printed when done.")
  var samples = 1

  @Option(help: "Seed of the samples.")
  var seed: UInt64 = 1

  func validate() throws {
    guard temperature == 0 || (temperature >= 0.001 && temperature <= 1e6) else {
      throw ValidationError("--temperature is \(temperature), but must be 0 (greedy) or 0.001 to 1000000")
    }
    guard topK >= 0, topK <= Int(Int32.max) else {
      throw ValidationError("--top-k is \(topK), but must be 0 (all) or more, at most \(Int32.max)")
    }
    guard topP > 0, topP <= 1 else {
      throw ValidationError("--top-p is \(topP), but must be above 0 and at most 1")
    }
    guard (1...100_000).contains(samples) else {
      throw ValidationError("--samples is \(samples), but must be 1 to 100000")
    }
  }
}

/// What ends a continuation of `apus generate`.
struct StopArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Cap on new tokens.", valueName: "tokens"))
  var maxNewTokens = 256

  @Option(
    name: .customLong("stop"), parsing: .singleValue,
    help: ArgumentHelp(
      "A text that ends a continuation, and is not shown; may be repeated. Comes on top of the end tokens, and of "
        + "what the run's `rollout.stop` says.", valueName: "text"))
  var stopTexts: [String] = []

  @Option(
    help: ArgumentHelp(
      "End a continuation that says the same tokens so many times in a row (and for 64 tokens at least).",
      valueName: "times"))
  var maxRepeat: Int?

  @Option(
    help: ArgumentHelp(
      "Thinking budget: write the end of thinking after so many tokens without one.", valueName: "tokens"))
  var thinkTokens: Int?

  @Option(
    help: ArgumentHelp("What ends thinking, for --think-tokens (default: </think>).", valueName: "text"))
  var thinkEnd: String?

  func validate() throws {
    guard maxNewTokens > 0 else {
      throw ValidationError("--max-new-tokens is \(maxNewTokens), but must be at least 1")
    }
    guard !stopTexts.contains("") else {
      throw ValidationError("--stop is empty, and an empty text is everywhere; leave it out")
    }
    let bytes = stopTexts.reduce(0) { $0 + $1.utf8.count }
    guard bytes <= StopStrings.allowedBytes else {
      throw ValidationError(
        "--stop: the texts have \(bytes) bytes together, but may have \(StopStrings.allowedBytes)")
    }
    if let maxRepeat, !RepetitionRule.allowed.contains(maxRepeat) {
      let allowed = RepetitionRule.allowed
      throw ValidationError(
        "--max-repeat is \(maxRepeat), but must be \(allowed.lowerBound) to \(allowed.upperBound); "
          + "leave it out to let repeated text run on")
    }
    if let thinkTokens, thinkTokens < 0 {
      throw ValidationError("--think-tokens is \(thinkTokens), but must be 0 (no thinking) or more")
    }
    if let thinkTokens, thinkTokens >= maxNewTokens {
      throw ValidationError(
        "--think-tokens is \(thinkTokens), but must be below --max-new-tokens, which is \(maxNewTokens), to leave "
          + "room for an answer")
    }
    guard thinkEnd != "" else {
      throw ValidationError("--think-end is empty; give the text that ends thinking, e.g. </think>")
    }
  }
}

/// How the machine is used by `apus generate`; none of it changes what is said but the dtypes.
struct GeneratorArguments: ParsableArguments {
  @Option(help: "How weights are stored: fp32, or bf16 and int8 for less memory and other last digits.")
  var weightDtype: WeightFormat?

  @Option(
    help: ArgumentHelp(
      "Memory for keys and values, e.g. 512MiB; above it, continuations wait or are computed again.",
      valueName: "size"),
    transform: memory)
  var kvMemory: Int?

  @Option(help: "What inputs of linear layers are rounded to: fp32 (not at all), or bf16 with bf16 weights.")
  var activationDtype: ActivationFormat?

  @Option(help: "How keys and values are stored: fp32, or bf16 for half the memory and other last digits.")
  var kvDtype: KeyValueFormat?

  @Option(
    help:
      "Guess tokens from what was said before, and check several at once: auto (when it pays), always, off.")
  var speculation: GeneratorConfiguration.Speculation?

  @Option(
    help: ArgumentHelp(
      "Generate in segments of so many tokens, pausing every continuation between them.", valueName: "tokens")
  )
  var segmentTokens: Int?

  func validate() throws {
    if let segmentTokens, segmentTokens < 1 {
      throw ValidationError("--segment-tokens is \(segmentTokens), but must be at least 1")
    }
  }
}

/// An amount of memory on the command line.
func memory(_ text: String) throws -> Int {
  guard let bytes = ByteCount.parse(text) else {
    throw ValidationError("`\(text)` is no amount of memory; write 512MiB, 2GiB or a number of bytes")
  }
  return bytes
}

/// Refuses activations that there is no product for.
func checkFormats(_ weights: WeightFormat, _ activations: ActivationFormat) throws {
  guard activations == .fp32 || weights == .bf16 else {
    throw CommandError(
      "`--activation-dtype bf16` goes with `--weight-dtype bf16`, but weights are \(weights)")
  }
}
