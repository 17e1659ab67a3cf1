/// Sequences whose keys and values are kept for others that begin alike: prompts of groups, paused sequences, turns of
/// a conversation.
struct PrefixCache {
  struct Entry {
    /// What the blocks hold, from position 0.
    var tokens: [Int32]
    var blocks: [Int32]
    /// Logits `[V]` after the last token; nil where nobody asked for them.
    var logits: [Float]?
    /// Group whose members still to come need it; nil = kept as long as memory allows.
    var group: Int?
    fileprivate var lastUse = 0
  }

  private(set) var entries: [Entry] = []
  private var clock = 0

  /// The entry that has the longest beginning in common with `tokens`.
  ///
  /// - Returns: Its place, and how many tokens; nil where no token is in common.
  func longestMatch(_ tokens: [Int32]) -> (index: Int, count: Int)? {
    var best: (index: Int, count: Int)?
    for (index, entry) in entries.enumerated() {
      let limit = min(entry.tokens.count, tokens.count)
      guard limit > best?.count ?? 0 else { continue }
      var count = 0
      while count < limit, entry.tokens[count] == tokens[count] { count += 1 }
      if count > best?.count ?? 0 { best = (index, count) }
    }
    return best
  }

  mutating func touch(_ index: Int) {
    clock += 1
    entries[index].lastUse = clock
  }

  /// Keeps blocks, whose references pass to the cache.
  mutating func insert(tokens: [Int32], blocks: [Int32], logits: [Float]?, group: Int?) {
    entries.append(Entry(tokens: tokens, blocks: blocks, logits: logits, group: group))
    touch(entries.count - 1)
  }

  func has(group: Int) -> Bool { entries.contains { $0.group == group } }

  /// Gives up what a group no longer needs; the blocks are the caller's to release.
  mutating func remove(group: Int) -> [Int32] {
    let gone = entries.filter { $0.group == group }
    guard !gone.isEmpty else { return [] }
    entries.removeAll { $0.group == group }
    return gone.flatMap(\.blocks)
  }

  /// Gives up the entry not used for longest of those that free something, one that nobody waits for if possible.
  mutating func evict(freeing: (Entry) -> Bool) -> [Int32]? {
    let oldest = entries.indices.filter { freeing(entries[$0]) }.min {
      (entries[$0].group == nil ? 0 : 1, entries[$0].lastUse) < (
        entries[$1].group == nil ? 0 : 1, entries[$1].lastUse
      )
    }
    return oldest.map { entries.remove(at: $0).blocks }
  }

  /// Logits are no longer those of the weights in use.
  mutating func dropLogits() {
    for index in entries.indices { entries[index].logits = nil }
  }

  /// Gives up everything.
  mutating func removeAll() -> [Int32] {
    defer { entries = [] }
    return entries.flatMap(\.blocks)
  }
}
