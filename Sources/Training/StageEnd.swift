/// When a stage ends before its last step. Each rule that is set can end it, the first that does is told.
public struct StageEnd: Sendable, Hashable {
  /// Greedy held-out accuracy reaches this at an evaluation.
  public var accuracy: Double?
  /// The share of answers cut at the limit, in the mean over ``window`` steps, falls to this or below: FastCuRL's first stage ends at
  /// about 0.1 (arXiv:2503.17287).
  public var clippedRatio: Double?
  /// Steps that the share of cut answers is taken over.
  public var window = 10
  /// So many evaluations of this stage in a row without a better greedy accuracy than its best by ``minimumGain``.
  public var plateau: Int?
  /// What counts as better, in accuracy.
  public var minimumGain = 0.0

  public init() {}

  /// What can be known after a step or an evaluation of the stage.
  package struct Progress {
    /// Greedy held-out accuracy, where it has just been measured.
    package var accuracy: Double?
    /// Shares of cut answers of the last steps of the stage, oldest first.
    package var clippedRatios: [Double]
    /// Evaluations of the stage in a row that were no better than its best.
    package var evaluationsWithoutGain: Int

    package init(
      accuracy: Double? = nil, clippedRatios: [Double] = [], evaluationsWithoutGain: Int = 0
    ) {
      self.accuracy = accuracy
      self.clippedRatios = clippedRatios
      self.evaluationsWithoutGain = evaluationsWithoutGain
    }
  }

  /// - Returns: The rule that ends the stage now, in words; nil where none does.
  package func reason(_ progress: Progress) -> String? {
    if let accuracy, let reached = progress.accuracy, reached >= accuracy {
      let shown = (reached * 1000).rounded() / 1000
      return "greedy accuracy \(shown) reached `until.accuracy` \(accuracy)"
    }
    if let plateau, progress.accuracy != nil, progress.evaluationsWithoutGain >= plateau {
      return "\(plateau) evaluations without a better greedy accuracy (`until.plateau`)"
    }
    if let clippedRatio, progress.clippedRatios.count >= window {
      let mean = progress.clippedRatios.suffix(window).reduce(0, +) / Double(window)
      if mean <= clippedRatio {
        let percent = (mean * 1000).rounded() / 10
        return "\(percent) % of the answers of the last \(window) steps were cut (`until.clipped_ratio`)"
      }
    }
    return nil
  }
}
