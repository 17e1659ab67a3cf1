public import ArgumentParser
public import Curriculum
import Foundation

/// `apus compose`: chains of short problems, as lines of JSON.
struct ComposeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compose",
    abstract: "Makes long problems of short ones: chains in which each needs the answer of the one before.",
    discussion: """
      `offset` takes rows of FILE whose answers are whole numbers and writes one number of a later question as the
      previous answer and a constant; no answer changes. `executed` takes problems of families (`--task`) and works each
      out anew with what the answer before gives.

        apus compose gsm8k/train.jsonl --horizon 3 --count 2000 --seed 1 --out chains-3.jsonl
        apus compose --task arithmetic_chain --horizon 4 --count 1000 --seed 1 --out chains-4.jsonl

      One chain a line: `question`, `answer`, `horizon`, `provenance` (ids and lines of the parts, the numbers that were
      replaced and where), and `solution` where all parts have one. Every chain is verified: the replaced number stands
      once, numbers are whole and within ±1000000, nothing is divided with a remainder, worked through again it gives its
      answer, and (`executed`) another first answer gives another last one. What was rejected is counted by reason.

      One problem in eight, by a hash of its text, is held out, as it is in training: chains are made of the others. With
      `--part held-out` they are made of those, for evaluation; the two share no problem.

      h1: "Bootstrapping LLMs to Reason over Longer Horizons via RL", arXiv:2510.07312.
      """)

  enum Composer: String, ExpressibleByArgument, CaseIterable { case offset, executed }

  @Argument(help: "Rows of problems, JSON Lines or CSV; for `offset`.", completion: .file())
  var file: String?

  @Option(help: ArgumentHelp("Problems in a chain; 1 gives the problems themselves.", valueName: "h"))
  var horizon: Int

  @Option(help: ArgumentHelp("Chains to make, all different.", valueName: "n"))
  var count: Int

  @Option(help: ArgumentHelp("Same seed, same chains.", valueName: "s"))
  var seed: UInt64 = 0

  @Option(help: "How a later problem gets its number: `offset` (with FILE) or `executed` (with `--task`).")
  var composer: Composer?

  @Option(help: ArgumentHelp("A family of problems for `executed`; several with commas.", valueName: "name"))
  var task: String?

  @Option(help: ArgumentHelp("How chains are told: `prose` (for `offset`) or `compact` (for `executed`)."))
  var wording: ChainWording?

  @Option(
    help: ArgumentHelp("Problems that may be part of chains: train, held-out or all.", valueName: "part"))
  var part = ChainSampler.Side.train

  @Option(help: ArgumentHelp("Column of the question, where it has an unusual name.", valueName: "name"))
  var promptField: String?

  @Option(help: ArgumentHelp("Column of the answer, where it has an unusual name.", valueName: "name"))
  var answerField: String?

  @Option(help: "File to be made.", completion: .file())
  var out: String

  func validate() throws {
    if !(1...ComposedSource.longestHorizon).contains(horizon) {
      throw ValidationError("`--horizon` is \(horizon), but must be 1 to \(ComposedSource.longestHorizon)")
    }
    if !(1...10_000_000).contains(count) {
      throw ValidationError("`--count` is \(count), but must be 1 to 10000000")
    }
    _ = try source()
  }

  func run() throws {
    let sampler = try ChainSampler(try source(), side: part)
    let target = try WholeFile(out)
    defer { target.abandon() }
    var rejections = sampler.rejections
    try sampler.forEachDistinct(count: count, seed: seed, rejections: &rejections) { _, chain in
      try target.write(line: chain.row.utf8)
    }
    try target.close()
    say(sampler.description)
    say(
      "\(counted(count, "chain")) in \(out), all verified; left out:"
        + (rejections.lines.isEmpty ? " nothing" : ""))
    for line in rejections.lines { say("  \(line)") }
  }

  private func source() throws -> ComposedSource {
    let horizons = horizon...horizon
    switch composer ?? (task == nil ? .offset : .executed) {
    case .offset:
      if task != nil { throw ValidationError("`--task` is for the composer `executed`, which needs no FILE") }
      guard let file else { throw ValidationError("the composer `offset` needs a FILE of rows") }
      let rows = FileSource(path: file, promptField: promptField, answerField: answerField)
      return ComposedSource(composer: .offset(rows), horizons: horizons, wording: wording)
    case .executed:
      let known = ProceduralTasks.chainableNames.joined(separator: ", ")
      guard file == nil else {
        throw ValidationError(
          "rows of a file cannot be worked out anew, which `executed` needs — name a family with `--task` (\(known)), or use "
            + "`--composer offset`")
      }
      guard let task else { throw ValidationError("the composer `executed` needs a `--task`: \(known)") }
      let families = task.split(separator: ",").map {
        ProceduralSource(task: $0.trimmingCharacters(in: .whitespaces))
      }
      return ComposedSource(composer: .executed(families), horizons: horizons, wording: wording)
    }
  }
}

extension ChainWording: ExpressibleByArgument {}
extension ChainSampler.Side: ExpressibleByArgument {}
