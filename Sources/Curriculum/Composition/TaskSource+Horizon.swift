extension TaskSource {
  /// The most problems that a chain of its may have; nil where it makes no chains.
  public var longestHorizon: Int? {
    parts.compactMap { part in
      if case .composed(let source) = part.source { source.horizons.upperBound } else { nil }
    }.max()
  }
}
