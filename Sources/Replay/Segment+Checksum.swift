internal import Experience

extension Segment {
  /// What a segment was when it was committed, in 64 bits: which weights made it, where it begins, and its three arrays. It shows damage
  /// and edits; whoever means to deceive computes it anew.
  ///
  /// FNV-1a (Fowler, Noll & Vo 1991) over words of 32 bits. Each word takes part in a step that can be undone, so two segments that
  /// differ in one word never agree.
  ///
  /// - Parameter start: Tokens of the rollout before it.
  /// - Returns: As SQLite has it.
  func checksum(at start: Int) -> Int64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ word: UInt64) { hash = (hash ^ word) &* 0x100_0000_01b3 }
    add(UInt64(bitPattern: Int64(start)))
    add(UInt64(bitPattern: Int64(version.number)))
    for byte in version.digest.utf8 { add(UInt64(byte)) }
    add(UInt64(tokens.count))
    for token in tokens { add(UInt64(UInt32(bitPattern: token))) }
    for logprob in logprobs { add(UInt64(logprob.bitPattern)) }
    for isSampled in sampled { add(isSampled ? 1 : 0) }
    return Int64(bitPattern: hash)
  }
}
