internal import Evaluation
internal import Experience
internal import Metrics
internal import Objectives
internal import Replay
internal import Rollouts
internal import Tensors
internal import Transformer

// Where stages begin and end, and what is measured between.
extension Trainer {
  func enter(_ stage: StageConfiguration) throws {
    if let source = stage.from {
      let weights = try ModelDirectory.loadWeights(directory.stage(source), context.model.configuration)
      context.model.parameters.flat.copy(from: weights.flat)
      // Another version than the one that the stage before ended with, and so of another number.
      context.state.policyVersion += 1
      context.weightsReplaced()
      // How tasks fared was another policy's doing.
      context.state.statisticsSince = context.state.step
      context.difficulty = TaskDifficulty(context.tasks, configuration.data)
    }
    context.optimizer.reset()
    context.state.optimizerSteps = 0
    if configuration.algorithm.entropic?.resetOnStage == true { context.state.entropic = nil }
    // What another stage saw is no entropy of this one's tasks.
    (context.state.lastEntropy, context.state.adaptiveEntropy) = (nil, nil)
    context.reference = stage.kind == .rl && configuration.algorithm.beta > 0 ? frozenCopy() : nil
    guard context.state.before == nil, stage.kind == .rl || isWithoutRL else { return }
    context.state.before = try evaluate(stage, label: "before")
    if configuration.evaluation.keepBest { try consider(context.state.before, stage) }
  }

  /// The supply of groups for an RL stage: what was under way when the run stopped goes on. At the start of any stage, what another one
  /// had left under way is settled.
  func openPipeline(_ stage: StageConfiguration) throws {
    guard past == nil else { return }
    var mine: [PooledGroup] = []
    for group in try writer.open(asOf: context.state.step) {
      if stage.kind == .rl, goesOnInStage, group.key.stage == stage.name {
        mine.append(group.pooled)
      } else {
        // A stage that is over has no use for it.
        let step = context.state.step + 1
        writer.commit { store, run in
          try store.drop(run, group: group.key, fate: .surplus, step: step)
        }
      }
    }
    guard stage.kind == .rl else { return }
    workers?.beginStage()
    let pipeline = try RolloutPipeline(
      context: context, writer: writer, ingest: ingest, workers: workers, stage: stage.name, open: mine,
      ahead: ahead)
    if !mine.isEmpty {
      context.emit(
        .note(
          "\(mine.count) groups go on where they were: \(pipeline.pool.unfinishedCount) unfinished answers, "
            + "\(mine.joinedTokenCount) tokens that need not be generated again"))
    }
    if configuration.rollout.mode == .async { pipeline.reissue() }
    self.pipeline = pipeline
    (goesOnInStage, ahead) = (false, nil)
  }

  /// Lets workers come, from the start of the run on: they have the model's files by the time that they are needed.
  func openWorkers() throws {
    let stages = configuration.stages.dropFirst(context.state.stage)
    guard configuration.rollout.source == .workers, past == nil, stages.contains(where: { $0.kind == .rl })
    else { return }
    workers = try WorkerSupply(
      context: context, ingest: ingest, run: configuration.name, shouldStop: shouldStop)
  }

  /// Where the next RL step has its groups from.
  func supply() -> any GroupSupply {
    if let past { return StoredSupply(context: context, past: past) }
    guard let pipeline else { preconditionFailure("an RL step without its pipeline") }
    if configuration.rollout.mode == .async, let workers {
      return AsynchronousSupply(context: context, pipeline: pipeline, workers: workers)
    }
    return SequentialSupply(context: context, pipeline: pipeline)
  }

  var isWithoutRL: Bool {
    context.state.stage == 0 && !configuration.stages.contains { $0.kind == .rl }
  }

  func frozenCopy() -> Decoder {
    let copy = Parameters(context.model.configuration)
    copy.flat.copy(from: context.model.parameters.flat)
    return context.frozen(copy)
  }

  /// The last stage whose outcome is the run's result.
  var resultStage: Int { configuration.stages.lastIndex { !$0.isControl } ?? 0 }

