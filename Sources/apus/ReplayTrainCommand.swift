import ArgumentParser
import Foundation
import Recipe
import Replay
import Rollouts
import Training

/// `apus replay train`: a run done again from what it stored.
struct ReplayTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Does a run again from its store: no generation, no verifiers, no workers, the same weights.",
    discussion: """
      Every update takes the stored groups in the order in which the run took them, with the stored rewards; supervised steps
      and the optimizer are done anew. On the same machine with the same threads and BLAS core the weights come out the same to the
      bit, for asynchronous runs too. Exit code 1 where they do not.

        apus replay train runs/echo-async-1
        apus replay train runs/echo-async-1 --out runs/again
      """)

  @Argument(help: ArgumentHelp("The run's directory.", valueName: "run"), completion: .directory)
  var source: String

  @Option(help: "Keep the new run here; by default it goes to a temporary directory and is deleted.")
  var out: String?

  @Flag(help: "Print only warnings and the result.")
  var quiet = false

  @Option(help: .hidden)
  var blasCore: String?

  func run() throws {
    let past = RunDirectory(path: source)
    guard past.holdsRun else {
      throw CommandError("\(source): no run directory (it has no recipe.yaml) — name one, e.g. under runs/")
    }
    let summary = try? RunSummary(path: past.summary)
    let recipe = try RecipeLoader.load(path: past.recipe)
    try BLASCore.ensure(blasCore ?? recipe.configuration.compute.blasCore)
    let reader = try ReplayReader(path: past.replay)
    var configuration = recipe.configuration
    // What was generated is read, so nobody is to generate.
    configuration.rollout.source = .inProcess
    configuration.output.checkpointEvery = 0
    let temporary = FileManager.default.temporaryDirectory.appending(path: "apus-again-\(UUID().uuidString)")
    let directory = RunDirectory(path: out ?? temporary.path)
    guard out == nil || !directory.exists else {
      throw CommandError("\(directory.path): is there already — choose another `--out`")
    }
    defer { if out == nil { try? FileManager.default.removeItem(at: temporary) } }
    let progress = Progress(style: quiet ? .quiet : .automatic)
    Interrupt.listen()
    let trainer = try Trainer(
      configuration, recipe: recipe.yaml(), directory: directory, resume: false, past: try PastRun(reader),
      observe: progress.show, shouldStop: { Interrupt.isAsked })
    let again = try trainer.run()
    guard again.status != "interrupted" else { throw ExitCode(130) }
    guard let expected = summary?.weightsDigest else {
      progress.finish(
        note:
          "\(source) has not ended (no summary.json), so there is nothing to compare with; from its store: "
          + "\(again.steps) steps, \(again.weightsDigest)")
      return
    }
    guard again.weightsDigest == expected else {
      throw CommandError(
        "\(source): done again, the weights are \(again.weightsDigest) after \(again.steps) steps; the run had \(expected) "
          + "after \(summary?.steps ?? 0) — another machine, number of threads or BLAS core, or the store was changed (`apus replay "
          + "audit \(source)`)")
    }
    progress.finish(note: "the same weights again: \(again.weightsDigest), \(again.steps) steps")
  }
}
