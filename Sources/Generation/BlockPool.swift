/// Who uses which block of keys and values: sequences in slots, and what is kept for others to come.
struct BlockPool: Sendable {
  private var users: [Int32]
  private var keepers: [Int32]
  private var free: [Int32]
  /// Blocks that are kept, and that no sequence in a slot uses: they can be had by giving up what keeps them.
  private(set) var idleCount = 0
  /// The most that were ever in use.
  private(set) var peak = 0

  init(capacity: Int) {
    users = [Int32](repeating: 0, count: capacity)
    keepers = [Int32](repeating: 0, count: capacity)
    // The lowest numbers go first, so that memory is touched from its beginning.
    free = (0..<Int32(capacity)).reversed()
  }

  var capacity: Int { users.count }
  /// Blocks that nobody uses or keeps.
  var freeCount: Int { free.count }

  /// A block with one user; nil when all are in use or kept.
  mutating func take() -> Int32? {
    guard let block = free.popLast() else { return nil }
    users[Int(block)] = 1
    peak = max(peak, capacity - free.count)
    return block
  }

  /// Another sequence uses the blocks.
  mutating func use(_ blocks: some Sequence<Int32>) {
    for block in blocks.lazy.map(Int.init) {
      precondition(users[block] + keepers[block] > 0, "a free block has nothing to share")
      if users[block] == 0 { idleCount -= 1 }
      users[block] += 1
    }
  }

  /// A sequence no longer uses the blocks.
  mutating func leave(_ blocks: some Sequence<Int32>) {
    for block in blocks.lazy.map(Int.init) {
      precondition(users[block] > 0, "left too often")
      users[block] -= 1
      guard users[block] == 0 else { continue }
      if keepers[block] > 0 { idleCount += 1 } else { free.append(Int32(block)) }
    }
  }

  /// The blocks are kept for others to come.
  mutating func keep(_ blocks: some Sequence<Int32>) {
    for block in blocks.lazy.map(Int.init) {
      precondition(users[block] + keepers[block] > 0, "a free block has nothing to keep")
      keepers[block] += 1
    }
  }

  /// The blocks are no longer kept.
  mutating func giveUp(_ blocks: some Sequence<Int32>) {
    for block in blocks.lazy.map(Int.init) {
      precondition(keepers[block] > 0, "given up too often")
      keepers[block] -= 1
      guard keepers[block] == 0, users[block] == 0 else { continue }
      idleCount -= 1
      free.append(Int32(block))
    }
  }

  /// Whether writing into it would be seen by others.
  func isShared(_ block: Int32) -> Bool { users[Int(block)] + keepers[Int(block)] > 1 }

  func isIdle(_ block: Int32) -> Bool { users[Int(block)] == 0 && keepers[Int(block)] > 0 }

  /// How many of a sequence's first blocks other sequences in slots use too. Sharing begins at the beginning.
  func commonCount(_ blocks: [Int32]) -> Int {
    var (low, high) = (0, blocks.count)
    while low < high {
      let middle = (low + high) / 2
      if users[Int(blocks[middle])] > 1 { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
