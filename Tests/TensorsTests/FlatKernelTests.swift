import Tensors
import Testing

/// Kernels over stretches of numbers: the optimizer's and the sums.
@Suite struct `Flat kernels` {
  @Test(arguments: levels, sizes + [5000])
  func `AdamW agrees with the reference`(level: Kernels.Level, count: Int) throws {
    let step = AdamWStep(
      gradientScale: 0.5, learningRate: 0.01, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1,
      firstCorrection: 1 / (1 - 0.81), secondCorrection: 1 / (1 - 0.9025))
    let results = try [reference, Kernels(level: level)].map { kernels in
      let state = ["p", "g", "m", "v"].map { Framed(normals(count, $0 + "\(count)"), columns: count) }
      let v = state[3].view
      v.assign(v.values.map { $0 * $0 })
      // No gradient yet and none now: 0 / (0 + ε), not NaN.
      for tensor in state[1...] { tensor.view[0, 0] = 0 }
      try Compute(threads: 2, kernels: kernels).adamW(
        parameters: state[0].view, gradients: state[1].view, firstMoment: state[2].view, secondMoment: v,
        step: step)
      #expect(state.allSatisfy { $0.isFrameIntact })
      return state.map(\.view.values)
    }
    // A step is lr · m̂/√v̂; a second moment near zero makes it large, with the same relative error.
    for (index, name) in ["p", "g", "m", "v"].enumerated() {
      expectClose(results[1][index], results[0][index], relative: 1e-6, absolute: 3e-7, name)
    }
  }

  @Test(arguments: Kernels.Level.allCases.filter(\.isAvailable))
  func `the first AdamW step moves a weight by the learning rate`(level: Kernels.Level) throws {
    // m̂ = g and √v̂ = |g|, so p = p (1 − 0.1 · 0.5) − 0.1 · sign(g).
    let (p, g) = (Tensor([2, -2], columns: 2), Tensor([0.3, -7], columns: 2))
    let (m, v) = (Tensor(rows: 1, columns: 2), Tensor(rows: 1, columns: 2))
    let step = AdamWStep(
      gradientScale: 1, learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 0, weightDecay: 0.5,
      firstCorrection: 10, secondCorrection: 100)
    try Compute(threads: 1, kernels: Kernels(level: level)).adamW(
      parameters: p, gradients: g, firstMoment: m, secondMoment: v, step: step)
    // 1 − β is taken in fp32, where 1 − 0.99 is 1e-6 off.
    expectClose(p.values, [1.8, -1.8], absolute: 1e-6, "p")
    expectClose(m.values, [0.03, -0.7], relative: 6e-7, absolute: 0, "m")
    expectClose(v.values, [0.0009, 0.49], relative: 2e-6, absolute: 0, "v")
  }

  @Test(arguments: levels, sizes)
  func `sums, multiples and products agree with double`(level: Kernels.Level, columns: Int) {
    let kernels = Kernels(level: level)
    let rows = 5
    let x = Framed(normals(rows * columns, "x\(columns)"), columns: columns)
    let y = Framed(normals(rows * columns, "y\(columns)"), columns: columns)
    let (xs, ys) = (x.view.values, y.view.values)

    kernels.axpy(-1.5, x.view, into: y.view)
    expectClose(y.view.values, zip(xs, ys).map { $1 - 1.5 * $0 }, absolute: 1e-6, "y += a x")
    #expect(y.isFrameIntact)
    let (flatX, flatY) = (Tensor(xs, columns: columns), Tensor(ys, columns: columns))
    kernels.axpy(-1.5, flatX, into: flatY)
    #expect(flatY.values == y.view.values)

    let sums = Framed([Float](repeating: 0.5, count: columns), columns: columns)
    kernels.columnSums(x.view, into: sums.view)
    let expectedSums = (0..<columns).map { column in
      Float((0..<rows).reduce(0.5) { $0 + Double(xs[$1 * columns + column]) })
    }
    expectClose(sums.view.values, expectedSums, absolute: 2e-6, "column sums")
    #expect(sums.isFrameIntact)

    let squares = xs.reduce(0.0) { $0 + Double($1) * Double($1) }
    #expect(abs(kernels.sumOfSquares(flatX) - squares) <= 1e-13 * squares)

    let padded: [Float] = (0..<rows).flatMap { row -> [Float] in
      Array(xs[row * columns..<(row + 1) * columns]) + [9, 9, 9]
    }
    let dots = CKernelTable(level).rowDots(padded, ys, rows: rows, columns: columns)
    for row in 0..<rows {
      var (sum, magnitude) = (0.0, 1.0)
      for i in row * columns..<(row + 1) * columns {
        sum += Double(xs[i]) * Double(ys[i])
        magnitude += abs(Double(xs[i]) * Double(ys[i]))
      }
      #expect(abs(Double(dots[row]) - sum) <= 4e-7 * magnitude, "dot of row \(row)")
    }

    let factors: [Float] = [0, 1, -2, 0.5, 3]
    let scaled = CKernelTable(level).scaleRows(padded, by: factors, columns: columns)
    for (index, value) in scaled.enumerated() {
      let (row, column) = (index / (columns + 3), index % (columns + 3))
      #expect(value == (column < columns ? padded[index] * factors[row] : 9))
    }
  }

  @Test(arguments: Kernels.Level.allCases.filter(\.isAvailable))
  func `a sum of squares holds what fp32 could not`(level: Kernels.Level) {
    // 1e25² overflows fp32; 1e-30² is zero there.
    #expect(abs(Kernels(level: level).sumOfSquares(Tensor([1e25, 0], columns: 2)) / 1e50 - 1) < 1e-6)
    #expect(abs(Kernels(level: level).sumOfSquares(Tensor([1e-30, 0, 0], columns: 3)) / 1e-60 - 1) < 1e-6)
    #expect(Kernels(level: level).sumOfSquares(Tensor([1, .infinity], columns: 2)) == .infinity)
    #expect(Kernels(level: level).sumOfSquares(Tensor([1, .nan], columns: 2)).isNaN)
  }
}
