import ArgumentParser
import Curriculum
import Foundation
import Generation
import Randomness
import Rollouts
import Tensors
import Tokenizers
import Training
import Transformer

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Continues a prompt with a model, printing tokens as they come.",
    discussion: """
      For a model in a run directory the prompt template is that of the run, so the prompt is what a task would be:

        apus generate runs/quickstart-1/model --prompt "7*8-9+3="
      """)

  @OptionGroup var source: ModelArguments

  @Option(help: "The prompt; read from standard input where it is left out.")
  var prompt: String?

  @Option(help: "Sampling temperature; 0 = always the most probable token.")
  var temperature = 1.0

  @Option(help: ArgumentHelp("Keep the k most probable tokens; 0 = all.", valueName: "k"))
  var topK = 0

  @Option(
    help: ArgumentHelp("Keep the smallest set of tokens with this probability; 1 = all.", valueName: "p"))
  var topP = 1.0

  @Option(help: ArgumentHelp("Cap on new tokens.", valueName: "tokens"))
  var maxNewTokens = 256

  @Option(help: "How many continuations; more than one are printed when done.")
  var samples = 1

  @Option(help: "Seed of the samples.")
  var seed: UInt64 = 1

  func validate() throws {
    guard temperature >= 0, temperature.isFinite else {
      throw ValidationError("--temperature must be 0 or more")
    }
    guard topK >= 0 else { throw ValidationError("--top-k must be 0 (all) or more") }
    guard topP > 0, topP <= 1 else { throw ValidationError("--top-p must be above 0 and at most 1") }
    guard maxNewTokens > 0 else { throw ValidationError("--max-new-tokens must be at least 1") }
    guard (1...100_000).contains(samples) else { throw ValidationError("--samples must be 1 to 100000") }
    guard temperature == 0 || temperature >= 0.001 else {
      throw ValidationError("--temperature must be 0 (greedy) or at least 0.001")
    }
  }

  func run() throws {
    let settings = try source.settings()
    let model = try LoadedModel(directory: source.model, tokenizer: settings?.tokenizer ?? .automatic)
    let text = try prompt ?? readPrompt()
    let rendered = settings?.data.rendered(text) ?? text
    let tokens = model.tokenizer.prefixTokenIDs + (try model.tokenizer.encode(rendered))
    guard !tokens.isEmpty else { throw CommandError("the prompt is empty; give one with `--prompt`") }
    let room = model.configuration.maxPositionEmbeddings - tokens.count
    guard room > 0 else {
      throw CommandError(
        "the prompt is \(tokens.count) tokens, but the model has \(model.configuration.maxPositionEmbeddings) positions"
      )
    }
    let compute = try Compute()
    let generator = Generator(
      model: InferenceModel(model.configuration, parameters: model.parameters, kernels: compute.kernels),
      maxConcurrent: samples, compute: compute)
    let requests = (0..<samples).map {
      GenerationRequest(
        prompt: tokens, maxNewTokens: min(maxNewTokens, room), stream: Stream("generate", UInt64($0)))
    }
    let parameters = SamplingParameters(
      temperature: Float(temperature), topK: topK, topP: Float(topP),
      stopTokens: try model.stopTokens(settings?.rollout.stop ?? []))
    var printed = ""
    var sofar: [Int32] = []
    let found = generator.generate(requests, parameters, seed: seed) { _, token in
      guard samples == 1, !parameters.stopTokens.contains(token) else { return }
      // Bytes of one character may come in several tokens: only what can no longer change is printed.
      sofar.append(token)
      let now = model.tokenizer.decode(sofar)
      guard !now.hasSuffix("\u{FFFD}"), now.hasPrefix(printed) else { return }
      print(now.dropFirst(printed.count), terminator: "")
      fflush(nil)
      printed = now
    }
    guard samples > 1 else {
      print(model.tokenizer.decode(sofar).dropFirst(printed.count))
      return
    }
    for (index, sequence) in (found ?? []).enumerated() {
      let body = sequence.finish == .stop ? Array(sequence.tokens.dropLast()) : sequence.tokens
      print("--- \(index + 1) (\(sequence.tokens.count) tokens\(sequence.finish == .length ? ", cut" : ""))")
      print(model.tokenizer.decode(body))
    }
  }

  private func readPrompt() throws -> String {
    guard isatty(STDIN_FILENO) == 0 else {
      throw CommandError("no prompt: give one with `--prompt TEXT`, or on standard input")
    }
    var text = String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
    if text.hasSuffix("\n") { text.removeLast() }
    return text
  }
}
