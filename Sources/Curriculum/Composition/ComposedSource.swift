/// Chains of short problems made on the fly, deterministic by seed.
///
/// A chain of horizon h puts h problems into one prompt; each but the first is about the answer of the one before
/// it, and only the last answer is asked for. A chain of horizon 1 is the problem itself.
///
/// h1: "Bootstrapping LLMs to Reason over Longer Horizons via RL", arXiv:2510.07312.
public struct ComposedSource: Sendable, Hashable {
  /// Longest chain that can be asked for.
  public static let longestHorizon = 1000

  public var composer: ChainComposer
  /// Lowest and highest number of problems in a chain, drawn evenly.
  public var horizons: ClosedRange<Int>
  /// Nil: as the composer is used to, see ``ChainComposer/usualWording``.
  public var wording: ChainWording?

  public init(composer: ChainComposer, horizons: ClosedRange<Int> = 1...1, wording: ChainWording? = nil) {
    self.composer = composer
    self.horizons = horizons
    self.wording = wording
  }

  /// Refuses what can be seen to be wrong without reading a file.
  func validate() throws(DataError) {
    let allowed = 1...Self.longestHorizon
    guard allowed.contains(horizons.lowerBound), allowed.contains(horizons.upperBound) else {
      throw DataError(.horizonOutOfRange(given: horizons, allowed: allowed))
    }
    if case .executed(let families) = composer {
      if families.isEmpty { throw DataError(.nothingToChain) }
      for source in families { _ = try ChainFamily(source) }
    }
  }
}

/// How a later problem comes to be about an earlier answer.
public enum ChainComposer: Sendable, Hashable {
  /// A number in the text of a later problem is written as *previous answer + constant*, the constant chosen so that
  /// it is the number it was: no answer changes, so none has to be computed. For rows with whole numbers as answers.
  case offset(FileSource)
  /// A later problem is worked out anew with what the previous answer gives: for families that can be executed.
  /// Each problem of a chain is of one of these, drawn evenly.
  case executed([ProceduralSource])

  /// `offset` or `executed`.
  public var name: String {
    switch self {
    case .offset: "offset"
    case .executed: "executed"
    }
  }

  /// What chains are called: as the file, or as the families.
  var defaultName: String {
    switch self {
    case .offset(let file): file.defaultName
    case .executed(let families): families.map(\.task).joined(separator: "+")
    }
  }

  /// Sentences for rows that are sentences, symbols for families that are.
  public var usualWording: ChainWording {
    switch self {
    case .offset: .prose
    case .executed: .compact
    }
  }
}
