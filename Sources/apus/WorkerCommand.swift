import ArgumentParser
import Experience
import Foundation
import Metrics
import Rollouts
import Training

struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Generates answers for a trainer that runs elsewhere.",
    discussion: """
      It needs no files: model, tokenizer, settings and weights come from the trainer. On one machine a trainer starts its \
      workers itself (`rollout.workers.spawn`). On others:

        apus worker --connect tcp://HOST:PORT --key NAME.key --server-key trainer.pub

      It may be started before the trainer, goes on when the trainer comes back, and may be stopped at any time: SIGTERM or
      Ctrl-C gives back what it has made so far, a second one ends it at once. Exit code 0: the run is over, or it was
      asked to leave.
      """)

  @Option(help: ArgumentHelp("The trainer: tcp://HOST:PORT or ipc://PATH.", valueName: "address"))
  var connect: String

  @Option(help: ArgumentHelp("This worker's key (`apus keys new`).", valueName: "file"), completion: .file())
  var key: String?

  @Option(help: ArgumentHelp("The trainer's public key.", valueName: "file"), completion: .file())
  var serverKey: String?

  @Option(
    help:
      "What the trainer calls it, unique among its workers; by default after machine and process. With a key: the key's name, or that, a dot and more."
  )
  var name: String?

  @Option(help: "Threads; by default one per core.")
  var threads: Int?

  @Option(help: "Answers that are generated at the same time, at most.")
  var capacity = 64

  @Option(help: ArgumentHelp("How long to wait for a trainer that says nothing.", valueName: "seconds"))
  var trainerTimeout = 600.0

  @Option(help: .hidden)
  var parent: Int32?

  @Flag(help: "Print errors only.")
  var quiet = false

  @Flag(help: "Print every event as a line of JSON.")
  var json = false

  func validate() throws {
    guard (1...1024).contains(capacity) else { throw ValidationError("--capacity must be 1 to 1024") }
    guard trainerTimeout > 0, trainerTimeout <= 1e7 else {
      throw ValidationError("--trainer-timeout must be more than 0 and at most 10000000 seconds")
    }
    if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must be 1 to 1024") }
  }

  func run() throws {
    var options = RolloutWorker.Options(endpoint: connect)
    (options.name, options.keyFile, options.serverKeyFile) = (name, key, serverKey)
    (options.threads, options.capacity, options.trainerTimeout) = (threads, capacity, trainerTimeout)
    options.parent = parent
    (options.software, options.processor) = ("apus \(builtCommit)", ProcessFacts.processor)
    Interrupt.listen()
    let log = WorkerLog(style: json ? .json : quiet ? .quiet : .lines)
    let worker: RolloutWorker
    do {
      worker = try RolloutWorker(options, shouldDrain: { Interrupt.isAsked }, observe: log.show)
    } catch {
      throw CommandError("\(error)")
    }
    log.line("worker \(worker.name), looking for a trainer at \(connect)")
    do {
      switch try worker.run() {
      case .finished: log.line("the run is over")
      case .drained: log.line("gave back what it had, and left")
      case .parentGone: log.line("the process that started it is gone")
      }
    } catch {
      throw CommandError("\(error)")
    }
  }
}

/// Shows what a worker does: a few lines, or lines of JSON.
private struct WorkerLog {
  enum Style { case lines, quiet, json }

  let style: Style

  func show(_ event: WorkerEvent) {
    if style == .json { return show(json: event) }
    switch event {
    case .welcome(let run, _): line("works for \(run)")
    case .silence(let seconds, let isKnown, let hasKeys):
      let why =
        isKnown
        ? "if it goes on with others, another worker has this one's name (`--name`)"
        : "is it running, and is this its address" + (hasKeys ? "? is `--server-key` its public key?" : "?")
      say("warning: no word from the trainer for \(Int(seconds)) s; \(why) Still trying.")
    case .disconnected: line("the connection is lost; trying again")
    case .refusedConnection:
      say("warning: the trainer turns the connection down; is this worker's key authorized there?")
    case .model(let words): line("model: \(words)")
    case .weights(let version, let bytes, let seconds):
      line(
        String(
          format: "weights %d: %.1f MB in %.2f s, %@", version.number, Double(bytes) / 1e6, seconds,
          String(version.digest.prefix(15))))
    case .badTransfer(let words): say("warning: weights did not arrive whole, trying again: \(words)")
    case .refused(let words): say("warning: a message from the trainer was no use: \(words)")
    case .failed(let item, let reason):
      say("warning: cannot generate \(item.step)/\(item.group)/\(item.sample): \(reason)")
    case .progress(let progress):
      line(
        String(
          format: "%.0f tokens/s, %d segments, idle %.0f %%", progress.tokensPerSecond, progress.segments,
          100 * progress.idleShare))
    case .draining: line("leaving; giving back what it has")
    }
  }

  func line(_ words: String) {
    guard style == .lines else { return }
    print(words)
    fflush(nil)
  }

  private func show(json event: WorkerEvent) {
    var record: MetricRecord
    switch event {
    case .welcome(let run, let session):
      record = ["event": "welcome", "run": .text(run), "session": .text(session)]
    case .silence(let seconds, let isKnown, _):
      record = ["event": "silence", "seconds": .number(seconds), "known": .integer(isKnown ? 1 : 0)]
    case .disconnected: record = ["event": "disconnected"]
    case .refusedConnection: record = ["event": "refused_connection"]
    case .model(let words): record = ["event": "model", "text": .text(words)]
    case .weights(let version, let bytes, let seconds):
      record = [
        "event": "weights", "version": .integer(version.number), "digest": .text(version.digest),
        "bytes": .integer(bytes), "seconds": .number(seconds),
      ]
    case .badTransfer(let words): record = ["event": "bad_transfer", "text": .text(words)]
    case .refused(let words): record = ["event": "refused", "text": .text(words)]
    case .failed(let item, let reason):
      record = [
        "event": "failed", "step": .integer(item.step), "group": .integer(item.group),
        "sample": .integer(item.sample), "text": .text(reason),
      ]
    case .progress(let progress):
      record = [
        "event": "progress", "seconds": .number(progress.seconds), "tokens": .integer(progress.tokens),
        "segments": .integer(progress.segments), "idle_share": .number(progress.idleShare),
      ]
    case .draining: record = ["event": "draining"]
    }
    print(record.json)
    fflush(nil)
  }
}
