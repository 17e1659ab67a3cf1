/// How threads share the work of a step.
package enum Division: Int, Sendable, CaseIterable {
  /// As one team, each product divided by outputs: every weight is read by one thread, and threads wait for each other
  /// some times per layer.
  case together
  /// Each its own sequences through all layers, meeting once a step: every thread reads all weights.
  case apart
}

/// Chooses between the two by their measured times: which is faster depends on the rows, on where the weights lie, and on
/// what else the machine is doing (a team is as slow as its slowest member at every meeting). It decides the speed only,
/// never a bit.
package struct DivisionControl: Sendable {
  /// By the number of rows, in powers of two: seconds per row of each division, smoothed; nil = not yet seen.
  private var seconds = [[Double?]](repeating: [nil, nil], count: 32)
  /// Steps since the slower one was tried.
  private var patience = [Int](repeating: 0, count: 32)

  private static let smoothing = 0.2
  /// Steps between two tries of the slower one, times how much slower it was.
  private static let interval = 48.0

  package init() {}

  /// How the next step is divided.
  ///
  /// - Parameters:
  ///   - rows: Of the step.
  ///   - guess: What to begin with.
  /// - Returns: The faster one so far, or now and then the other.
  package mutating func next(rows: Int, guess: Division) -> Division {
    let bucket = Self.bucket(rows)
    patience[bucket] += 1
    let other: Division = guess == .together ? .apart : .together
    guard let first = seconds[bucket][guess.rawValue] else { return guess }
    guard let second = seconds[bucket][other.rawValue] else {
      // A few steps first: the very first ones are slow for other reasons.
      return patience[bucket] > 4 ? other : guess
    }
    let (faster, slower) = first <= second ? (guess, other) : (other, guess)
    let ratio = max(first, second) / min(first, second)
    guard Double(patience[bucket]) > Self.interval * ratio else { return faster }
    patience[bucket] = 0
    return slower
  }

  package mutating func observe(_ division: Division, rows: Int, seconds time: Double) {
    guard rows > 0, time > 0 else { return }
    let bucket = Self.bucket(rows)
    let now = time / Double(rows)
    let before = seconds[bucket][division.rawValue] ?? now
    // One step that was held up by something else must not count for long.
    seconds[bucket][division.rawValue] = before + Self.smoothing * (min(now, 4 * before) - before)
  }

  private static func bucket(_ rows: Int) -> Int {
    min(31, Int.bitWidth - max(1, rows).leadingZeroBitCount)
  }
}
