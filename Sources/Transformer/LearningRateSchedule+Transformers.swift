extension LearningRateSchedule {
  /// Share of the peak rate at a step under the conventions of `transformers` and verl, in terms of ours.
  ///
  /// They differ from ``factor(step:totalSteps:)`` in the warm-up, which begins at rate 0 and so runs one step behind, and past
  /// the end, where a cosine rises again: it is mirrored at the end and at the end of the warm-up. Training does not use this; it is
  /// here to compare runs.
  ///
  /// - Parameters:
  ///   - step: Steps taken before this one, from 0; may lie past the end.
  ///   - totalSteps: Length of the stage.
  /// - Returns: 0…1.
  public func factorInTransformers(step: Int, totalSteps: Int) -> Double {
    if step < warmupSteps {
      return step == 0 ? 0 : factor(step: step - 1, totalSteps: totalSteps)
    }
    switch name {
    case .constant, .linear:
      return factor(step: step, totalSteps: totalSteps)
    case .cosine:
      // A stage that is all warm-up counts as having one step after it.
      let span = max(1, totalSteps - warmupSteps)
      let phase = (step - warmupSteps) % (2 * span)
      let mirrored = phase <= span ? phase : 2 * span - phase
      return factor(step: warmupSteps + mirrored, totalSteps: warmupSteps + span)
    }
  }
}
