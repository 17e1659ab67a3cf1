import Foundation
import Tensors
import Testing

/// `Compute`'s attention against the textbook's, in double, with the whole matrix of scores.
@Suite struct `Blockwise attention` {
  struct Case: Sendable, CustomTestStringConvertible {
    var shape: Compute.AttentionShape
    var lengths: [Int]
    /// nil = every span is a root.
    var parents: [Int?]?
    var forest: SpanForest { SpanForest(lengths: lengths, parents: parents ?? lengths.map { _ in nil }) }
    var testDescription: String {
      "\(shape.queryHeads) on \(shape.keyValueHeads) heads of \(shape.headSize), lengths \(lengths)"
        + (parents.map { ", after \($0.map { $0.map { "\($0)" } ?? "-" })" } ?? "")
    }
  }
  static let cases = [
    // Blocks are of 64 queries and 128 keys: ends before, at and after each edge.
    Case(
      shape: .init(queryHeads: 4, keyValueHeads: 2, headSize: 24), lengths: [1, 63, 64, 65, 128, 129, 300]),
    Case(shape: .init(queryHeads: 3, keyValueHeads: 3, headSize: 16), lengths: [300, 1, 2, 130]),
    Case(shape: .init(queryHeads: 4, keyValueHeads: 1, headSize: 10), lengths: [191, 192, 193]),
    Case(shape: .init(queryHeads: 1, keyValueHeads: 1, headSize: 2), lengths: [0, 3, 0]),
    // A prompt with three answers, one of them with two continuations; a second tree; empty spans in between.
    Case(
      shape: .init(queryHeads: 4, keyValueHeads: 2, headSize: 32),
      lengths: [150, 70, 3, 129, 0, 65, 1, 40, 20],
      parents: [nil, 0, 0, 0, nil, 3, 4, 3, 6]),
    Case(
      shape: .init(queryHeads: 2, keyValueHeads: 1, headSize: 40), lengths: [5, 3, 4, 2, 300],
      parents: [nil, 0, 0, 0, 2]),
  ]

  struct Naive {
    var out: [Float]
    var logSumExp: [Float]
    var dQuery: [Float]
    var dKey: [Float]
    var dValue: [Float]
  }

  func naive(
    _ q: Tensor, _ k: Tensor, _ v: Tensor, _ dOut: Tensor, _ test: Case, rounding: (Float) -> Float = { $0 }
  ) -> Naive {
    let (shape, tokens) = (test.shape, q.rows)
    let size = shape.headSize
    let scale = 1 / Double(size).squareRoot()
    var out = [Double](repeating: 0, count: q.count)
    var lse = [Double](repeating: 0, count: tokens * shape.queryHeads)
    var (dq, dk, dv) = (out, [Double](repeating: 0, count: k.count), [Double](repeating: 0, count: v.count))
    let (qs, ks, vs, ds) = (
      q.values.map { Double(rounding($0)) }, k.values.map { Double(rounding($0)) },
      v.values.map { Double(rounding($0)) }, dOut.values.map { Double(rounding($0)) }
    )
    for span in test.forest.spans {
      // Rows of the whole sequence, of which the span's own are the queries.
      let chain = (span.ancestors.map { test.forest.spans[$0].rows } + [span.rows]).flatMap(Array.init)
      for head in 0..<shape.queryHeads {
        let shared = head / (shape.queryHeads / shape.keyValueHeads)
        func query(_ t: Int) -> Int { chain[t] * q.columns + head * size }
        func key(_ t: Int) -> Int { chain[t] * k.columns + shared * size }
        for t in span.start..<chain.count {
          let scores = (0...t).map { s in
            (0..<size).reduce(0.0) { $0 + qs[query(t) + $1] * ks[key(s) + $1] } * scale
          }
          lse[chain[t] * shape.queryHeads + head] = logSumExp(scores)
          let p = logSoftmax(scores).logprobs.map { exp($0) }
          for s in 0...t { for c in 0..<size { out[query(t) + c] += p[s] * vs[key(s) + c] } }
          let delta = (0..<size).reduce(0.0) { $0 + out[query(t) + $1] * ds[query(t) + $1] }
          for s in 0...t {
            let dp = (0..<size).reduce(0.0) { $0 + ds[query(t) + $1] * vs[key(s) + $1] }
            let dScore = p[s] * (dp - delta) * scale
            for c in 0..<size {
              dv[key(s) + c] += p[s] * ds[query(t) + c]
              dq[query(t) + c] += dScore * ks[key(s) + c]
              dk[key(s) + c] += dScore * qs[query(t) + c]
            }
          }
        }
      }
    }
    func single(_ x: [Double]) -> [Float] { x.map { Float($0) } }
    return Naive(
      out: single(out), logSumExp: single(lse), dQuery: single(dq), dKey: single(dk), dValue: single(dv))
  }

