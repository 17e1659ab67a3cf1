internal import Evaluation
internal import Experience
internal import Foundation
internal import HFFiles
internal import Metrics
internal import Objectives
internal import Replay
internal import Rollouts
internal import Tensors
internal import Transformer

/// Runs the stages of a recipe in order, in a directory that survives being killed at any moment.
///
/// Order within a step: every segment of a rollout goes to `replay.sqlite` as it comes; then the update, what it consumed in one
/// transaction, the line of metrics, and (when due) an evaluation and a checkpoint. A checkpoint gets its name when all of it is on the disk,
/// and counts from its record in the store on (``CheckpointKeeper``). A resumed run undoes what was done after its checkpoint and does it
/// again, with the same numbers: every random draw is keyed by counters that the checkpoint holds, and rollouts that the store has
/// already, from the very same weights, are not generated again.
///
/// The files are written in that order beside the steps that follow (``RunWriter``). Who needs them whole waits for that
/// first: a checkpoint, and the end of the run, whatever ended it. A write that fails ends the run, at the next step at the
/// latest.
public final class Trainer {
  let configuration: TrainingConfiguration
  let directory: RunDirectory
  let context: TrainingContext
  let writer: RunWriter
  let ingest: RolloutIngest
  /// Where rollouts are read that are there already, when a run is done again from its store; nil = they are made.
  let past: PastRun?
  /// nil while no RL stage runs, and where rollouts are read.
  var pipeline: RolloutPipeline?
  /// Open from the start of a run that needs it.
  var workers: WorkerSupply?
  /// Whether the RL stage at hand was under way when the run stopped, or is being made longer.
  var goesOnInStage = false
  /// Steps beyond the present one that an earlier attempt has stored rollouts of.
  var ahead: ClosedRange<Int>?
  var checkpointedStep: Int?
  var secondsBefore = 0.0
  let shouldStop: () -> Bool
  private let lock: DirectoryLock
  private let startOfAttempt = ContinuousClock.now
  /// Where the time of the next line of metrics begins: wherever that of the one before ended.
  var lapStart = ContinuousClock.now

  /// Checks and loads everything, then opens the run directory.
  ///
  /// - Parameters:
  ///   - configuration: What to do.
  ///   - recipe: The resolved recipe, kept as `recipe.yaml`.
  ///   - directory: Where the run keeps its files.
  ///   - resume: Go on from the newest checkpoint, or from the start where there is none yet.
  ///   - past: A run to be done again from what it stored: rollouts, rewards and evaluations are read there, not made.
  ///   - observe: Told what happens.
  ///   - shouldStop: Asked between steps; true ends the run with a checkpoint.
  /// - Throws: Whatever is wrong with recipe, model, data or directory, before anything is written.
  public init(
    _ configuration: TrainingConfiguration, recipe: String, directory: RunDirectory, resume: Bool,
    past: PastRun? = nil, observe: @escaping (TrainingEvent) -> Void, shouldStop: @escaping () -> Bool
  ) throws {
    if directory.holdsRun && !resume {
      throw TrainingError(
        .directory(
          "\(directory.path): already holds a run — continue it with `--resume`, or choose another `output.dir`"
        ))
    }
    self.configuration = configuration
    self.directory = directory
    self.past = past
    self.shouldStop = shouldStop
    let relay = EventRelay(observe)
    if past == nil {
      for settings in configuration.inStages { try WorkerSupply.check(settings.rollout) }
    }
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
    writer = try RunWriter(directory, run: ReplayRun(configuration, recipe: recipe))
    ingest = RolloutIngest(writer: writer)
    relay.open(writer)
    try settling { try restore() }
  }

  /// Trains to the end, or until told to stop.
  ///
  /// - Throws: Why the run cannot go on. Everything up to then is written, unless that is what failed.
  public func run() throws -> RunSummary {
    var isFinished = false
    defer {
      workers?.close(isFinished: isFinished)
      writer.close()
    }
    let summary = try settling {
      try openWorkers()
      return try runStages()
    }
    // Workers of a run that goes on another time wait for it.
    isFinished = summary.status == "finished"
    return summary
  }

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
      context.enter(stage: context.state.stage)
      if context.state.stageStep == 0 { try enter(stage) }
      try openPipeline(stage)
      lapStart = .now
      context.emit(
        .stageStarted(
          name: stage.name, kind: stage.kind.rawValue, steps: stage.steps, from: context.state.stageStep))
      while context.state.stageStep < stage.steps && !context.state.stageEndedEarly
        && past?.isOver(stage.name, at: context.state.step) != true
      {
        if let reason = reasonToStop() {
          status = reason
          break stages
        }
        guard try step(stage) else {
          status = "interrupted"
          break stages
        }
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
    let ending = status
    writer.commit { store, run in try store.end(run, status: ending, isOver: ending == "finished") }
    try writer.settle()
    if ending == "finished", let words = try writer.taskReport().neverTaughtWords {
      context.emit(.note(words + " (`apus replay stats`)"))
    }
    settleTime()
    reported.seconds = context.state.seconds
    let summary = RunSummary(reported, status: status, digest: digest)
    try summary.write(to: directory.summary)
    context.emit(.finished(summary))
    return summary
  }

  // MARK: Steps

