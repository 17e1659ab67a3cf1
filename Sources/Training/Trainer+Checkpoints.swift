internal import Foundation
internal import HFFiles
internal import Replay
internal import Rollouts
internal import Tensors
internal import Transformer

// What is kept of a run, and how it goes on from that.
extension Trainer {
  var contents: Checkpoint.Contents {
    Checkpoint.Contents(
      configuration: context.model.configuration, parameters: context.model.parameters,
      optimizer: context.optimizer,
      reference: context.reference?.parameters, tokenizer: context.model.tokenizer)
  }

  /// Beside its name, synced, renamed; then the store's record, from which on it counts.
  func checkpoint() throws {
    try checkWeights()
    settleTime()
    context.state.metricsPosition = try writer.synchronize()
    let (step, path) = (context.state.step, directory.checkpoint(step: context.state.step))
    try Checkpoint.write(contents, context.state, to: path)
    try writer.record(
      checkpoint: step, version: context.policyVersion, stateDigest: try Checkpoint.digest(path))
    checkpointedStep = step
    context.emit(.checkpoint(step: step, path: path))
    try keeper.forgetOld(currentStage: context.state.stage)
  }

  var keeper: CheckpointKeeper {
    CheckpointKeeper(
      directory: directory, stages: configuration.stages, keepLast: configuration.output.keepLast)
  }

  func exportModel(to path: String) throws {
    try Checkpoint.writeModel(
      context.model.configuration, context.model.parameters, context.model.tokenizer, to: path)
  }

  /// Nothing is written over a good checkpoint by weights that are beyond repair.
  func checkWeights() throws {
    guard !context.compute.sumOfSquares(context.model.parameters.flat).isFinite else { return }
    let last =
      directory.checkpointSteps.first.map { "the checkpoint of step \($0) is whole" }
      ?? "there is no checkpoint yet"
    throw TrainingError(
      .run(
        step: context.state.step,
        "an update made weights NaN or infinite — lower `optimizer.learning_rate`; \(last)"))
  }

  func restore() throws {
    let current = context.state.environment
    let choice = try keeper.choose(among: writer.checkpoints(), lastStep: writer.lastStep())
    for note in choice.notes { context.emit(.warning(note)) }
    // In sequential mode the same weights come again, and with them the same rollouts.
    var keepsAhead = configuration.inStages[0].rollout.mode == .sequential
    guard let step = choice.step else {
      if !choice.notes.isEmpty {
        context.emit(.warning("no checkpoint can be used: the run begins again at step 1"))
      }
      // Before the store forgets: folders that it knows nothing of would look like another run's.
      try keeper.forget(after: 0)
      ahead = try writer.cutBack(
        toStep: 0, metricsPosition: 0, version: context.policyVersion, keepsAhead: keepsAhead
      ).ahead
      goesOnInStage = !keepsAhead
      return
    }
    let path = directory.checkpoint(step: step)
    var state = try Checkpoint.readState(path)
    goesOnInStage = state.stageStep > 0
    if let ended = state.endedStage, keeper.isExtension(state) {
      state.stage = ended
      state.stageStep = state.endedStageSteps
      (state.after, state.control, state.controls, state.resultDigest) = (nil, nil, nil, nil)
      goesOnInStage = true
      context.emit(
        .note(
          "stage \(configuration.stages[ended].name) goes on from step \(state.stageStep) to \(configuration.stages[ended].steps)"
        ))
    }
    var loaded = contents
    try Checkpoint.read(path, into: &loaded)
    if let reference = loaded.reference { context.reference = context.frozen(reference) }
    context.optimizer.stepCount = state.optimizerSteps
    for difference in current.differences(from: state.environment) {
      context.emit(.warning("resuming on other ground, so numbers may differ in rounding: \(difference)"))
    }
    state.environment = current
    secondsBefore = state.seconds
    context.state = state
    context.weightsReplaced()
    if configuration.stages.indices.contains(state.stage) {
      keepsAhead = configuration.inStages[state.stage].rollout.mode == .sequential
    }
    let undone = try writer.cutBack(
      toStep: state.step, metricsPosition: state.metricsPosition, version: context.policyVersion,
      keepsAhead: keepsAhead)
    ahead = undone.ahead
    context.recall(try writer.taskStatistics(since: state.statisticsSince ?? 0))
    // Asynchronous groups of a stage that had begun go on, though its first checkpoint was still to come.
    if !keepsAhead { goesOnInStage = true }
    checkpointedStep = state.step
    try keeper.forget(after: step)
    context.emit(.note("resumed from \(path)"))
    if undone.orphaned > 0 {
      context.emit(
        .note(
          "\(undone.orphaned) answers are orphaned: weights made them that this restart has undone; they are made anew"
        ))
    }
  }
}
