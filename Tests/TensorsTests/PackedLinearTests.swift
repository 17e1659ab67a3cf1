import Tensors
import Testing

@Suite struct `Packed linear layers` {
  /// Σ of n products in fp32, one after another: within n · 6e-8 of the sum of their magnitudes, mostly √n · 6e-8.
  func check(
    _ found: Tensor, _ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for row in 0..<x.rows {
      for output in 0..<weight.rows {
        var (sum, magnitude) = (Double(bias?[0, output] ?? 0), 1.0)
        for k in 0..<x.columns {
          let product = Double(x[row, k]) * Double(weight[output, k])
          sum += product
          magnitude += abs(product)
        }
        let gap = abs(Double(found[row, output]) - sum)
        #expect(gap <= 4e-7 * magnitude, "\(what) at [\(row), \(output)]", sourceLocation: sourceLocation)
      }
    }
  }

  @Test(arguments: Kernels.Level.allCases.filter(\.isAvailable), [1, 3, 15, 16, 17, 31, 33, 64, 100])
  func `are x Wᵀ + b`(level: Kernels.Level, outputs: Int) {
    for (rows, inputs) in [(1, 1), (2, 3), (3, 16), (4, 33), (5, 100), (13, 31), (29, 7), (64, 24)] {
      let weight = Tensor(normals(outputs * inputs, "w\(outputs)·\(inputs)"), columns: inputs)
      let x = Framed(normals(rows * inputs, "x\(rows)·\(inputs)"), columns: inputs)
      for bias in [nil, Tensor(normals(outputs, "b\(outputs)"), columns: outputs)] {
        let linear = PackedLinear(weight: weight, bias: bias, kernels: Kernels(level: level))
        #expect(linear.outputs == outputs && linear.inputs == inputs)
        let y = Framed(rows: rows, columns: outputs)
        linear(x.view, into: y.view)
        check(y.view, x.view, weight, bias, "\(rows) × \(inputs)")
        #expect(y.isFrameIntact)
      }
    }
  }

  @Test(arguments: Kernels.Level.allCases.filter(\.isAvailable))
  func `use new weights after packing them again, and own their copies`(level: Kernels.Level) {
    let (weight, bias) = (Tensor(normals(37 * 9, "w"), columns: 9), Tensor(normals(37, "b"), columns: 37))
    let x = Tensor(normals(9, "x"), columns: 9)
    let linear = PackedLinear(weight: weight, bias: bias, kernels: Kernels(level: level))
    let y = Tensor(rows: 1, columns: 37)
    linear(x, into: y)
    let before = y.values
    weight.assign(normals(37 * 9, "w2"))
    bias.assign(normals(37, "b2"))
    linear(x, into: y)
    #expect(y.values == before)
    linear.repack(weight: weight, bias: bias)
    linear(x, into: y)
    check(y, x, weight, bias, "new weights")
  }

  @Test(arguments: Kernels.Level.allCases.filter(\.isAvailable))
  func `give a row the same bits wherever it stands`(level: Kernels.Level) {
    let linear = PackedLinear(
      weight: Tensor(normals(50 * 40, "w"), columns: 40), bias: nil, kernels: Kernels(level: level))
    let x = Tensor(normals(31 * 40, "x"), columns: 40)
    let together = Tensor(rows: 31, columns: 50)
    linear(x, into: together)
    for count in 1...31 {
      let some = Tensor(rows: count, columns: 50)
      linear(x.rows(31 - count..<31), into: some)
      #expect(some.values == together.rows(31 - count..<31).values, "\(count) rows")
    }
  }
}
