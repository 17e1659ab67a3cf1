import Tensors

/// Weights as a format holds them, written from its definition: row by row, in double.
func rounded(_ weight: Tensor, _ format: WeightFormat) -> [[Double]] {
  (0..<weight.rows).map { row in
    let values = weight.rows(row..<row + 1).values
    switch format {
    case .fp32: return values.map(Double.init)
    case .bf16: return values.map { Double(bf16($0)) }
    case .int8:
      let largest = values.map(abs).max() ?? 0
      guard largest > 0 else { return values.map { _ in 0 } }
      let scale = largest / 127
      return values.map { Double(($0 * (127 / largest)).rounded(.toNearestOrEven)) * Double(scale) }
    }
  }
}

/// The nearest number with 8 bits of mantissa, at a tie the even one; for numbers that are.
func bf16(_ x: Float) -> Float {
  let lower = Float(bitPattern: x.bitPattern & 0xFFFF_0000)
  let upper = Float(bitPattern: (x.bitPattern & 0xFFFF_0000) &+ 0x1_0000)
  if abs(x - lower) != abs(upper - x) { return abs(x - lower) < abs(upper - x) ? lower : upper }
  return lower.bitPattern & 0x1_0000 == 0 ? lower : upper
}

func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
