internal import Curriculum
internal import Experience
internal import Metrics
internal import Objectives
internal import Tokenizers
internal import Transformer

/// One step of supervised fine-tuning: imitate worked solutions.
///
///     L = −Σ logprob(solution tokens) / number of solution tokens in the step
struct SupervisedStep {
  let context: TrainingContext

  func run(_ stage: StageConfiguration, learningRate: Double) throws -> MetricRecord {
    let examples = try (0..<stage.batchSize).map { _ in try nextExample() }
    let totalTokens = examples.reduce(0) { $0 + $1.scored.count }
    var loss = 0.0
    let (norm, seconds) = try context.timed {
      for range in context.microbatches(examples.map(\.tokens.count)) {
        let part = examples[range]
        let pass = context.decoder.forward(PackedBatch(part.map { ($0.tokens, $0.scored) }), temperature: 1)
        let logprobs = pass.logprobs.map(Double.init)
        let result = negativeLogLikelihood(
          logprobs: logprobs, mask: Array(repeating: true, count: logprobs.count), stepTokens: totalTokens)
        loss += result.loss
        context.decoder.backward(pass, dLogprobs: result.dLogprobs.map(Float.init))
      }
      return try context.update(learningRate: learningRate, loss: loss)
    }
    let trained = examples.reduce(0) { $0 + $1.tokens.count }
    context.state.tokens += trained
    var record = MetricRecord()
    record["loss"] = .number(loss)
    if let norm { record["grad_norm"] = .number(norm) }
    record["learning_rate"] = .number(learningRate)
    record["time/train_seconds"] = .number(seconds)
    record["tokens_per_second/train"] = .number(Double(trained) / max(seconds, 1e-9))
    return record
  }

  /// Prompt, solution, end token; the solution and the end token are scored.
  private func nextExample() throws -> (tokens: [Int32], scored: Range<Int>) {
    var tooLong = 0
    while true {
      let (task, prompt) = try context.nextTask()
      guard let solution = task.solution else {
        throw TrainingError(
          .configuration(
            "task `\(task.id)` has no worked solution to imitate — name its column with `data.train.solution_field`, "
              + "or leave the sft stage out"))
      }
      let answer = try context.model.tokenizer.encode(solution) + [context.endToken]
      if let prompt = try context.statedPrompt(of: task, prompt, length: answer.count),
        prompt.count + answer.count <= context.model.configuration.maxPositionEmbeddings
      {
        return (prompt + answer, prompt.count..<prompt.count + answer.count)
      }
      tooLong += 1
      guard tooLong < 10_000 else {
        throw TrainingError(
          .run(
            step: context.state.step,
            "10000 worked solutions in a row are longer than the model's "
              + "\(context.model.configuration.maxPositionEmbeddings) positions"))
      }
    }
  }
}
