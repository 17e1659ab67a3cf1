internal import Curriculum
internal import Evaluation
internal import Experience
internal import Rollouts
internal import Tokenizers
internal import Transformer

/// The plan of memory, once model and data are there.
extension StageEnvironment {
  /// Of the data, as far as its first tasks tell.
  private static let tasksLookedAt: UInt64 = 256

  /// What the run will need in this stage, for answers as long as they may be.
  func memoryPlan(_ model: LoadedModel) throws -> MemoryPlan {
    MemoryPlan(configuration, model: model.configuration, lengths: try lengths(model))
  }

  private func lengths(_ model: LoadedModel) throws -> MemoryPlan.Lengths {
    // Who only evaluates has no use for training tasks.
    guard !configuration.stages.isEmpty else { return MemoryPlan.Lengths(prompt: evaluator.longestPrompt) }
    let imitates = configuration.stages.contains { $0.kind == .sft }
    var longestPrompt = evaluator.longestPrompt
    var examples: [Int] = []
    for index in 0..<Self.tasksLookedAt {
      let task = try tasks.task(at: index)
      guard let prompt = try encoder.encode(task) else { continue }
      longestPrompt = max(longestPrompt, prompt.count)
      if imitates, let solution = task.solution {
        examples.append(prompt.count + (try model.tokenizer.encode(solution)).count + 1)
      }
    }
    return MemoryPlan.Lengths(prompt: longestPrompt, examples: examples)
  }
}
