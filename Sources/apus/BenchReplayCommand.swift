import ArgumentParser
import Experience
import Foundation
import Replay

/// `apus bench replay`: what committing a finished rollout costs, against SQLite alone.
struct BenchReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Finished rollouts committed per second, against a bare SQLite loop.",
    discussion: """
      Each rollout is one transaction: its segment, its reward term by term, and its finished state, in WAL mode without a sync of its own.
      --peer names the program made of Benchmarks/peers/sqlite_commits.c, which makes the same inserts in the same transactions; both
      begin with a copy of one store, and take turns.

        cc -O2 -o /tmp/sqlite_commits Benchmarks/peers/sqlite_commits.c -lsqlite3
        apus bench replay --peer /tmp/sqlite_commits
      """)

  @OptionGroup var bench: BenchArguments

  @Option(help: ArgumentHelp("Rollouts of each round.", valueName: "n"))
  var rollouts = 4096

  @Option(help: ArgumentHelp("Tokens of each.", valueName: "n"))
  var tokens = 256

  @Option(help: ArgumentHelp("Terms of each reward.", valueName: "n"))
  var terms = 3

  @Option(help: ArgumentHelp("The program to be measured against.", valueName: "path"), completion: .file())
  var peer: String?

  private static let groupSize = 8

  func validate() throws {
    for (name, value, range) in [
      ("--rollouts", rollouts, Self.groupSize...1_000_000), ("--tokens", tokens, 1...1_000_000),
      ("--terms", terms, 0...1000),
    ] {
      guard range.contains(value) else {
        throw ValidationError("\(name) is \(value), but must be \(range.lowerBound) to \(range.upperBound)")
      }
    }
  }

  func run() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "apus-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let template = folder.appending(path: "template.sqlite").path
    let entries = try prepare(template)
    let load = BenchFacts.load
    var (ours, theirs): ([Double], [Double]) = ([], [])
    // The first round warms both up.
    for round in 0...(bench.rounds ?? 5) {
      func side(_ name: String, _ measure: (String) throws -> Double) throws -> Double {
        let path = folder.appending(path: "\(name)-\(round).sqlite").path
        try FileManager.default.copyItem(atPath: template, toPath: path)
        defer {
          for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        }
        return try measure(path)
      }
      var seconds = (ours: 0.0, theirs: 0.0)
      for isOurs in round % 2 == 0 ? [true, false] : [false, true] {
        if isOurs {
          seconds.ours = try side("apus") { try commit(entries, $0) }
        } else if let peer {
          seconds.theirs = try side("peer") { try run(peer, $0) }
        }
      }
      guard round > 0 else { continue }
      ours.append(Double(entries.count) / seconds.ours)
      if peer != nil { theirs.append(Double(entries.count) / seconds.theirs) }
    }
    report(entries.count, Spread(ours), theirs.isEmpty ? nil : Spread(theirs), load).print(asJSON: bench.json)
  }

  /// A store of groups that wait, and what is to be committed to it.
  private func prepare(_ path: String) throws -> [SegmentEntry] {
    let store = try ReplayStore(path: path)
    let run = try store.begin(Self.name)
    let version = PolicyVersion(number: 0, digest: "sha256:" + String(repeating: "0", count: 64))
    let groups = (0..<rollouts / Self.groupSize).map { index in
      IssuedGroup(
        index: index,
        task: ReasoningTask(
          id: "sums/\(index)", source: "sums", prompt: "2 + 3 = ?", groundTruth: "5", verifier: "math"),
        promptTokens: (0..<64).map { Int32($0) }, dataPosition: index + 1, members: Self.groupSize)
    }
    try store.issue(run, groups: groups, step: 1, stage: "rl", version: version)
    let text = String(repeating: "a", count: 2 * tokens)
    let components = (0..<terms).map { RewardComponent(name: "term_\($0)", value: 0.5, weight: 1) }
    return groups.flatMap { group in
      (0..<Self.groupSize).map { sample in
        let number = group.index * Self.groupSize + sample
        let segment = Segment(
          tokens: (0..<tokens).map { Int32(($0 * 37 + number) % 50_000) },
          logprobs: Array(repeating: -0.5, count: tokens), version: version, worker: "worker-1")
        return SegmentEntry(
          item: WorkItem(step: 1, group: group.index, sample: sample), start: 0, segments: [segment],
          finish: .stop, text: text,
          reward: RewardBreakdown(
            correctness: 1, components: components, total: 1, extracted: "42",
            reason: "correct: last boxed answer, compared as exact numbers"))
      }
    }
  }

  private static let name = ReplayRun(name: "bench", seed: 1, recipe: "")

  /// Seconds for all of them.
  private func commit(_ entries: [SegmentEntry], _ path: String) throws -> Double {
    let store = try ReplayStore(path: path)
    let run = try store.begin(Self.name)
    let start = ContinuousClock.now
    for entry in entries { try store.append(run, entry, step: 1) }
    return start.duration(to: .now) / .seconds(1)
  }

  private struct Answer: Decodable {
    var rollouts: Int
    var seconds: Double
  }

  private func run(_ peer: String, _ path: String) throws -> Double {
    let process = Process()
    process.executableURL = URL(filePath: peer)
    process.arguments = [path, "\(tokens)", "\(terms)"]
    let output = Pipe()
    process.standardOutput = output
    do { try process.run() } catch {
      throw CommandError("\(peer): cannot be started (\(error.localizedDescription))")
    }
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0, let answer = try? JSONDecoder().decode(Answer.self, from: data),
      answer.rollouts == rollouts / Self.groupSize * Self.groupSize
    else {
      throw CommandError("\(peer): ended with \(process.terminationStatus), or did not commit every rollout")
    }
    return answer.seconds
  }

  private func report(_ count: Int, _ ours: Spread, _ theirs: Spread?, _ load: Double) -> BenchReport {
    var report = BenchReport(lines: [
      "\(count) finished rollouts of \(tokens) tokens, \(counted(terms, "reward term")), a transaction each, "
        + "load \(String(format: "%.1f", load))",
      pad("apus", 8) + ours.words("rollouts/s"),
    ])
    report.members = [
      ("rollouts", .integer(count)), ("tokens", .integer(tokens)), ("terms", .integer(terms)),
      ("load", .number(load)), ("rollouts_per_second", ours.json),
    ]
    var sides: [(name: String, value: JSONText)] = [("apus", .number(ours.median))]
    if let theirs {
      let ratio = ours.median / theirs.median
      report.lines += [
        pad("sqlite3", 8) + theirs.words("rollouts/s"),
        "apus against a bare loop: \(String(format: "%.2f", ratio))×, \(counted(bench.rounds ?? 5, "round"))",
      ]
      sides.append(("sqlite3", .number(theirs.median)))
      report.members += [("ratio", .number(ratio))]
    }
    report.members += [("sides", .object(sides))]
    return report
  }
}
