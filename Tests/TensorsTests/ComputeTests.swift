import Tensors
import Testing

@Suite struct `Products of matrices` {
  /// fp32 sums of n products are within about √n · 6e-8 of the sum of their magnitudes.
  @Test(arguments: [1, 2, 3])
  func `agree with double for every transposition, with views and accumulation`(threads: Int) throws {
    let compute = try Compute(threads: threads)
    for (m, n, k) in [(1, 1, 1), (3, 5, 2), (17, 31, 33), (64, 1, 100), (1, 100, 64), (130, 257, 65)] {
      for (transposeA, transposeB, accumulate) in [
        (false, false, false), (true, false, true), (false, true, true), (true, true, false),
      ] {
        let a = Framed(normals(m * k, "a\(m)"), columns: transposeA ? m : k)
        let b = Framed(normals(k * n, "b\(n)"), columns: transposeB ? k : n)
        let start = normals(m * n, "c")
        let c = Framed(start, columns: n)
        compute.multiply(
          a.view, b.view, transposeA: transposeA, transposeB: transposeB, into: c.view, accumulate: accumulate
        )
        #expect(c.isFrameIntact)
        for row in 0..<m {
          for column in 0..<n {
            var (sum, magnitude) = (accumulate ? Double(start[row * n + column]) : 0, 1.0)
            for i in 0..<k {
              let left = transposeA ? a.view[i, row] : a.view[row, i]
              let right = transposeB ? b.view[column, i] : b.view[i, column]
              sum += Double(left) * Double(right)
              magnitude += abs(Double(left) * Double(right))
            }
            #expect(
              abs(Double(c.view[row, column]) - sum) <= 4e-7 * magnitude, "\(m)×\(n)×\(k) [\(row), \(column)]"
            )
          }
        }
      }
    }
  }

  @Test func `a result is the same bits on every run with the same thread count`() throws {
    let compute = try Compute(threads: 2)
    let (a, b) = (Tensor(normals(200 * 90, "a"), columns: 90), Tensor(normals(90 * 70, "b"), columns: 70))
    let first = Tensor(rows: 200, columns: 70)
    compute.multiply(a, b, into: first)
    for _ in 0..<20 {
      let again = Tensor(rows: 200, columns: 70)
      compute.multiply(a, b, into: again)
      #expect(again.values == first.values)
    }
  }

  @Test func `an empty product touches nothing`() throws {
    let compute = try Compute(threads: 2)
    let c = Framed(normals(6, "c"), columns: 3)
    compute.multiply(Tensor(rows: 0, columns: 4), Tensor(rows: 4, columns: 3), into: c.view.rows(0..<0))
    #expect(c.isFrameIntact && c.view.values == normals(6, "c"))
  }
}

@Suite struct `Sums over threads` {
  @Test func `a sum of squares is the same bits whatever the thread count`() throws {
    let x = Tensor(normals(300_001, "x"), columns: 300_001)
    let one = try Compute(threads: 1).sumOfSquares(x)
    for threads in [2, 3, 5, 8] {
      let sum = try Compute(threads: threads).sumOfSquares(x)
      #expect(sum == one)
    }
    let plain = x.values.reduce(0.0) { $0 + Double($1) * Double($1) }
    #expect(abs(one - plain) <= 1e-12 * plain)
  }

  @Test(arguments: [1, 2, 5])
  func `row kernels on many threads are those on one`(threads: Int) throws {
    let compute = try Compute(threads: threads)
    let (rows, columns) = (333, 48)
    let x = Tensor(normals(rows * columns, "x"), columns: columns)
    let dy = Tensor(normals(rows * columns, "dy"), columns: columns)
    let weight = Tensor(normals(columns, "w"), columns: columns)
    let results = [false, true].map { inParallel in
      let y = Tensor(rows: rows, columns: columns)
      let dx = Tensor(rows: rows, columns: columns)
      let rstd = Tensor(rows: rows, columns: 1)
      let dWeight = Tensor(normals(columns, "dw"), columns: columns)
      let sums = Tensor(normals(columns, "sums"), columns: columns)
      let kernels = compute.kernels
      if inParallel {
        compute.rmsNorm(x, weight: weight, epsilon: 1e-6, into: y, inverseRMS: rstd)
        compute.rmsNormBackward(
          dy, x: x, weight: weight, inverseRMS: rstd, into: dx, accumulate: false, dWeight: dWeight)
        compute.columnSums(y, into: sums)
      } else {
        kernels.rmsNorm(x, weight: weight, epsilon: 1e-6, into: y, inverseRMS: rstd)
        kernels.rmsNormBackward(
          dy, x: x, weight: weight, inverseRMS: rstd, into: dx, accumulate: false, dWeight: dWeight)
        kernels.columnSums(y, into: sums)
      }
      return [y, dx, rstd, dWeight, sums].map(\.values)
    }
    #expect(
      results[0][0] == results[1][0] && results[0][1] == results[1][1] && results[0][2] == results[1][2])
    // Sums over 333 rows, in as many parts as there are threads.
    expectClose(results[1][3], results[0][3], relative: 1e-5, absolute: 1e-4, "dWeight")
    expectClose(results[1][4], results[0][4], relative: 1e-5, absolute: 1e-4, "column sums")
  }

  @Test func `rows are added where they belong, in order`() throws {
    let target = Tensor([1, 1, 2, 2, 3, 3], columns: 2)
    try Compute(threads: 2).addRows(
      of: Tensor([10, 20, 30, 40, 50, 60], columns: 2), at: [2, 0, 2], into: target)
    #expect(target.values == [31, 41, 2, 2, 63, 83])
  }

  @Test(arguments: MatmulType.allCases, [1, 2, 3])
  func `work around a product sees each row once: made before it is read, and finished after`(
    type: MatmulType, threads: Int
  ) throws {
    let compute = try Compute(threads: threads)
    let (rows, inner, columns) = (777, 40, 50)
    let source = Tensor(normals(rows * inner, "a"), columns: inner)
    let b = Tensor(normals(columns * inner, "b"), columns: inner)
    let plain = Tensor(rows: rows, columns: columns)
    compute.multiply(source, b, transposeB: true, into: plain, in: type)
    let a = Tensor([Float](repeating: .nan, count: rows * inner), columns: inner)
    let c = Tensor(rows: rows, columns: columns)
    let counts = Tensor(rows: rows, columns: 2)
    let largestShare = Tensor(rows: 1, columns: threads)
    compute.multiply(
      a, b, transposeB: true, into: c, in: type,
      before: { part, share in
        a.rows(part).copy(from: source.rows(part))
        for row in part { counts[row, 0] += 1 }
        largestShare[0, share] += 1
      },
      after: { part, _ in
        for row in part {
          counts[row, 1] += 1
          for column in 0..<columns { c[row, column] *= 2 }
        }
      })
    #expect(counts.values.allSatisfy { $0 == 1 })
    // OpenBLAS adds up in an order that depends on how many rows there are.
    expectClose(c.values, plain.values.map { $0 * 2 }, relative: 1e-5, absolute: 1e-5, "c")
    #expect(largestShare.values.reduce(0, +) >= 4)
  }
}
