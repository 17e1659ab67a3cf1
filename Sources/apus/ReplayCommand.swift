import ArgumentParser
import Foundation
import Replay
import Training

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Shows the rollouts that a run has stored, and what became of them.",
    subcommands: [
      Stats.self, Show.self, ReplayAuditCommand.self, ReplayExportCommand.self, ReplayVacuumCommand.self,
      ReplayTrainCommand.self,
    ])

  /// Which store.
  struct Store: ParsableArguments {
    @Argument(
      help: ArgumentHelp("A run directory, or its replay.sqlite.", valueName: "run"), completion: .directory)
    var run: String

    /// The run directory, where that was named.
    var directory: RunDirectory? {
      var isDirectory: ObjCBool = false
      let isThere = unsafe FileManager.default.fileExists(atPath: run, isDirectory: &isDirectory)
      return isThere && isDirectory.boolValue ? RunDirectory(path: run) : nil
    }

    /// Path of the store.
    func path() throws -> String {
      guard FileManager.default.fileExists(atPath: run) else {
        throw CommandError("\(run): there is no such run directory or file")
      }
      let path = directory?.replay ?? run
      guard FileManager.default.fileExists(atPath: path) else {
        throw CommandError(
          "\(run) holds no replay.sqlite, where a run stores its rollouts — name a run directory, e.g. one under runs/"
        )
      }
      return path
    }

    /// Opens it to be looked at; a run may go on meanwhile.
    func open() throws -> ReplayReader {
      let path = try path()
      do {
        return try ReplayReader(path: path)
      } catch {
        guard error.reason == .foreignDatabase else { throw error }
        throw CommandError(
          "\(path): an SQLite database, but no store of rollouts — name a run's replay.sqlite")
      }
    }
  }

  /// Which of its rollouts.
  struct Kind: ParsableArguments {
    @Option(
      help: ArgumentHelp("train, evaluation or greedy_evaluation.", valueName: "kind"), transform: Self.named)
    var kind: RolloutKind = .train

    private static func named(_ text: String) throws -> RolloutKind {
      guard let kind = RolloutKind(rawValue: text) else {
        let known = RolloutKind.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        throw ValidationError("`--kind`: `\(text)` is not one of \(known)")
      }
      return kind
    }
  }

  /// Which store and which of its rollouts, to be shown.
  struct Source: ParsableArguments {
    @OptionGroup var store: Store

    @OptionGroup var choice: Kind
    var kind: RolloutKind { choice.kind }

    @Flag(help: "Print JSON.")
    var json = false

    func open() throws -> ReplayReader { try store.open() }

    /// That nothing was found, and what there is.
    func nothing(_ what: String, in reader: ReplayReader) throws -> CommandError {
      let steps = try reader.steps()
      let kinds = RolloutKind.allCases.compactMap { kind in
        steps[kind].map { steps in
          let words =
            steps.count == 1 ? "step \(steps.lowerBound)" : "steps \(steps.lowerBound)…\(steps.upperBound)"
          return "`--kind \(kind.rawValue)` at \(words)"
        }
      }
      let there = kinds.isEmpty ? "the store is empty" : "there is " + kinds.joined(separator: ", ")
      return CommandError("\(reader.path): no `\(kind.rawValue)` rollout \(what) — \(there)")
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows rollouts: a line each, or everything about one of them.",
      discussion: """
        Without --step the last step of the kind is shown. What names one rollout shows all of it.

          apus replay show runs/quickstart-1
          apus replay show runs/quickstart-1 --step 620 --group 3
          apus replay show runs/quickstart-1 --step 620 --group 3 --sample 0
          apus replay show runs/quickstart-1 --id 4711
          apus replay show runs/gsm8k-1 --task train.jsonl/17
        """)

    @OptionGroup var source: Source

    @Option(help: "Training step that asked for them.")
    var step: Int?

    @Option(help: "Which group of the step, from 0.")
    var group: Int?

    @Option(help: "Which member of the group, from 0.")
    var sample: Int?

    @Option(
      help: ArgumentHelp("A rollout by its number in the store, of whatever kind.", valueName: "rollout"))
    var id: Int?

    @Option(
      help: ArgumentHelp(
        "A task: how it had fared after each step that asked it, and all its rollouts; or what tasks made on the fly are counted under, e.g. arithmetic_chain/difficulty-3.",
        valueName: "task"))
    var task: String?

    @Option(help: "How many lines; 0 = all.")
    var limit = 20

    func validate() throws {
      guard id == nil || (step == nil && group == nil && sample == nil) else {
        throw ValidationError("`--id` names a rollout by itself; leave out --step, --group and --sample")
      }
      guard id == nil || task == nil else {
        throw ValidationError("`--id` names a rollout by itself; leave out --task")
      }
      guard limit >= 0 else { throw ValidationError("`--limit`: \(limit) is below 0; 0 = all") }
    }

    func run() throws {
      let reader = try source.open()
      if let id {
        guard let rollout = try reader.rollout(id: id) else {
          throw CommandError(
            "\(reader.path): there is no rollout \(id) — the lists have the numbers that there are")
        }
        return show(rollout)
      }
      var selection = RolloutSelection(
        kind: source.kind, step: step, group: group, sample: sample, task: task)
      if step == nil, task == nil { selection.step = try reader.steps()[source.kind]?.upperBound }
      let history = try source.kind == .train ? task.map { try reader.history(of: $0) } ?? [] : []
      let (first, count) = try reader.rollouts(selection, limit: limit == 0 ? nil : limit)
      if history.isEmpty || (first.count == 1 && count == 1 && step != nil) {
        return try show(first, of: count, in: reader)
      }
      if source.json {
        print(
          [
            "task": optional(task), "history": .list(history.map(\.json)),
            "rollouts": .list(first.map(\.json)),
          ]
            as JSONText)
        return
      }
      print("\(task ?? ""), as it had fared after each step that counted it:")
      for line in history.table.lines { print(line) }
      // Numbers outlive rollouts that were dropped.
      if !first.isEmpty { list(first, of: count) }
    }

    private func show(_ first: [RolloutSummary], of count: Int, in reader: ReplayReader) throws {
      guard let one = first.first else { throw try source.nothing(asked, in: reader) }
      if count == 1, let rollout = try reader.rollout(id: one.id) { return show(rollout) }
      if source.json { print(JSONText.list(first.map(\.json))) } else { list(first, of: count) }
    }

    private func list(_ first: [RolloutSummary], of count: Int) {
      guard let one = first.first else { return }
      let what =
        task.map { step == nil ? "task \($0)" : "step \(one.step), task \($0)" } ?? "step \(one.step)"
      print("\(one.run), `\(one.kind.rawValue)` rollouts of \(what):")
      for line in first.table.lines { print(line) }
      if first.count < count { print("… and \(count - first.count) more (`--limit 0`)") }
    }

    private func show(_ rollout: StoredRollout) {
      if source.json { print(rollout.json) } else { apus.show(rollout.words) }
    }

    /// `at step 3, group 9`, from what was asked for.
    private var asked: String {
      let parts = [("step", step), ("group", group), ("sample", sample)].compactMap { name, value in
        value.map { "\(name) \($0)" }
      }
      let task = task.map { "of task `\($0)`" }
      let place = parts.isEmpty ? nil : "at " + parts.joined(separator: ", ")
      let words = [task, place].compactMap(\.self)
      return words.isEmpty ? "there" : words.joined(separator: " ")
    }
  }

  struct Stats: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Counts the rollouts of each step by what became of them.",
      discussion: """
        Every rollout has one fate: rollouts = trained + filtered + surplus + stale + failed + orphaned + pending. A step's line has the
        rollouts that it asked for. Below: how many versions trained tokens were behind, how long what was trained is against what was
        sampled, who generated, how hard the tasks have been, and which of them never taught anything.
        """)

    @OptionGroup var source: Source

    func run() throws {
      let reader = try source.open()
      let lines = try reader.ledger(kind: source.kind)
      guard !lines.isEmpty else { throw try source.nothing("there", in: reader) }
      let total = LedgerLine.total(lines)
      let statistics = source.kind == .train ? try reader.statistics() : nil
      let tasks = source.kind == .train ? try reader.taskReport() : nil
      if source.json {
        print(
          .object(
            [
              ("kind", .text(source.kind.rawValue)), ("steps", .list(lines.map(\.json))),
              ("total", total.json), ("adds_up", .flag(total.addsUp)),
            ] + (statistics?.members ?? []) + (tasks.map { [("difficulty", $0.json)] } ?? []))
            as JSONText)
      } else {
        for line in lines.table(total).lines { print(line) }
        print("\(counted(total.rollouts, "rollout")) = \(total.terms)")
        for line in (statistics?.lines ?? []) + (tasks?.lines ?? []) { print(line) }
      }
      if total.unknown > 0 {
        throw CommandError(
          "\(reader.path): the ledger does not add up, \(counted(total.unknown, "rollout")) of \(total.rollouts) "
            + "without a fate — was the database edited?")
      }
    }
  }
}
