internal import Evaluation
internal import Experience
internal import Foundation
internal import HFFiles
internal import Metrics
internal import Objectives
internal import Replay
internal import Tensors
internal import Transformer

/// Runs the stages of a recipe in order, in a directory that survives being killed at any moment.
///
/// Order within a step: sample and update, then the rollouts go to `replay.sqlite` in one transaction, then the line of
/// metrics, then (when due) an evaluation and a checkpoint, which remembers how far both files belong to it. A resumed run cuts both
/// back to its checkpoint and does the rest again, with the same numbers: every random draw is keyed by counters that
/// the checkpoint holds.
///
/// Both files are written in that order beside the steps that follow (``RunWriter``). Who needs them whole waits for that
/// first: a checkpoint, and the end of the run, whatever ended it. A write that fails ends the run, at the next step at the
/// latest.
public final class Trainer {
  private let configuration: TrainingConfiguration
  private let directory: RunDirectory
  private let context: TrainingContext
  private let lock: DirectoryLock
  private let writer: RunWriter
  private let shouldStop: () -> Bool
  private let startOfAttempt = ContinuousClock.now
  private var secondsBefore = 0.0
  private var checkpointedStep: Int?
  /// Where the time of the next line of metrics begins: wherever that of the one before ended.
  private var lapStart = ContinuousClock.now

  /// Checks and loads everything, then opens the run directory.
  ///
  /// - Parameters:
  ///   - configuration: What to do.
  ///   - recipe: The resolved recipe, kept as `recipe.yaml`.
  ///   - directory: Where the run keeps its files.
  ///   - resume: Go on from the newest checkpoint, or from the start where there is none yet.
  ///   - observe: Told what happens.
  ///   - shouldStop: Asked between steps; true ends the run with a checkpoint.
  /// - Throws: Whatever is wrong with recipe, model, data or directory, before anything is written.
  public init(
    _ configuration: TrainingConfiguration, recipe: String, directory: RunDirectory, resume: Bool,
    observe: @escaping (TrainingEvent) -> Void, shouldStop: @escaping () -> Bool
  ) throws {
    if directory.holdsRun && !resume {
      throw TrainingError(
        .directory(
          "\(directory.path): already holds a run — continue it with `--resume`, or choose another `output.dir`"
        ))
    }
    self.configuration = configuration
    self.directory = directory
    self.shouldStop = shouldStop
    let relay = EventRelay(observe)
    context = try TrainingContext(configuration, observe: relay.send)
    do {
      try FileManager.default.createDirectory(atPath: directory.path, withIntermediateDirectories: true)
    } catch {
      throw TrainingError(.directory("\(directory.path): cannot be created (\(error.localizedDescription))"))
    }
    lock = try DirectoryLock(directory: directory.url)
    for folder in [directory.path, directory.checkpoints, directory.path + "/stages"] {
      try AtomicDirectory.recover(in: URL(filePath: folder))
    }
    // Whoever starts a trainer has work for it: what came of an earlier attempt no longer holds.
    try? FileManager.default.removeItem(atPath: directory.summary)
    try AtomicFile.write(Data(recipe.utf8), to: URL(filePath: directory.recipe))
    writer = try RunWriter(
      directory, run: ReplayRun(name: configuration.name, seed: configuration.seed, recipe: recipe))
    relay.open(writer)
    try settling { try restore() }
  }

  /// Trains to the end, or until told to stop.
  ///
  /// - Throws: Why the run cannot go on. Everything up to then is written, unless that is what failed.
  public func run() throws -> RunSummary { try settling { try runStages() } }

