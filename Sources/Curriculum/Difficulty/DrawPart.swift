package import Experience

/// A share of a sampler's draws, and how they spread over the slots of a source.
///
/// A *slot* is what a source can be asked for: a row of a file, or a difficulty (a horizon) of tasks that are made on the
/// fly.
package struct DrawPart: Sendable, Hashable {
  /// Of the draws; the parts of a sampler add up to 1.
  package var share: Double
  /// By slot; 0 = never.
  package var weights: [Double]

  package init(share: Double, weights: [Double]) {
    self.share = share
    self.weights = weights
  }
}

extension DifficultySampler {
  /// How the draws of a step spread.
  ///
  /// - Parameters:
  ///   - slots: How the slots have fared; nil = never tried.
  ///   - isEndless: Whether a slot holds ever new tasks, so that there always is something new in it.
  /// - Returns: Parts with any weight in them, their shares in proportion.
  package func parts(_ slots: [TaskStatistics?], isEndless: Bool) -> [DrawPart] {
    let even = [Double](repeating: 1, count: slots.count)
    let parts: [DrawPart]
    switch self {
    case .uniform:
      parts = [DrawPart(share: 1, weights: even)]
    case .prioritized(let rule):
      parts = [
        DrawPart(share: 1 - rule.uniformShare, weights: rule.weights(slots)),
        DrawPart(share: rule.uniformShare, weights: even),
      ]
    case .retrospective(let rule):
      let hasNew = !isEndless && slots.contains { $0?.recentAccuracy == nil }
      parts = [
        DrawPart(share: rule.share, weights: slots.map(rule.weight)),
        DrawPart(
          share: 1 - rule.share, weights: hasNew ? slots.map { $0?.recentAccuracy == nil ? 1 : 0 } : even),
      ]
    case .pools(let rule):
      parts = DifficultyPools.Pool.allCases.map { pool in
        DrawPart(
          share: rule.weight(of: pool),
          weights: slots.map { rule.pool($0?.recentAccuracy) == pool ? 1 : 0 })
      }
    }
    return parts.inProportion
  }
}

extension PrioritizedSampler {
  /// p(1 − p) by slot; for those that were never tried the mean of the others', or 1 where that is nothing.
  fileprivate func weights(_ slots: [TaskStatistics?]) -> [Double] {
    let known = slots.compactMap { $0?.recentAccuracy }.map(Self.weight)
    let mean = known.isEmpty ? 0 : known.reduce(0, +) / Double(known.count)
    return slots.map { $0?.recentAccuracy.map(Self.weight) ?? (mean > 0 ? mean : 1) }
  }

  /// Partial credit beyond 0 and 1 would weigh less than nothing.
  private static func weight(_ accuracy: Double) -> Double { max(0, accuracy * (1 - accuracy)) }
}

extension RetrospectiveSampler {
  /// 0 = never tried.
  fileprivate func weight(_ slot: TaskStatistics?) -> Double {
    guard let slot, let accuracy = slot.recentAccuracy else { return 0 }
    let inverse = accuracy > 0 ? min(1 / accuracy, cap) : cap
    var heat = 1.0
    for _ in 1..<max(slot.wrongInARow, 1) where heat > floor { heat *= cooling }
    return inverse * max(heat, floor)
  }
}

extension [DrawPart] {
  /// Without those that can draw nothing; the shares of the others add up to 1.
  package var inProportion: [DrawPart] {
    let parts = filter { $0.share > 0 && $0.weights.contains { $0 > 0 } }
    let sum = parts.reduce(0) { $0 + $1.share }
    return parts.map { DrawPart(share: $0.share / sum, weights: $0.weights) }
  }
}
