internal import Curriculum
internal import Foundation
internal import Generation
internal import Objectives
internal import Rollouts
internal import Tensors
public import Transformer

/// What a run will need in memory, counted before anything is allocated.
public struct MemoryPlan: Sendable, Equatable {
  /// A part of the plan and its bytes.
  public struct Part: Sendable, Equatable {
    public var name: String
    public var bytes: Int
  }

  public var parts: [Part]
  public var total: Int { parts.reduce(0) { $0 + $1.bytes } }

  /// How long the data's texts are, in tokens.
  public struct Lengths: Sendable, Equatable {
    /// The longest prompt that was seen.
    public var prompt: Int
    /// Prompts with their worked solutions, in the order in which they come; empty where nothing is imitated.
    public var examples: [Int]

    public init(prompt: Int, examples: [Int] = []) {
      self.prompt = prompt
      self.examples = examples
    }

    /// Tokens of the largest micro-batch of a stage that imitates `batchSize` solutions a step.
    func largestMicrobatch(batchSize: Int, limit: Int) -> Int {
      guard !examples.isEmpty else { return min(limit, MemoryPlan.product(batchSize, prompt)) }
      // Steps take up where the one before ended; a thousand solutions show how they fall.
      let count = 1024
      guard batchSize <= count else {
        return max(examples.max() ?? 0, min(limit, MemoryPlan.product(batchSize, examples.max() ?? 0)))
      }
      var most = 0
      for start in stride(from: 0, to: count, by: batchSize) {
        func length(_ index: Int) -> Int { examples[(start + index) % examples.count] }
        for part in microbatches(count: batchSize, limit: limit, cost: { index, _ in length(index) }) {
          most = max(most, part.reduce(0) { $0 + length($1) })
        }
      }
      return most
    }
  }

  /// - Parameters:
  ///   - configuration: What will be done. Answers are taken to be as long as they may be.
  ///   - model: The model's shape.
  ///   - lengths: Of the data; nil where it is not read yet: then only what the model decides is in the plan.
  public init(_ configuration: TrainingConfiguration, model: ModelConfiguration, lengths: Lengths? = nil) {
    let weights = Parameters.count(model) * MemoryLayout<Float>.size
    let trains = !configuration.stages.isEmpty
    let samples = configuration.stages.contains { $0.kind == .rl } || configuration.evaluation.samples > 0
    parts = [
      Part(name: "weights", bytes: weights),
      Part(name: "gradients", bytes: trains ? weights : 0),
      Part(name: "optimizer moments", bytes: trains ? 2 * weights : 0),
      Part(name: "reference policy", bytes: configuration.algorithm.beta > 0 ? weights : 0),
    ]
    if samples {
      parts.append(
        Part(
          name: "weights packed for generation in \(configuration.rollout.weightFormat)",
          bytes: Parameters.count(model) * configuration.rollout.weightFormat.bytesPerWeight))
    }
    if let lengths {
      if trains { parts += Self.training(configuration, model, lengths) }
      if samples { parts += Self.generation(configuration, model, lengths) }
    }
    // A checkpoint is read and written tensor by tensor, but weights or a moment are held twice meanwhile.
    parts.append(Part(name: "reading and writing checkpoints", bytes: weights))
    parts.append(Part(name: "program and libraries", bytes: Self.program))
    parts.removeAll { $0.bytes == 0 }
  }

  /// What the process holds beside its data, measured with a model of no size: code, SQLite, Foundation.
  private static let program = 50 << 20

