internal import Experience
internal import Objectives
internal import Transformer

/// The responses of one RL step that take part in its update, group by group. What they have per token lies end to end, so
/// that a stretch of responses is a stretch of every array.
struct UpdateBatch {
  /// A response, without what it has per token.
  struct Response {
    let prompt: [Int32]
    let completion: [Int32]
    /// The same for responses to one prompt that follow one another.
    let group: Int
    /// By the verifier, before any shaping, and within the limit where a truncation term has one.
    let isCorrect: Bool
    /// Tokens that the loss counts.
    let trainedCount: Int
  }

  private(set) var responses: [Response] = []
  /// Where the tokens of each response begin, and at the end where the last one's end: `[R + 1]`, from 0 to N.
  private(set) var offsets = [0]
  /// Of all completions, `[N]`: logprobs as the generator recorded them, nats; whether the token was sampled, not put in;
  /// whether it is trained; versions between the policy that sampled it and the one in training.
  private(set) var behaviorLogprobs: [Double] = []
  private(set) var sampled: [Bool] = []
  private(set) var mask: [Bool] = []
  private(set) var staleness: [Int] = []
  /// `[N]`, reward units; set once all responses are there.
  var advantages: [Double] = []
  /// Sampled tokens that are not trained because they are too old.
  private(set) var tooOld = 0

  var isEmpty: Bool { responses.isEmpty }
  var tokenCount: Int { mask.count }

  /// - Parameters:
  ///   - scored: The response.
  ///   - version: Number of the version in training.
  ///   - algorithm: Which of its tokens are trained: `mask_truncated_completions` and `max_token_staleness`.
  mutating func append(_ scored: ScoredRollout, version: Int, algorithm: AlgorithmConfiguration) {
    let rollout = scored.rollout
    let isSampled = rollout.sampledMask
    let ages = rollout.segments.flatMap { segment in
      segment.tokens.map { _ in version - segment.version.number }
    }
    var isTrained = lossMask(
      sampled: isSampled, isTruncated: rollout.isTruncated,
      masksTruncated: algorithm.maskTruncatedCompletions)
    if let limit = algorithm.rolloutCorrection?.maxTokenStaleness {
      for token in ages.indices where isTrained[token] && ages[token] > limit {
        isTrained[token] = false
        tooOld += 1
      }
    }
    let isNewPrompt = responses.last.map { $0.prompt != rollout.promptTokens } ?? true
    responses.append(
      Response(
        prompt: rollout.promptTokens, completion: rollout.completionTokens,
        group: (responses.last?.group ?? 0) + (isNewPrompt ? 1 : 0),
        isCorrect: scored.reward.accuracy ?? 0 >= 1, trainedCount: isTrained.count { $0 }))
    for segment in rollout.segments { behaviorLogprobs += segment.logprobs.map(Double.init) }
    sampled += isSampled
    mask += isTrained
    staleness += ages
    offsets.append(mask.count)
  }

  /// Tokens of some responses: `[N]` indices.
  func tokens(_ part: Range<Int>) -> Range<Int> { offsets[part.lowerBound]..<offsets[part.upperBound] }

  /// Where the tokens of each of some responses begin, counted from the first one's.
  func offsets(_ part: Range<Int>) -> [Int] {
    offsets[part.lowerBound...part.upperBound].map { $0 - offsets[part.lowerBound] }
  }

  /// Trained tokens of each response.
  func trainedCounts(_ part: Range<Int>) -> [Int] { responses[part].map(\.trainedCount) }

  /// Prompt and completion tokens, as if nothing were shared.
  func tokenCount(_ part: Range<Int>) -> Int {
    tokens(part).count + responses[part].reduce(0) { $0 + $1.prompt.count }
  }
}

extension UpdateBatch {
  /// Whether a response continues the same prompt as the one before it.
  func continuesPrompt(_ index: Int) -> Bool {
    index > 0 && responses[index].group == responses[index - 1].group
  }

  /// Some responses as the decoder takes them: spans whose scored tokens are the completions, in order. With
  /// `sharesPrompts`, responses to one prompt that follow one another have it in common.
  func packed(_ part: Range<Int>, sharesPrompts: Bool) -> PackedBatch {
    var spans: [PackedBatch.Span] = []
    var prompt: Int?
    for index in part {
      let response = responses[index]
      guard sharesPrompts else {
        spans.append(
          .init(
            tokens: response.prompt + response.completion,
            scored: response.prompt.count..<response.prompt.count + response.completion.count))
        continue
      }
      if index == part.lowerBound || !continuesPrompt(index) {
        prompt = spans.count
        spans.append(.init(tokens: response.prompt, scored: 0..<0))
      }
      spans.append(
        .init(tokens: response.completion, parent: prompt, scored: 0..<response.completion.count))
    }
    return PackedBatch(spans: spans)
  }
}

extension TrainingContext {
  /// Splits some responses into microbatches of at most `compute.max_tokens_per_microbatch` computed tokens.
  func microbatches(_ batch: UpdateBatch, _ range: Range<Int>) -> [Range<Int>] {
    let shares = configuration.compute.sharePrompts
    return Training.microbatches(
      count: range.count, limit: configuration.compute.maxTokensPerMicrobatch
    ) { place, isFirst in
      let index = range.lowerBound + place
      let response = batch.responses[index]
      let hasPrompt = shares && !isFirst && batch.continuesPrompt(index)
      return response.completion.count + (hasPrompt ? 0 : response.prompt.count)
    }.map { range.lowerBound + $0.lowerBound..<range.lowerBound + $0.upperBound }
  }
}
