import Rewards

/// What the verifier of that name says.
func judge(
  _ name: String, _ gold: String, _ text: String, _ parameters: VerifierParameters = VerifierParameters()
) throws -> Verdict {
  try Verifiers.make(VerifierSpec(name, parameters: parameters)).verify(
    Completion(text: text, groundTruth: gold))
}

extension Verdict {
  func metric(_ name: String) -> Double? { metrics.first { $0.name == name }?.value }
}

/// A stated task with an answer that solves it and one that does not.
struct TaskInstance {
  var gold: String
  var right: String
  var wrong: String
  var parameters = VerifierParameters()
}

/// The generator of Steele, Lea and Flood 2014 (SplitMix64): small, and the same on every machine.
struct TestDice {
  private var state: UInt64

  init(seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  mutating func roll(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  mutating func pick<Item>(_ items: [Item]) -> Item { items[roll(0...items.count - 1)] }

  mutating func shuffled<Item>(_ items: [Item]) -> [Item] {
    var items = items
    for index in items.indices.dropFirst() { items.swapAt(index, roll(0...index)) }
    return items
  }

  mutating func flip() -> Bool { roll(0...1) == 1 }
}
