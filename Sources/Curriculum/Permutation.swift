private import Randomness

/// A shuffled order of 0..<count that is computed place by place, so that nothing has to be stored or
/// resumed.
///
/// A Feistel network of six rounds permutes the next power of four; places that leave the range are walked on
/// until they are back inside (Black & Rogaway 2002, "Ciphers with Arbitrary Finite Domains", cycle walking):
/// less than four steps on average. It never permutes less than 256 places, since on a handful some orders
/// come too often (measured with four rounds on 16: a third too often in some places).
struct Permutation: Sendable {
  let count: UInt64
  private let keys: [UInt64]
  private let halfBits: UInt64

  /// - Precondition: `count` is at least 1.
  init(count: Int, seed: UInt64, epoch: UInt64) {
    precondition(count >= 1, "a permutation of nothing was asked for")
    self.count = UInt64(count)
    var rng = CounterRNG(seed: seed, stream: Stream("permutation", epoch))
    keys = (0..<6).map { _ in rng.next() }
    let bits = UInt64(64 - (self.count - 1).leadingZeroBitCount)
    halfBits = max(4, (bits + 1) / 2)
  }

  /// Which element stands at `place`.
  ///
  /// - Precondition: `place` < `count`.
  subscript(place: UInt64) -> UInt64 {
    precondition(place < count, "place \(place) of a permutation of \(count)")
    var value = place
    repeat { value = shuffled(value) } while value >= count
    return value
  }

  private func shuffled(_ value: UInt64) -> UInt64 {
    let mask = (UInt64(1) << halfBits) - 1
    var (left, right) = (value >> halfBits, value & mask)
    for key in keys {
      var hash = StableHash()
      hash.combine(key)
      hash.combine(right)
      (left, right) = (right, left ^ (hash.value & mask))
    }
    return left << halfBits | right
  }
}
