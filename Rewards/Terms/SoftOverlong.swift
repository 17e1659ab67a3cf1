/// DAPO's soft overlong punishment: no cost up to a soft limit, then a linear slope down to −1 at the hard
/// one.
///
///     R(T) = 0                                  T ≤ maximum − cache
///          = ((maximum − cache) − T) / cache    maximum − cache < T ≤ maximum
///          = −1                                 T > maximum
///
/// - Parameters:
///   - length: Generated tokens T, end token included.
///   - maximum: The hard limit L_max, tokens.
///   - cache: Length of the slope L_cache, tokens.
/// - Returns: A value in [−1, 0], to be added to the reward; continuous at both knots.
/// - Precondition: `cache` ≥ 1; ``RewardConfiguration/validate(maximumLength:)`` sees to it.
///
/// Yu et al. 2025, arXiv:2503.14476, eq. 13. The floor at −1 is the paper's (verl leaves it to the length
/// limit).
public func softOverlongPunishment(length: Int, maximum: Int, cache: Int) -> Double {
  precondition(cache >= 1, "softOverlongPunishment: cache is \(cache), must be at least 1")
  if length > maximum { return -1 }
  let excess = length - (maximum - cache)
  return excess <= 0 ? 0 : -Double(excess) / Double(cache)
}
