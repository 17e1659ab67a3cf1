import ArgumentParser
import Foundation
import Rewards
import Synchronization

/// `apus score`: rewards for completions that anybody wrote.
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Judges completions: lines of JSON in, the same lines with a reward out.",
    discussion: """
      SPEC is a verifier (`apus rewards list`) with or without parameters, a recipe, a file that holds a recipe's `reward:`
      section, or `correctness`: the verifier of each row's `data_source`, by the names verl uses.

        apus score --reward gsm8k --in answers.jsonl --out scored.jsonl
        vllm-client … | apus score --reward 'math(decimal_digits=4)' --gold-field answer --explain | jq .reward
        apus score --reward Recipes/methods/dapo.yaml --in answers.jsonl

      Each row comes out byte for byte as it was, with one more member:
        "reward": {"score": 1.0, "status": "correct", "terms": {"gsm8k": 1.0}}
      `score` is null where there is no verdict (the ground truth cannot be read): leave such rows out, they are not
      wrong. Rows are read, judged on all cores and written as they come; memory does not grow with their number.
      """)

  enum BadRow: String, ExpressibleByArgument, CaseIterable { case stop, null }

  @Option(help: ArgumentHelp("What judges: a verifier, or a file with a reward.", valueName: "spec"))
  var reward: String

  @Option(
    name: .customLong("in"), help: "A file of rows, one JSON object a line; - = standard input.",
    completion: .file())
  var input = "-"

  @Option(help: "A file to be made; - = standard output.", completion: .file())
  var out = "-"

  @Option(
    help: ArgumentHelp(
      "Column of the completion: text, or messages (default: the first there is of "
        + ScoreColumns.completionNames.joined(separator: ", ") + ").", valueName: "name"))
  var completionField: String?

  @Option(
    help: ArgumentHelp(
      "Column of the ground truth (default: the first there is of "
        + ScoreColumns.goldNames.joined(separator: ", ")
        + ").", valueName: "name"))
  var goldField: String?

  @Option(help: ArgumentHelp("What the new member is called.", valueName: "name"))
  var into = "reward"

  @Option(
    help: ArgumentHelp(
      "A row that cannot be read: `stop` there, or give it a `null` score, with the reason, and go on.",
      valueName: "stop|null"))
  var onError = BadRow.stop

  @Option(help: ArgumentHelp("Longest answer allowed, for terms that depend on it.", valueName: "tokens"))
  var maxCompletionLength: Int?

  @Flag(
    help:
      "Add what was read as the answer, how the ground truth was read, the rule that decided, and metrics.")
  var explain = false

  func validate() throws {
    if let length = maxCompletionLength, !(1...2_000_000_000).contains(length) {
      throw ValidationError("--max-completion-length is \(length), but must be 1 to 2000000000")
    }
    if into.isEmpty { throw ValidationError("--into is empty, but must be a name") }
  }

  func run() throws {
    let place = input == "-" ? "standard input" : input
    let row = ScoreRow(
      reward: try ScoreReward(reward, maxCompletionLength: maxCompletionLength),
      columns: ScoreColumns(completion: completionField, gold: goldField), place: place, member: into,
      explains: explain, toleratesBadRows: onError == .null)
    Output.surviveClosedPipes()
    var lines = LineBlocks(try source(place), place: place)
    let target = try ScoreTarget(out)
    let pipeline = OrderedPipeline<[LineBlocks.Line], ScoreRow.Scored>(
      work: { row.scored($0) }, deliver: { target.take($0, isTolerant: row.toleratesBadRows) })
    do {
      while let block = try lines.next() { pipeline.add(block) }
    } catch {
      pipeline.finish()
      target.abandon()
      throw error
    }
    pipeline.finish()
    try target.close()
  }

  private func source(_ place: String) throws -> Input {
    guard input != "-" else { return .standard }
    do {
      return try Input(path: input)
    } catch {
      throw CommandError("\(place) cannot be read: \(error)")
    }
  }
}

/// Where scored rows go, and how many went there.
private final class ScoreTarget: Sendable {
  private let output: Output
  /// A file has its name only once it is whole.
  private let file: (path: String, partial: String)?
  private let total = Mutex(ScoreRow.Scored())

  init(_ path: String) throws {
    guard path != "-" else {
      (output, file) = (.standard, nil)
      return
    }
    guard !FileManager.default.fileExists(atPath: path) else {
      throw CommandError("\(path): is there already — choose another `--out`")
    }
    let partial = path + ".partial-\(ProcessInfo.processInfo.processIdentifier)"
    do {
      output = try Output(creating: partial)
    } catch {
      throw CommandError("\(path): cannot be made there: \(error)")
    }
    file = (path, partial)
  }

  /// Writes rows at once. Ends the process where the rest would be in vain: the main thread may be waiting for input
  /// that never comes.
  func take(_ scored: ScoreRow.Scored, isTolerant: Bool) {
    do {
      try output.write(scored.bytes)
    } catch is Output.NobodyReads {
      abandon()
      // As if the signal had ended it, which is what shells expect of a pipe's upper end.
      ScoreCommand.exit(withError: ExitCode(128 + SIGPIPE))
    } catch {
      abandon()
      ScoreCommand.exit(
        withError: CommandError("\(file?.path ?? "standard output") cannot be written: \(error)"))
    }
    total.withLock {
      $0.rows += scored.rows
      $0.badRows += scored.badRows
      $0.problem = $0.problem ?? scored.problem
      $0.counts.merge(scored.counts, uniquingKeysWith: +)
    }
    if !isTolerant, let problem = scored.problem {
      abandon()
      let before = total.withLock { $0.rows }
      ScoreCommand.exit(
        withError: CommandError(
          problem + (file == nil ? "" : " — nothing was written")
            + " (\(counted(before, "row")) before it; `--on-error null` goes on)"))
    }
  }

  /// Leaves no file behind.
  func abandon() {
    if let file { try? FileManager.default.removeItem(atPath: file.partial) }
  }

  func close() throws {
    let total = total.withLock { $0 }
    if let file {
      defer { abandon() }
      do {
        try output.synchronize()
        try FileManager.default.moveItem(atPath: file.partial, toPath: file.path)
      } catch {
        throw CommandError("\(file.path) cannot be written: \(error)")
      }
      let parts = Verdict.Status.allCases.compactMap { status in
        total.counts[status].map { "\($0) \(status.rawValue)" }
      }
      say("\(counted(total.rows, "row")) in \(file.path): \(parts.joined(separator: ", "))")
    }
    if total.badRows > 0, let problem = total.problem {
      say("warning: \(counted(total.badRows, "row")) could not be judged; the first: \(problem)")
    }
  }
}
