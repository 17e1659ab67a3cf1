/// Pairs of tokens that become one, and which pair goes first: the heart of byte-pair encoding.
///
/// Neural Machine Translation of Rare Words with Subword Units, arXiv:1508.07909, §3.2; over bytes as in GPT-2.
struct MergeTable: Sendable {
  /// Both ids of the pair → rank (high half) and id of the merged token (low half).
  private var merges: [UInt64: UInt64] = [:]

  init(reserving count: Int) { merges.reserveCapacity(count) }

  /// Pairs are added in the order of their rank.
  mutating func add(left: Int32, right: Int32, merged: Int32, rank: Int) {
    merges[Self.pack(left, right)] = UInt64(rank) << 32 | UInt64(UInt32(bitPattern: merged))
  }

  /// Merges until no pair is left: always the pair of the lowest rank, the leftmost of equals.
  ///
  /// Takes n log n steps for n symbols, so that a long run of letters does not stall.
  func apply(to symbols: [Int32]) -> [Int32] {
    guard symbols.count > 1 else { return symbols }
    let count = symbols.count
    var ids = symbols  // −1 = merged into a symbol on its left
    var next = Array(1...count)
    var previous = Array(-1..<(count - 1))
    var candidates = MinHeap()

    func rankAndID(at left: Int) -> UInt64? {
      guard left >= 0, next[left] < count else { return nil }
      return merges[Self.pack(ids[left], ids[next[left]])]
    }
    func candidate(at left: Int) -> UInt64? { rankAndID(at: left).map { ($0 >> 32) << 32 | UInt64(left) } }
    for left in 0..<(count - 1) { candidate(at: left).map { candidates.push($0) } }

    while let key = candidates.pop() {
      let left = Int(key & 0xFFFF_FFFF)
      // The neighborhood may have changed since this pair was noted down.
      guard ids[left] >= 0, let entry = rankAndID(at: left), entry >> 32 == key >> 32 else { continue }
      let right = next[left]
      ids[left] = Int32(bitPattern: UInt32(truncatingIfNeeded: entry))
      ids[right] = -1
      next[left] = next[right]
      if next[left] < count { previous[next[left]] = left }
      candidate(at: previous[left]).map { candidates.push($0) }
      candidate(at: left).map { candidates.push($0) }
    }
    return ids.filter { $0 >= 0 }
  }

  private static func pack(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }
}

/// A binary heap, the smallest first.
private struct MinHeap {
  private var keys: [UInt64] = []

  mutating func push(_ key: UInt64) {
    var child = keys.count
    keys.append(key)
    while child > 0, keys[(child - 1) / 2] > keys[child] {
      keys.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func pop() -> UInt64? {
    guard let last = keys.popLast() else { return nil }
    guard let smallest = keys.first else { return last }
    keys[0] = last
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < keys.count else { break }
      if child + 1 < keys.count, keys[child + 1] < keys[child] { child += 1 }
      guard keys[child] < keys[parent] else { break }
      keys.swapAt(child, parent)
      parent = child
    }
    return smallest
  }
}
