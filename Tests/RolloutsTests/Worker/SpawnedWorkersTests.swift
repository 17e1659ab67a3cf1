import Foundation
import Rollouts
import Synchronization
import Testing
import Transport

@Suite struct SpawnedWorkersTests {
  /// A program that does as the script says. Another process writes it: a child that a test beside this one forks meanwhile would
  /// keep a file that was opened here open for writing, and such a file cannot be run.
  private func program(_ script: String, in folder: TestFolder) throws -> String {
    let path = folder.path + "/program"
    let writer = Process()
    writer.executableURL = URL(filePath: "/bin/sh")
    writer.arguments = [
      "-c", "printf '%s\\n' '#!/bin/sh' \"$1\" > \"$2\"; chmod 700 \"$2\"", "sh", script, path,
    ]
    try writer.run()
    writer.waitUntilExit()
    try #require(writer.terminationStatus == 0)
    return path
  }

  private final class Events: Sendable {
    private let list = Mutex<[ExchangeEvent]>([])
    func add(_ event: ExchangeEvent) { list.withLock { $0.append(event) } }
    var restarts: [Int] {
      list.withLock { $0 }.compactMap { if case .spawned(_, _, let restarts) = $0 { restarts } else { nil } }
    }
    var ends: [(reason: String, wait: Double)] {
      list.withLock { $0 }.compactMap {
        if case .ended(_, let reason, let wait) = $0 { (reason, wait) } else { nil }
      }
    }
  }

  @Test func `those that die are replaced, ever more slowly`() throws {
    let folder = try TestFolder()
    let events = Events()
    let spawned = try SpawnedWorkers(
      1, endpoint: "ipc:///tmp/x", executable: program("exit 3", in: folder), onEvent: events.add)
    #expect(eventually { events.restarts.count >= 3 })
    spawned.close()
    let ends = events.ends.prefix(3)
    #expect(ends.map(\.reason).allSatisfy { $0 == "exit code 3" })
    #expect(ends.map(\.wait).starts(with: [0.1, 0.2]))
  }

  @Test func `a worker that is killed comes back, and close ends all`() throws {
    let folder = try TestFolder()
    let events = Events()
    let script = "echo \"$@\" >> \(folder.path)/arguments; exec sleep 60"
    let spawned = try SpawnedWorkers(
      2, endpoint: "ipc:///tmp/x", arguments: ["--capacity", "3"], executable: program(script, in: folder),
      onEvent: events.add)
    let first = spawned.processes
    #expect(first.keys.sorted() == ["spawned-1", "spawned-2"])
    let victim = try #require(first["spawned-1"])
    #expect(kill(victim, SIGKILL) == 0)
    #expect(eventually { spawned.processes["spawned-1"].map { $0 != victim } ?? false })
    #expect(spawned.processes["spawned-2"] == first["spawned-2"])
    #expect(events.ends.map(\.reason) == ["signal 9"])
    func read() -> String { (try? String(contentsOfFile: folder.path + "/arguments", encoding: .utf8)) ?? "" }
    #expect(eventually { read().hasSuffix("\n") })
    let arguments = read()
    #expect(arguments.contains("worker --connect ipc:///tmp/x"), "\(arguments)")
    #expect(arguments.contains("--capacity 3 --name spawned-"), "\(arguments)")
    let last = Array(spawned.processes.values)
    spawned.close()
    #expect(last.allSatisfy { kill($0, 0) != 0 })
  }

  @Test func `waits double to five seconds, and begin anew after a success`() {
    var backoff = RestartBackoff()
    let waits = (0..<8).map { _ in backoff.wait() }
    #expect(waits == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5])
    backoff.succeeded()
    let next = backoff.wait()
    #expect(next == 0.1)
  }
}
