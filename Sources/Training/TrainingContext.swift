internal import Curriculum
internal import Evaluation
internal import Experience
internal import Foundation
internal import Generation
internal import Metrics
internal import Replay
internal import Rewards
internal import Rollouts
internal import Tensors
internal import Tokenizers
internal import Transformer

/// What the stages of a run share, and what the stage at hand works with.
final class TrainingContext {
  /// The whole run's.
  let run: TrainingConfiguration
  let compute: Compute
  let model: LoadedModel
  /// One per stage; one without stages.
  private let environments: [StageEnvironment]
  private(set) var environment: StageEnvironment
  private(set) var source: InProcessSource
  let endToken: Int32
  /// The frozen policy of the KL term; nil without one.
  var reference: Decoder?
  var state = TrainerState()
  /// How tasks fare, for whoever draws by that.
  var difficulty: TaskDifficulty
  private let observe: (TrainingEvent) -> Void
  // Made when first needed: who only evaluates has no use for gradients and moments.
  private(set) lazy var decoder = Decoder(
    model.configuration, parameters: model.parameters, compute: compute,
    matmul: run.compute.matmulType, gradientCheckpointing: run.compute.gradientCheckpointing)
  private(set) lazy var optimizer = AdamW(
    run.optimizer, parameters: model.parameters, compute: compute)

  /// Loads everything and checks that it fits together; writes nothing.
  init(
    _ configuration: TrainingConfiguration, checksMemory: Bool = true,
    observe: @escaping (TrainingEvent) -> Void
  ) throws {
    run = configuration
    self.observe = observe
    try Self.checkStages(configuration.stages)
    compute = try Compute(threads: configuration.compute.threads)
    // Looked at before anything is loaded, since the plan holds all of it.
    let available = MemoryPlan.available
    try Self.checkMemory(configuration, available)
    model = try LoadedModel(configuration)
    observe(.note(model.note))
    var streams: [DataConfiguration: TaskStream] = [:]
    var environments: [StageEnvironment] = []
    for (index, settings) in configuration.inStages.enumerated() {
      // What stages have in common is made once, and said once.
      if let same = environments.first(where: { $0.configuration == settings }) {
        environments.append(same)
        continue
      }
      do {
        environments.append(
          try StageEnvironment(
            settings, labels: configuration.labels(ofStage: index), model: model, streams: &streams,
            observe: observe))
      } catch let error as TrainingError where configuration.stages.indices.contains(index) {
        throw configuration.stages[index].settings == nil
          ? error : error.inStage(configuration.stages[index].name)
      }
    }
    self.environments = environments
    let first = environments[0]
    environment = first
    endToken =
      (model.tokenizer.eosTokenIDs.first ?? model.configuration.eosTokenIDs.first.map { Int32($0) })
      ?? first.stop.tokens.min() ?? 0
    difficulty = TaskDifficulty(first.tasks, first.configuration.data)
    source = Self.source(first, model, compute)
    state.environment = ProcessFacts.environment(compute)
    if checksMemory { try memoryPlan().check(available: available) }
  }

  /// As the present stage has it.
  var configuration: TrainingConfiguration { environment.configuration }
  var tasks: TaskStream { environment.tasks }
  var encoder: PromptEncoder { environment.encoder }
  var verifiers: PreparedVerifiers { environment.verifiers }
  var evaluator: Evaluator { environment.evaluator }

  /// Works from here on as a stage does. The state says where that stage's tasks go on.
  func enter(stage index: Int) {
    let next = environments[index]
    if next.configuration != environment.configuration { source = Self.source(next, model, compute) }
    let isSame = next.configuration.data == environment.configuration.data
    environment = next
    if !isSame { recall(difficulty.statistics) }
    state.switchStream(to: run.stream(ofStage: index))
  }

  /// The plans of all stages, the largest of which is what the run needs.
  func memoryPlan() throws -> MemoryPlan {
    let plans = try environments.map { try $0.memoryPlan(model) }
    guard let largest = plans.max(by: { $0.total < $1.total }) else {
      preconditionFailure("a run without an environment")
    }
    return largest
  }

  private static func source(
    _ environment: StageEnvironment, _ model: LoadedModel, _ compute: Compute
  ) -> InProcessSource {
    let rollout = environment.configuration.rollout
    let inference = InferenceModel(
      model.configuration, parameters: model.parameters, weightFormat: rollout.weightFormat,
      activationFormat: rollout.activationFormat, compute: compute)
    return InProcessSource(
      generator: Generator(model: inference, configuration: rollout.generator),
      encoder: environment.encoder, stop: environment.stop, seed: environment.configuration.seed)
  }

  private static func checkStages(_ stages: [StageConfiguration]) throws {
    for (before, stage) in zip(stages, stages.dropFirst()) where before.isControl && stage.from == nil {
      throw TrainingError(
        .configuration(
          "stage `\(stage.name)` comes after the control stage `\(before.name)`, whose weights are thrown away — name the "
            + "stage it begins from with `from`"))
    }
  }

  /// Before the model is loaded: its shape is in the recipe or in config.json.
  private static func checkMemory(_ configuration: TrainingConfiguration, _ available: Int?) throws {
    let shape: ModelConfiguration
    switch configuration.model {
    case .initialize(let given): shape = given
    case .path(let directory): shape = try ModelConfiguration(directory: directory)
    }
    guard shape.approximateParameterCount < 1e12 else {
      throw TrainingError(
        .configuration(
          "the model would have \(shape.approximateParameterCount) parameters; check the sizes in `model.init`"
        ))
    }
    for settings in configuration.inStages {
      try MemoryPlan(settings, model: shape).check(available: available)
    }
  }

