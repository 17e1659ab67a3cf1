internal import Curriculum
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
    let algorithm = context.configuration.algorithm
    if let source = stage.from {
      try takeWeights(from: directory.stage(source))
      // How tasks fared was another policy's doing.
      context.state.statisticsSince = context.state.step
      context.recall([:])
    }
    if stage.resetsOptimizer || context.state.stage == 0 {
      context.optimizer.reset()
      context.state.optimizerSteps = 0
    }
    if stage.resetsEntropic ?? algorithm.entropic?.resetOnStage ?? false { context.state.entropic = nil }
    // What another stage saw is no entropy of this one's tasks, nor a share or a best of its answers, nor how many groups fall outside.
    (context.state.lastEntropy, context.state.adaptiveEntropy) = (nil, nil)
    context.state.expansion = nil
    (context.state.stageBest, context.state.stageBestStep) = (nil, nil)
    context.state.clippedRatios = nil
    context.state.evaluationsWithoutGain = 0
    if let before = stageBefore, before.reward != context.configuration.reward {
      context.state.laserTargets = nil
    }
    context.reference = stage.kind == .rl && algorithm.beta > 0 ? frozenCopy() : nil
    try writeStage(stage, kind: "stage_begin")
    guard context.state.before == nil, stage.kind == .rl || isWithoutRL else { return }
    context.state.before = try evaluate(stage, label: "before")
    try consider(context.state.before, stage)
  }

  /// The configuration as it held in the stage before the present one.
  private var stageBefore: TrainingConfiguration? {
    let index = context.state.stage - 1
    return configuration.stages.indices.contains(index)
      ? configuration.inStage(configuration.stages[index]) : nil
  }

  /// Goes on with other weights than those in memory: another version, and so of another number.
  private func takeWeights(from path: String) throws {
    let weights = try ModelDirectory.loadWeights(path, context.model.configuration)
    context.model.parameters.flat.copy(from: weights.flat)
    context.state.policyVersion += 1
    context.weightsReplaced()
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
        // A stage that is over has no use for it. What was generated of it counts, as it does where the stage ends.
        context.state.tokens += group.pooled.members.reduce(0) { $0 + $1.length }
        let step = context.state.step + 1
        writer.commit { store, run in
          try store.drop(run, group: group.key, fate: .surplus, step: step)
        }
      }
    }
    guard stage.kind == .rl else { return }
    let rollout = context.configuration.rollout
    writer.commit { store, run in
      try store.limit(
        run, maxCompletionLength: rollout.maxCompletionLength, segmentLength: rollout.segmentLength)
    }
    try openWorkers(of: rollout)
    let pipeline = try RolloutPipeline(
      context: context, writer: writer, ingest: ingest,
      workers: context.configuration.rollout.source == .workers ? workers : nil, stage: stage.name,
      open: mine,
      ahead: ahead)
    if !mine.isEmpty {
      context.emit(
        .note(
          "\(mine.count) groups go on where they were: \(pipeline.pool.unfinishedCount) unfinished answers, "
            + "\(mine.joinedTokenCount) tokens that need not be generated again"))
    }
    if context.configuration.rollout.mode == .async { pipeline.reissue() }
    self.pipeline = pipeline
    (goesOnInStage, ahead) = (false, nil)
  }

  /// Lets workers come, from the start of the run on: they have the model's files by the time that they are needed.
  func openWorkers() throws {
    let left = configuration.stages.dropFirst(context.state.stage).filter { $0.kind == .rl }
    let first = left.map { configuration.inStage($0).rollout }.first { $0.source == .workers }
    guard let first, past == nil else { return }
    workers = try WorkerSupply(
      context: context, rollout: first, ingest: ingest, run: configuration.name, shouldStop: shouldStop)
  }

  /// Workers that generate as this stage asks for. What they are told when they join holds for as long as they are connected, so where
  /// it differs they come anew.
  private func openWorkers(of rollout: RolloutConfiguration) throws {
    guard rollout.source == .workers else { return }
    if workers?.rollout != rollout {
      workers?.close(isFinished: false)
      workers = nil
      workers = try WorkerSupply(
        context: context, rollout: rollout, ingest: ingest, run: configuration.name, shouldStop: shouldStop)
    }
    workers?.beginStage()
  }

  /// Where the next RL step has its groups from.
  func supply() -> any GroupSupply {
    if let past { return StoredSupply(context: context, past: past) }
    guard let pipeline else { preconditionFailure("an RL step without its pipeline") }
    if context.configuration.rollout.mode == .async, let workers {
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
      let known = context.state.latestStep == context.state.step ? context.state.latest : nil
      let result = try known ?? evaluate(stage, label: stage.isControl ? "control" : "after")
      if stage.isControl {
        context.state.control = result
        context.state.controls = (context.state.controls ?? [:]).merging([stage.name: result]) { $1 }
      } else {
        if known == nil { try consider(result, stage) }
        context.state.after = try handOver(stage) ?? result
      }
    }
    try writeStage(stage, kind: "stage_end")
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
    (context.state.stageEndedEarly, context.state.stageEndReason) = (false, nil)
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
    for horizon in result.horizons ?? [] {
      let line = IndependenceLine(single: result.horizons?.first?.accuracy ?? 0)
      record["eval/horizon_\(horizon.horizon)/accuracy"] = .number(horizon.accuracy)
      record["eval/horizon_\(horizon.horizon)/independence"] = .number(
        line.accuracy(horizon: horizon.horizon))
      record["eval/horizon_\(horizon.horizon)/truncated"] = .number(horizon.truncated)
    }
    record.add(result.budgets)
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
    (context.state.latest, context.state.latestStep) = (result, context.state.step)
    context.adaptTargets(to: outcome.sampled)
    return result
  }

  /// Keeps the best checkpoint of the run, and of the stage.
  func consider(_ result: EvaluationResult?, _ stage: StageConfiguration) throws {
    guard let result, !stage.isControl else { return }
    // Accuracies on other tasks cannot be compared; a later stage's count.
    let heldOut = configuration.heldOut(ofStage: context.state.stage)
    if context.state.bestHeldOut ?? heldOut != heldOut { context.state.bestGreedy = nil }
    context.state.bestHeldOut = heldOut
    if result.greedy > context.state.bestGreedy ?? -1 {
      context.state.bestGreedy = result.greedy
      context.state.bestStep = context.state.step
      if context.configuration.evaluation.keepBest { try exportModel(to: directory.best) }
    }
    let best = context.state.stageBest?.greedy
    if result.greedy > (best ?? -1) + stage.until.minimumGain || best == nil {
      context.state.evaluationsWithoutGain = 0
    } else {
      context.state.evaluationsWithoutGain += 1
    }
    // The newest of equals: it has seen more.
    guard result.greedy >= best ?? -1 else { return }
    (context.state.stageBest, context.state.stageBestStep) = (result, context.state.step)
    if stage.handover == .best {
      try exportModel(to: directory.stageBest(stage.name, step: context.state.step))
    }
  }

  /// Goes back to the stage's best weights, where those are what it leaves to the next one.
  ///
  /// - Returns: What they can do; nil where the weights stay.
  private func handOver(_ stage: StageConfiguration) throws -> EvaluationResult? {
    guard stage.handover == .best, let step = context.state.stageBestStep, step != context.state.step,
      let best = context.state.stageBest
    else { return nil }
    try takeWeights(from: directory.stageBest(stage.name, step: step))
    context.emit(
      .note("stage \(stage.name) hands over its weights of step \(step), greedy accuracy \(best.greedy)"))
    return best
  }

  /// A line of metrics where a stage begins or ends.
  private func writeStage(_ stage: StageConfiguration, kind: String) throws {
    var record = head(stage, kind: kind)
    if kind == "stage_end" {
      record["stage/steps"] = .integer(context.state.stageStep)
      record["stage/end_reason"] = .text(context.state.stageEndReason ?? "steps")
      record["stage/handover_step"] = .integer(
        stage.handover == .best ? context.state.stageBestStep ?? context.state.step : context.state.step)
    } else {
      let settings = context.configuration
      let isRL = stage.kind == .rl
      record["stage/index"] = .integer(context.state.stage)
      record["stage/optimizer_reset"] = .integer(context.state.optimizerSteps == 0 ? 1 : 0)
      record["stage/entropic_reset"] = .integer(context.state.entropic == nil ? 1 : 0)
      record["stage/data_position"] = .integer(Int(clamping: context.state.dataPosition))
      record["stage/num_prompts"] = .integer(isRL ? settings.rollout.numPrompts : stage.batchSize)
      if isRL {
        record["stage/num_generations"] = .integer(settings.rollout.numGenerations)
        record["stage/max_completion_length"] = .integer(settings.rollout.maxCompletionLength)
        record["stage/beta"] = .number(settings.algorithm.beta)
      }
      if let horizon = settings.data.train.longestHorizon { record["stage/horizon"] = .integer(horizon) }
    }
    try writer.waitForRoom()
    writer.write(RunWriter.Entry(step: context.state.step, stage: stage.name, record: record))
  }

  /// How many answers of the step were cut, for `until.clipped_ratio`.
  func noteClipping(_ record: MetricRecord, of stage: StageConfiguration) {
    guard stage.until.clippedRatio != nil, let ratio = record["completions/clipped_ratio"]?.number else {
      return
    }
    context.state.clippedRatios = ((context.state.clippedRatios ?? []) + [ratio]).suffix(stage.until.window)
  }

  /// Ends the stage where the recipe says so. Called after each step but the last.
  ///
  /// - Parameters:
  ///   - stage: The present one.
  ///   - result: An evaluation of just now.
  func endEarly(_ stage: StageConfiguration, after result: EvaluationResult?) {
    // A run that is done again ends its stages where it ended them; a control has as many steps as it is given.
    guard past == nil, stage.kind == .rl, !stage.isControl || stage.until.clippedRatio != nil else { return }
    var rules = stage.until
    if rules.plateau == nil { rules.plateau = context.configuration.evaluation.patience }
    guard
      let reason = rules.reason(
        .init(
          accuracy: stage.isControl ? nil : result?.greedy, clippedRatios: context.state.clippedRatios ?? [],
          evaluationsWithoutGain: context.state.evaluationsWithoutGain))
    else { return }
    (context.state.stageEndedEarly, context.state.stageEndReason) = (true, reason)
    context.emit(.note("stage \(stage.name) ends early: \(reason)"))
  }
}
