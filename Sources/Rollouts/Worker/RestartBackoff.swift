/// How long to wait before a process that died is started again: a tenth of a second, doubling to five, from the
/// beginning after one that worked.
package struct RestartBackoff: Sendable, Hashable {
  private var next = 0.1
  private static let longest = 5.0

  package init() {}

  /// Seconds to wait this time.
  package mutating func wait() -> Double {
    defer { next = min(2 * next, Self.longest) }
    return next
  }

  package mutating func succeeded() { next = 0.1 }
}
