internal import Dispatch
internal import Synchronization

/// Does what it is handed in that order, on a thread of its own: whoever hands something over goes on at once.
///
/// At most ``capacity`` pieces wait at a time, so memory is bounded; with more, handing over waits. After a piece has failed
/// no other is done, and the failure comes back from ``waitForRoom()`` and ``settle()`` from then on.
package final class BackgroundWriter: Sendable {
  package let capacity: Int
  private let queue = DispatchQueue(label: "apus.writer")
  // Begins at 0 and is raised: a semaphore may not be let go of below what it began with.
  private let room = DispatchSemaphore(value: 0)
  private let state = Mutex(State())

  private struct State {
    var failure: (any Error)?
    var seconds = 0.0
  }

  package init(capacity: Int) {
    self.capacity = capacity
    for _ in 0..<capacity { room.signal() }
  }

  /// To be called before each ``write(_:)``: waits while as many pieces as may wait do.
  ///
  /// - Throws: What an earlier piece failed with.
  package func waitForRoom() throws {
    room.wait()
    do { try check() } catch {
      room.signal()
      throw error
    }
  }

  /// Takes a piece for which there is room; returns at once.
  package func write(_ piece: @escaping @Sendable () throws -> Void) {
    queue.async { [self] in
      defer { room.signal() }
      guard state.withLock({ $0.failure == nil }) else { return }
      timed {
        do { try piece() } catch { state.withLock { $0.failure = error } }
      }
    }
  }

  /// Takes a piece of a kind whose number is bounded elsewhere (rollouts under way), so that it needs no room.
  package func add(_ piece: @escaping @Sendable () throws -> Void) {
    queue.async { [self] in
      guard state.withLock({ $0.failure == nil }) else { return }
      timed {
        do { try piece() } catch { state.withLock { $0.failure = error } }
      }
    }
  }

  /// The same for something small that cannot fail, such as a line of a log. It needs no room, and is done even after a
  /// failure.
  package func note(_ piece: @escaping @Sendable () -> Void) {
    queue.async { [self] in timed(piece) }
  }

  /// Waits until everything is done.
  ///
  /// - Throws: What a piece failed with.
  package func settle() throws {
    queue.sync {}
    try check()
  }

  /// Seconds spent on pieces since the last call of this.
  package func takeSeconds() -> Double {
    state.withLock { state in
      defer { state.seconds = 0 }
      return state.seconds
    }
  }

  /// - Throws: What a piece has failed with so far.
  package func check() throws {
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  private func timed(_ body: () -> Void) {
    let start = ContinuousClock.now
    body()
    let seconds = start.duration(to: .now).inSeconds
    state.withLock { $0.seconds += seconds }
  }
}
