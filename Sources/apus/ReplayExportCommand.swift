import ArgumentParser
import Foundation
import Replay

/// `apus replay export`: rollouts as lines of JSON.
struct ReplayExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes rollouts as lines of JSON, with tokens, logprobs, versions and rewards.",
    discussion: """
      One rollout a line, by step, group and sample.

        apus replay export runs/quickstart-1 --fate trained --out trained.jsonl
        apus replay export runs/quickstart-1 --step 620 --fate filtered | jq .text
      """)

  @OptionGroup var store: ReplayCommand.Store
  @OptionGroup var choice: ReplayCommand.Kind

  @Option(help: "Training step that asked for them.")
  var step: Int?

  @Option(
    help: ArgumentHelp(
      "Only these: trained, filtered, surplus, stale, failed, orphaned, pending.", valueName: "fate"))
  var fate: String?

  @Option(help: "File to be made; by default lines go to standard output.", completion: .file())
  var out: String?

  private static let fates = ["trained", "filtered", "surplus", "stale", "failed", "orphaned", "pending"]

  func validate() throws {
    guard let fate else { return }
    let name = fate.prefix { $0 != "(" }
    let hasReasons = ["filtered", "stale", "failed"].contains(String(name))
    guard Self.fates.contains(String(name)), name == fate || hasReasons else {
      let known = Self.fates.map { "`\($0)`" }.joined(separator: ", ")
      throw ValidationError(
        "`--fate`: `\(fate)` is not one of \(known), nor one with its reason, as `filtered(overlong)`")
    }
  }

  func run() throws {
    let reader = try store.open()
    let selection = RolloutSelection(kind: choice.kind, step: step, fate: fate)
    guard let out else {
      try reader.forEach(selection) { rollout in
        print(rollout.json)
        if StandardOutput.hasFailed { try StandardOutput.flush() }
      }
      return
    }
    let files = FileManager.default
    guard !files.fileExists(atPath: out) else {
      throw CommandError("\(out): is there already — choose another `--out`")
    }
    // Under its name only once it is whole.
    let partial = out + ".partial-\(ProcessInfo.processInfo.processIdentifier)"
    guard files.createFile(atPath: partial, contents: nil), let handle = FileHandle(forWritingAtPath: partial)
    else { throw CommandError("\(out): cannot be made there") }
    defer { try? files.removeItem(atPath: partial) }
    let count = try reader.forEach(selection) { rollout in
      try handle.write(contentsOf: Data("\(rollout.json)\n".utf8))
    }
    try handle.synchronize()
    try handle.close()
    try files.moveItem(atPath: partial, toPath: out)
    say("\(counted(count, "rollout")) in \(out)")
  }
}
