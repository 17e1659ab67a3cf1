import ArgumentParser
import Foundation

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Continues a prompt, a file of prompts, or a conversation in the terminal.",
    discussion: """
      For a model in a run directory the prompt template is that of the run, so a prompt is what a task would be; so
      are the run's end of answers and `rollout.weight_dtype`, unless an option here says otherwise.

        apus generate runs/quickstart-1/model --prompt "7*8-9+3="
        apus generate DIR --prompts-file questions.jsonl --samples 4 --json > answers.jsonl
        echo "Once upon a time" | apus generate DIR --stop "The end"
        apus generate DIR

      The last is a conversation: without a prompt, in a terminal, lines are read one by one, and each goes on from
      all that was said before; /help says more. Chat templates of models are not read yet: every turn is put into the
      run's prompt template, or, outside a run, set on a line of its own.
      """)

  @OptionGroup var source: ModelArguments

  @Option(help: "The prompt; without one, standard input is the prompt, or a terminal starts a conversation.")
  var prompt: String?

  @Option(
    help: ArgumentHelp(
      "Prompts to continue: in FILE.jsonl the column `prompt`, `question` or `problem` of every row, in any other "
        + "file every line.", valueName: "file"), completion: .file())
  var promptsFile: String?

  @OptionGroup(title: "Sampling") var sampling: SamplingArguments

  @OptionGroup(title: "Where a continuation ends") var stop: StopArguments

  @OptionGroup(title: "Machine") var machine: GeneratorArguments

  @Flag(help: "Print one JSON object a continuation: prompt, sample, text, tokens, finish_reason, logprob.")
  var json = false

  @Flag(
    help: ArgumentHelp(
      "Say on standard error how many tokens there were, how fast, and why they ended; a terminal shows it unasked "
        + "where there is one sample."))
  var stats = false

  private var isChat: Bool { prompt == nil && promptsFile == nil && isatty(STDIN_FILENO) == 1 }

  func validate() throws {
    guard prompt == nil || promptsFile == nil else {
      throw ValidationError("--prompt and --prompts-file are both given; one of them is enough")
    }
    if isChat, json || sampling.samples > 1 {
      throw ValidationError(
        "\(json ? "--json" : "--samples") is not for conversations; give a prompt with --prompt or --prompts-file"
      )
    }
  }

  func run() throws {
    let session = try GenerateSession(source, sampling, stop, machine, keepsCaches: isChat)
    Interrupt.listen()
    if isChat { return try Chat(session).run() }
    let prompts: [Prompt]
    if let promptsFile {
      prompts = try PromptsFile.read(promptsFile)
    } else {
      prompts = [Prompt(text: try prompt ?? readPrompt(), place: nil)]
    }
    let output: GenerateOutput =
      json ? .json : prompts.count == 1 && sampling.samples == 1 ? .stream : .texts
    let showsStatistics = stats || (output == .stream && isatty(STDERR_FILENO) == 1)
    try Continuations(session, prompts, output, showsStatistics: showsStatistics).run()
  }

  private func readPrompt() throws -> String {
    var text: String
    do {
      text = String(decoding: try Input.standard.readToEnd(), as: UTF8.self)
    } catch {
      throw CommandError("standard input, the prompt, cannot be read: \(error); give one with `--prompt`")
    }
    if text.hasSuffix("\n") { text.removeLast() }
    return text
  }
}

/// How continuations are shown.
enum GenerateOutput {
  /// One, as its tokens come.
  case stream
  /// Several, each when it and all before it are done.
  case texts
  /// A line each.
  case json
}
