/// Messages that were refused, by peer and kind. Bounded: names that come when there are many already share one line.
package struct RefusalCounts {
  private struct Key: Hashable {
    var peer: String
    var kind: String
  }

  private var counts: [Key: Int] = [:]
  private let limit: Int

  /// - Parameter limit: Lines kept; names are chosen by whoever connects.
  package init(limit: Int = 1024) { self.limit = limit }

  /// Counts one.
  ///
  /// - Returns: Whether it is the first of its kind from that peer, so that it is worth a line in the log.
  package mutating func count(_ kind: String, peer: String) -> Bool {
    var key = Key(peer: peer, kind: kind)
    if counts[key] == nil, counts.count >= limit { key.peer = Self.others }
    let before = counts[key] ?? 0
    counts[key] = before + 1
    return before == 0
  }

  /// In all.
  package var total: Int { counts.values.reduce(0, +) }

  package func total(_ kind: String) -> Int {
    counts.reduce(0) { $0 + ($1.key.kind == kind ? $1.value : 0) }
  }

  /// By peer, then kind.
  package var list: [ExchangeStatus.Refusals] {
    counts.map { ExchangeStatus.Refusals(peer: $0.key.peer, kind: $0.key.kind, count: $0.value) }
      .sorted { ($0.peer, $0.kind) < ($1.peer, $1.kind) }
  }

  /// The name under which those beyond the limit are counted; no worker can have it.
  private static let others = "(others)"
}
