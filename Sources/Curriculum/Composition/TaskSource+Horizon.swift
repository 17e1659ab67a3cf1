extension TaskSource {
  /// The most problems that a chain of it may have; nil where it makes no chains.
  public var longestHorizon: Int? {
    if case .composed(let source) = self { source.horizons.upperBound } else { nil }
  }
}