  /// Waits for the writer, whatever comes of `body`. What the writer failed at came first, so it is what is thrown.
  private func settling<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      let result = try body()
      try writer.settle()
      return result
    } catch {
      do { try writer.settle() } catch let failure {
        if "\(failure)" != "\(error)" {
          context.emit(.warning("\(error)"))
          try? writer.settle()
        }
        throw failure
      }
      throw error
    }
  }

  private func runStages() throws -> RunSummary {
    var status = "finished"
    stages: while context.state.stage < configuration.stages.count {
      let stage = configuration.stages[context.state.stage]
      if context.state.stageStep == 0 { try enter(stage) }
      lapStart = .now
      context.emit(
        .stageStarted(
          name: stage.name, kind: stage.kind.rawValue, steps: stage.steps, from: context.state.stageStep))
      while context.state.stageStep < stage.steps && !context.state.stageEndedEarly {
        if let reason = reasonToStop() {
          status = reason
          break stages
        }
        try step(stage)
      }
      try leave(stage)
    }
    if status != "finished", context.state.step > 0, checkpointedStep != context.state.step {
      try checkpoint()
    }
    var reported = context.state
    if status.hasPrefix("budget"), reported.resultDigest == nil, context.state.step > 0 {
      // What the budget bought is measured and exported, outside of what a resumed run goes on from.
      reported.after = try evaluate(
        configuration.stages[context.state.stage], label: "at the end of the budget")
      try exportModel(to: directory.model)
    }
    let digest = context.state.resultDigest ?? context.policyVersion.digest
    try writer.settle()
    settleTime()
    reported.seconds = context.state.seconds
    let summary = RunSummary(reported, status: status, digest: digest)
    try summary.write(to: directory.summary)
    context.emit(.finished(summary))
    return summary
  }

  // MARK: Steps

  private func step(_ stage: StageConfiguration) throws {
    let rate =
      (stage.learningRate ?? configuration.optimizer.learningRate)
      * configuration.optimizer.schedule.factor(step: context.state.stageStep, totalSteps: stage.steps)
    var details: MetricRecord
    var rollouts: [RunWriter.Recording] = []
    switch stage.kind {
    case .sft:
      details = try SupervisedStep(context: context).run(stage, learningRate: rate)
    case .rl:
      let outcome = try reinforcementStep(stage, rate)
      details = outcome.record
      rollouts = [RunWriter.Recording(version: outcome.version, groups: outcome.groups)]
      let every = configuration.output.sampleEvery
      if every > 0, context.state.stageStep % every == 0, let shown = outcome.groups.first?.first {
        context.emit(.sample(shown, step: context.state.step + 1))
      }
    }
    context.state.step += 1
    context.state.stageStep += 1
    context.state.endedStage = nil
    var record = head(stage, kind: stage.kind.rawValue)
    for field in details.fields { record[field.name] = field.value }
    record["num_tokens"] = .integer(context.state.tokens)
    record["skipped_steps"] = .integer(context.state.skippedSteps)
    if let peak = ProcessFacts.peakMemoryMiB { record["memory/peak_mib"] = .number(peak) }
    try writer.waitForRoom()
    let seconds = lap()
    addTimes(seconds, to: &record)
    context.state.stageSeconds[stage.name, default: 0] += seconds
    writer.write(
      RunWriter.Entry(step: context.state.step, stage: stage.name, rollouts: rollouts, record: record))
    context.emit(
      .step(record, stage: stage.name, stageStep: context.state.stageStep, stageSteps: stage.steps))

    // The end of a stage has its own evaluation and checkpoint.
    guard context.state.stageStep < stage.steps else { return }
    if stage.kind == .rl, configuration.evaluation.every > 0,
      context.state.stageStep % configuration.evaluation.every == 0
    {
      let result = try evaluate(stage, label: "held out")
      try consider(result, stage)
      lapStart = .now
    }
    if configuration.output.checkpointEvery > 0,
      context.state.stageStep % configuration.output.checkpointEvery == 0
    {
      try checkpoint()
      lapStart = .now
    }
  }

  private func reinforcementStep(_ stage: StageConfiguration, _ rate: Double) throws
    -> ReinforcementStep.Outcome
  {
    do {
      return try ReinforcementStep(context: context).run(learningRate: rate)
    } catch let abandoned as AbandonedStep {
      // Whoever asks why no group was good enough finds them all.
      writer.write(
        RunWriter.Entry(
          step: context.state.step + 1, stage: stage.name,
          rollouts: [RunWriter.Recording(version: abandoned.version, groups: abandoned.groups)], record: nil))
      throw abandoned.error
    }
  }

  /// Seconds since the last call, or since something else was done that is no part of a step.
  private func lap() -> Double {
    let now = ContinuousClock.now
    defer { lapStart = now }
    return lapStart.duration(to: now).inSeconds
  }

  /// What a step took, and how much of it the trainer neither generated nor trained.
  private func addTimes(_ seconds: Double, to record: inout MetricRecord) {
    let busy = ["time/generate_seconds", "time/train_seconds"].reduce(0) { $0 + (record[$1]?.number ?? 0) }
    let idle = max(0, seconds - busy)
    record["step_time"] = .number(seconds)
    record["time/idle_seconds"] = .number(idle)
    record["time/idle_share"] = .number(seconds > 0 ? idle / seconds : 0)
    record["time/write_seconds"] = .number(writer.takeSeconds())
  }

  private func head(_ stage: StageConfiguration, kind: String) -> MetricRecord {
    ["step": .integer(context.state.step), "stage": .text(stage.name), "kind": .text(kind)]
  }

  private func reasonToStop() -> String? {
    if shouldStop() { return "interrupted" }
    if let limit = configuration.budget.maxSeconds, secondsSpent >= limit {
      return "budget: max_seconds \(limit) reached"
    }
    if let limit = configuration.budget.maxTokens, context.state.tokens >= limit {
      return "budget: max_tokens \(limit) reached"
    }
    return nil
  }

  private var secondsSpent: Double { secondsBefore + startOfAttempt.duration(to: .now).inSeconds }

  private func settleTime() { context.state.seconds = secondsSpent }

  // MARK: Stages

  private func enter(_ stage: StageConfiguration) throws {
    if let source = stage.from {
      let weights = try ModelDirectory.loadWeights(directory.stage(source), context.model.configuration)
      context.model.parameters.flat.copy(from: weights.flat)
      context.weightsReplaced()
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

  private var isWithoutRL: Bool {
    context.state.stage == 0 && !configuration.stages.contains { $0.kind == .rl }
  }

  private func frozenCopy() -> Decoder {
    let copy = Parameters(context.model.configuration)
    copy.flat.copy(from: context.model.parameters.flat)
    return context.frozen(copy)
  }

  /// The last stage whose outcome is the run's result.
  private var resultStage: Int { configuration.stages.lastIndex { !$0.isControl } ?? 0 }

  private func leave(_ stage: StageConfiguration) throws {
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
  }

  // MARK: Evaluations

  private func evaluate(_ stage: StageConfiguration, label: String) throws -> EvaluationResult {
    let version = context.policyVersion
    let (outcome, seconds) = try context.timed {
      try context.evaluator.run(context.source, step: context.state.step, version: version)
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
        rollouts: [
          .init(kind: .greedyEvaluation, version: version, groups: outcome.greedy.map { [$0] }),
          .init(kind: .evaluation, version: version, groups: outcome.sampled),
        ], record: record))
    context.emit(.evaluated(result, stage: stage.name, step: context.state.step, label: label))
    context.state.latest = result
    context.adaptTargets(to: outcome.sampled)
    return result
  }

  /// Keeps the best checkpoint, and ends the stage where the recipe says so.
  private func consider(_ result: EvaluationResult?, _ stage: StageConfiguration) throws {
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
    guard context.state.stageStep > 0, context.state.stageStep < stage.steps else { return }
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

  // MARK: Checkpoints

  private var contents: Checkpoint.Contents {
    Checkpoint.Contents(
      configuration: context.model.configuration, parameters: context.model.parameters,
      optimizer: context.optimizer,
      reference: context.reference?.parameters, tokenizer: context.model.tokenizer)
  }

  private func checkpoint() throws {
    try checkWeights()
    settleTime()
    context.state.metricsPosition = try writer.synchronize()
    let path = directory.checkpoint(step: context.state.step)
    try Checkpoint.write(contents, context.state, to: path)
    checkpointedStep = context.state.step
    context.emit(.checkpoint(step: context.state.step, path: path))
    try forgetOldCheckpoints()
  }

  private func exportModel(to path: String) throws {
    try Checkpoint.writeModel(
      context.model.configuration, context.model.parameters, context.model.tokenizer, to: path)
  }

  /// Nothing is written over a good checkpoint by weights that are beyond repair.
  private func checkWeights() throws {
    guard !context.compute.sumOfSquares(context.model.parameters.flat).isFinite else { return }
    let last =
      directory.checkpointSteps.first.map { "the checkpoint of step \($0) is whole" }
      ?? "there is no checkpoint yet"
    throw TrainingError(
      .run(
        step: context.state.step,
        "an update made weights NaN or infinite — lower `optimizer.learning_rate`; \(last)"))
  }

  /// Keeps the newest ones, and the one a longer last stage could go on from.
  private func forgetOldCheckpoints() throws {
    try directory.removeHalfDeletedCheckpoints()
    for step in directory.checkpointSteps.dropFirst(max(1, configuration.output.keepLast)) {
      let path = directory.checkpoint(step: step)
      if (try? Checkpoint.readState(path))?.endedStage == resultStage,
        context.state.stage > resultStage
      {
        continue
      }
      try forget(path)
    }
  }

  private func restore() throws {
    let current = context.state.environment
    guard let step = stepToResume else {
      try writer.cutBack(toStep: 0, metricsPosition: 0)
      return
    }
    let path = directory.checkpoint(step: step)
    var state = try Checkpoint.readState(path)
    guard state.isPlausible(stages: configuration.stages.count) else {
      throw TrainingError(
        .directory(
          "\(path)/trainer_state.json: its counters cannot be those of this run — delete that folder to go on from the "
            + "checkpoint before it"))
    }
    if let ended = state.endedStage, isExtension(state) {
      state.stage = ended
      state.stageStep = state.endedStageSteps
      (state.after, state.control, state.resultDigest) = (nil, nil, nil)
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
    try writer.cutBack(toStep: state.step, metricsPosition: state.metricsPosition)
    checkpointedStep = state.step
    try forgetCheckpoints(after: step)
    context.emit(.note("resumed from \(path)"))
  }

  /// The newest checkpoint; where the last stage that counts is over and is to be longer, the one at its end.
  private var stepToResume: Int? {
    let steps = directory.checkpointSteps
    func state(_ step: Int) -> TrainerState? { try? Checkpoint.readState(directory.checkpoint(step: step)) }
    guard let newest = steps.first.flatMap(state), newest.stage > resultStage else { return steps.first }
    let extended = steps.first { step in
      guard let state = state(step) else { return false }
      return isExtension(state)
    }
    return extended ?? steps.first
  }

  /// The checkpoint ends the last stage that counts, and the recipe now gives that stage more steps.
  private func isExtension(_ state: TrainerState) -> Bool {
    state.endedStage == resultStage && state.endedStageLimit < configuration.stages[resultStage].steps
  }

  /// Checkpoints of a future that will not be.
  private func forgetCheckpoints(after step: Int) throws {
    for later in directory.checkpointSteps where later > step {
      try forget(directory.checkpoint(step: later))
    }
  }

  private func forget(_ path: String) throws {
    // The state goes first: a folder without it is no checkpoint, should the rest not be deleted in time.
    try FileManager.default.removeItem(atPath: path + "/trainer_state.json")
    try FileManager.default.removeItem(atPath: path)
  }
}

/// Events go to the watcher, and to the log from when it is open; what came before is kept for it.
private final class EventRelay {
  private let observe: (TrainingEvent) -> Void
  private var writer: RunWriter?
  private var early: [String] = []

  init(_ observe: @escaping (TrainingEvent) -> Void) {
    self.observe = observe
  }

  func open(_ writer: RunWriter) {
    self.writer = writer
    for line in early { writer.log(line) }
    early = []
  }

  func send(_ event: TrainingEvent) {
    observe(event)
    guard let line = event.line else { return }
    if let writer { writer.log(line) } else { early.append(line) }
  }
}
