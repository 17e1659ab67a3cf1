import Foundation
import Synchronization

/// A bad network: stands between workers and their trainer, and does to their messages what it is told.
///
/// It knows where messages begin and end, so that it can harm what is in them and leave the connection whole, or cut
/// the connection in the middle of one.
final class MessageProxy: Sendable {
  enum Direction: Sendable { case toTrainer, toWorker }

  /// What is done to a message.
  enum Fate: Sendable {
    case pass
    /// Goes on with one byte of its last frame changed: at this share of its length, by these bits.
    case flip(at: Double, bits: UInt8)
    case twice
    case delayed(seconds: Double)
    /// Half of it goes on, then the connection is gone.
    case cutInHalf
  }

  typealias Rule = @Sendable (Direction, [[UInt8]]) -> Fate

  let port: UInt16
  private let listener: TCPSocket
  private let rule: Rule
  private let state = Mutex(State())

  private struct State {
    var target: UInt16
    var connections: [TCPSocket] = []
    var isClosed = false
    init() { target = 0 }
  }

  /// Stands before the trainer's port. The rule decides about every message, on threads of the proxy.
  init(to target: UInt16, _ rule: @escaping Rule) throws {
    (listener, port) = try TCPSocket.listening()
    self.rule = rule
    state.withLock { $0.target = target }
    Thread { [self] in
      while let worker = listener.accepted() {
        guard let trainer = try? TCPSocket(connectTo: target) else {
          worker.cut()
          continue
        }
        let isOpen = state.withLock { state in
          state.connections += [worker, trainer]
          return !state.isClosed
        }
        guard isOpen else { break }
        pump(from: worker, to: trainer, .toTrainer)
        pump(from: trainer, to: worker, .toWorker)
      }
    }.start()
  }

  /// Cuts all connections that there are; new ones are let through.
  func cutAll() {
    let connections = state.withLock { state in
      defer { state.connections = [] }
      return state.connections
    }
    for connection in connections { connection.cut() }
  }

  func close() {
    state.withLock { $0.isClosed = true }
    listener.cut()
    cutAll()
  }

  private func pump(from source: TCPSocket, to sink: TCPSocket, _ direction: Direction) {
    Thread { [self] in
      var wire = WireFrames()
      // Pieces are written whole, whoever writes them.
      let turn = NSLock()
      reading: while true {
        let bytes = source.read()
        guard !bytes.isEmpty else { break }
        for piece in wire.take(bytes) {
          guard deliver(piece, to: sink, direction, turn) else { break reading }
        }
      }
      source.cut()
      sink.cut()
    }.start()
  }

  /// - Returns: Whether the connection goes on.
  private func deliver(
    _ piece: WireFrames.Piece, to sink: TCPSocket, _ direction: Direction, _ turn: NSLock
  ) -> Bool {
    guard case .message(var frames) = piece else {
      if case .raw(let bytes) = piece { return turn.withLock { sink.write(bytes) } }
      return true
    }
    let whole = WireFrames.bytes(frames)
    switch rule(direction, frames) {
    case .pass: return turn.withLock { sink.write(whole) }
    case .twice: return turn.withLock { sink.write(whole + whole) }
    case .cutInHalf:
      _ = turn.withLock { sink.write(whole.prefix(whole.count / 2)) }
      return false
    case .flip(let share, let bits):
      let last = frames.count - 1
      if !frames[last].isEmpty {
        let place = min(Int(Double(frames[last].count) * share), frames[last].count - 1)
        frames[last][place] ^= bits
      }
      return turn.withLock { sink.write(WireFrames.bytes(frames)) }
    case .delayed(let seconds):
      Thread {
        Thread.sleep(forTimeInterval: seconds)
        _ = turn.withLock { sink.write(whole) }
      }.start()
      return true
    }
  }
}

/// How often something has happened, for rules that run on other threads.
final class Tally: Sendable {
  private let count = Mutex(0)

  /// Counts one more, and says how many there were before.
  @discardableResult
  func next() -> Int {
    count.withLock { count in
      defer { count += 1 }
      return count
    }
  }

  var total: Int { count.withLock { $0 } }
}
