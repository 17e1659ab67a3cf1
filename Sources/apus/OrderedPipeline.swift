import Dispatch
import Foundation
import Synchronization

/// Works on pieces on all cores and hands results over in the order in which the pieces came, each as soon as it and those
/// before it are done. Few pieces are under way at a time, so memory stays what it is however long the stream.
final class OrderedPipeline<Piece: Sendable, Result: Sendable>: Sendable {
  private let work: @Sendable (Piece) -> Result
  private let deliver: @Sendable (Result) -> Void
  private let workers = DispatchQueue(label: "apus.pipeline.work", attributes: .concurrent)
  private let deliveries = DispatchQueue(label: "apus.pipeline.deliver")
  private let room: DispatchSemaphore

  /// A piece's result, once it is there.
  private final class Slot: Sendable {
    let result = Mutex<Result?>(nil)
    let done = DispatchSemaphore(value: 0)
  }

  /// - Parameters:
  ///   - work: Done on any thread, several at once.
  ///   - deliver: Told of results, one after the other.
  init(work: @escaping @Sendable (Piece) -> Result, deliver: @escaping @Sendable (Result) -> Void) {
    self.work = work
    self.deliver = deliver
    room = DispatchSemaphore(value: 2 * max(1, ProcessInfo.processInfo.activeProcessorCount))
  }

  /// Takes a piece; waits while too many are under way.
  func add(_ piece: Piece) {
    room.wait()
    let slot = Slot()
    workers.async { [work] in
      let result = work(piece)
      slot.result.withLock { $0 = result }
      slot.done.signal()
    }
    deliveries.async { [deliver, room] in
      slot.done.wait()
      if let result = slot.result.withLock({ $0 }) { deliver(result) }
      room.signal()
    }
  }

  /// Returns once every result is delivered.
  func finish() { deliveries.sync {} }
}
