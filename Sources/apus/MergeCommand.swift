import ArgumentParser
import Foundation
import Transformer

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Merges models of one shape into a new one, tensor by tensor.",
    discussion: """
      Gives back accuracy that training on narrow data has cost, or brings a short-spoken and a reasoning model together:

        apus merge update_selective --base BASE --model TUNED --output OUT
        apus merge ties --base BASE --model INSTRUCT --model REASONER --keep-fraction 0.5 --output OUT

      average           mean of the models, by weight
      task_arithmetic   base + lambda · sum of the weighted changes
      ties              each model's largest changes; per entry, the mean of those that have the elected sign
      dare, dare_ties   changes dropped at random and scaled up, then as task_arithmetic or ties
      update_selective  the largest changes of one model, scaled (DLER)

      Formulas and advice: docs/merging.md.
      """)

  @Argument(
    help: ArgumentHelp(
      "\(MergeMethod.Name.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "method"))
  var method: String

  @Option(
    help: ArgumentHelp(
      "What the models were trained from; gives configuration and tokenizer. `average` may do without.",
      valueName: "dir"),
    completion: .directory)
  var base: String?

  @Option(
    name: .customLong("model"), parsing: .singleValue,
    help: ArgumentHelp(
      "A model to merge, and how much it counts (1); repeat for more.", valueName: "dir[=weight]"))
  var models: [String] = []

  @Option(help: ArgumentHelp("The new directory.", valueName: "dir"), completion: .directory)
  var output: String

  @Option(
    help: ArgumentHelp(
      "Share of the changes that is kept: ties 0.5, update_selective 0.25.", valueName: "share"))
  var keepFraction: Double?

  @Option(
    help: ArgumentHelp("Factor of the merged change: task_arithmetic 0.7, others 1.", valueName: "number"))
  var lambda: Double?

  @Option(
    help: ArgumentHelp("Chance of a change to be dropped by dare and dare_ties (0.3).", valueName: "share"))
  var dropProbability: Double?

  @Option(help: ArgumentHelp("Factor of the changes that update_selective keeps (0.7).", valueName: "number"))
  var scale: Double?

  @Option(
    help: ArgumentHelp(
      "What update_selective ranks together: global (all tensors) or per_tensor.",
      valueName: "global|per_tensor"))
  var scope: String?

  @Option(help: "Seed of what dare drops (0).")
  var seed: UInt64?

  @Option(
    help: ArgumentHelp("How weights are stored; by default as in the base.", valueName: "float32|bfloat16"))
  var dtype: String?

  @Option(
    help: ArgumentHelp("Take the tokenizer from here, although the models' may differ.", valueName: "dir"),
    completion: .directory)
  var tokenizer: String?

  @Flag(
    help:
      "Merge what fits although configurations, tokenizers, names or shapes differ; the rest is the base's.")
  var force = false

  func run() throws {
    let sources = try models.map(Self.source)
    guard let first = sources.first else {
      throw CommandError("nothing to merge — name models with `--model DIR`, each perhaps with `=WEIGHT`")
    }
    let chosen = try chosenMethod()
    if base == nil, chosen != .average {
      throw CommandError("`\(method)` adds changes to a base — name it with `--base DIR`")
    }
    var merge = ModelMerge(method: chosen, base: base ?? first.directory, models: sources, output: output)
    merge.isForced = force
    merge.tokenizer = tokenizer
    merge.tool = "apus \(builtCommit)"
    if let dtype {
      merge.precision = try Self.choice(ModelDirectory.Precision(rawValue: dtype), dtype, of: "--dtype")
    }
    let line = ProgressLine()
    let summary = try merge.run { line.show($0) }
    line.clear()
    for note in summary.notes { say("warning: \(note)") }
    let share = Double(summary.changed) / Double(max(1, summary.elements)) * 100
    print(
      "\(method): \(summary.tensors) tensors, \(summary.elements) numbers, \(String(format: "%.2f", share)) % not the base's"
    )
    print("weights \(summary.weightsDigest)")
    print("model   \(output)   (try: apus eval \(output))")
  }

  // MARK: Reading the arguments

  /// The method with its numbers; a number that it does not take is an error, so that none is silently without effect.
  private func chosenMethod() throws -> MergeMethod {
    let name = try Self.choice(MergeMethod.Name(rawValue: method), method, of: "METHOD")
    let takes: Set<String> =
      switch name {
      case .average: []
      case .taskArithmetic: ["--lambda"]
      case .ties: ["--keep-fraction", "--lambda"]
      case .dare, .dareTIES: ["--drop-probability", "--lambda", "--seed"]
      case .updateSelective: ["--keep-fraction", "--scale", "--scope"]
      }
    let given: [(String, Bool)] = [
      ("--keep-fraction", keepFraction != nil), ("--lambda", lambda != nil),
      ("--drop-probability", dropProbability != nil), ("--scale", scale != nil), ("--scope", scope != nil),
      ("--seed", seed != nil),
    ]
    for (option, isGiven) in given where isGiven && !takes.contains(option) {
      let allowed =
        takes.isEmpty ? "it takes no numbers" : "it takes \(takes.sorted().joined(separator: ", "))"
      throw CommandError("`\(method)` has no use for `\(option)`; \(allowed)")
    }
    let drop = dropProbability ?? 0.3
    switch name {
    case .average: return .average
    case .taskArithmetic: return .taskArithmetic(lambda: lambda ?? 0.7)
    case .ties: return .ties(keepFraction: keepFraction ?? 0.5, lambda: lambda ?? 1)
    case .dare: return .dare(dropProbability: drop, lambda: lambda ?? 1, seed: seed ?? 0)
    case .dareTIES: return .dareTIES(dropProbability: drop, lambda: lambda ?? 1, seed: seed ?? 0)
    case .updateSelective:
      let scope = try scope.map { try Self.choice(MergeMethod.Scope(rawValue: $0), $0, of: "--scope") }
      return .updateSelective(
        keepFraction: keepFraction ?? 0.25, scale: scale ?? 0.7, scope: scope ?? .global)
    }
  }

  /// `DIR` or `DIR=WEIGHT`; a directory may have `=` in its name where a slash or no number follows.
  private static func source(_ text: String) throws -> ModelMerge.Source {
    guard let split = text.lastIndex(of: "=") else { return ModelMerge.Source(directory: text) }
    let (directory, weight) = (String(text[..<split]), String(text[text.index(after: split)...]))
    if FileManager.default.fileExists(atPath: text) { return ModelMerge.Source(directory: text) }
    guard let number = Double(weight), number.isFinite, !directory.isEmpty else {
      throw CommandError(
        "`--model \(text)`: `\(weight)` is no number — write DIR or DIR=WEIGHT, e.g. models/a=0.5")
    }
    return ModelMerge.Source(directory: directory, weight: number)
  }

  private static func choice<Choice: RawRepresentable & CaseIterable>(
    _ choice: Choice?, _ text: String, of option: String
  ) throws -> Choice where Choice.RawValue == String {
    if let choice { return choice }
    let all = Choice.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    throw CommandError("`\(option)` is `\(text)`, but must be one of \(all)")
  }
}

/// One line that is written over and over, on a terminal; nothing elsewhere.
private struct ProgressLine {
  private let isTerminal = isatty(STDERR_FILENO) == 1

  func show(_ progress: ModelMerge.Progress) {
    guard isTerminal else { return }
    let words = ["rank": "ranking changes", "merge": "merging tensors", "digest": "taking digests"]
    let what = words[progress.phase] ?? progress.phase
    FileHandle.standardError.write(Data("\r\u{1B}[K\(what) \(progress.done)/\(progress.total)".utf8))
  }

  func clear() {
    if isTerminal { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
  }
}
