/// Which tokens of a response are trained.
///
/// Tokens that were put in rather than sampled (tool output) never are. With `masksTruncated` (DAPO's overlong
/// filtering, TRL's `mask_truncated_completions`) neither is any token of a response that was cut off at the length
/// limit: it keeps its place in its group's statistics, since its reward is real, and its tokens leave both the sum
/// and the number of tokens.
///
/// - Parameters:
///   - sampled: `[T]`, true where the policy sampled the token.
///   - isTruncated: Whether the response ended at the length limit.
///   - masksTruncated: `mask_truncated_completions`.
/// - Returns: `[T]`.
///
/// DAPO, arXiv:2503.14476, §3.4.
public func lossMask(sampled: [Bool], isTruncated: Bool, masksTruncated: Bool) -> [Bool] {
  isTruncated && masksTruncated ? Array(repeating: false, count: sampled.count) : sampled
}
