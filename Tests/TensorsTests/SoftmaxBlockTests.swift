import Foundation
import Tensors
import Testing

/// The online softmax of blockwise attention, one block at a time.
@Suite struct `Causal softmax of a block of scores` {
  /// First visible column minus first row: all hidden, partly hidden, the diagonal, all visible.
  static let places = [-9, -3, -1, 0, 2, 300]

  @Test(arguments: levels, sizes)
  func `continues running maxima and sums as the reference does`(level: Kernels.Level, columns: Int) {
    let (rows, ld) = (6, columns + 5)
    for visible0 in Self.places {
      var scores = normals(rows * ld, "scores\(columns)", scale: 6)
      for row in 0..<rows {
        // What a row cannot see may be anything.
        for column in 0..<columns where column > visible0 + row { scores[row * ld + column] = .nan }
      }
      for isFirst in [true, false] {
        let maximum = isFirst ? [Float](repeating: -.infinity, count: rows) : normals(rows, "m", scale: 4)
        let sum = isFirst ? [Float](repeating: 0, count: rows) : normals(rows, "l").map { 1 + abs($0) }
        let start = CKernelTable.SoftmaxBlock(
          scores: scores, rows: rows, columns: columns, visible0: visible0, scale: 0.3, maximum: maximum,
          sum: sum)
        var (mine, theirs) = (start, start)
        CKernelTable(level).softmaxBlock(&mine)
        CKernelTable(.reference).softmaxBlock(&theirs)
        // Scores become at most 1; their exponents are up to 20, which costs 1e-6.
        expectClose(mine.scores, theirs.scores, relative: 3e-6, absolute: 1e-7, "scores")
        expectClose(mine.maximum, theirs.maximum, relative: 1e-6, absolute: 1e-6, "maxima")
        expectClose(mine.sum, theirs.sum, relative: 3e-6, absolute: 1e-7, "sums")
        expectClose(mine.rescale, theirs.rescale, relative: 3e-6, absolute: 1e-7, "factors")
        for row in 0..<rows {
          #expect(
            mine.scores[row * ld + columns..<(row + 1) * ld]
              == start.scores[row * ld + columns..<(row + 1) * ld])
          for column in 0..<columns where column > visible0 + row {
            #expect(mine.scores[row * ld + column] == 0)
          }
        }
      }
    }
  }

  @Test(arguments: Kernels.Level.allCases.filter(\.isAvailable))
  func `a row that sees nothing keeps its state`(level: Kernels.Level) {
    var block = CKernelTable.SoftmaxBlock(
      scores: [9, 9, 9], rows: 1, columns: 3, visible0: -1, scale: 1, maximum: [-.infinity], sum: [0])
    CKernelTable(level).softmaxBlock(&block)
    #expect(
      block.scores == [0, 0, 0] && block.maximum == [-.infinity] && block.sum == [0] && block.rescale == [1])
  }

  @Test(arguments: Kernels.Level.allCases.filter(\.isAvailable))
  func `two blocks in turn are one softmax, however large the scores`(level: Kernels.Level) {
    for scale in [Float(1), 1e4] {
      let scores: [Float] = [1, 3, -2, 0, 5, 4]
      var first = CKernelTable.SoftmaxBlock(
        scores: Array(scores[..<3]), rows: 1, columns: 3, visible0: 9, scale: scale, maximum: [-.infinity],
        sum: [0])
      CKernelTable(level).softmaxBlock(&first)
      var second = CKernelTable.SoftmaxBlock(
        scores: Array(scores[3...]), rows: 1, columns: 3, visible0: 9, scale: scale, maximum: first.maximum,
        sum: first.sum)
      CKernelTable(level).softmaxBlock(&second)
      let probabilities =
        first.scores.map { $0 * second.rescale[0] / second.sum[0] } + second.scores.map { $0 / second.sum[0] }
      let expected = logSoftmax(scores.map { Double($0) * Double(scale) }).logprobs.map { Float(exp($0)) }
      expectClose(probabilities, expected, relative: 3e-6, absolute: 1e-7, "probabilities at \(scale)")
    }
  }

  @Test(arguments: levels, sizes)
  func `has the reference's backward pass`(level: Kernels.Level, columns: Int) {
    let (rows, ld) = (6, columns + 5)
    for visible0 in Self.places {
      var scores = normals(rows * ld, "scores\(columns)", scale: 6)
      var dProbabilities = normals(rows * ld, "dp\(columns)")
      for row in 0..<rows {
        for column in 0..<columns where column > visible0 + row {
          scores[row * ld + column] = .nan
          dProbabilities[row * ld + column] = .nan
        }
      }
      // About what a softmax over these scores would have, so that probabilities stay near 1 at most.
      let logSumExp = normals(rows, "lse").map { 6 + $0 }
      let results = [Kernels.Level.reference, level].map { level in
        var (p, ds) = (scores, dProbabilities)
        CKernelTable(level).softmaxBlockBackward(
          scores: &p, dProbabilities: &ds, rows: rows, columns: columns, visible0: visible0, scale: 0.3,
          logSumExp: logSumExp, delta: normals(rows, "delta"))
        return (p, ds)
      }
      expectClose(results[1].0, results[0].0, relative: 3e-6, absolute: 1e-7, "p")
      expectClose(results[1].1, results[0].1, relative: 1e-5, absolute: 1e-6, "ds")
    }
  }

  /// With a running maximum of 0 the scores become e^score itself.
  @Test(arguments: Kernels.Level.allCases.filter(\.isAvailable))
  func `the exponential is good to two units in the last place`(level: Kernels.Level) {
    let scores = (0..<20_000).map { Float($0) * -87 / 20_000 }
    var block = CKernelTable.SoftmaxBlock(
      scores: scores, rows: 1, columns: scores.count, visible0: scores.count, scale: 1, maximum: [0], sum: [0]
    )
    CKernelTable(level).softmaxBlock(&block)
    let worst = zip(block.scores, scores).map { abs(Double($0) / exp(Double($1)) - 1) }.max() ?? .infinity
    // An ulp is 6e-8 to 1.2e-7 of a number.
    #expect(worst < 2 * 0x1p-23, "off by \(worst)")
  }

  @Test(arguments: Kernels.Level.allCases.filter(\.isAvailable))
  func `a visible NaN comes through`(level: Kernels.Level) {
    var block = CKernelTable.SoftmaxBlock(
      scores: [1, .nan, 2], rows: 1, columns: 3, visible0: 2, scale: 1, maximum: [-.infinity], sum: [0])
    CKernelTable(level).softmaxBlock(&block)
    #expect(block.sum[0].isNaN)
  }
}
