import Randomness
import Tensors
import Testing

/// Products in bf16: operands rounded to the nearest, sums in fp32.
@Suite struct `Point 5: products in bf16` {
  struct Shape: Sendable, CustomTestStringConvertible {
    var m: Int
    var n: Int
    var k: Int
    var testDescription: String { "\(m) × \(n) × \(k)" }
  }
  // Tiles are of 8 rows and up to 32 columns, pairs of 2, stretches of 4,096; small ones stay on one thread.
  static let shapes = [
    Shape(m: 1, n: 1, k: 1), Shape(m: 7, n: 33, k: 3), Shape(m: 8, n: 32, k: 2), Shape(m: 65, n: 31, k: 129),
    Shape(m: 130, n: 96, k: 64), Shape(m: 100, n: 70, k: 77), Shape(m: 16, n: 40, k: 4097),
    Shape(m: 33, n: 17, k: 8195), Shape(m: 600, n: 24, k: 48),
  ]

  @Test(arguments: shapes)
  func `agree with sums in double of rounded operands, in every layout, on every level`(shape: Shape) throws {
    let (m, n, k) = (shape.m, shape.n, shape.k)
    let (x, y) = (normals(m * k, "x \(shape)"), normals(k * n, "y \(shape)"))
    let before = normals(m * n, "before \(shape)")
    let exact = product(x.map(bf16), y.map(bf16), shape)
    for level in Kernels.Level.allCases where level.isAvailable {
      for threads in [1, 3] {
        let compute = try Compute(threads: threads, kernels: Kernels(level: level))
        for (transposeA, transposeB, accumulate) in [
          (false, false, false), (true, false, true), (false, true, false), (true, true, true),
        ] {
          let a = Framed(transposeA ? transposed(x, columns: k) : x, columns: transposeA ? m : k)
          let b = Framed(transposeB ? transposed(y, columns: n) : y, columns: transposeB ? k : n)
          let c = Framed(before, columns: n)
          compute.multiply(
            a.view, b.view, transposeA: transposeA, transposeB: transposeB, into: c.view,
            accumulate: accumulate,
            in: .bf16)
          let expected = accumulate ? zip(exact, before).map { $0 + $1 } : exact
          let setting = "\(level), \(threads) threads, \(transposeA) \(transposeB)"
          expectClose(
            c.view.values, expected, relative: 2e-6, absolute: 4e-7 * Float(k).squareRoot() * 4,
            "c, \(setting)")
          #expect(c.isFrameIntact && a.isFrameIntact && b.isFrameIntact)
        }
      }
    }
  }

  @Test func `a right operand prepared once gives the same bits as one rounded for each product`() throws {
    for level in Kernels.Level.allCases where level.isAvailable {
      let compute = try Compute(threads: 2, kernels: Kernels(level: level))
      for (k, n) in [(40, 70), (4100, 37)] {
        let a = Tensor(normals(90 * k, "a"), columns: k)
        for isTransposed in [false, true] {
          let b = Tensor(normals(k * n, "b"), columns: isTransposed ? k : n)
          let (once, prepared) = (Tensor(rows: 90, columns: n), Tensor(rows: 90, columns: n))
          compute.multiply(a, b, transposeB: isTransposed, into: once, in: .bf16)
          let arena = Arena()
          let right = compute.operand(b, transposed: isTransposed, in: .bf16, arena)
          for rows in [0..<7, 7..<90] { compute.multiply(a.rows(rows), right, into: prepared.rows(rows)) }
          #expect(bits(once.values) == bits(prepared.values), "\(level)")
        }
      }
    }
  }

  @Test func `the same bits again, whatever was in the scratch memory`() throws {
    let compute = try Compute(threads: 2)
    let a = Tensor(normals(200 * 150, "a"), columns: 150)
    let b = Tensor(normals(150 * 90, "b"), columns: 90)
    let (first, again) = (Tensor(rows: 200, columns: 90), Tensor(rows: 200, columns: 90))
    compute.multiply(a, b, into: first, in: .bf16)
    let other = Tensor([Float](repeating: .nan, count: 300 * 300), columns: 300)
    compute.multiply(other, other, into: Tensor(rows: 300, columns: 300), in: .bf16)
    compute.multiply(a, b, into: again, in: .bf16)
    #expect(bits(first.values) == bits(again.values))
  }

  @Test func `what is not finite is seen`() throws {
    let compute = try Compute(threads: 1)
    for poison in [Float.nan, .infinity] {
      let a = Tensor([1, 2, poison, 3], columns: 2)
      let c = Tensor(rows: 2, columns: 2)
      compute.multiply(a, Tensor([1, 1, 1, 1], columns: 2), into: c, in: .bf16)
      #expect(c[0, 0] == 3 && !c[1, 0].isFinite)
    }
  }

  private func product(_ x: [Float], _ y: [Float], _ shape: Shape) -> [Float] {
    (0..<shape.m).flatMap { row in
      (0..<shape.n).map { column in
        Float(
          (0..<shape.k).reduce(0.0) { $0 + Double(x[row * shape.k + $1]) * Double(y[$1 * shape.n + column]) })
      }
    }
  }

  private func transposed(_ x: [Float], columns: Int) -> [Float] {
    let rows = x.count / columns
    return (0..<columns).flatMap { c in (0..<rows).map { x[$0 * columns + c] } }
  }
}