  /// A policy that stays as it is, with these weights; it computes as ``decoder`` does, in the same scratch memory.
  func frozen(_ parameters: Parameters) -> Decoder {
    Decoder(
      model.configuration, parameters: parameters, compute: compute, trainable: false,
      matmul: configuration.compute.matmulType, scratch: decoder.scratch)
  }

  func emit(_ event: TrainingEvent) { observe(event) }

  /// How answers are judged now: the recipe's reward, with the targets that follow the policy and the terms that count yet.
  var reward: RewardConfiguration {
    (state.laserTargets.map(configuration.reward.adapted) ?? configuration.reward)
      .inForce(afterSteps: state.stageStep)
  }

  /// Estimates such targets anew from sampled answers to held-out tasks.
  func adaptTargets(to groups: [[ScoredRollout]]) {
    guard let (targets, grid) = reward.adaptiveTargets else { return }
    let judged = groups.map { group in
      group.compactMap { scored in
        scored.reward.correctness.map {
          GroupMember(length: scored.rollout.completionLength, correctness: $0)
        }
      }
    }
    let now = targets.reestimated(
      from: judged, lower: grid, upper: configuration.rollout.maxCompletionLength, step: grid)
    state.laserTargets = now
    guard now != targets else { return }
    emit(
      .note(
        "laser: target lengths are now \(now.easy) (easy), \(now.medium) (medium), \(now.hard) (hard) tokens")
    )
  }

  /// The digest is worked out once per version.
  var policyVersion: PolicyVersion {
    if let known = knownVersion, known.number == state.policyVersion { return known }
    let version = PolicyVersion(number: state.policyVersion, digest: model.parameters.digest)
    knownVersion = version
    return version
  }
  private var knownVersion: PolicyVersion?

  /// A step has one version, however many updates it makes: a version is what rollouts are sampled from.
  func beginStep() { versionAtStart = state.policyVersion }
  private var versionAtStart = 0

  /// To be called whenever the weights changed without an update: loaded, or set back to a stage's end.
  func weightsReplaced() {
    knownVersion = nil
    source.reload()
  }

  /// The next training task whose prompt fits, with its tokens.
  ///
  /// - Parameter isChosen: Drawn by how tasks have fared, where the recipe says so; else taken as it comes.
  /// - Returns: The task.
  /// - Throws: Where there is none.
  func nextTask(isChosen: Bool = false) throws -> (task: ReasoningTask, prompt: [Int32]) {
    for _ in 0..<10_000 {
      let task = try takeTask(isChosen: isChosen)
      if let prompt = try encoder.encode(task) { return (task, prompt) }
      state.skippedPrompts += 1
      if state.skippedPrompts == 1 {
        emit(
          .warning(
            "a prompt is longer than \(encoder.maxTokens) tokens and is left out (`\(task.id)`); the number of such "
              + "prompts is in the checkpoints"))
      }
    }
    throw TrainingError(
      .run(
        step: state.step,
        "10000 prompts in a row are longer than \(encoder.maxTokens) tokens — raise `rollout.max_prompt_length` or "
          + "lower `rollout.max_completion_length`"))
  }

  private func takeTask(isChosen: Bool) throws -> ReasoningTask {
    if isChosen, let task = try difficulty.next(at: &state.dataPosition) {
      return environment.placed(task, at: state.dataPosition - 1)
    }
    defer { state.dataPosition += 1 }
    return environment.placed(try tasks.task(at: state.dataPosition), at: state.dataPosition)
  }

  /// Takes up how tasks have fared, as the store knows it.
  func recall(_ statistics: [String: TaskStatistics]) {
    difficulty = TaskDifficulty(tasks, configuration.data, statistics: statistics)
  }

  /// One optimizer step on the gradients that are there, which are cleared.
  ///
  /// - Returns: The gradient norm; nil where the step was skipped because something was not finite.
  func update(learningRate: Double, loss: Double) throws -> Double? {
    defer { decoder.gradients.flat.fill(0) }
    var culprits: [String] = []
    if loss.isFinite {
      switch optimizer.step(gradients: decoder.gradients, learningRate: learningRate) {
      case .stepped(let norm):
        state.optimizerSteps = optimizer.stepCount
        state.policyVersion = versionAtStart + 1
        knownVersion = nil
        state.skippedInARow = 0
        source.reload()
        return norm
      case .skipped(let names): culprits = names
      }
    }
    state.skippedSteps += 1
    state.skippedInARow += 1
    let what =
      culprits.isEmpty
      ? "the loss is \(loss)"
      : "the gradients of \(culprits.prefix(3).map { "`\($0)`" }.joined(separator: ", "))"
        + (culprits.count > 3 ? " and \(culprits.count - 3) more" : "") + " are not finite"
    emit(.warning("step \(state.step + 1): update skipped, weights unchanged: \(what)"))
    guard state.skippedInARow < 20 else {
      throw TrainingError(
        .run(
          step: state.step + 1,
          "20 updates in a row were skipped because of NaN or infinite numbers — lower `optimizer.learning_rate`, and "
            + "look at the last good checkpoint"))
    }
    return nil
  }

  /// Splits sequences into microbatches of at most `compute.max_tokens_per_microbatch` tokens, in order.
  func microbatches(_ lengths: [Int]) -> [Range<Int>] {
    Training.microbatches(count: lengths.count, limit: configuration.compute.maxTokensPerMicrobatch) {
      index, _ in lengths[index]
    }
  }

  /// Seconds that `body` takes.
  func timed<Result>(_ body: () throws -> Result) rethrows -> (Result, Double) {
    let start = ContinuousClock.now
    let result = try body()
    return (result, start.duration(to: .now).inSeconds)
  }
}

extension Duration {
  var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
