import Foundation
import Metrics
import Synchronization
import Testing

/// Stories of runs that meet with an accident: real processes, real signals, real sockets.
///
/// Each has a short form for `make test` and a long one for `make faults` (`APUS_FAULTS=all`). They run one after the
/// other: several at once would slow each other down until every wait looks like a fault. See docs/faults.md.
@Suite(.serialized) enum Faults {
  static let isLong = ProcessInfo.processInfo.environment["APUS_FAULTS"] == "all"

  /// How often something is done.
  static func times(_ short: Int, long: Int) -> Int { isLong ? long : short }

  /// Says that a story cannot be told on this machine. `make faults` counts these.
  static func skip(_ story: String, _ reason: String) {
    print("SKIPPED: \(story) — \(reason)")
    guard let path = ProcessInfo.processInfo.environment["APUS_FAULTS_SKIPPED"] else { return }
    if !FileManager.default.fileExists(atPath: path) {
      _ = FileManager.default.createFile(atPath: path, contents: nil)
    }
    guard let file = FileHandle(forWritingAtPath: path) else { return }
    _ = try? file.seekToEnd()
    try? file.write(contentsOf: Data("SKIPPED: \(story) — \(reason)\n".utf8))
    try? file.close()
  }
}

/// Why a story did not end well, with what its processes said last.
struct StoryFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Random moments and choices from a printed seed (SplitMix64, Steele et al. 2014).
struct StoryRandom: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A folder, the processes that are started for it, and what they have in common.
final class Story {
  let program: Program
  var random: StoryRandom
  /// Names every process that came of this story, however it was started: they inherit it.
  let mark = "APUS_STORY=\(UUID().uuidString)"
  private var started: [Process] = []

  /// Tells a story, and sees to it that nothing of it is left running whatever happens.
  static func tell(_ name: String, _ body: (Story) throws -> Void) throws {
    let seed =
      ProcessInfo.processInfo.environment["APUS_FAULTS_SEED"].flatMap(UInt64.init)
      ?? (Faults.isLong ? UInt64.random(in: 0..<1_000_000) : 1)
    print("fault story: \(name), APUS_FAULTS_SEED=\(seed)")
    let story = try Story(seed: seed)
    defer { story.end() }
    let start = ContinuousClock.now
    do { try body(story) } catch { throw StoryFailure("\(name) (APUS_FAULTS_SEED=\(seed)): \(error)") }
    let seconds = Int((start.duration(to: .now) / .milliseconds(100)).rounded())
    print("fault story: \(name) ended well after \(seconds / 10).\(seconds % 10) s")
  }

  private init(seed: UInt64) throws {
    program = try Program()
    random = StoryRandom(seed)
    let model = try TaughtModel.folder.get() + "/model"
    try program.write(TaughtModel.recipe, to: "story.yaml")
    common = [
      // Large enough to be interrupted, and with a gradient at every step, so that weights change at every step.
      "model.path=\(model)", "rollout.num_prompts=6", "rollout.max_completion_length=64",
      "algorithm.entropy_coef=0.01",
      "output.checkpoint_every=4", "output.keep_last=2",
    ]
  }

  /// Settings of every run of the story.
  var common: [String]

  private func end() {
    for process in Self.processes(marked: mark) { kill(process, SIGKILL) }
    for process in started where process.isRunning { process.waitUntilExit() }
    program.clean()
  }

  // MARK: Processes

  /// Starts a program, `apus` where none is named; its output goes to NAME.out and NAME.err.
  func start(
    _ arguments: [String], of executable: URL = Program.executable, name: String
  ) throws -> Process {
    let pair = mark.split(separator: "=").map(String.init)
    let process = try program.start(
      arguments, of: executable, environment: [pair[0]: pair[1]], output: name)
    started.append(process)
    return process
  }

  /// Runs `apus` to its end.
  @discardableResult
  func run(_ arguments: [String], limit: Double = 120) throws -> Program.Result {
    let name = "call-\(started.count)"
    let process = try start(arguments, name: name)
    try wait("`apus \(arguments.prefix(3).joined(separator: " "))` to end", limit, told: name) {
      !process.isRunning
    }
    return result(process, name)
  }

  func result(_ process: Process, _ name: String) -> Program.Result {
    process.waitUntilExit()
    return Program.Result(
      status: process.terminationStatus, output: program.text(name + ".out"),
      errors: program.text(name + ".err"))
  }

