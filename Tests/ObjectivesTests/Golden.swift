import Foundation
import Testing

/// A file of `Fixtures` with cases of one shape.
struct GoldenFile<Case: Decodable>: Decodable {
  var cases: [Case]

  static func read(_ name: String) throws -> [Case] {
    let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Self.self, from: Data(contentsOf: url)).cases
  }
}

extension Double {
  /// |self − other| ≤ absolute + relative · |other|; NaN is close to nothing.
  func isClose(to other: Double, relative: Double = 0, absolute: Double = 0) -> Bool {
    abs(self - other) <= absolute + relative * abs(other)
  }
}

extension Array where Element == Float {
  /// The worst element and its place where the arrays differ by more than inputs in `Float` explain; nil = none does.
  func worstDifference(from expected: [Double], relative: Double = 2e-6, absolute: Double = 1e-6) -> String? {
    guard count == expected.count else { return "\(count) elements, not \(expected.count)" }
    let excess = indices.map { i in
      let difference = abs(Double(self[i]) - expected[i])
      return (i, difference.isNaN ? .infinity : difference - absolute - relative * abs(expected[i]))
    }
    guard let worst = excess.max(by: { $0.1 < $1.1 }), worst.1 > 0 else { return nil }
    return "\(self[worst.0]) instead of \(expected[worst.0]) at [\(worst.0)]"
  }
}

/// Repeatable pseudo-random numbers for properties (splitmix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
