private import Randomness

/// The draws of one step from one source: which slot comes at which place of the source's row.
///
/// A draw is a function of (seed, place, weights, what is taken), and of nothing else: no state but the counter of
/// places outlives a step. Only additions and comparisons decide, so it is the same on every machine.
package struct SlotDraw: Sendable {
  private struct Part: Sendable {
    /// Of [0, 1): where the part's share of the draws ends.
    var end: Double
    let weights: [Double]
    /// Running sums of the weights.
    let sums: [Double]
    /// The last slot with any weight.
    let last: Int
  }

  private let parts: [Part]
  private let seed: UInt64
  /// Whether a slot may come again: there is ever new in it.
  private let isEndless: Bool
  private var isTaken: [Bool]

  /// - Parameters:
  ///   - parts: How the draws spread; none = evenly.
  ///   - count: Slots, at least 1.
  ///   - seed: The source's.
  ///   - isEndless: Whether each slot holds ever new tasks; else none is drawn twice while there are others.
  ///   - taken: Slots to be left out while there are others.
  package init(_ parts: [DrawPart], count: Int, seed: UInt64, isEndless: Bool, taken: [Int] = []) {
    precondition(count >= 1, "a draw from a source without slots")
    let known =
      parts.isEmpty ? [DrawPart(share: 1, weights: Array(repeating: 1, count: count))] : parts.inProportion
    var (end, made) = (0.0, [Part]())
    for part in known {
      precondition(part.weights.count == count, "\(part.weights.count) weights for \(count) slots")
      end += part.share
      var sum = 0.0
      let sums = part.weights.map { weight -> Double in
        sum += weight
        return sum
      }
      made.append(
        Part(
          end: end, weights: part.weights, sums: sums, last: part.weights.lastIndex { $0 > 0 } ?? 0))
    }
    // The shares add up to 1 but for rounding.
    made[made.count - 1].end = .infinity
    self.parts = made
    self.seed = seed
    self.isEndless = isEndless
    isTaken = Array(repeating: false, count: count)
    for slot in taken where !isEndless { isTaken[slot] = true }
  }

  /// The slot at a place of the source's row, which is taken from now on.
  package mutating func next(at place: UInt64) -> Int {
    var rng = CounterRNG(seed: seed, stream: Stream("sampler", place))
    let first = part(at: place)
    for offset in parts.indices {
      if let slot = draw(parts[(first + offset) % parts.count], &rng) {
        isTaken[slot] = !isEndless
        return slot
      }
    }
    // All that has any weight was drawn: it begins anew.
    for slot in isTaken.indices { isTaken[slot] = false }
    let slot = draw(parts[first], &rng) ?? parts[first].last
    isTaken[slot] = true
    return slot
  }

  /// Which part draws at a place. Multiples of the golden ratio fill [0, 1) so evenly that each part has its share not only
  /// in the long run, but of any few draws in a row but for one or two.
  private func part(at place: UInt64) -> Int {
    let point = Double((place &* 0x9E37_79B9_7F4A_7C15 &+ StableHash.of("sampler \(seed)")) >> 11) * 0x1p-53
    return parts.firstIndex { point < $0.end } ?? 0
  }

  /// A slot that is not taken, by weight; nil = none is left.
  private func draw(_ part: Part, _ rng: inout CounterRNG) -> Int? {
    let total = part.sums[part.last]
    for _ in 0..<16 {
      let slot = part.sums.firstSlot(above: rng.uniform() * total) ?? part.last
      if !isTaken[slot] { return slot }
    }
    // Most of the weight is taken: what is left is summed up anew.
    var sum = 0.0
    let sums = part.weights.indices.map { slot -> Double in
      if !isTaken[slot] { sum += part.weights[slot] }
      return sum
    }
    guard sum > 0 else { return nil }
    return sums.firstSlot(above: rng.uniform() * sum)
      ?? part.weights.indices.last { part.weights[$0] > 0 && !isTaken[$0] }
  }
}

extension [Double] {
  /// The first of running sums that is above a number; nil = none is.
  fileprivate func firstSlot(above point: Double) -> Int? {
    var (low, high) = (0, count)
    while low < high {
      let middle = low + (high - low) / 2
      if self[middle] > point { high = middle } else { low = middle + 1 }
    }
    return low == count ? nil : low
  }
}
