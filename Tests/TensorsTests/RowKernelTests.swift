import Tensors
import Testing

/// Norm, rotation and activation, each level against the reference.
@Suite struct `Point 1: row kernels` {
  /// A sum of n squares carries a relative error of about √n · 6e-8 in fp32.
  @Test(arguments: levels, sizes)
  func `RMS norm forward and backward agree with the reference`(level: Kernels.Level, size: Int) {
    for heads in [1, 3] {
      let rows = 4
      let x = Framed(normals(rows * heads * size, "x\(size)"), columns: heads * size)
      let dy = Framed(normals(rows * heads * size, "dy\(size)"), columns: heads * size)
      let weight = Tensor(normals(size, "w\(size)"), columns: size)
      for accumulate in [false, true] {
        let results = [reference, Kernels(level: level)].map { kernels in
          let y = Framed(rows: rows, columns: heads * size)
          let dx = Framed(rows: rows, columns: heads * size)
          let rstd = Tensor(rows: rows, columns: heads)
          let dWeight = Tensor([Float](repeating: 0.25, count: size), columns: size)
          kernels.rmsNorm(x.view, weight: weight, heads: heads, epsilon: 1e-6, into: y.view, inverseRMS: rstd)
          kernels.rmsNormBackward(
            dy.view, x: x.view, weight: weight, heads: heads, inverseRMS: rstd, into: dx.view,
            accumulate: accumulate,
            dWeight: dWeight)
          #expect(y.isFrameIntact && dx.isFrameIntact && x.isFrameIntact && dy.isFrameIntact)
          return [y.view, rstd, dx.view, dWeight].map(\.values)
        }
        for (index, name) in ["y", "1/rms", "dx", "dw"].enumerated() {
          // One-element rows have dx ≈ 0 as a difference of numbers of size 1/rms, which is large there.
          let scale = max(1, results[0][1].max() ?? 1)
          expectClose(
            results[1][index], results[0][index], relative: 4e-6, absolute: 5e-6 * scale,
            "\(name), \(heads) heads")
        }
      }
    }
  }

  @Test(arguments: Kernels.Level.allCases.filter(\.isAvailable))
  func `RMS norm of a worked row, in place`(level: Kernels.Level) {
    // Mean square of (3, 4) is 12.5; 3/√12.5 = 0.848528, 4/√12.5 = 1.131371; weights 1 and 2.
    let x = Tensor([3, 4], columns: 2)
    Kernels(level: level).rmsNorm(
      x, weight: Tensor([1, 2], columns: 2), epsilon: 0, into: x, inverseRMS: nil)
    expectClose(x.values, [0.848528, 2.262742], absolute: 1e-6, "y")
  }

  /// L = Σ y·dy in double; step 1e-5, so the difference is good to about 1e-9.
  @Test func `the reference's RMS norm gradient is that of central differences`() {
    let size = 7
    let (x, dy, w) = (normals(size, "x"), normals(size, "dy"), normals(size, "w"))
    func loss(_ x: [Double], _ w: [Double]) -> Double {
      let k = 1 / (x.reduce(0) { $0 + $1 * $1 } / Double(size) + 1e-3).squareRoot()
      return x.indices.reduce(0) { $0 + x[$1] * k * w[$1] * Double(dy[$1]) }
    }
    let (tx, ty) = (Tensor(x, columns: size), Tensor(rows: 1, columns: size))
    let (tw, rstd) = (Tensor(w, columns: size), Tensor(rows: 1, columns: 1))
    let (dx, dw) = (Tensor(rows: 1, columns: size), Tensor(rows: 1, columns: size))
    reference.rmsNorm(tx, weight: tw, epsilon: 1e-3, into: ty, inverseRMS: rstd)
    reference.rmsNormBackward(
      Tensor(dy, columns: size), x: tx, weight: tw, inverseRMS: rstd, into: dx, accumulate: false, dWeight: dw
    )
    let (xd, wd) = (x.map(Double.init), w.map(Double.init))
    expectClose(dx.values, differences(xd) { loss($0, wd) }, absolute: 1e-5, "dx")
    expectClose(dw.values, differences(wd) { loss(xd, $0) }, absolute: 1e-5, "dw")
  }