  @Test(arguments: cases)
  func `agrees forward and backward with attention written out in double`(test: Case) throws {
    let tokens = test.lengths.reduce(0, +)
    let (wide, narrow) = (
      test.shape.queryHeads * test.shape.headSize, test.shape.keyValueHeads * test.shape.headSize
    )
    let q = Framed(normals(tokens * wide, "q", scale: 1.5), columns: wide)
    let k = Framed(normals(tokens * narrow, "k", scale: 1.5), columns: narrow)
    let v = Framed(normals(tokens * narrow, "v"), columns: narrow)
    let dOut = Framed(normals(tokens * wide, "dOut"), columns: wide)
    let expected = naive(q.view, k.view, v.view, dOut.view, test)
    let roundedOperands = naive(q.view, k.view, v.view, dOut.view, test, rounding: bf16)
    for (level, threads) in Kernels.Level.allCases.filter(\.isAvailable).flatMap({ [($0, 1), ($0, 3)] }) {
      let compute = try Compute(threads: threads, kernels: Kernels(level: level))
      for type in MatmulType.allCases {
        // Results are overwritten, whatever was there.
        let out = Framed([Float](repeating: .nan, count: tokens * wide), columns: wide)
        let lse = Framed(rows: tokens, columns: test.shape.queryHeads)
        let dQuery = Framed([Float](repeating: .nan, count: tokens * wide), columns: wide)
        let dKey = Framed([Float](repeating: .nan, count: tokens * narrow), columns: narrow)
        let dValue = Framed([Float](repeating: .nan, count: tokens * narrow), columns: narrow)
        let arena = Arena()
        compute.attention(
          query: q.view, key: k.view, value: v.view, forest: test.forest, shape: test.shape, in: type,
          into: out.view, logSumExp: lse.view, arena)
        compute.attentionBackward(
          dOut: dOut.view, out: out.view, query: q.view, key: k.view, value: v.view, logSumExp: lse.view,
          forest: test.forest, shape: test.shape, in: type, dQuery: dQuery.view, dKey: dKey.view,
          dValue: dValue.view, arena)
        let setting = "\(level), \(threads) threads, \(type)"
        switch type {
        case .fp32:
          // Outputs are means of normal numbers. A key's gradient sums over up to 300 queries and 4 heads.
          expectClose(out.view.values, expected.out, absolute: 5e-6, "out, \(setting)")
          expectClose(
            lse.view.values, expected.logSumExp, relative: 1e-6, absolute: 3e-6, "log-sum-exp, \(setting)")
          expectClose(
            dQuery.view.values, expected.dQuery, relative: 1e-5, absolute: 2e-5, "dQuery, \(setting)")
          expectClose(dKey.view.values, expected.dKey, relative: 1e-5, absolute: 3e-5, "dKey, \(setting)")
          expectClose(
            dValue.view.values, expected.dValue, relative: 1e-5, absolute: 2e-5, "dValue, \(setting)")
        case .bf16:
          // Scores are sums of the rounded operands; probabilities and dS are rounded once more, to 2⁻⁹ at worst.
          expectClose(
            lse.view.values, roundedOperands.logSumExp, relative: 1e-6, absolute: 3e-6,
            "log-sum-exp, \(setting)")
          for (found, exact, what) in [
            (out, roundedOperands.out, "out"), (dQuery, roundedOperands.dQuery, "dQuery"),
            (dKey, roundedOperands.dKey, "dKey"), (dValue, roundedOperands.dValue, "dValue"),
          ] {
            #expect(
              relativeGap(found.view.values, exact) < (exact.count < 20 ? 2e-2 : 4e-3), "\(what), \(setting)")
          }
        }
        #expect([out, lse, dQuery, dKey, dValue].allSatisfy { $0.isFrameIntact })
      }
    }
  }

  /// ‖found − expected‖ / ‖expected‖
  func relativeGap(_ found: [Float], _ expected: [Float]) -> Double {
    let gap = zip(found, expected).reduce(0.0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
    return (gap / max(1e-30, expected.reduce(0.0) { $0 + pow(Double($1), 2) })).squareRoot()
  }
}