  func leave(_ stage: StageConfiguration) throws {
    let index = context.state.stage
    try checkWeights()
    if stage.kind == .rl || stage.isControl || index == resultStage {
      // A stage that an evaluation ended has just been evaluated.
      let known = context.state.stageEndedEarly ? context.state.latest : nil
      let result = try known ?? evaluate(stage, label: stage.isControl ? "control" : "after")
      if stage.isControl {
        context.state.control = result
      } else {
        context.state.after = result
        try consider(result, stage)
      }
    }
    if configuration.stages.dropFirst(index + 1).contains(where: { $0.from == stage.name }) {
      try exportModel(to: directory.stage(stage.name))
    }
    if index == resultStage {
      context.state.resultDigest = context.policyVersion.digest
      try exportModel(to: directory.model)
    }
    context.state.endedStage = index
    context.state.endedStageSteps = context.state.stageStep
    context.state.endedStageLimit = stage.steps
    context.state.stage += 1
    context.state.stageStep = 0
    context.state.stageEndedEarly = false
    context.state.evaluationsWithoutGain = 0
    try checkpoint()
    // After the checkpoint: should this stage be made longer, its unfinished answers go on.
    pipeline?.close()
    pipeline = nil
  }

  // MARK: Evaluations

  func evaluate(_ stage: StageConfiguration, label: String) throws -> EvaluationResult {
    let version = context.policyVersion
    let (outcome, seconds) = try context.timed {
      try past?.evaluation(context.evaluator, step: context.state.step, stage: stage.name)
        ?? context.evaluator.run(context.source, step: context.state.step, version: version)
    }
    guard let outcome else { preconditionFailure("an evaluation that nobody stops ended early") }
    let result = outcome.result
    var record = head(stage, kind: "evaluation")
    record["eval/greedy"] = .number(result.greedy)
    if let passAtK = result.passAtK {
      record["eval/pass@1"] = .number(result.passAt1)
      if result.k > 1 { record["eval/pass@\(result.k)"] = .number(passAtK) }
    }
    record["eval/mean_length"] = .number(result.meanLength)
    record["eval/truncated"] = .number(result.truncated)
    record["step_time"] = .number(seconds)
    try writer.waitForRoom()
    writer.write(
      RunWriter.Entry(
        step: context.state.step, stage: stage.name,
        evaluations: [
          .init(kind: .greedyEvaluation, version: version, groups: outcome.greedy.map { [$0] }),
          .init(kind: .evaluation, version: version, groups: outcome.sampled),
        ], record: record))
    context.emit(.evaluated(result, stage: stage.name, step: context.state.step, label: label))
    context.state.latest = result
    context.adaptTargets(to: outcome.sampled)
    return result
  }

  /// Keeps the best checkpoint, and ends the stage where the recipe says so.
  func consider(_ result: EvaluationResult?, _ stage: StageConfiguration) throws {
    guard let result, !stage.isControl else { return }
    if result.greedy > context.state.bestGreedy ?? -1 {
      context.state.bestGreedy = result.greedy
      context.state.bestStep = context.state.step
      context.state.evaluationsWithoutGain = 0
      if configuration.evaluation.keepBest {
        try exportModel(to: directory.best)
      }
    } else {
      context.state.evaluationsWithoutGain += 1
    }
    // A run that is done again ends its stages where it ended them.
    guard past == nil, context.state.stageStep > 0, context.state.stageStep < stage.steps else { return }
    if let target = stage.untilAccuracy, result.greedy >= target {
      context.state.stageEndedEarly = true
      context.emit(
        .note(
          "stage \(stage.name) ends early: greedy accuracy \(result.greedy) reached `until.accuracy` \(target)"
        ))
    } else if let patience = configuration.evaluation.patience,
      context.state.evaluationsWithoutGain >= patience
    {
      context.state.stageEndedEarly = true
      context.emit(
        .note(
          "stage \(stage.name) ends early: \(patience) evaluations without a better greedy accuracy (`evaluation.patience`)"
        ))
    }
  }

}
