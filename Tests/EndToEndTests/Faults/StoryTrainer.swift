import Foundation
import Metrics

/// A trainer that runs, or has run.
struct StoryTrainer {
  let story: Story
  let process: Process
  /// Its directory in the story's folder, and the name of its output.
  let run: String
  let output: String

  var pid: Int32 { process.processIdentifier }
  var workers: [Int32] { Story.workers(of: pid) }

  /// Lines that the run has written for RL steps.
  var steps: Int {
    story.program.text("\(run)/metrics.jsonl").split(separator: "\n").count {
      $0.contains("\"kind\": \"rl\"")
    }
  }

  var log: String { story.program.text("\(run)/log.txt") }

  /// Waits until so many RL steps are written.
  func wait(forSteps count: Int, _ limit: Double = 60) throws {
    try story.wait("step \(count)", limit, told: output) {
      guard steps < count else { return true }
      guard process.isRunning else {
        throw StoryFailure(
          "the run was over (exit code \(process.terminationStatus)) before step \(count)\n"
            + story.tail(of: output))
      }
      return false
    }
  }

  /// Waits until so many workers run.
  func wait(forWorkers count: Int) throws {
    try story.wait("\(count) worker processes", told: output) {
      guard process.isRunning else {
        throw StoryFailure(
          "the run was over (exit code \(process.terminationStatus)) without \(count) workers\n"
            + story.tail(of: output))
      }
      return workers.count >= count
    }
  }

  /// Waits for the end, which must be a good one.
  func finish(_ limit: Double = 120) throws {
    try story.wait("the end of the run", limit, told: output) { !process.isRunning }
    guard story.result(process, output).status == 0 else {
      throw StoryFailure("exit code \(process.terminationStatus)\n" + story.tail(of: output))
    }
  }

  /// The largest value that a metric had.
  func largest(_ metric: String) throws -> Double {
    try MetricsFile.read(story.program.folder.path + "/\(run)/metrics.jsonl")
      .compactMap { $0[metric]?.number }.max() ?? 0
  }

  func kill() {
    Foundation.kill(pid, SIGKILL)
    process.waitUntilExit()
  }
}

extension Story {
  /// Workers that are missed after 0.9 s, so that nobody waits long.
  static let lease = 0.9
  static let leases = ["rollout.workers.heartbeat_seconds=0.3", "rollout.workers.missed_heartbeats=3"]

  /// Where a trainer's workers come from.
  enum Crew {
    /// Processes that it starts.
    case spawned(Int)
    /// Whoever connects to an address.
    case listening(String)
  }

  /// Starts a trainer, or goes on with its run.
  func trainer(
    _ run: String, _ settings: [String], crew: Crew = .spawned(2), resume: Bool = false
  ) throws -> StoryTrainer {
    var arguments = arguments(run, settings + Self.leases)
    switch crew {
    case .spawned(let count): arguments += ["--spawn-workers", "\(count)"]
    case .listening(let address): arguments += ["--listen", address]
    }
    let name = uniqueName(run)
    return StoryTrainer(
      story: self, process: try start(arguments + (resume ? ["--resume"] : []), name: name), run: run,
      output: name)
  }

  /// Starts a worker.
  func worker(_ name: String, connect address: String, _ more: [String] = []) throws -> Process {
    try start(
      ["worker", "--connect", address, "--name", name, "--threads", "1"] + more, name: uniqueName(name))
  }

  func uniqueName(_ name: String) -> String {
    var count = 1
    while program.exists("\(name)-\(count).err") { count += 1 }
    return "\(name)-\(count)"
  }
}
