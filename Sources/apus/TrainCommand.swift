import ArgumentParser
import Foundation
import Recipe
import Tensors
import Training
import Transformer

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Runs a recipe: supervised warm-up, reinforcement learning, evaluation.",
    discussion: """
      The run directory is `output.dir` (default: runs/NAME-SEED). It holds the resolved recipe, metrics.jsonl,
      replay.sqlite with every rollout, checkpoints/, model/ (the result as a Hugging Face directory), best/,
      summary.json and log.txt.

        apus train Recipes/quickstart.yaml --set seed=2
        apus train Recipes/quickstart.yaml --resume
      """)

  @OptionGroup var source: RecipeArguments

  @Flag(help: "Go on with the newest unfinished run of this recipe, or with the one in `output.dir`.")
  var resume = false

  @Flag(help: "Check everything and print the plan; train nothing, write nothing.")
  var dryRun = false

  @Option(
    help: ArgumentHelp(
      "Let so many worker processes on this machine generate, instead of the trainer itself.", valueName: "n")
  )
  var spawnWorkers: Int?

  @Option(
    help: ArgumentHelp(
      "Let workers generate that connect here: tcp://HOST:PORT or ipc://PATH (`apus worker --connect`).",
      valueName: "address"))
  var listen: String?

  @Flag(help: "Print only warnings and the result.")
  var quiet = false

  @Flag(help: "Print every event as a line of JSON.")
  var json = false

  @Option(help: .hidden)
  var blasCore: String?

  func validate() throws {
    if let spawnWorkers, spawnWorkers < 1 {
      throw ValidationError("`--spawn-workers`: \(spawnWorkers) is below 1")
    }
  }

  /// `--set` and what is short for it.
  private var overrides: [String] {
    var overrides = source.overrides
    if spawnWorkers != nil || listen != nil, !overrides.contains("rollout.source=workers") {
      overrides.append("rollout.source=workers")
    }
    if let spawnWorkers { overrides.append("rollout.workers.spawn=\(spawnWorkers)") }
    if let listen { overrides.append("rollout.workers.listen=\(listen)") }
    return overrides
  }

  func run() throws {
    let recipe = try RecipeLoader.load(path: source.recipe, overrides: overrides)
    try BLASCore.ensure(blasCore ?? recipe.configuration.compute.blasCore)
    let progress = Progress(style: json ? .json : quiet ? .quiet : .automatic)
    for note in recipe.notes { progress.show(.note(note)) }
    if dryRun { return try DryRun(recipe).print() }
    let place = try RunChoice(recipe, resume: resume)
    if let finished = place.finished {
      progress.finish(note: finished)
      return
    }
    progress.show(.note(place.note))
    Interrupt.listen()
    let trainer = try Trainer(
      place.recipe.configuration, recipe: place.recipe.yaml(), directory: place.directory, resume: resume,
      observe: progress.show, shouldStop: { Interrupt.isAsked })
    let summary: RunSummary
    do { summary = try trainer.run() } catch {
      // Whatever ended it, what it has written is whole.
      throw CommandError("\(error)\nonce that is mended, go on with:\n  \(resumeCommand(place.directory))")
    }
    progress.table(
      summary, stages: place.recipe.configuration.stages, directory: place.directory)
    guard summary.status == "finished" else {
      let advice = summary.status.hasPrefix("budget") ? "raise the budget to go on" : "go on with"
      progress.finish(note: "\(summary.status); \(advice):\n  \(resumeCommand(place.directory))")
      if summary.status == "interrupted" { throw ExitCode(130) }
      return
    }
  }

  private func resumeCommand(_ directory: RunDirectory) -> String {
    // Of two settings of one key the last counts.
    var settings: [String] = []
    for setting in overrides + ["output.dir=\(directory.path)"] {
      let key = setting.prefix { $0 != "=" } + "="
      settings.removeAll { $0.hasPrefix(key) }
      settings.append(setting)
    }
    return "apus train \(source.recipe) " + settings.map { "--set \(shellQuoted($0)) " }.joined() + "--resume"
  }

  private func shellQuoted(_ text: String) -> String {
    let plain = text.allSatisfy { $0.isLetter || $0.isNumber || "=._-/,".contains($0) }
    return plain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
  }
}

/// Which directory a run uses.
struct RunChoice {
  let directory: RunDirectory
  let recipe: ResolvedRecipe
  let note: String
  /// What to say where there is nothing left to do.
  var finished: String?

  init(_ recipe: ResolvedRecipe, resume: Bool) throws {
    self.recipe = recipe
    let configuration = recipe.configuration
    let fresh =
      configuration.output.directory.map { RunDirectory(path: $0) }
      ?? RunDirectory.unused(name: configuration.name, seed: configuration.seed)
    guard resume else {
      directory = fresh
      note = "run directory: \(fresh.path)"
      return
    }
    guard let found = try Self.existing(recipe) else {
      directory = fresh
      note = "nothing to resume yet; starting in \(fresh.path)"
      return
    }
    directory = found
    note = "resuming \(found.path)"
    let kept = try RecipeLoader.load(path: found.recipe)
    let changed = changedKeys(from: kept, to: recipe)
    guard changed.isEmpty else {
      throw CommandError(
        "\(found.path) was run with another recipe; a run goes on with the recipe it began with. Changed:\n  "
          + changed.joined(separator: "\n  ")
          + "\nset them back, or start a new run without `--resume`")
    }
    let last = configuration.stages.last { !$0.isControl } ?? configuration.stages[0]
    let before = kept.configuration.stages.first { $0.name == last.name }?.steps ?? last.steps
    if found.isFinished, last.steps <= before {
      finished =
        "\(found.path) is finished; to extend it, give its last stage more steps: "
        + "--set stages.\(last.name).steps=\(last.steps * 2) --resume"
    }
  }

  /// The run in `output.dir`, or the newest unfinished one of this recipe and seed; a finished one where there is no other.
  private static func existing(_ recipe: ResolvedRecipe) throws -> RunDirectory? {
    let configuration = recipe.configuration
    if let path = configuration.output.directory {
      let directory = RunDirectory(path: path)
      return directory.holdsRun ? directory : nil
    }
    let same = RunDirectory.all().filter { directory in
      guard let kept = try? RecipeLoader.load(path: directory.recipe) else { return false }
      return kept.configuration.name == configuration.name && kept.configuration.seed == configuration.seed
    }
    // Runs of one name may differ in what was set: those that this recipe can go on with come first.
    let matching = same.filter { directory in
      guard let kept = try? RecipeLoader.load(path: directory.recipe) else { return false }
      return changedKeys(from: kept, to: recipe).isEmpty
    }
    return matching.first { !$0.isFinished } ?? matching.first ?? same.first { !$0.isFinished } ?? same.first
  }
}
