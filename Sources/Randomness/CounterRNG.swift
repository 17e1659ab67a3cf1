/// Random numbers as a pure function of (seed, stream, position).
///
/// A draw depends on who it is for, never on when it was made or by which thread: the token at position 17 of
/// work item 42 is the same whoever generates it and whatever it was batched with. Nothing is stored in a
/// checkpoint but the counters that already are there.
///
/// Philox4x32-10: Salmon et al. 2011, "Parallel Random Numbers: As Easy as 1, 2, 3" (SC11). The key is the
/// seed; the counter is (position, stream). One block gives 128 bits, of which `next()` hands out 64 at a time.
public struct CounterRNG: RandomNumberGenerator, Sendable {
  private let seed: UInt64
  private let stream: UInt64
  private var position: UInt64
  private var spare: UInt64?

  /// - Parameters:
  ///   - seed: The run's seed.
  ///   - stream: Whose numbers these are; see ``Stream``.
  ///   - position: Where in the stream to begin, in blocks of 128 bits.
  public init(seed: UInt64, stream: Stream, position: UInt64 = 0) {
    self.seed = seed
    self.stream = stream.identifier
    self.position = position
  }

  public mutating func next() -> UInt64 {
    if let value = spare {
      spare = nil
      return value
    }
    let block = Self.block(seed: seed, stream: stream, position: position)
    position &+= 1
    spare = UInt64(block.2) | UInt64(block.3) << 32
    return UInt64(block.0) | UInt64(block.1) << 32
  }

  /// One uniform number in [0, 1) with 24 bits, for the given position of a stream.
  public static func uniform(seed: UInt64, stream: Stream, position: UInt64) -> Float {
    let block = Self.block(seed: seed, stream: stream.identifier, position: position)
    return Float(block.0 >> 8) * 0x1p-24
  }

  /// A uniform number in [0, 1) with 53 bits.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A standard normal number (Box–Muller, the cosine half).
  public mutating func normal() -> Double {
    // 1 - u lies in (0, 1], so the logarithm is finite.
    let radius = (-2 * logarithm(1 - uniform())).squareRoot()
    return radius * cosine(2 * Double.pi * uniform())
  }

  /// The ten rounds of Philox4x32 on counter (position, stream) under key `seed`.
  package static func block(
    seed: UInt64, stream: UInt64, position: UInt64
  ) -> (UInt32, UInt32, UInt32, UInt32) {
    var counter = (
      UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position >> 32),
      UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32)
    )
    var key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    for _ in 0..<10 {
      let first = UInt64(0xD251_1F53) &* UInt64(counter.0)
      let second = UInt64(0xCD9E_8D57) &* UInt64(counter.2)
      counter = (
        UInt32(truncatingIfNeeded: second >> 32) ^ counter.1 ^ key.0, UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first >> 32) ^ counter.3 ^ key.1, UInt32(truncatingIfNeeded: first)
      )
      key = (key.0 &+ 0x9E37_79B9, key.1 &+ 0xBB67_AE85)
    }
    return counter
  }
}
