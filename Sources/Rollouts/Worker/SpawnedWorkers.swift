internal import Dispatch
internal import Foundation
internal import Synchronization
public import Transport

/// Worker processes on this machine that the trainer started: replaced when they die, ended when the run ends.
public final class SpawnedWorkers: Sendable {
  /// Where they connect.
  public let endpoint: String
  private let executable: String
  private let count: Int
  private let arguments: [String]
  private let key: String?
  private let onEvent: @Sendable (ExchangeEvent) -> Void
  private let queue = DispatchQueue(label: "apus.spawn")
  private let state = Mutex(State())

  private struct State {
    var slots: [Slot] = []
    var isClosed = false
  }

  private struct Slot {
    var process: Process?
    var backoff = RestartBackoff()
    var restarts = 0
    var started = ContinuousClock.now
  }

  /// A process that lived so long has worked.
  private static let longLife = Duration.seconds(10)

  /// - Parameters:
  ///   - count: Processes.
  ///   - endpoint: Where they connect.
  ///   - keyFile: The trainer's own key, where the endpoint asks for keys: workers that it starts may use it, if it is among the
  ///     authorized. Its public half is expected beside it.
  ///   - arguments: Further ones of `apus worker`: `--threads`, `--capacity`…
  ///   - executable: What to start; nil = this program.
  ///   - onEvent: Told of starts and ends, on a queue of its own.
  /// - Throws: Where this program's own file cannot be found, or the first process cannot be started.
  public init(
    _ count: Int, endpoint: String, keyFile: String? = nil, arguments: [String] = [],
    executable: String? = nil,
    onEvent: @escaping @Sendable (ExchangeEvent) -> Void
  ) throws {
    self.endpoint = endpoint
    self.count = count
    self.executable =
      try executable ?? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    self.onEvent = onEvent
    key = try keyFile.map { try KeyFile.read($0).name }
    let keys = keyFile.map { file in
      ["--key", file, "--server-key", (file.hasSuffix(".key") ? String(file.dropLast(4)) : file) + ".pub"]
    }
    self.arguments = Self.arguments(count, endpoint: endpoint) + (keys ?? []) + arguments
    state.withLock { $0.slots = (0..<count).map { _ in Slot() } }
    for index in 0..<count { try start(index) }
  }

  /// Threads of each, so that together they have the machine's cores.
  private static func arguments(_ count: Int, endpoint: String) -> [String] {
    let threads = max(1, ProcessInfo.processInfo.activeProcessorCount / max(1, count))
    return [
      "worker", "--connect", endpoint, "--quiet", "--threads", "\(threads)",
      "--parent", "\(ProcessInfo.processInfo.processIdentifier)",
    ]
  }

  /// The name of each: the same for the one that replaces it.
  private func name(_ index: Int) -> String { (key.map { "\($0)." } ?? "") + "spawned-\(index + 1)" }

  /// A worker has said hello: should it be one of these, the next restart in its place is quick again.
  public func joined(_ worker: WorkerID) {
    state.withLock { state in
      for index in state.slots.indices where name(index) == worker.name {
        state.slots[index].backoff.succeeded()
      }
    }
  }

  /// Process numbers of those that run, by name.
  public var processes: [String: Int32] {
    state.withLock { state in
      var numbers: [String: Int32] = [:]
      for (index, slot) in state.slots.enumerated() {
        if let process = slot.process, process.isRunning { numbers[name(index)] = process.processIdentifier }
      }
      return numbers
    }
  }

  private func start(_ index: Int) throws {
    let process = Process()
    process.executableURL = URL(filePath: executable)
    process.arguments = arguments + ["--name", name(index)]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    // Weakly: a process that ends after this object is of no interest.
    process.terminationHandler = { [weak self] ended in
      let (status, isSignal) = (ended.terminationStatus, ended.terminationReason == .uncaughtSignal)
      self?.ended(index, isSignal ? "signal \(status)" : "exit code \(status)")
    }
    let restarts = try state.withLock { state -> Int? in
      guard !state.isClosed else { return nil }
      try process.run()
      state.slots[index].process = process
      state.slots[index].started = .now
      return state.slots[index].restarts
    }
    guard let restarts else { return }
    onEvent(.spawned(name: name(index), process: process.processIdentifier, restarts: restarts))
  }

  private func ended(_ index: Int, _ reason: String) {
    let wait = state.withLock { state -> Double? in
      state.slots[index].process = nil
      guard !state.isClosed else { return nil }
      state.slots[index].restarts += 1
      if state.slots[index].started.duration(to: .now) >= Self.longLife {
        state.slots[index].backoff.succeeded()
      }
      return state.slots[index].backoff.wait()
    }
    guard let wait else { return }
    onEvent(.ended(name: name(index), reason: reason, againAfter: wait))
    queue.asyncAfter(deadline: .now() + wait) { [weak self] in
      do { try self?.start(index) } catch { self?.ended(index, "cannot be started: \(error)") }
    }
  }

  /// Waits a moment for them to leave, if the trainer has told them to, ends those that do not, and waits until all
  /// are gone. What they still have is of no use: this is for when the exchange is closed.
  public func close() {
    let running = state.withLock { state in
      state.isClosed = true
      return state.slots.compactMap(\.process)
    }
    let deadline = ContinuousClock.now + .milliseconds(Self.farewell)
    while running.contains(where: \.isRunning), ContinuousClock.now < deadline { usleep(10_000) }
    for process in running where process.isRunning { kill(process.processIdentifier, SIGKILL) }
    for process in running { process.waitUntilExit() }
  }

  private static let farewell = 300

  deinit { close() }
}
