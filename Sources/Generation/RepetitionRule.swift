/// Ends a sequence that says one thing over and over.
///
///     run_p = consecutive positions i, up to the newest, with token_i = token_(i - p)
///     ends where run_p + p ≥ max(maxRepeat · p, 64) for some p in 1…128
///
/// that is, where the newest tokens are one piece of p tokens, at least `maxRepeat` times in a row and at least 64
/// tokens in all. Tokens are compared, not their meaning: a list that counts up is no repetition, a ruled line of 64
/// dashes is one where each dash is a token.
///
/// Kimi k1.5 (arXiv 2501.12599) detects and stops repeated content in partial rollouts and gives no rule; this one, its
/// bounds included, is ours.
public struct RepetitionRule: Sendable, Hashable {
  /// Copies in a row that end a sequence.
  public let maxRepeat: Int

  /// The longest piece, tokens.
  public static let longestPeriod = 128
  /// The shortest run that counts, tokens: `no no no no` is a sentence.
  public static let shortestRun = 64
  public static let allowed = 2...1_000_000

  /// - Throws: ``GenerationError`` where `maxRepeat` is not in ``allowed``.
  public init(maxRepeat: Int) throws(GenerationError) {
    guard Self.allowed.contains(maxRepeat) else {
      throw GenerationError(.maxRepeatOutOfRange(maxRepeat, allowed: Self.allowed))
    }
    self.maxRepeat = maxRepeat
  }

  /// The newest tokens of a sequence, and what of them repeats.
  public struct State: Sendable, Hashable {
    fileprivate static let buckets = 256

    fileprivate var count = 0
    /// The token at position i is at i mod 128.
    fileprivate var newest = [Int32](repeating: 0, count: longestPeriod)
    /// The newest position whose token has this remainder mod 256; -1 where there is none.
    fileprivate var heads = [Int](repeating: -1, count: buckets)
    /// The position before with the same remainder, for the position i at i mod 128.
    fileprivate var previous = [Int](repeating: -1, count: longestPeriod)
    /// The run of period p at p - 1: where it began, and where it was last seen. One not seen at the newest token is over.
    fileprivate var runs = [Run](repeating: Run(), count: longestPeriod)

    public init() {}
  }

  fileprivate struct Run: Hashable {
    var first = 0
    var last = -1
  }

  public struct Loop: Sendable, Hashable {
    /// Tokens of the piece, as short as it can be.
    public var period: Int
    /// Whole copies of it.
    public var count: Int

    public init(period: Int, count: Int) {
      self.period = period
      self.count = count
    }
  }

  /// Takes the next token; visits the equal ones among the 128 before it, the newest first.
  ///
  /// - Returns: The loop that the sequence is in, where it is long enough.
  public func advance(_ state: inout State, token: Int32) -> Loop? {
    let slot = Self.slot(state.count)
    let bucket = Int(UInt32(bitPattern: token)) % State.buckets
    var loop: Loop?
    var position = state.heads[bucket]
    while position >= 0, state.count - position <= Self.longestPeriod {
      if state.newest[Self.slot(position)] == token {
        let period = state.count - position
        if state.runs[period - 1].last != state.count - 1 { state.runs[period - 1].first = state.count }
        state.runs[period - 1].last = state.count
        let length = state.count - state.runs[period - 1].first + 1 + period
        if loop == nil, length >= max(maxRepeat * period, Self.shortestRun) {
          loop = Loop(period: period, count: length / period)
        }
      }
      position = state.previous[Self.slot(position)]
    }
    state.previous[slot] = state.heads[bucket]
    state.heads[bucket] = state.count
    state.newest[slot] = token
    state.count += 1
    return loop
  }

  private static func slot(_ position: Int) -> Int { position % longestPeriod }
}
