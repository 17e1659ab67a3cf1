internal import Curriculum
internal import Evaluation
internal import Experience
internal import Generation
internal import Rewards
internal import Rollouts
internal import Tensors
internal import Tokenizers
internal import Transformer

/// What a stage works with: its tasks, how they are put to the model, and how answers are judged. All of it is made and checked before a
/// run starts, for all of its stages.
struct StageEnvironment {
  /// The run's, with what the stage says for itself.
  let configuration: TrainingConfiguration
  let tasks: TaskStream
  let encoder: PromptEncoder
  /// Those of the reward and of the tasks, made once.
  let verifiers: PreparedVerifiers
  let evaluator: Evaluator
  let stop: StopRules
  /// What the ids of training tasks begin with.
  private let label: String

  /// - Parameters:
  ///   - configuration: As it holds in the stage.
  ///   - labels: What the ids of its tasks begin with.
  ///   - model: Its tokenizer and its positions count.
  ///   - streams: Tasks that other stages have read, by their configuration; added to.
  ///   - observe: Told what is odd.
  /// - Throws: What does not fit together.
  init(
    _ configuration: TrainingConfiguration, labels: (training: String, heldOut: String), model: LoadedModel,
    streams: inout [DataConfiguration: TaskStream], observe: (TrainingEvent) -> Void
  ) throws {
    self.configuration = configuration
    label = labels.training
    let rollout = configuration.rollout
    stop = try model.stopRules(rollout)
    let longest = configuration.longestCompletion
    let room = model.configuration.maxPositionEmbeddings - longest
    guard room >= 1 else {
      let section = longest > rollout.maxCompletionLength ? "evaluation" : "rollout"
      throw TrainingError(
        .configuration(
          "`\(section).max_completion_length` is \(longest), but the model has only "
            + "\(model.configuration.maxPositionEmbeddings) positions (max_position_embeddings) for prompt and answer"
        ))
    }
    encoder = PromptEncoder(
      tokenizer: model.tokenizer, maxTokens: min(room, rollout.maxPromptLength ?? room),
      render: { [data = configuration.data] in data.rendered($0) })
    try Self.checkKeyValueMemory(
      rollout, model.configuration, longest: encoder.maxTokens + longest)
    if let known = streams[configuration.data] {
      tasks = known
    } else {
      tasks = try TaskStream(
        configuration.data, seed: configuration.seed,
        countTokens: { [tokenizer = model.tokenizer] in try tokenizer.encode($0).count })
      streams[configuration.data] = tasks
      for line in tasks.report.lines { observe(.note(line)) }
    }
    try configuration.reward.validate(maximumLength: rollout.maxCompletionLength)
    verifiers = try PreparedVerifiers(for: configuration.reward, tasks: tasks.verifiers)
    // A column that the rows of a source lack is said now, not when the first answer is judged.
    let budget = try tasks.task(at: 0).budget
    let firsts = try tasks.firstTasks()
    for task in firsts {
      try configuration.reward.validate(columns: task.columns, budget: budget.map(Completion.Budget.init))
    }
    if budget != nil, firsts.contains(where: { $0.columns["budget"] != nil }) {
      observe(.note("the data's column `budget` is not read: prompts ask for what `data.budgets` draws"))
    }
    evaluator = try Self.evaluator(configuration, tasks, labels.heldOut, encoder, verifiers, observe)
  }