  @Test(arguments: levels, sizes)
  func `rotation agrees with the reference and is undone by the opposite direction`(
    level: Kernels.Level, half: Int
  ) {
    let (rows, heads) = (5, 2)
    let values = normals(rows * heads * 2 * half, "x\(half)")
    let angles = normals(9 * half, "angles\(half)", scale: 3)
    let cosines = Tensor(angles.map { cosine($0) }, columns: half)
    let sines = Tensor(angles.map { sine($0) }, columns: half)
    let positions: [Int32] = [0, 8, 3, 3, 7]
    let (mine, theirs) = (
      Framed(values, columns: heads * 2 * half), Framed(values, columns: heads * 2 * half)
    )
    func rotate(_ kernels: Kernels, _ x: Framed, _ direction: Float) {
      kernels.rotate(
        x.view, heads: heads, positions: positions[...], cosines: cosines, sines: sines, direction: direction)
    }
    rotate(Kernels(level: level), mine, 1)
    rotate(reference, theirs, 1)
    expectClose(mine.view.values, theirs.view.values, absolute: 1e-6, "rotated")
    #expect(mine.view.values != values)
    rotate(Kernels(level: level), mine, -1)
    expectClose(mine.view.values, values, absolute: 2e-6, "rotated back")
    #expect(mine.isFrameIntact)
  }

  @Test(arguments: Kernels.Level.allCases.filter(\.isAvailable))
  func `a quarter turn carries the first half of a head into the second`(level: Kernels.Level) {
    // (a, b) by 90°: (a cos − b sin, b cos + a sin) = (−b, a); pairs are (0, 2) and (1, 3).
    let x = Tensor([1, 2, 3, 4], columns: 4)
    Kernels(level: level).rotate(
      x, heads: 1, positions: [0], cosines: Tensor([0, 0], columns: 2), sines: Tensor([1, 1], columns: 2),
      direction: 1)
    #expect(x.values == [-3, -4, 1, 2])
  }

  @Test(arguments: levels, sizes)
  func `silu times up, forward and backward, agrees with the reference`(level: Kernels.Level, width: Int) {
    let rows = 3
    var gateUp = normals(rows * 2 * width, "gateUp\(width)", scale: 4)
    // Where exp of it over- or underflows, and both zeros.
    for (index, special) in [Float(-1000), -100, -87.5, -0.0, 0, 88.5, 1000].enumerated() where index < width
    {
      gateUp[index] = special
    }
    let dOut = Tensor(normals(rows * width, "dOut\(width)"), columns: width)
    let input = Tensor(gateUp, columns: 2 * width)
    let results = [reference, Kernels(level: level)].map { kernels in
      let (out, dGateUp) = (Tensor(rows: rows, columns: width), Tensor(rows: rows, columns: 2 * width))
      kernels.siluMultiply(input, into: out)
      kernels.siluMultiplyBackward(dOut, gateUp: input, into: dGateUp)
      return (out.values, dGateUp.values)
    }
    // e^x is good to about 1 ulp; the gate's gradient is a difference of numbers of size up to 10.
    expectClose(results[1].0, results[0].0, relative: 1e-6, absolute: 1e-30, "silu(gate)·up")
    expectClose(results[1].1, results[0].1, relative: 2e-6, absolute: 2e-6, "d gate, d up")
  }

  @Test(arguments: Kernels.Level.allCases.filter(\.isAvailable))
  func `silu of 1 is 0.7310586, its slope 0.9276705`(level: Kernels.Level) {
    let (gateUp, out, dGateUp) = (
      Tensor([1, 3], columns: 2), Tensor(rows: 1, columns: 1), Tensor(rows: 1, columns: 2)
    )
    Kernels(level: level).siluMultiply(gateUp, into: out)
    expectClose(out.values, [3 * 0.7310586], absolute: 1e-6, "out")
    Kernels(level: level).siluMultiplyBackward(Tensor([2], columns: 1), gateUp: gateUp, into: dGateUp)
    expectClose(dGateUp.values, [2 * 3 * 0.9276705, 2 * 0.7310586], absolute: 2e-6, "d gate, d up")
  }

  @Test(arguments: Kernels.Level.allCases.filter(\.isAvailable))
  func `no rows means nothing happens`(level: Kernels.Level) {
    let kernels = Kernels(level: level)
    let empty = Tensor(rows: 0, columns: 8)
    let weight = Tensor([Float](repeating: 1, count: 8), columns: 8)
    let dWeight = Tensor([Float](repeating: 3, count: 8), columns: 8)
    let none = Tensor(rows: 0, columns: 1)
    kernels.rmsNorm(empty, weight: weight, epsilon: 1e-6, into: empty, inverseRMS: none)
    kernels.rmsNormBackward(
      empty, x: empty, weight: weight, inverseRMS: none, into: empty, accumulate: true, dWeight: dWeight)
    kernels.columnSums(empty, into: dWeight)
    #expect(dWeight.values == [Float](repeating: 3, count: 8))
    kernels.siluMultiply(Tensor(rows: 0, columns: 16), into: empty)
    kernels.logprob(empty, inverseTemperature: 1, targets: [], out: Tensor(rows: 3, columns: 0), at: 0)
    #expect(kernels.sumOfSquares(empty) == 0)
  }
}
