internal import Curriculum
internal import Experience
internal import Generation
internal import Objectives
internal import Rollouts
internal import Tensors
internal import Tokenizers
internal import Transformer

/// A run looked at before it starts: loads and checks all it needs, writes nothing.
public struct RunPreview {
  public struct Section: Sendable {
    public var title: String
    public var lines: [String]
  }

  public let sections: [Section]
  private let plan: MemoryPlan
  private let available: Int?

  /// - Throws: Where the run would need more memory than there is.
  public func checkMemory() throws { try plan.check(available: available) }

  public init(_ configuration: TrainingConfiguration) throws {
    var notes: [String] = []
    let available = MemoryPlan.available
    let context = try TrainingContext(configuration, checksMemory: false) { event in
      if let line = event.line { notes.append(line) }
    }
    let model = context.model
    let plan = try context.memoryPlan()
    self.plan = plan
    self.available = available
    for settings in configuration.inStages { try WorkerSupply.check(settings.rollout) }
    let rollout = context.configuration.rollout
    let end = try model.stopRules(rollout).tokens.sorted().map { "\($0) \(model.tokenizer.token($0))" }
    let (task, prompt) = try context.nextTask()
    let shown = prompt.prefix(40).map { model.tokenizer.token($0) }.joined(separator: " ")
    let batch = configuration.stages.flatMap { Self.lines($0, configuration.inStage($0)) }
    sections = [
      Section(
        title: "model",
        lines: [
          "\(Parameters.count(model.configuration)) parameters (\(model.configuration.architecture.rawValue))",
          "end tokens: \(end.joined(separator: ", "))",
          "\(Compute.blasCore) BLAS core, \(context.compute.kernels.level) kernels, \(context.compute.threads) threads",
        ]),
      Section(title: "data", lines: notes),
      Section(title: "batches", lines: batch),
      Section(title: "rollouts", lines: rollout.preview),
      Section(
        title: "first training prompt",
        lines: [
          task.prompt.debugDescription, "\(prompt.count) tokens: \(shown)\(prompt.count > 40 ? " …" : "")",
          "ground truth \(task.groundTruth.debugDescription), judged by `\(task.verifier)`",
        ] + (task.budget.map { ["budget: \($0.instruction.debugDescription)"] } ?? [])),
      Section(title: "memory", lines: plan.lines),
    ]
  }

  /// What a stage will do.
  private static func lines(_ stage: StageConfiguration, _ settings: TrainingConfiguration) -> [String] {
    guard stage.kind == .rl else {
      return ["stage \(stage.name): \(stage.steps) steps × \(stage.batchSize) worked solutions"]
    }
    let rollout = settings.rollout
    let responses = MemoryPlan.product(rollout.numPrompts, rollout.numGenerations)
    let updates = settings.algorithm.updatesPerBatch
    let asked = MemoryPlan.product(stage.steps, settings.mostGroupsAsked, rollout.numGenerations)
    let isExpanded = settings.algorithm.dynamicSampling?.expansion != nil
    return [
      "stage \(stage.name): \(stage.steps) steps × \(rollout.numPrompts) prompts × \(rollout.numGenerations) answers = "
        + "\(MemoryPlan.product(stage.steps, responses)) answers, "
        + (isExpanded ? "the most balanced of up to \(asked) (`expansion`), " : "")
        + "at most \(MemoryPlan.product(asked, rollout.maxCompletionLength)) tokens",
      "  \(updates) optimizer step\(updates == 1 ? "" : "s") per rollout batch of \(responses) answers, of at most "
        + "\(rollout.maxCompletionLength) tokens each",
    ]
  }
}