  /// A training task as this stage has it: its id, and what its prompt asks for at its place of the endless row.
  func placed(_ task: ReasoningTask, at index: UInt64) -> ReasoningTask {
    var task = task
    task.id = label + task.id
    task.budget = tasks.budget(at: index)
    return task
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

  private static func evaluator(
    _ configuration: TrainingConfiguration, _ tasks: TaskStream, _ label: String, _ encoder: PromptEncoder,
    _ verifiers: PreparedVerifiers, _ observe: (TrainingEvent) -> Void
  ) throws -> Evaluator {
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
    // Rows of a file that are too long make room for the next ones, twice as many as before each time.
    let available = tasks.report.heldOutRows ?? count
    var (kept, tooLong, looked, next) = (EvaluationSet(), 0, 0, count)
    let prompts = configuration.heldOutPrompts(of: count)
    while kept.tasks.count < prompts, looked < available {
      let candidates = try tasks.heldOut(count: min(next, available))
      let asked = configuration.asked(candidates)
      let seen = looked * (asked.count / candidates.count)
      tooLong += try kept.add(asked[seen...], label, encoder, atMost: prompts)
      looked = candidates.count
      next = looked * 2
    }
    if tooLong > 0 {
      observe(
        .warning(
          "\(tooLong) held-out prompts are longer than \(encoder.maxTokens) tokens and are left out; "
            + "\(kept.tasks.count) are used"))
    }
    guard !kept.tasks.isEmpty else {
      throw TrainingError(
        .configuration(
          "all held-out prompts are longer than \(encoder.maxTokens) tokens "
            + "(`rollout.max_prompt_length`, or the model's positions less `rollout.max_completion_length`)"))
    }
    return Evaluator(
      kept, byHorizon: try horizons(configuration, tasks, label, encoder, observe),
      reward: configuration.reward,
      verifiers: verifiers,
      maxCompletionLength: configuration.evaluation.maxCompletionLength
        ?? configuration.rollout.maxCompletionLength,
      samples: configuration.evaluation.samples, temperature: configuration.evaluation.temperature,
      hasBudgetBins: configuration.evaluation.budgets != nil)
  }

  /// Held-out chains of each horizon, up to some that no stage trains on.
  private static func horizons(
    _ configuration: TrainingConfiguration, _ tasks: TaskStream, _ label: String, _ encoder: PromptEncoder,
    _ observe: (TrainingEvent) -> Void
  ) throws -> [EvaluationSet] {
    let evaluation = configuration.evaluation
    guard let longest = configuration.longestHorizon, evaluation.chainsPerHorizon > 0, tasks.hasHeldOutChains
    else { return [] }
    var sets: [EvaluationSet] = []
    for horizon in 1...(evaluation.maxHorizon ?? longest + 3) {
      let chains = try Self.chains(evaluation.chainsPerHorizon, horizon: horizon, of: tasks, observe)
      var kept = EvaluationSet()
      let tooLong = try kept.add(chains[...], label + "horizons/", encoder, atMost: chains.count)
      if tooLong > 0 {
        observe(
          .warning(
            "\(tooLong) of \(chains.count) held-out chains of horizon \(horizon) are longer than \(encoder.maxTokens) tokens "
              + "and are left out"))
      }
      // Longer ones fit even less.
      guard !kept.tasks.isEmpty else { break }
      sets.append(kept)
    }
    return sets
  }
}

extension StageEnvironment {
  /// Held-out chains of a horizon, fewer where there are fewer; none where there are not problems enough for one.
  private static func chains(
    _ count: Int, horizon: Int, of tasks: TaskStream, _ observe: (TrainingEvent) -> Void
  ) throws -> [ReasoningTask] {
    do {
      return try tasks.heldOut(count: count, horizon: horizon)
    } catch {
      switch error.reason {
      case .tooFewHeldOut(_, _, let found), .tooFewChains(_, _, let found):
        observe(.note("held-out chains of horizon \(horizon): \(found), all there are of \(count)"))
        return found > 0 ? try tasks.heldOut(count: found, horizon: horizon) : []
      case .tooFewParts, .noChain:
        observe(.note("no held-out chains of horizon \(horizon): \(error)"))
        return []
      default: throw error
      }
    }
  }
}

extension EvaluationSet {
  /// Adds those whose prompts fit, in their order, up to so many in all.
  ///
  /// - Returns: How many were passed over for being too long.
  fileprivate mutating func add(
    _ candidates: ArraySlice<ReasoningTask>, _ label: String, _ encoder: PromptEncoder, atMost count: Int
  ) throws -> Int {
    var tooLong = 0
    for var task in candidates where tasks.count < count {
      task.id = label + task.id
      if let prompt = try encoder.encode(task) {
        tasks.append(task)
        prompts.append(prompt)
      } else {
        tooLong += 1
      }
    }
    return tooLong
  }
}
