import ArgumentParser
import Replay

/// `apus replay audit`: whether a store's account of a run holds.
struct ReplayAuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Proves that nothing was lost, and nothing trained twice.",
    discussion: """
      Every rollout that was asked for has one fate; nothing is trained twice; every trained token has a version that the run knows, not
      newer than the update that used it and not staler than allowed; budgets are kept; rewards add up; checkpoints name weights that
      updates made; the file is whole. Exit code 1 where one of these does not hold. What a store of an older apus does not record is
      said to be so.
      """)

  @OptionGroup var store: ReplayCommand.Store

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let audit = try store.open().audit()
    if json { print(audit.json) } else { for line in audit.lines { print(line) } }
    let failed = audit.checks.count { $0.verdict == .failed }
    guard failed == 0 else {
      throw CommandError(
        "\(store.run): \(failed) of \(counted(audit.checks.count, "check")) failed — was the database edited? "
          + "If not, please report it with this output")
    }
  }
}
