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

  public init(_ configuration: TrainingConfiguration, model: ModelConfiguration) {
    let c = model
    let float = MemoryLayout<Float>.size
    let weights = Parameters.count(c) * float
    let trains = !configuration.stages.isEmpty
    let samples = configuration.stages.contains { $0.kind == .rl } || configuration.evaluation.samples > 0
    parts = [
      Part(name: "weights", bytes: weights),
      Part(name: "gradients", bytes: trains ? weights : 0),
      Part(name: "optimizer moments", bytes: trains ? 2 * weights : 0),
      Part(name: "reference policy", bytes: configuration.algorithm.beta > 0 ? weights : 0),
      Part(
        name: "weights packed for generation in \(configuration.rollout.weightFormat)",
        bytes: samples ? weights / 4 * configuration.rollout.weightFormat.bytesPerWeight : 0),
    ]
    // One microbatch; a single sequence may be longer than the limit on tokens.
    let longest = configuration.rollout.maxCompletionLength + (configuration.rollout.maxPromptLength ?? 0)
    let tokens = max(configuration.compute.maxTokensPerMicrobatch, longest)
    let queryWidth = c.numAttentionHeads * c.headDim
    let keyWidth = c.numKeyValueHeads * c.headDim
    let perLayer =
      4 * c.hiddenSize + (queryWidth + 2 * keyWidth) + (queryWidth + keyWidth) + queryWidth + 3
      * c.intermediateSize
      + 2 * c.numAttentionHeads + c.numKeyValueHeads + 2
    let backward = 3 * c.hiddenSize + queryWidth + 2 * (queryWidth + 2 * keyWidth) + 3 * c.intermediateSize
    let head = Self.product(4, c.hiddenSize, tokens) + (1 << 20)
    parts.append(
      Part(
        name: "activations of \(tokens) tokens",
        bytes: trains
          ? Self.product(tokens, c.numHiddenLayers * perLayer + backward + c.hiddenSize, float) + head * float
          : 0
      ))
    if samples {
      let concurrent = configuration.concurrentSequences
      let capacity = longest + (configuration.rollout.maxPromptLength == nil ? 256 : 0)
      // A block more for each sequence: the copy of the one that its prompt shares with others.
      let blocks = (capacity + KeyValueBlocks.positions - 1) / KeyValueBlocks.positions + 1
      let whole = Self.product(
        concurrent, blocks, InferenceModel.bytesPerBlock(c, configuration.rollout.keyValueFormat))
      let keyValues = min(whole, configuration.rollout.keyValueMemory ?? whole)
      parts.append(Part(name: "keys and values of \(concurrent) sequences", bytes: keyValues))
      // Every thread has the norms of all rows, and an arena of its own that may grow to its share of a step.
      let threads = configuration.compute.threads ?? Compute.availableCores
      let rows =
        concurrent + Generator.draftTokens + min(Self.product(concurrent, longest), Generator.prefillTokens)
      let rounded =
        configuration.rollout.activationFormat == .fp32
        ? 0 : max(c.hiddenSize, queryWidth, c.intermediateSize)
      let perRow =
        c.hiddenSize + 2 * queryWidth + 2 * keyWidth + c.intermediateSize + threads * (c.hiddenSize + rounded)
      let perLogits = threads * c.hiddenSize + c.vocabSize
      parts.append(
        Part(
          name: "scratch of generation",
          bytes: Self.product(
            threads > 1 ? 2 : 1, float,
            Self.product(rows, perRow) + Self.product(concurrent + Generator.draftTokens, perLogits))))
    }
    // Answers of a step or an evaluation, as tokens, logprobs and text, twice while they are scored and stored.
    let answers = max(
      configuration.stages.contains { $0.kind == .rl }
        ? Self.product(configuration.rollout.numPrompts, configuration.rollout.numGenerations) : 0,
      Self.product(configuration.data.heldOutCount, max(1, configuration.evaluation.samples)))
    let examples = configuration.stages.filter { $0.kind == .sft }.map(\.batchSize).max() ?? 0
    parts.append(
      Part(
        name: "answers and examples of a step",
        bytes: max(
          Self.product(answers, 1000 + 32 * configuration.rollout.maxCompletionLength),
          Self.product(examples, 1000))))
    // A checkpoint is read and written tensor by tensor, but weights or a moment are held twice meanwhile.
    parts.append(Part(name: "reading and writing checkpoints", bytes: weights))
    parts.append(Part(name: "program and libraries", bytes: 150 << 20))
    parts.removeAll { $0.bytes == 0 }
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
    throw TrainingError(
      .configuration(
        "the plan needs \(Self.words(total)) of memory, but \(Self.words(available)) are available; the largest part is "
          + "\(largest.map { "\($0.name) (\(Self.words($0.bytes)))" } ?? "")"
          + " — lower `compute.max_tokens_per_microbatch`, `rollout.max_concurrent` or `rollout.max_completion_length`"
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
    let evaluation = MemoryPlan.product(data.heldOutCount, max(1, self.evaluation.samples))
    let training =
      stages.contains { $0.kind == .rl } ? MemoryPlan.product(rollout.numPrompts, rollout.numGenerations) : 0
    return min(rollout.maxConcurrent, max(evaluation, training))
  }
}
