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
    let advantage: Double
    /// Tokens that the loss counts.
    let trainedCount: Int
  }

  private(set) var responses: [Response] = []
  /// Where the tokens of each response begin, and at the end where the last one's end: `[R + 1]`, from 0 to N.
  private(set) var offsets = [0]
  /// Of all completions, `[N]`: logprobs as the generator recorded them, nats; whether the token was sampled, not put in;
  /// whether it is trained.
  private(set) var behaviorLogprobs: [Float] = []
  private(set) var sampled: [Bool] = []
  private(set) var mask: [Bool] = []

  var isEmpty: Bool { responses.isEmpty }

  mutating func append(_ scored: ScoredRollout, advantage: Double, masksTruncated: Bool) {
    let rollout = scored.rollout
    let isSampled = rollout.sampledMask
    let isTrained = lossMask(
      sampled: isSampled, isTruncated: rollout.isTruncated, masksTruncated: masksTruncated)
    let isNewPrompt = responses.last.map { $0.prompt != rollout.promptTokens } ?? true
    responses.append(
      Response(
        prompt: rollout.promptTokens, completion: rollout.completionTokens,
        group: (responses.last?.group ?? 0) + (isNewPrompt ? 1 : 0), advantage: advantage,
        trainedCount: isTrained.count { $0 }))
    for segment in rollout.segments { behaviorLogprobs += segment.logprobs }
    sampled += isSampled
    mask += isTrained
    offsets.append(mask.count)
  }

  /// Tokens of some responses: `[N]` indices.
  func tokens(_ part: Range<Int>) -> Range<Int> { offsets[part.lowerBound]..<offsets[part.upperBound] }

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
