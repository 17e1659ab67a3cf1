import Foundation
import Generation
import Randomness

/// What a step of the generator takes on this machine, measured: by rows, and by how much these have said before.
struct BenchDecodeCost {
  /// Seconds of a step by its rows, ascending, each row with ``context`` tokens.
  private(set) var steps: [(rows: Int, seconds: Double)] = []
  /// Tokens before the new one in ``steps``.
  private(set) var context = 0.0
  /// Further seconds per row and token of context beyond that.
  private(set) var perContextToken = 0.0
  /// Seconds per token of prompts, or of answers that are computed again.
  private(set) var perPromptToken = 0.0

  /// Tokens that rows begin with when steps are timed.
  private static let prompt = 64
  /// New tokens per timed row, the first of which the prompt gives.
  private static let newTokens = 33

  /// - Parameters:
  ///   - model: What generates.
  ///   - inference: Its weights, laid out.
  ///   - rows: At most so many in a step.
  ///   - longest: Tokens of the longest sequence.
  ///   - rounds: How often each is timed, in turns; the fastest counts, as others may have been at work.
  /// - Throws: Where the rows do not fit into memory.
  init(_ model: BenchModel, _ inference: InferenceModel, rows: Int, longest: Int, rounds: Int) throws {
    let (some, far) = (min(rows, 8), max(Self.prompt + 1, longest / 2))
    let counts = Self.counts(upTo: rows)
    var probes = counts.map { Probe(model, inference, rows: $0, prompt: Self.prompt, new: Self.newTokens) }
    probes += [Self.prompt, far].map {
      Probe(model, inference, rows: some, prompt: $0, new: Self.newTokens)
    }
    probes.append(Probe(model, inference, rows: some, prompt: max(2, longest / 4), new: 1))
    for _ in 0..<rounds { for index in probes.indices { try probes[index].measure() } }
    steps = zip(counts, probes).map { ($0, $1.seconds) }
    context = Double(Self.prompt) + Double(Self.newTokens) / 2
    let more = probes[counts.count + 1].seconds - probes[counts.count].seconds
    perContextToken = max(0, more) / Double(some * (far - Self.prompt))
    let prompts = probes[counts.count + 2]
    perPromptToken = prompts.seconds / Double(some * prompts.prompt)
  }

  /// Rows of one kind, timed now and then.
  private struct Probe {
    let prompt: Int
    private let generator: Generator
    private let requests: [GenerationRequest]
    /// Of a step, or of all where there is only one new token; the fastest so far.
    private(set) var seconds = Double.infinity

    init(_ model: BenchModel, _ inference: InferenceModel, rows: Int, prompt: Int, new: Int) {
      self.prompt = prompt
      generator = Generator(
        model: inference, configuration: GeneratorConfiguration(maxConcurrent: rows, speculation: .off))
      requests = (0..<rows).map {
        GenerationRequest(
          prompt: model.prompt($0, count: prompt), maxNewTokens: new,
          stream: Stream("bench decode cost", UInt64($0)))
      }
    }

    mutating func measure() throws {
      if seconds == .infinity {
        try TimedGeneration.warmUp(generator, requests, SamplingParameters(), steps: 4)
      }
      let run = try TimedGeneration(generator, requests, SamplingParameters())
      let taken = run.decoding.map { $0.seconds * Double(requests.count) / Double($0.tokens) } ?? run.seconds
      seconds = min(seconds, taken)
    }
  }

  /// 1, 2, 4, …, and the most.
  private static func counts(upTo rows: Int) -> [Int] {
    var counts = [1]
    while let last = counts.last, last < rows { counts.append(min(rows, 2 * last)) }
    return counts
  }

  /// Seconds of a step.
  ///
  /// - Parameters:
  ///   - rows: At least 1; straight lines between those that were timed.
  ///   - total: Tokens before the new ones, all rows together.
  /// - Returns: What was measured, between and beyond.
  func step(rows: Int, context total: Double) -> Double {
    let upper = steps.firstIndex { $0.rows >= rows } ?? steps.count - 1
    var seconds = steps[upper].seconds
    if upper > 0, steps[upper].rows > rows {
      let (low, high) = (steps[upper - 1], steps[upper])
      seconds =
        low.seconds + (high.seconds - low.seconds) * Double(rows - low.rows) / Double(high.rows - low.rows)
    }
    return max(0, seconds + perContextToken * (total - Double(rows) * context))
  }

  /// `1 row 0.21 ms, 2 rows 0.3 ms, …`.
  var words: String {
    steps.map { "\(counted($0.rows, "row")) \(grouped($0.seconds * 1e3)) ms" }.joined(separator: ", ")
  }

  var json: JSONText {
    [
      "rows": .list(steps.map { .integer($0.rows) }), "step_s": .list(steps.map { .number($0.seconds) }),
      "context": .number(context), "s_per_context_token": .number(perContextToken),
      "s_per_prompt_token": .number(perPromptToken),
    ]
  }
}
