internal import Randomness

/// Which prompts are kept from training.
///
/// By hash: a share of all prompts, decided by the prompt's text alone, so that a prompt is on the same side in every
/// run, whatever the seed, the source and the rows beside it. The hash's bits are read from the lowest up as a number
/// in [0, 1), and what lies below the share is held out: the default of one in eight is "hash divisible by 8", and a
/// larger share holds out what a smaller one does and more.
///
/// By name: the prompts of held-out files.
struct HeldOutSplit: Sendable {
  static let defaultShare = 0.125
  /// By hash alone, one prompt in eight.
  static let byHash = HeldOutSplit(share: defaultShare)

  /// nil where only ``prompts`` are held out.
  let share: Double?
  /// By ``PromptKey/exact(_:)``.
  let prompts: Set<UInt64>
  private let bound: UInt64

  /// - Precondition: `share` lies in [0, 1).
  init(share: Double?, prompts: Set<UInt64> = []) {
    self.share = share
    self.prompts = prompts
    bound = UInt64((share ?? 0) * 0x1p64)
  }

  func contains(_ prompt: String) -> Bool {
    if bound > 0, StableHash.of(prompt).bitsReversed < bound { return true }
    return !prompts.isEmpty && prompts.contains(PromptKey.exact(prompt))
  }
}

extension UInt64 {
  /// The lowest bit first.
  fileprivate var bitsReversed: UInt64 {
    var bits = byteSwapped
    bits = (bits & 0x0F0F_0F0F_0F0F_0F0F) << 4 | bits >> 4 & 0x0F0F_0F0F_0F0F_0F0F
    bits = (bits & 0x3333_3333_3333_3333) << 2 | bits >> 2 & 0x3333_3333_3333_3333
    return (bits & 0x5555_5555_5555_5555) << 1 | bits >> 1 & 0x5555_5555_5555_5555
  }
}
