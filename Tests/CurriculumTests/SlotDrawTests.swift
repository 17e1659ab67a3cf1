import Curriculum
import Randomness
import Testing

@Suite struct `Draws of slots` {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `endless slots come as often as they weigh`(seed: UInt64) {
    let weights = [0, 1, 2, 3, 4.0]
    var draw = SlotDraw([DrawPart(share: 1, weights: weights)], count: 5, seed: seed, isEndless: true)
    var counts = [0, 0, 0, 0, 0]
    let total = 20_000
    for place in 0..<total { counts[draw.next(at: UInt64(place))] += 1 }
    #expect(counts[0] == 0)
    let squares = (1..<5).map { slot -> Double in
      let expected = Double(total) * weights[slot] / 10
      return (Double(counts[slot]) - expected) * (Double(counts[slot]) - expected) / expected
    }
    // χ² with 3 degrees of freedom exceeds 16.3 once in a thousand.
    #expect(squares.reduce(0, +) < 16.3, "\(counts)")
  }

  @Test func `parts have their shares of any run of draws`() {
    let parts = [
      DrawPart(share: 0.1, weights: [1, 0, 0]), DrawPart(share: 0.7, weights: [0, 1, 0]),
      DrawPart(share: 0.2, weights: [0, 0, 1]),
    ]
    var draw = SlotDraw(parts, count: 3, seed: 7, isEndless: true)
    let slots = (0..<3000).map { draw.next(at: UInt64($0)) }
    for start in stride(from: 0, to: 3000, by: 50) {
      let some = slots[start..<(start + 50)]
      for (slot, expected) in [5, 35, 10].enumerated() {
        #expect(abs(some.count { $0 == slot } - expected) <= 2, "\(slot) from \(start)")
      }
    }
  }

  @Test func `parts are brought into proportion, and take their turns by the seed`() {
    let parts = [DrawPart(share: 1, weights: [1, 0]), DrawPart(share: 3, weights: [0, 1])]
    func slots(_ seed: UInt64) -> [Int] {
      var draw = SlotDraw(parts, count: 2, seed: seed, isEndless: true)
      return (0..<400).map { draw.next(at: $0) }
    }
    #expect(abs(slots(1).count { $0 == 0 } - 100) <= 2)
    #expect(slots(1) != slots(2))
  }

  @Test func `no row comes twice while there are others, whatever it weighs`() {
    let weights = (0..<100).map { $0 == 0 ? 1e6 : 1.0 }
    var draw = SlotDraw([DrawPart(share: 1, weights: weights)], count: 100, seed: 3, isEndless: false)
    let first = (0..<100).map { draw.next(at: UInt64($0)) }
    #expect(Set(first).count == 100 && first[0] == 0)
    let again = (100..<200).map { draw.next(at: UInt64($0)) }
    #expect(Set(again).count == 100)
  }

  @Test func `rows under way are left out while there are others`() {
    var draw = SlotDraw([], count: 4, seed: 3, isEndless: false, taken: [1, 2])
    let slots = (0..<4).map { draw.next(at: UInt64($0)) }
    #expect(Set(slots.prefix(2)) == [0, 3])
    #expect(slots.allSatisfy { (0..<4).contains($0) })
  }

  @Test func `a part that runs out leaves its draws to the others`() {
    let parts = [
      DrawPart(share: 0.9, weights: [1, 0, 0, 0]), DrawPart(share: 0.1, weights: [0, 1, 1, 1]),
    ]
    var draw = SlotDraw(parts, count: 4, seed: 5, isEndless: false)
    #expect(Set((0..<4).map { draw.next(at: UInt64($0)) }) == [0, 1, 2, 3])
  }

  @Test func `a draw depends on seed, place and weights alone`() {
    let parts = [DrawPart(share: 1, weights: (0..<50).map { Double($0 % 7) })]
    func slots(_ seed: UInt64, from place: UInt64) -> [Int] {
      var draw = SlotDraw(parts, count: 50, seed: seed, isEndless: false)
      return (place..<(place + 10)).map { draw.next(at: $0) }
    }
    #expect(slots(1, from: 40) == slots(1, from: 40))
    #expect(slots(1, from: 40) != slots(2, from: 40) && slots(1, from: 40) != slots(1, from: 50))
  }

  @Test func `the same draws on every machine`() {
    let parts = [DrawPart(share: 1, weights: [0.3, 0.1, 0.25, 0.05, 0.3])]
    var draw = SlotDraw(parts, count: 5, seed: 42, isEndless: true)
    let slots = (0..<12).map { draw.next(at: UInt64($0)) }
    #expect(slots == [0, 2, 0, 0, 0, 4, 0, 1, 1, 0, 2, 4])
  }

  @Test func `extreme places and weights draw something`() {
    let parts = [DrawPart(share: 1, weights: [.leastNonzeroMagnitude, 0, 1e300])]
    var draw = SlotDraw(parts, count: 3, seed: .max, isEndless: false)
    #expect([draw.next(at: .max), draw.next(at: .max - 1)].contains(2))
    #expect((0..<3).contains(draw.next(at: 0)))
  }
}
