import ArgumentParser
import Experience
import Foundation
import Training
import Transport

struct BenchWeightsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weights",
    abstract: "Times sending weights to another process, every byte digested, against libzmq alone.",
    discussion: """
      Over tcp on this machine, in the same chunks, in turns. `apus` is what a worker does: it asks for chunks by credit, digests
      every one when it comes, and has weights in the end. `frames` are the same bytes over the same sockets, which nobody looks
      at; `libzmq` is the program given with --peer. The trainer's own digests are made with its copy of the weights, once for a
      version, and shown by themselves (`publish`).

        apus bench weights --mebibytes 256
      """)

  @OptionGroup var bench: BenchArguments

  @Option(
    help: ArgumentHelp("Size of the weights, 64 to 8192.", valueName: "n"))
  var mebibytes = 128

  @Option(
    help: ArgumentHelp(
      "A program made of Benchmarks/peers/zmq_transfer.c, to be timed in turns.", valueName: "file"))
  var peer: String?

  @Option(help: ArgumentHelp(visibility: .hidden))
  var receiveFrom: String?

  private var rounds: Int { bench.rounds ?? 5 }

  func validate() throws {
    guard (64...8192).contains(mebibytes) else {
      throw ValidationError("--mebibytes is \(mebibytes), but must be 64 to 8192")
    }
    guard bench.shape == nil, bench.model == nil else {
      throw ValidationError("--shape and --model have no effect here; --mebibytes sets the size")
    }
  }

  func run() throws {
    if let receiveFrom {
      try BenchWeightsWorker(
        endpoint: receiveFrom, layout: layout,
        sides: peer == nil ? [.weights, .frames] : [.weights, .frames, .peer]
      ).run(rounds: rounds)
      return
    }
    let load = BenchFacts.load
    // Two versions and the worker's three (what it has, what comes, and what bare frames leave behind).
    try BenchModel.check(Double(mebibytes << 20) * 5, "weights of \(mebibytes) MiB, five times")
    var trainer = try BenchWeightsTrainer(layout: layout, peer: peer)
    let times = try trainer.serve(
      arguments: ["bench", "weights", "--mebibytes", "\(mebibytes)", "--rounds", "\(rounds)"]
        + (peer.map { ["--peer", $0] } ?? []) + ["--receive-from"])
    report(trainer, times, load: load).print(asJSON: bench.json)
  }

  /// Matrices of 8 MiB and vectors of 4 KiB.
  private var layout: WeightsLayout {
    get throws {
      try WeightsLayout(
        (0..<mebibytes / 8).flatMap { number in
          [
            .init(name: "layers.\(number).weight", shape: [2048, 1024]),
            .init(name: "layers.\(number).norm", shape: [1024]),
          ]
        })
    }
  }

  private func report(_ trainer: BenchWeightsTrainer, _ times: BenchWeightsTimes, load: Double) -> BenchReport
  {
    let bytes = Double(trainer.byteCount)
    func rate(_ seconds: [Double]) -> Spread { Spread(seconds.map { bytes / $0 / 1e6 }) }
    let theirs = times.peer.isEmpty ? times.frames : times.peer
    // Of the two of one round, which other programs on the machine slow down alike.
    let ratios = Spread(zip(theirs, times.weights).map { $0 / $1 })
    let share = Double(times.deltaBytes) / bytes
    var sides = [("apus", rate(times.weights)), ("frames", rate(times.frames))]
    if !times.peer.isEmpty { sides.append(("libzmq", rate(times.peer))) }
    var report = BenchReport(lines: [
      "\(mebibytes) MiB of weights to another process, tcp on this machine, chunks of 1 MiB, every byte digested",
      "\(ProcessFacts.processor), \(counted(ProcessInfo.processInfo.activeProcessorCount, "core")), load "
        + String(format: "%.1f", load),
    ])
    report.lines += sides.map { pad($0.0, 9) + $0.1.words("MB/s") }
    report.lines += [
      pad("delta", 9) + rate(times.delta).words("MB/s of weights")
        + String(format: ", %.3f of the bytes sent after changes of 1e-5", share),
      pad("publish", 9) + rate(trainer.publishSeconds).words("MB/s") + " for the trainer's copy and digests",
      "apus against \(times.peer.isEmpty ? "bare frames" : "libzmq alone"): "
        + String(format: "%.2f×  (%.2f … %.2f), ", ratios.median, ratios.low, ratios.high)
        + counted(rounds, "round"),
    ]
    report.members = [
      ("ratio", .number(ratios.median)), ("ratios", ratios.json), ("mebibytes", .integer(mebibytes)),
      ("rounds", .integer(rounds)), ("mb_s", .number(sides[0].1.median)),
      ("sides", .object(sides.map { (name: $0.0, value: .number($0.1.median)) })),
      ("delta", ["mb_s": .number(rate(times.delta).median), "share": .number(share)]),
      ("publish_mb_s", .number(rate(trainer.publishSeconds).median)), ("load", .number(load)),
      ("peak_rss_bytes", .integer(BenchFacts.peakMemory)),
    ]
    return report
  }
}

/// What was found, seconds by round.
struct BenchWeightsTimes: Codable {
  var weights: [Double] = []
  var frames: [Double] = []
  var peer: [Double] = []
  var delta: [Double] = []
  /// Of one transfer on top of the version before.
  var deltaBytes = 0
}
