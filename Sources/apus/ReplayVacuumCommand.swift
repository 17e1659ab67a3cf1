import ArgumentParser
import Foundation
import Replay
import Training

/// `apus replay vacuum`: a smaller store.
struct ReplayVacuumCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vacuum", abstract: "Makes a store smaller; drops rollouts only where asked to.",
    discussion: """
      Without --drop it only gives the disk back what deleted rows had. With --drop, which may be repeated:

        evaluations  rollouts of evaluations
        untrained    groups of which nothing was trained, and attempts that a restart orphaned
        tokens       tokens and logprobs of rollouts that are settled; rewards, texts and fates stay. `apus replay train` can then no
                     longer do those steps again

      Steps that the run could still go on from are kept, and audit passes as before.

        apus replay vacuum runs/quickstart-1 --drop untrained --drop tokens --before 600
      """)

  @OptionGroup var store: ReplayCommand.Store

  @Option(parsing: .singleValue, help: ArgumentHelp("evaluations, untrained or tokens.", valueName: "what"))
  var drop: [String] = []

  @Option(help: "Keeps everything of this step and later ones.")
  var before: Int?

  @Flag(help: "Print JSON.")
  var json = false

  private func parts() throws -> Set<ReplayVacuum.Part> {
    Set(
      try drop.map { name in
        guard let part = ReplayVacuum.Part(rawValue: name) else {
          let known = ReplayVacuum.Part.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
          throw ValidationError("`--drop`: `\(name)` is not one of \(known)")
        }
        return part
      })
  }

  func validate() throws {
    _ = try parts()
    guard before == nil || !drop.isEmpty else {
      throw ValidationError("`--before` says how far `--drop` goes; say what is to be dropped")
    }
  }

  func run() throws {
    let path = try store.path()
    // Refuses what is no store, and reads nothing but its header.
    _ = try store.open()
    let summary = try ReplayVacuum(parts(), before: before)(
      path: path, oldestCheckpoint: store.directory?.checkpointSteps.min())
    if json {
      print(
        [
          "rollouts": .integer(summary.rollouts), "tokens": .integer(summary.tokens),
          "bytes_before": .integer(summary.bytesBefore), "bytes_after": .integer(summary.bytesAfter),
          "bytes_freed": .integer(summary.bytesFreed),
        ] as JSONText)
      return
    }
    if !drop.isEmpty {
      print(
        "dropped \(counted(summary.rollouts, "rollout")) and the numbers of \(counted(summary.tokens, "token"))"
      )
    }
    print("freed \(summary.bytesFreed) bytes: \(path) had \(summary.bytesBefore), has \(summary.bytesAfter)")
  }
}