  /// - Returns: Whether the step was made; else the user wants to stop, and all is as it was before it.
  private func step(_ stage: StageConfiguration) throws -> Bool {
    let rate =
      past?.learningRate(at: context.state.step + 1)
      ?? (stage.learningRate ?? configuration.optimizer.learningRate)
      * configuration.optimizer.schedule.factor(step: context.state.stageStep, totalSteps: stage.steps)
    var details: MetricRecord
    var outcome: ReinforcementStep.Outcome?
    context.beginStep()
    switch stage.kind {
    case .sft:
      details = try SupervisedStep(context: context).run(stage, learningRate: rate)
      workers?.tell()
    case .rl:
      guard let made = try reinforcementStep(stage, rate) else { return false }
      details = made.record
      outcome = made
      let every = configuration.output.sampleEvery
      if every > 0, context.state.stageStep % every == 0, let shown = made.groups.first?.first {
        context.emit(.sample(shown, step: context.state.step + 1))
      }
    }
    context.state.step += 1
    context.state.stageStep += 1
    noteClipping(details, of: stage)
    if let outcome { context.difficulty.count(outcome.groups, step: context.state.step) }
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
      RunWriter.Entry(
        step: context.state.step, stage: stage.name,
        // What a run that is done again consumes stands in the store that it is read from.
        update: past == nil ? outcome.map { entry($0, stage) } : nil,
        workers: stage.kind == .rl ? workers?.rows ?? [] : [], record: record))
    context.emit(
      .step(record, stage: stage.name, stageStep: context.state.stageStep, stageSteps: stage.steps))

    // The end of a stage has its own evaluation and checkpoint.
    guard context.state.stageStep < stage.steps else { return true }
    let every = context.configuration.evaluation.every
    var result: EvaluationResult?
    if stage.kind == .rl, every > 0, context.state.stageStep % every == 0 {
      result = try evaluate(stage, label: "held out")
      try consider(result, stage)
      lapStart = .now
    }
    endEarly(stage, after: result)
    if configuration.output.checkpointEvery > 0,
      context.state.stageStep % configuration.output.checkpointEvery == 0
    {
      try checkpoint()
      lapStart = .now
    }
    return true
  }

  /// What a step consumed, for the store.
  private func entry(_ outcome: ReinforcementStep.Outcome, _ stage: StageConfiguration) -> UpdateEntry {
    UpdateEntry(
      step: context.state.step, stage: stage.name, kind: stage.kind.rawValue, before: outcome.version,
      after: context.policyVersion, dataPosition: Int(context.state.dataPosition),
      groups: outcome.groups.map { $0.map(ConsumedMember.init) },
      statisticsSince: context.state.statisticsSince ?? 0)
  }

  /// - Returns: nil where the user wants to stop.
  private func reinforcementStep(
    _ stage: StageConfiguration, _ rate: Double
  ) throws -> ReinforcementStep.Outcome? {
    let before = context.state
    do {
      return try ReinforcementStep(context: context, supply: supply(), pipeline: pipeline)
        .run(learningRate: rate)
    } catch is StepInterrupted {
      // What was drawn for the step is drawn again when the run goes on.
      context.state = before
      return nil
    } catch let abandoned as AbandonedStep {
      // Whoever asks why no group was good enough finds them all.
      let update = UpdateEntry(
        step: context.state.step + 1, stage: stage.name, kind: stage.kind.rawValue, before: abandoned.version,
        after: abandoned.version, dataPosition: Int(context.state.dataPosition),
        groups: abandoned.groups.map { $0.map(ConsumedMember.init) },
        statisticsSince: context.state.statisticsSince ?? 0)
      if past == nil {
        writer.write(
          RunWriter.Entry(step: context.state.step + 1, stage: stage.name, update: update, record: nil))
      }
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

  func head(_ stage: StageConfiguration, kind: String) -> MetricRecord {
    ["step": .integer(context.state.step), "stage": .text(stage.name), "kind": .text(kind)]
  }

  private func reasonToStop() -> String? {
    if shouldStop() { return "interrupted" }
    if let past {
      return context.state.step >= past.lastStep ? "budget: the stored run ends here" : nil
    }
    if let limit = configuration.budget.maxSeconds, secondsSpent >= limit {
      return "budget: max_seconds \(limit) reached"
    }
    if let limit = configuration.budget.maxTokens, context.state.tokens >= limit {
      return "budget: max_tokens \(limit) reached"
    }
    return nil
  }

  private var secondsSpent: Double { secondsBefore + startOfAttempt.duration(to: .now).inSeconds }

  func settleTime() { context.state.seconds = secondsSpent }
}

extension ReplayRun {
  init(_ configuration: TrainingConfiguration, recipe: String) {
    let stages = configuration.inStages.map(\.rollout)
    let first = stages[0]
    // Where stages differ, the widest: what each of them allows stands with the stage.
    let bounds = stages.map { $0.mode == .async ? $0.maxStaleness : $0.maxSegmentStaleness }
    self.init(
      name: configuration.name, seed: configuration.seed, recipe: recipe, mode: first.mode.rawValue,
      maxCompletionLength: stages.map(\.maxCompletionLength).max(),
      segmentLength: stages.contains { $0.segmentLength == nil }
        ? nil : stages.compactMap(\.segmentLength).max(),
      maxStaleness: bounds.contains { $0 == nil } ? nil : bounds.compactMap(\.self).max())
  }
}

extension ConsumedMember {
  init(_ scored: ScoredRollout) {
    self.init(item: scored.rollout.item, fate: scored.fate, advantage: scored.advantage)
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
