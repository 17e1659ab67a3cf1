import ArgumentParser
import Foundation
import Tensors
import Transformer

struct BenchPrefixCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prefix",
    abstract: "Times training on a group of answers: their prompt computed once, against once an answer.",
    discussion: """
      Forward and backward, in turns. Both sides must give the same logprobs and gradients, else there is an error in place of a
      ratio.

        apus bench prefix --shape mini --prompt-tokens 1024 --answers 16 --new-tokens 64
      """)

  @OptionGroup var bench: BenchArguments
  @OptionGroup var training: BenchTrainingArguments

  @Option(
    name: [.customLong("prompt-tokens"), .customLong("prompt")],
    help: ArgumentHelp("Tokens of the prompt.", valueName: "n"))
  var promptTokens = 1024

  @Option(help: ArgumentHelp("Answers to it.", valueName: "n"))
  var answers = 16

  @Option(
    name: [.customLong("new-tokens"), .customLong("new")],
    help: ArgumentHelp("Tokens of each answer.", valueName: "n"))
  var newTokens = 64

  func validate() throws {
    for (name, value) in [
      ("--prompt-tokens", promptTokens), ("--answers", answers), ("--new-tokens", newTokens),
    ]
    where !(1...100_000).contains(value) {
      throw ValidationError("\(name) is \(value), but must be 1 to 100000")
    }
  }

  func run() throws {
    let load = BenchFacts.load
    let model = try BenchModel(bench, otherwise: .mini)
    let group = PrefixGroup(prompt: promptTokens, answers: answers, new: newTokens)
    try training.check(
      model, tokens: answers * (promptTokens + newTokens), positions: promptTokens + newTokens,
      "\(answers) answers with a prompt of their own each")
    let batches = [group.shared(model), group.unshared(model)]
    let decoder = training.decoder(model)
    try checkEqual(decoder, batches, model.compute)
    var times: [[Double]] = [[], []]
    for round in 0..<(bench.rounds ?? 5) {
      for place in batches.indices {
        let side = (place + round) % 2
        times[side].append(secondsTaken { decoder.descend(batches[side]) })
      }
    }
    report(model, group, batches, times, load: load).print(asJSON: bench.json)
  }

  /// Refuses to compare sides that do not compute the same. Both have run once then.
  private func checkEqual(_ decoder: Decoder, _ batches: [PackedBatch], _ compute: Compute) throws {
    // Rounded operands are the same on both sides, but sums are taken in another order.
    let (logprobLimit, gradientLimit) = training.matmul == .fp32 ? (1e-3, 1e-3) : (0.1, 0.05)
    let shared = decoder.descend(batches[0])
    let kept = Parameters(decoder.configuration)
    kept.flat.copy(from: decoder.gradients.flat)
    let unshared = decoder.descend(batches[1])
    let apart = zip(shared, unshared).map { Double(abs($0 - $1)) }.max() ?? 0
    let norm = compute.sumOfSquares(decoder.gradients.flat).squareRoot()
    compute.kernels.axpy(-1, decoder.gradients.flat, into: kept.flat)
    let difference = compute.sumOfSquares(kept.flat).squareRoot() / norm
    guard apart <= logprobLimit, difference <= gradientLimit else {
      throw CommandError(
        "with the prompt shared, logprobs differ by up to \(apart), and gradients by \(difference) of their norm, from those "
          + "with a prompt for each answer: a bug in the trainer; please report it with this command")
    }
  }

  private func report(
    _ model: BenchModel, _ group: PrefixGroup, _ batches: [PackedBatch], _ times: [[Double]], load: Double
  ) -> BenchReport {
    let peakMemory = BenchFacts.peakMemory
    let answered = Double(answers * newTokens)
    let rates = times.map { Spread($0.map { answered / $0 }) }
    let ratio = Spread(times[1]).median / Spread(times[0]).median
    let work = batches.map { TrainingWork(model.configuration, $0).flops }
    let predicted = [
      ("attention", group.attentionShare), ("per token", group.tokenShare), ("FLOPs", work[0] / work[1]),
    ]
    var report = BenchReport(lines: [
      "\(answers) answers of \(newTokens) tokens on one prompt of \(promptTokens), \(model.name), forward and backward, "
        + training.words,
      BenchFacts.line(model.compute, load: load),
    ])
    for (name, (rate, batch)) in zip(["shared", "unshared"], zip(rates, batches)) {
      report.lines.append(
        pad(name, 12) + pad(rate.words("answer tokens/s"), 40)
          + counted(batch.tokenCount, "token") + " computed")
    }
    for (name, share) in predicted {
      report.lines.append(
        pad("predicted", 12) + pad(name, 12) + String(format: "%.2f×", 1 / share)
          + String(format: "  (%.4f of the work)", share))
    }
    report.lines.append(
      pad("measured", 24) + String(format: "%.2f×", ratio) + ", \(counted(times[0].count, "round"))")
    report.members =
      [
        ("model", .text(model.name)), ("ratio", .number(ratio)),
        ("sides", ["shared": .number(rates[0].median), "unshared": .number(rates[1].median)]),
        ("predicted", .object(predicted.map { (name: $0.0, value: .number($0.1)) })),
        ("answers", .integer(answers)), ("prompt_tokens", .integer(promptTokens)),
        ("new_tokens", .integer(newTokens)), ("rounds", .integer(times[0].count)),
      ] + training.members + BenchFacts.members(model.compute, load: load, peakMemory: peakMemory)
    return report
  }
}

/// Answers to one prompt, and what sharing it saves.
struct PrefixGroup {
  /// Tokens of the prompt, L_p.
  var prompt: Int
  /// G.
  var answers: Int
  /// Tokens of each answer, L_r.
  var new: Int

  /// Pairs of query and key, shared over unshared: (L_p² + G L_r (2 L_p + L_r)) / (G (L_p + L_r)²).
  ///
  /// Liu et al. 2025, "Prefix Grouper", arXiv:2506.05433; causal attention counted at half on both sides.
  var attentionShare: Double {
    let (p, g, r) = (Double(prompt), Double(answers), Double(new))
    return (p * p + g * r * (2 * p + r)) / (g * (p + r) * (p + r))
  }

  /// Everything that is done token by token, the head left out: (L_p + G L_r) / (G (L_p + L_r)).
  var tokenShare: Double {
    Double(prompt + answers * new) / Double(answers * (prompt + new))
  }

  func shared(_ model: BenchModel) -> PackedBatch {
    let answers = (1...answers).map {
      PackedBatch.Span(tokens: model.prompt($0, count: new), parent: 0, scored: 0..<new)
    }
    return PackedBatch(
      spans: [PackedBatch.Span(tokens: model.prompt(0, count: prompt), scored: 0..<0)] + answers)
  }

  func unshared(_ model: BenchModel) -> PackedBatch {
    let tokens = model.prompt(0, count: prompt)
    return PackedBatch(
      (1...answers).map { (tokens + model.prompt($0, count: new), prompt..<prompt + new) })
  }
}
