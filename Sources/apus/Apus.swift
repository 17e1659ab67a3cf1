import ArgumentParser
import Foundation
import Tensors

@main
struct Apus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apus",
    abstract: "Trains language models to reason over long outputs, by reinforcement learning.",
    discussion: """
      A first run:  apus train Recipes/quickstart.yaml
      What a recipe says, every value with its origin:  apus recipe show Recipes/quickstart.yaml
      """,
    version: "apus \(builtCommit) (BLAS core \(Compute.blasCore))",
    subcommands: [
      TrainCommand.self, EvalCommand.self, GenerateCommand.self, MergeCommand.self, RecipeCommand.self,
      ReplayCommand.self, WorkerCommand.self, KeysCommand.self, ObjectiveCommand.self, ParityCommand.self,
      RewardsCommand.self, ScoreCommand.self, TasksCommand.self, ComposeCommand.self, SegmentCommand.self,
      DoctorCommand.self, BenchCommand.self,
    ])

  static func main() {
    reserveStandardStreams()
    // A limit on file sizes is then an error of the write, with words, and not the end of the process.
    _ = signal(SIGXFSZ, SIG_IGN)
    do {
      var command = try parseAsRoot()
      try command.run()
      // A result that did not get out whole (a full disk, say) must not look like one that did.
      try StandardOutput.flush()
    } catch {
      exit(withError: error)
    }
  }
}

/// Options that every command working on a recipe takes.
struct RecipeArguments: ParsableArguments {
  @Argument(
    help: "A recipe file, e.g. Recipes/quickstart.yaml.", completion: .file(extensions: ["yaml", "yml"]))
  var recipe: String

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Overrides one key of the recipe; may be repeated.", valueName: "key=value"))
  var overrides: [String] = []
}