  /// Looks again and again until something is so. `limit` is in seconds, and long, since other tests share the
  /// machine; `told` is the name under which a process's output is kept, for the message.
  func wait(_ what: String, _ limit: Double = 60, told: String? = nil, until condition: () throws -> Bool)
    throws
  {
    let deadline = ContinuousClock.now + .seconds(limit)
    while try !condition() {
      guard ContinuousClock.now < deadline else {
        throw StoryFailure("waited \(limit) s in vain for \(what)" + (told.map { "\n" + tail(of: $0) } ?? ""))
      }
      Thread.sleep(forTimeInterval: 0.002)
    }
  }

  /// What a process said last on standard error.
  func tail(of name: String) -> String {
    "the end of \(name).err:\n" + program.text(name + ".err").suffix(1500)
  }

  /// Sleeps for a random time.
  func pause(upTo seconds: Double) {
    Thread.sleep(forTimeInterval: Double.random(in: 0..<seconds, using: &random))
  }

  // MARK: What came of it

  /// Metrics without times, and the digest of the weights.
  struct Outcome: Sendable {
    var records: [MetricRecord]
    var digest: String

    /// nil where both are the same; else the first difference.
    func difference(from other: Self) -> String? {
      for (index, (mine, theirs)) in zip(records, other.records).enumerated() where mine != theirs {
        for name in mine.fields.map(\.name) + theirs.fields.map(\.name) where mine[name] != theirs[name] {
          let values = [theirs[name], mine[name]].map { $0?.description ?? "nothing" }
          return "line \(index + 1) of metrics: `\(name)` is \(values[1]), undisturbed it was \(values[0])"
        }
        return "line \(index + 1) of metrics has its values in another order"
      }
      guard records.count == other.records.count else {
        return "\(records.count) lines of metrics, undisturbed there were \(other.records.count)"
      }
      return digest == other.digest ? nil : "weights \(digest), undisturbed they were \(other.digest)"
    }
  }

  func outcome(_ run: String) throws -> Outcome {
    let records = try MetricsFile.read(program.folder.path + "/\(run)/metrics.jsonl").map(\.reproducible)
    guard let digest = try program.object("\(run)/summary.json")["weights_digest"] as? String else {
      throw StoryFailure("\(run)/summary.json has no digest")
    }
    return Outcome(records: records, digest: digest)
  }

  /// The same run in one process, with nothing happening to it; made once for all stories that compare with it.
  func undisturbed(_ settings: [String]) throws -> Outcome {
    let key = common + settings
    if let known = Self.known.withLock({ $0[key] }) { return known }
    let run = try run(arguments("undisturbed-\(started.count)", settings))
    guard run.status == 0 else { throw StoryFailure("the undisturbed run failed: \(run.all)") }
    let found = try outcome("undisturbed-\(started.count - 1)")
    Self.known.withLock { $0[key] = found }
    return found
  }

  private static let known = Mutex<[[String]: Outcome]>([:])

  /// Of `apus`, for a run of the story's recipe.
  func arguments(_ run: String, _ settings: [String]) -> [String] {
    ["train", "story.yaml", "--quiet", "--set", "output.dir=\(run)"]
      + (common + settings).flatMap { ["--set", $0] }
  }

  /// That the store adds up.
  func audit(_ run: String) throws {
    let audit = try self.run(["replay", "audit", run])
    guard audit.status == 0 else {
      throw StoryFailure("`apus replay audit` after it: exit code \(audit.status)\n\(audit.all.suffix(3000))")
    }
  }

  /// That a run's metrics and weights are those of the undisturbed run, and that its store adds up.
  func expectUnharmed(_ run: String, as settings: [String]) throws {
    if let difference = try outcome(run).difference(from: try undisturbed(settings)) {
      throw StoryFailure("the run came out otherwise: \(difference)")
    }
    try audit(run)
  }

  /// That a run, done again from its store, comes to the same weights; for asynchronous ones, which nothing else
  /// repeats.
  func expectRepeatable(_ run: String) throws {
    try audit(run)
    let again = try self.run(["replay", "train", run, "--quiet"])
    guard again.status == 0 else {
      throw StoryFailure("`apus replay train` after it: exit code \(again.status)\n\(again.all.suffix(3000))")
    }
  }

  /// Segments that each worker has made, by its name.
  func segments(of run: String) throws -> [String: Int] {
    let stats = try self.run(["replay", "stats", run, "--json"])
    let object = try JSONSerialization.jsonObject(with: Data(stats.output.utf8)) as? [String: Any]
    guard let workers = object?["workers"] as? [[String: Any]] else {
      throw StoryFailure("`apus replay stats --json` has no workers:\n\(stats.all.prefix(500))")
    }
    return Dictionary(
      workers.map { ($0["name"] as? String ?? "", $0["segments"] as? Int ?? 0) }, uniquingKeysWith: +)
  }
}
