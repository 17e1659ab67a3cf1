/// What the operands of a matrix product are rounded to; sums are always in fp32.
public enum MatmulType: String, Sendable, Hashable, CaseIterable {
  /// Not at all; by OpenBLAS.
  case fp32
  /// To bf16, nearest with ties to even, by kernels of our own: twice the speed where the CPU multiplies bf16 (AVX512-BF16),
  /// slower than fp32 where it does not. Weights, gradients and all that is stored stay in fp32.
  case bf16
}
