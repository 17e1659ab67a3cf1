internal import Tensors

#if canImport(Glibc)
  private import Glibc
#elseif canImport(Musl)
  private import Musl
#else
  private import Darwin
#endif

/// Rotary position embedding: pairs (i, i + C/2) of each head turn by position · frequency_i.
///
///     frequency_i = θ^(−2i/C),  then stretched by `scaling`
///
/// Su et al. 2021, "RoFormer", arXiv:2104.09864; linear scaling: Chen et al. 2023, arXiv:2306.15595; the llama3 rule
/// is the one of the Llama 3.1 release (kept / divided / blended by wavelength).
struct RotaryEmbedding: Sendable {
  /// `[positions, C/2]`
  let cosines: Tensor
  let sines: Tensor

  init(_ configuration: RotaryConfiguration, headDim: Int, positions: Int) {
    let frequencies = Self.frequencies(configuration, headDim: headDim)
    cosines = Tensor(rows: max(positions, 1), columns: headDim / 2)
    sines = Tensor(rows: max(positions, 1), columns: headDim / 2)
    let angles = (0..<max(positions, 1)).map { position in
      // The angle in fp32, as the reference implementations form it; its sine in double.
      frequencies.map { Double(Float(position) * $0) }
    }
    cosines.assign(angles.flatMap { $0.map { Float(cos($0)) } })
    sines.assign(angles.flatMap { $0.map { Float(sin($0)) } })
  }

  /// Some rows, on the calling thread.
  func forward(rows: Range<Int>, of x: Tensor, heads: Int, _ step: DecoderLayer.Step) {
    rotate(rows, x, heads, step, direction: 1)
  }

  /// The inverse rotation is the transpose.
  func backward(rows: Range<Int>, of dx: Tensor, heads: Int, _ step: DecoderLayer.Step) {
    rotate(rows, dx, heads, step, direction: -1)
  }

  private func rotate(
    _ rows: Range<Int>, _ x: Tensor, _ heads: Int, _ step: DecoderLayer.Step, direction: Float
  ) {
    step.compute.meteredRows(.rotary, numbers: 2 * rows.count * x.columns) {
      step.compute.kernels.rotate(
        x.rows(rows), heads: heads, positions: step.batch.positions[rows], cosines: cosines, sines: sines,
        direction: direction)
    }
  }

  /// Radians per position, `[C/2]`.
  ///
  /// In fp32, step by step as `transformers` rounds it: a frequency that is one ulp off turns position 4,096 by 2e-4
  /// radians, which is more than everything else in the logits of a checkpoint together.
  static func frequencies(_ configuration: RotaryConfiguration, headDim: Int) -> [Float] {
    (0..<headDim / 2).map { pair in
      let exponent = Float(2 * pair) / Float(headDim)
      let frequency = 1 / Float(pow(configuration.theta, Double(exponent)))
      switch configuration.scaling {
      case .none:
        return frequency
      case .linear(let factor):
        return frequency / Float(factor)
      case .llama3(let factor, let low, let high, let original):
        let wavelength = Float(2 * Double.pi) / frequency
        if wavelength < Float(Double(original) / high) { return frequency }
        if wavelength > Float(Double(original) / low) { return frequency / Float(factor) }
        let blend = (Float(original) / wavelength - Float(low)) / Float(high - low)
        return (1 - blend) * frequency / Float(factor) + blend * frequency
      }
    }
  }
}