  /// One micro-batch, forward and backward. A single sequence may be longer than the limit on tokens, and a step may have
  /// fewer. What of answers goes into one depends on where they end, so they are taken to fill it.
  private static func training(
    _ configuration: TrainingConfiguration, _ model: ModelConfiguration, _ lengths: Lengths
  ) -> [Part] {
    let rollout = configuration.rollout
    let limit = configuration.compute.maxTokensPerMicrobatch
    let answer = rollout.maxCompletionLength
    var tokens = 0
    var scored = 0
    var examples = 0
    for stage in configuration.stages {
      switch stage.kind {
      case .sft:
        let most = lengths.largestMicrobatch(batchSize: stage.batchSize, limit: limit)
        tokens = max(tokens, most)
        scored = max(scored, most)
        examples = max(
          examples, product(stage.batchSize, 400 + 16 * (lengths.examples.max() ?? lengths.prompt)))
      case .rl:
        let prompts =
          configuration.compute.sharePrompts
          ? lengths.prompt : product(lengths.prompt, rollout.numGenerations)
        let group = prompts + product(answer, rollout.numGenerations)
        let most = max(lengths.prompt + answer, min(limit, product(rollout.numPrompts, group)))
        tokens = max(tokens, most)
        scored = max(scored, min(most, product(rollout.numPrompts, rollout.numGenerations, answer)))
      }
    }
    let compute = configuration.compute
    let pass = Decoder.scratchBytes(
      model,
      .init(
        tokens: tokens, scored: scored, matmul: compute.matmulType,
        gradientCheckpointing: compute.gradientCheckpointing))
    let threads = compute.threads ?? Compute.availableCores
    let scratch = Decoder.threadScratchBytes(model, tokens: tokens)
    return [
      Part(name: "activations of \(tokens) tokens", bytes: pass),
      Part(
        name: "scratch of matrix products",
        bytes: compute.matmulType == .bf16
          ? scratch.shared + product(threads, scratch.own) : product(threads, Self.blasBuffer)),
      Part(name: "examples of a step", bytes: examples),
    ]
  }

  /// What OpenBLAS touches of each thread's buffer.
  private static let blasBuffer = 4 << 20

  private static func generation(
    _ configuration: TrainingConfiguration, _ c: ModelConfiguration, _ lengths: Lengths
  ) -> [Part] {
    let rollout = configuration.rollout
    let concurrent = configuration.concurrentSequences
    let longest = lengths.prompt + rollout.maxCompletionLength
    // Whole blocks of a prompt are shared by the answers to it; a block more where prompt and answer meet.
    let perPrompt = lengths.prompt / KeyValueBlocks.positions
    let perAnswer = (longest + KeyValueBlocks.positions - 1) / KeyValueBlocks.positions - perPrompt
    func blocks(_ sequences: Int, groupsOf group: Int) -> Int {
      let running = min(rollout.maxConcurrent, sequences)
      return product(running, perAnswer) + product((running + group - 1) / group, perPrompt + 1)
    }
    let heldOut = configuration.heldOutPrompts(of: configuration.data.heldOutCount)
    let samples = max(1, configuration.evaluation.samples)
    let isTraining = configuration.stages.contains { $0.kind == .rl }
    let answersOfStep = isTraining ? product(configuration.mostGroupsAsked, rollout.numGenerations) : 0
    let most = max(
      blocks(answersOfStep, groupsOf: rollout.numGenerations), blocks(heldOut, groupsOf: 1),
      blocks(product(heldOut, samples), groupsOf: samples))
    let whole = product(most, InferenceModel.bytesPerBlock(c, rollout.keyValueFormat))
    let keyValues = min(whole, rollout.keyValueMemory ?? whole)
    let float = MemoryLayout<Float>.size
    let queryWidth = c.numAttentionHeads * c.headDim
    let keyWidth = c.numKeyValueHeads * c.headDim
    // Every thread has the norms of all rows, and an arena of its own that may grow to its share of a step.
    let threads = configuration.compute.threads ?? Compute.availableCores
    let rows =
      concurrent + Generator.draftTokens + min(product(concurrent, longest), Generator.prefillTokens)
    let rounded =
      rollout.activationFormat == .fp32 ? 0 : max(c.hiddenSize, queryWidth, c.intermediateSize)
    let perRow =
      c.hiddenSize + 2 * queryWidth + 2 * keyWidth + c.intermediateSize + threads * (c.hiddenSize + rounded)
    let perLogits = threads * c.hiddenSize + c.vocabSize
    // Answers of a step or an evaluation, as tokens, logprobs and text, and of the steps before that wait to be stored.
    let answers = max(product(answersOfStep, RunWriter.steps + 1), product(heldOut, samples))
    return [
      Part(name: "keys and values of \(concurrent) sequences", bytes: keyValues),
      Part(
        name: "scratch of generation",
        bytes: product(
          threads > 1 ? 2 : 1, float,
          product(rows, perRow) + product(concurrent + Generator.draftTokens, perLogits))),
      Part(name: "answers", bytes: product(answers, 500 + 13 * rollout.maxCompletionLength)),
    ]
  }

