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

/// What the stages of a run share: the model, where tasks come from, and where records go.
final class TrainingContext {
  let configuration: TrainingConfiguration
  let compute: Compute
  let model: LoadedModel
  let tasks: TaskStream
  let encoder: PromptEncoder
  let source: InProcessSource
  /// Those of the reward and of the tasks, made once.
  let verifiers: PreparedVerifiers
  let evaluator: Evaluator
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
    matmul: configuration.compute.matmulType,
    gradientCheckpointing: configuration.compute.gradientCheckpointing)
  private(set) lazy var optimizer = AdamW(
    configuration.optimizer, parameters: model.parameters, compute: compute)

  /// Loads everything and checks that it fits together; writes nothing.
  init(
    _ configuration: TrainingConfiguration, checksMemory: Bool = true,
    observe: @escaping (TrainingEvent) -> Void
  ) throws {
    self.configuration = configuration
    self.observe = observe
    try Self.checkStages(configuration.stages)
    compute = try Compute(threads: configuration.compute.threads)
    // Looked at before anything is loaded, since the plan holds all of it.
    let available = MemoryPlan.available
    try Self.checkMemory(configuration, available)
    model = try LoadedModel(configuration)
    let stop = try model.stopRules(configuration.rollout)
    endToken =
      (model.tokenizer.eosTokenIDs.first ?? model.configuration.eosTokenIDs.first.map { Int32($0) })
      ?? stop.tokens.min() ?? 0
    let room = model.configuration.maxPositionEmbeddings - configuration.rollout.maxCompletionLength
    guard room >= 1 else {
      throw TrainingError(
        .configuration(
          "`rollout.max_completion_length` is \(configuration.rollout.maxCompletionLength), but the model has only "
            + "\(model.configuration.maxPositionEmbeddings) positions (max_position_embeddings) for prompt and answer"
        ))
    }
    encoder = PromptEncoder(
      tokenizer: model.tokenizer, maxTokens: min(room, configuration.rollout.maxPromptLength ?? room),
      render: { [data = configuration.data] in data.rendered($0) })
    try Self.checkKeyValueMemory(
      configuration.rollout, model.configuration,
      longest: encoder.maxTokens + configuration.rollout.maxCompletionLength)
    tasks = try TaskStream(
      configuration.data, seed: configuration.seed,
      countTokens: { [tokenizer = model.tokenizer] in try tokenizer.encode($0).count })
    difficulty = TaskDifficulty(tasks, configuration.data)
    try configuration.reward.validate(maximumLength: configuration.rollout.maxCompletionLength)
    verifiers = try PreparedVerifiers(for: configuration.reward, tasks: tasks.verifiers)
    // A column that the rows of a source lack is said now, not when the first answer is judged.
    for task in try tasks.firstTasks() { try configuration.reward.validate(columns: task.columns) }
    let inference = InferenceModel(
      model.configuration, parameters: model.parameters, weightFormat: configuration.rollout.weightFormat,
      activationFormat: configuration.rollout.activationFormat, compute: compute)
    source = InProcessSource(
      generator: Generator(model: inference, configuration: configuration.rollout.generator),
      encoder: encoder, stop: stop, seed: configuration.seed)
    evaluator = try Self.makeEvaluator(configuration, tasks, encoder, verifiers, observe)
    state.environment = ProcessFacts.environment(compute)
    if checksMemory { try memoryPlan().check(available: available) }
    for line in [model.note] + tasks.report.lines { observe(.note(line)) }
  }

  private static func checkStages(_ stages: [StageConfiguration]) throws {
    for (before, stage) in zip(stages, stages.dropFirst()) where before.isControl && stage.from == nil {
      throw TrainingError(
        .configuration(
          "stage `\(stage.name)` comes after the control stage `\(before.name)`, whose weights are thrown away — name the "
            + "stage it begins from with `from`"))
    }
  }

  /// An answer that does not fit would end the run at some step, so the longest that may come is looked at now.
  private static func checkKeyValueMemory(
    _ rollout: RolloutConfiguration, _ model: ModelConfiguration, longest: Int
  ) throws {
    guard let limit = rollout.keyValueMemory else { return }
    let needed = Generator.keyValueBytes(longest: longest, model, rollout.keyValueFormat)
    guard needed > limit else { return }
    throw TrainingError(
      .configuration(
        "`rollout.kv_memory` is \(ByteCount.text(limit)), but one prompt and answer of \(longest) tokens may need "
          + "\(ByteCount.approximate(needed)) — allow more, or shorten `rollout.max_completion_length` or "
          + "`rollout.max_prompt_length`"))
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
    try MemoryPlan(configuration, model: shape).check(available: available)
  }

  private static func makeEvaluator(
    _ configuration: TrainingConfiguration, _ tasks: TaskStream, _ encoder: PromptEncoder,
    _ verifiers: PreparedVerifiers, _ observe: (TrainingEvent) -> Void
  ) throws -> Evaluator {
    var kept: [ReasoningTask] = []
    var prompts: [[Int32]] = []
    let asked = configuration.data.heldOutCount
    let count = min(asked, tasks.report.heldOutRows ?? asked)
    guard count > 0 else {
      throw TrainingError(
        .configuration(
          "no prompt of the data falls into the held-out share of \(configuration.data.heldOutShare) (by a hash of its "
            + "text) — add rows, raise `data.held_out.share`, or name a file to measure on with `data.held_out.path`"
        ))
    }
    if count < asked {
      observe(.note("held out: \(count) tasks, all there are (`data.held_out.count` is \(asked))"))
    }
    var tooLong = 0
    // Rows of a file that are too long make room for the next ones, twice as many as before each time.
    let available = tasks.report.heldOutRows ?? count
    var (looked, next) = (0, count)
    while kept.count < count, looked < available {
      let candidates = try tasks.heldOut(count: min(next, available))
      for task in candidates[looked...] where kept.count < count {
        guard let prompt = try encoder.encode(task) else {
          tooLong += 1
          continue
        }
        kept.append(task)
        prompts.append(prompt)
      }
      looked = candidates.count
      next = looked * 2
    }
    if tooLong > 0 {
      observe(
        .warning(
          "\(tooLong) held-out prompts are longer than \(encoder.maxTokens) tokens and are left out; \(kept.count) are used"
        ))
    }
    guard !kept.isEmpty else {
      throw TrainingError(
        .configuration(
          "all held-out prompts are longer than \(encoder.maxTokens) tokens "
            + "(`rollout.max_prompt_length`, or the model's positions less `rollout.max_completion_length`)"))
    }
    return Evaluator(
      tasks: kept, prompts: prompts, reward: configuration.reward, verifiers: verifiers,
      maxCompletionLength: configuration.rollout.maxCompletionLength,
      samples: configuration.evaluation.samples,
      temperature: configuration.evaluation.temperature)
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
      let task = try (isChosen ? difficulty.next(at: &state.dataPosition) : nil) ?? takeTask()
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

  private func takeTask() throws -> ReasoningTask {
    defer { state.dataPosition += 1 }
    return try tasks.task(at: state.dataPosition)
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
