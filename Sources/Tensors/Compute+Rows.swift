private import CKernels

/// The row-wise kernels on all threads. Gradients of shared weights are summed thread by thread, in order.
extension Compute {
  private static let rowGrain = 64

  public func rmsNorm(
    _ x: Tensor, weight: Tensor, heads: Int = 1, epsilon: Float, into y: Tensor, inverseRMS: Tensor
  ) {
    metered(.rmsNorm, numbers: 2 * x.count) {
      overRanges(x.rows, grain: Self.rowGrain) {
        kernels.rmsNorm(
          x.rows($0), weight: weight, heads: heads, epsilon: epsilon, into: y.rows($0),
          inverseRMS: inverseRMS.rows($0))
      }
    }
  }

  public func rmsNormBackward(
    _ dy: Tensor, x: Tensor, weight: Tensor, heads: Int = 1, inverseRMS: Tensor, into dx: Tensor,
    accumulate: Bool,
    dWeight: Tensor
  ) {
    let ranges = split(x.rows, grain: Self.rowGrain)
    let partial = zeroedScratch(rows: ranges.count, columns: weight.count)
    metered(.rmsNormBackward, numbers: (accumulate ? 4 : 3) * x.count) {
      parallel(ranges.count) { piece in
        let range = ranges[piece]
        kernels.rmsNormBackward(
          dy.rows(range), x: x.rows(range), weight: weight, heads: heads, inverseRMS: inverseRMS.rows(range),
          into: dx.rows(range), accumulate: accumulate, dWeight: partial.rows(piece..<piece + 1))
      }
      kernels.columnSums(partial, into: dWeight)
    }
  }

  /// Row `indices[row]` of `target` gains row `row` of `source`, in order.
  public func addRows(of source: Tensor, at indices: [Int], into target: Tensor) {
    precondition(indices.count == source.rows && source.columns == target.columns, "scatter of another shape")
    // By columns: rows may be named more than once.
    metered(.rows, numbers: 3 * source.count) {
      overRanges(source.columns, grain: max(64, 100_000 / max(1, source.rows))) { columns in
        let (from, to) = (source.columns(columns), target.columns(columns))
        for (row, index) in indices.enumerated() {
          kernels.axpy(1, from.rows(row..<row + 1), into: to.rows(index..<index + 1))
        }
      }
    }
  }

  /// See ``Kernels/logprob(_:inverseTemperature:targets:out:at:)``; row 0 of `logits` is scored token `first`.
  public func logprob(
    _ logits: Tensor, inverseTemperature: Float, targets: [Int32], out: Tensor, at first: Int
  ) {
    metered(.logprob, numbers: logits.count) {
      overRanges(logits.rows, grain: 8) { part in
        kernels.logprob(
          logits.rows(part), inverseTemperature: inverseTemperature,
          targets: targets[first + part.lowerBound..<first + part.upperBound], out: out,
          at: first + part.lowerBound)
      }
    }
  }

  /// See ``Kernels/logprobBackward(_:inverseTemperature:targets:forward:gradients:at:)``.
  public func logprobBackward(
    _ logits: Tensor, inverseTemperature: Float, targets: [Int32], forward: Tensor, gradients: Tensor,
    at first: Int
  ) {
    metered(.logprobBackward, numbers: 2 * logits.count) {
      overRanges(logits.rows, grain: 8) { part in
        kernels.logprobBackward(
          logits.rows(part), inverseTemperature: inverseTemperature,
          targets: targets[first + part.lowerBound..<first + part.upperBound], forward: forward,
          gradients: gradients, at: first + part.lowerBound)
      }
    }
  }

  /// out += sum of the rows of x.
  public func columnSums(_ x: Tensor, into out: Tensor) {
    let ranges = split(x.rows, grain: Self.rowGrain)
    let partial = zeroedScratch(rows: ranges.count, columns: x.columns)
    metered(.bias, numbers: x.count) {
      parallel(ranges.count) { kernels.columnSums(x.rows(ranges[$0]), into: partial.rows($0..<$0 + 1)) }
      kernels.columnSums(partial, into: out)
    }
  }

  /// One row for each piece of work, to be added up in order.
  private func zeroedScratch(rows: Int, columns: Int) -> Tensor {
    let count = rows * columns
    let scratch = Tensor(
      storage: .init(borrowing: ThreadScratch.floats(.shared, count), count: count), offset: 0, rows: rows,
      columns: columns, stride: columns)
    scratch.fill(0)
    return scratch
  }

  /// Sum of squares of a contiguous tensor, in double: fixed chunks, so that the thread count does not matter.
  public func sumOfSquares(_ x: Tensor) -> Double {
    let chunk = 1 << 16
    let flat = x.reshaped(rows: 1, columns: x.count)
    let chunks = (x.count + chunk - 1) / chunk
    var partial = [Double](repeating: 0, count: chunks)
    partial.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let out = buffer
      metered(.sumOfSquares, numbers: x.count) {
        parallel(chunks) {
          out[$0] = kernels.sumOfSquares(flat.columns($0 * chunk..<min(x.count, ($0 + 1) * chunk)))
        }
      }
    }
    return partial.reduce(0, +)
  }

  /// One AdamW step on flat tensors of equal length; see ``AdamWStep``.
  public func adamW(
    parameters: Tensor, gradients: Tensor, firstMoment: Tensor, secondMoment: Tensor, step: AdamWStep
  ) {
    precondition(parameters.count == gradients.count && parameters.isContiguous && gradients.isContiguous)
    metered(.adamW, numbers: 7 * parameters.count) {
      overRanges(parameters.count, grain: 4096) { range in
        kernels.table.pointee.adamw(
          parameters.pointer + range.lowerBound, gradients.pointer + range.lowerBound,
          firstMoment.pointer + range.lowerBound, secondMoment.pointer + range.lowerBound, range.count,
          step.gradientScale, step.learningRate, step.beta1, step.beta2, step.epsilon, step.weightDecay,
          step.firstCorrection, step.secondCorrection)
      }
    }
  }
}

/// The numbers of one AdamW step: decoupled decay, then p −= lr · (m·c₁) / (√(v·c₂) + ε).
public struct AdamWStep: Sendable {
  /// Factor on the gradients (clipping).
  public var gradientScale: Float
  public var learningRate: Float
  public var beta1: Float
  public var beta2: Float
  public var epsilon: Float
  public var weightDecay: Float
  /// c₁ = 1 / (1 − β₁ᵗ)
  public var firstCorrection: Float
  /// c₂ = 1 / (1 − β₂ᵗ)
  public var secondCorrection: Float

  public init(
    gradientScale: Float, learningRate: Float, beta1: Float, beta2: Float, epsilon: Float, weightDecay: Float,
    firstCorrection: Float, secondCorrection: Float
  ) {
    self.gradientScale = gradientScale
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.firstCorrection = firstCorrection
    self.secondCorrection = secondCorrection
  }
}