  /// A product that stops at the largest number instead of trapping: recipes may hold anything.
  static func product(_ factors: Int...) -> Int {
    factors.reduce(1) { product, factor in
      let (value, overflow) = product.multipliedReportingOverflow(by: factor)
      return overflow ? Int.max >> 8 : min(value, Int.max >> 8)
    }
  }

  /// Bytes this process may use: the smaller of the machine's available memory and the limit of its control group,
  /// less what is used there (file caches, which are given up on demand, not counted).
  public static var available: Int? {
    func number(_ path: String) -> Int? {
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
      return Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    var limits: [Int] = []
    if let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
      let kib = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    {
      limits.append(kib << 10)
    }
    if let limit = number("/sys/fs/cgroup/memory.max"), let used = number("/sys/fs/cgroup/memory.current") {
      limits.append(
        max(0, limit - used + cached("/sys/fs/cgroup/memory.stat", ["active_file", "inactive_file"])))
    } else if let limit = number("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
      let used = number("/sys/fs/cgroup/memory/memory.usage_in_bytes"), limit < 1 << 60
    {
      let files = cached("/sys/fs/cgroup/memory/memory.stat", ["total_active_file", "total_inactive_file"])
      limits.append(max(0, limit - used + files))
    }
    return limits.min()
  }

  /// The sum of some lines `name bytes` of a file.
  private static func cached(_ path: String, _ names: [Substring]) -> Int {
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").reduce(0) { sum, line in
      let words = line.split(separator: " ")
      guard words.count == 2, names.contains(words[0]), let bytes = Int(words[1]) else { return sum }
      return sum + bytes
    }
  }

  /// - Throws: Where the plan does not fit, naming the largest part and what would make it smaller.
  public func check(available: Int? = MemoryPlan.available) throws {
    guard let available, total > available else { return }
    let largest = parts.max { $0.bytes < $1.bytes }
    let advice =
      switch largest?.name.prefix(4) {
      case "acti": "lower `compute.max_tokens_per_microbatch`, or set `compute.gradient_checkpointing: true`"
      case "keys":
        "set `rollout.kv_memory`, or lower `rollout.max_concurrent` or `rollout.max_completion_length`"
      case "exam", "answ":
        "lower `stages.*.batch_size`, `rollout.num_prompts` or `rollout.max_completion_length`"
      default: "a smaller model would do, or `algorithm.beta: 0`, which needs no reference policy"
      }
    throw TrainingError(
      .configuration(
        "the plan needs \(Self.words(total)) of memory, but \(Self.words(available)) are available; the largest part is "
          + "\(largest.map { "\($0.name) (\(Self.words($0.bytes)))" } ?? "")"
          + " — \(advice)"
      ))
  }

  /// The plan as lines of a table.
  public var lines: [String] {
    (parts + [Part(name: "total", bytes: total)]).map {
      let size = Self.words($0.bytes)
      return String(repeating: " ", count: max(0, 10 - size.count)) + size + "  " + $0.name
    }
  }

  /// Bytes for people.
  public static func words(_ bytes: Int) -> String {
    if bytes >= 10 << 30 { return String(format: "%.1f GiB", Double(bytes) / Double(1 << 30)) }
    if bytes >= 1 << 30 { return String(format: "%.2f GiB", Double(bytes) / Double(1 << 30)) }
    return String(format: "%.0f MiB", Double(bytes) / Double(1 << 20))
  }
}

extension TrainingConfiguration {
  /// Sequences that are generated at the same time at most.
  var concurrentSequences: Int {
    let evaluation = MemoryPlan.product(
      heldOutPrompts(of: data.heldOutCount), max(1, self.evaluation.samples))
    let training =
      stages.contains { $0.kind == .rl } ? MemoryPlan.product(mostGroupsAsked, rollout.numGenerations) : 0
    return min(rollout.maxConcurrent, max(evaluation, training))
  }
}
