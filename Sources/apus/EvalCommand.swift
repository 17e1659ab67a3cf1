import ArgumentParser
import Curriculum
import Evaluation
import Experience
import Foundation
import Rollouts
import Training

struct EvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Measures a model on held-out tasks: greedy accuracy, pass@1, pass@k, mean length.",
    discussion: """
      With a model that lies in a run directory, the tasks, limits and seed are those of the run, so the numbers are
      those the run reported. Otherwise name tasks:

        apus eval runs/quickstart-1/model
        apus eval DIR --tasks arithmetic_chain --difficulty 2,5 --count 256
        apus eval DIR --tasks questions.jsonl

      With budgets every task is asked once with each, in the words of LCPO (" Think for 64 tokens."), and the table says how
      well the answers keep to them:

        apus eval runs/lcpo-exact-1/model --budgets 16,32,64
      """)

  @OptionGroup var source: ModelArguments

  @Option(help: ArgumentHelp("A procedural task, or a JSON Lines or CSV file.", valueName: "name|file"))
  var tasks: String?

  @Option(help: ArgumentHelp("Lowest and highest difficulty of a procedural task.", valueName: "low,high"))
  var difficulty: String?

  @Option(help: "How many held-out tasks.")
  var count: Int?

  @Option(help: "Samples per task for pass@1 and pass@k; 0 = greedy only.")
  var samples: Int?

  @Option(help: ArgumentHelp("Cap on generated tokens.", valueName: "tokens"))
  var maxCompletionLength: Int?

  @Option(
    help: ArgumentHelp("Ask every task with each of these numbers of tokens.", valueName: "n,n,…"))
  var budgets: String?

  @Option(
    help: ArgumentHelp(
      "What they are: exact, or max (at most so many). By default what the run's training prompts ask for, else exact.",
      valueName: "exact|max"))
  var budgetMode: String?

  @Option(help: "Seed of the samples.")
  var seed: UInt64?

  @Flag(help: "Print the result as JSON.")
  var json = false

  func run() throws {
    guard let configuration = try settings() else {
      throw CommandError(
        "\(source.model) lies in no run directory, so there are no tasks to measure — name them with `--tasks` "
          + "(a procedural task, or a JSON Lines or CSV file) or with `--recipe`")
    }
    if let words = configuration.unmeetableBudget { say("warning: \(words)") }
    let session = try EvaluationSession(configuration) { event in
      if !json, case .note = event { return }
      if case .warning(let words) = event { say("warning: \(words)") }
    }
    let result = try session.run()
    if json {
      var fields = [
        "\"greedy\": \(result.greedy)", "\"mean_length\": \(result.meanLength)",
        "\"truncated\": \(result.truncated)",
        "\"tasks\": \(result.tasks)", "\"weights_digest\": \"\(session.weightsDigest)\"",
      ]
      if let passAtK = result.passAtK {
        fields.append("\"pass@1\": \(result.passAt1)")
        if result.k > 1 { fields.append("\"pass@\(result.k)\": \(passAtK)") }
      }
      for horizon in result.horizons ?? [] {
        fields.append("\"horizon_\(horizon.horizon)\": \(horizon.accuracy)")
      }
      if let budgets = result.budgets { fields.append("\"budgets\": \(budgets.json)") }
      print("{\(fields.joined(separator: ", "))}")
    } else {
      print(result.words)
      for line in result.budgets?.table.lines ?? [] { print(line) }
      print("weights \(session.weightsDigest)")
    }
  }

  private func settings() throws -> TrainingConfiguration? {
    var extra: [String] = []
    if let count { extra.append("data.held_out.count=\(count)") }
    if let samples { extra.append("evaluation.samples=\(samples)") }
    if let maxCompletionLength { extra.append("evaluation.max_completion_length=\(maxCompletionLength)") }
    if let seed { extra.append("seed=\(seed)") }
    let asked = try askedBudgets()
    if let asked {
      extra.append("evaluation.budgets=[\(asked.tokens.map(String.init).joined(separator: ","))]")
      if let mode = asked.mode { extra.append("evaluation.budget_mode=\(mode.rawValue)") }
    }
    guard let tasks else {
      if difficulty != nil { extra.append("data.held_out.difficulty=[\(difficulty ?? "")]") }
      return try source.settings(extra: extra)
    }
    let isFile = tasks.contains("/") || [".jsonl", ".json", ".csv", ".tsv"].contains { tasks.hasSuffix($0) }
    if isFile, !FileManager.default.fileExists(atPath: tasks) {
      throw CommandError("`--tasks`: no file \(tasks)")
    }
    if let base = try source.settings() {
      return try measuring(base, tasks, isFile: isFile, asked)
    }
    if !json {
      print(
        "note: \(source.model) lies in no run directory, so prompts are given as they are, without a template"
      )
    }
    var plain = TrainingConfiguration()
    plain.model = .path(source.model)
    return try measuring(plain, tasks, isFile: isFile, asked)
  }
}

extension EvalCommand {
  /// `base` with other tasks to measure on.
  private func measuring(
    _ base: TrainingConfiguration, _ tasks: String, isFile: Bool, _ asked: EvaluationBudgets?
  ) throws -> TrainingConfiguration {
    var configuration = base
    configuration.stages = []
    if isFile {
      guard difficulty == nil else {
        throw CommandError("`--difficulty` is for procedural tasks, not for files")
      }
      // The whole file is measured on; nothing is trained, so nothing has to be held out of it.
      configuration.data.train = .procedural(ProceduralSource(task: "arithmetic_chain"))
      configuration.data.heldOut = .file(FileSource(path: tasks))
    } else {
      let range = try difficulty.map(Self.range)
      configuration.data.train = .procedural(ProceduralSource(task: tasks, difficulty: range))
      configuration.data.heldOut = nil
    }
    if let count { configuration.data.heldOutCount = count }
    if let samples { configuration.evaluation.samples = samples }
    if let maxCompletionLength { configuration.evaluation.maxCompletionLength = maxCompletionLength }
    if let seed { configuration.seed = seed }
    if let asked {
      configuration.evaluation.budgets = asked.tokens
      configuration.evaluation.budgetMode = asked.mode
    }
    return configuration
  }

  private static func range(_ text: String) throws -> ClosedRange<Int> {
    let ends = text.split(separator: ",").map { Int($0.trimmingCharacters(in: .whitespaces)) }
    guard ends.count == 2, let low = ends[0], let high = ends[1], low <= high else {
      throw CommandError("`--difficulty`: `\(text)` is not LOW,HIGH — two whole numbers, e.g. 2,5")
    }
    return low...high
  }
}
