import Randomness
import Tensors
import Testing

/// Instruction sets of this CPU that have kernels of their own; each is compared with the reference.
let levels = Kernels.Level.allCases.filter { $0 != .reference && $0.isAvailable }
let reference = Kernels(level: .reference)

/// Around the vector widths 4, 8 and 16, twice of them, and well beyond.
let sizes = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 257]

/// Normal numbers, the same for the same name.
func normals(_ count: Int, _ name: String, scale: Float = 1) -> [Float] {
  var random = CounterRNG(seed: 42, stream: Stream(name))
  return (0..<count).map { _ in Float(random.normal()) * scale }
}

/// |found − expected| ≤ absolute + relative · |expected| for every element; names the worst.
/// Two NaN, or two equal infinities, are alike.
func expectClose(
  _ found: [Float], _ expected: [Float], relative: Float = 0, absolute: Float, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.count == expected.count, "\(what)", sourceLocation: sourceLocation)
  var worst: (excess: Float, index: Int)?
  for (index, (a, b)) in zip(found, expected).enumerated() where !(a == b || (a.isNaN && b.isNaN)) {
    let gap = abs(a - b)
    let excess = gap.isFinite ? gap - absolute - relative * abs(b) : .infinity
    if excess > 0, excess > worst?.excess ?? 0 { worst = (excess, index) }
  }
  guard let index = worst?.index else { return }
  Issue.record(
    "\(what): \(found[index]) instead of \(expected[index]) at \(index)", sourceLocation: sourceLocation)
}

/// A view inside a larger tensor, whose surroundings nobody may touch.
struct Framed {
  let view: Tensor
  private let whole: Tensor
  private static let sentinel: Float = 777

  init(_ values: [Float], columns: Int) {
    let rows = values.count / columns
    whole = Tensor(rows: rows + 2, columns: columns + 21)
    whole.fill(Self.sentinel)
    view = whole.rows(1..<rows + 1).columns(3..<3 + columns)
    view.assign(values)
  }

  init(rows: Int, columns: Int) {
    self.init([Float](repeating: 55, count: rows * columns), columns: columns)
  }

  var isFrameIntact: Bool {
    let outside = Tensor(whole.values, columns: whole.columns)
    outside.rows(1..<view.rows + 1).columns(3..<3 + view.columns).fill(Self.sentinel)
    return outside.values.allSatisfy { $0 == Self.sentinel }
  }
}
