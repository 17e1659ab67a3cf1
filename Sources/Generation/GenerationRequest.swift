public import Experience
public import Randomness

/// One sequence to continue.
public struct GenerationRequest: Sendable {
  public var prompt: [Int32]
  /// New tokens it has already, when it is resumed; they count toward ``maxNewTokens``.
  public var continuation: [Int32]
  /// Cap on new tokens, over all segments.
  public var maxNewTokens: Int
  /// Pauses after so many tokens in this call; nil = goes on to the end.
  public var segmentTokens: Int?
  /// Whose random numbers it uses; token i of the continuation takes position i of the stream.
  public var stream: Stream
  /// New tokens that it is expected to have in all; for ``Scheduler/Policy/longestExpectedFirst``.
  public var expectedLength: Double?

  public init(
    prompt: [Int32], continuation: [Int32] = [], maxNewTokens: Int, segmentTokens: Int? = nil, stream: Stream,
    expectedLength: Double? = nil
  ) {
    self.prompt = prompt
    self.continuation = continuation
    self.maxNewTokens = maxNewTokens
    self.segmentTokens = segmentTokens
    self.stream = stream
    self.expectedLength = expectedLength
  }
}

/// A continuation: the tokens that one call added.
public struct GeneratedSequence: Sendable, Equatable {
  public enum Finish: Sendable, Hashable {
    /// A stop token, which is the last token.
    case stop
    /// A stop string; the text to show ends `bytesToCut` bytes earlier than the tokens' text.
    case stopString(String, bytesToCut: Int)
    /// The cap on new tokens.
    case length
    /// The same text over and over; see ``RepetitionRule``.
    case repetition(period: Int, count: Int)
    /// The segment is full; the sequence goes on when it is requested again with its tokens as `continuation`.
    case paused

    /// Why a rule ends a sequence.
    public init(_ verdict: StopRules.Verdict) {
      switch verdict {
      case .stop: self = .stop
      case .stopString(let text, let bytesToCut): self = .stopString(text, bytesToCut: bytesToCut)
      case .repetition(let period, let count): self = .repetition(period: period, count: count)
      }
    }
  }

  /// A stretch of tokens from one set of weights.
  public struct Segment: Sendable, Hashable {
    public var count: Int
    public var version: PolicyVersion?

    public init(count: Int, version: PolicyVersion?) {
      self.count = count
      self.version = version
    }
  }

  /// New tokens, the stop token included.
  public var tokens: [Int32] = []
  /// Natural log of each one's probability under the distribution it was drawn from, nats; of a forced token, under
  /// the model at the same temperature.
  public var logprobs: [Float] = []
  /// False where a token was forced (the end of thinking), not drawn.
  public var sampled: [Bool] = []
  /// Covers the tokens in order; a new one begins at every change of weights.
  public var segments: [Segment] = []
  public var finish = Finish.length

  public init() {}

  mutating func append(
    _ choice: TokenSampler.Choice, sampled isSampled: Bool, version: PolicyVersion?, beginsSegment: Bool
  ) {
    tokens.append(choice.token)
    logprobs.append(choice.logprob)
    sampled.append(isSampled)
    if beginsSegment {
      segments.append(Segment(count: 1, version: version))
    } else {
      segments[segments.count - 1].count += 1
    }
  }
}

/// What a caller without requests to add may do between two steps; see ``Generator/generate(_:_:seed:onToken:beforeStep:)``.
public enum StepDecision: Sendable, Hashable {
  case goOn
  case stop
  /// `model.reload` was called: a segment ends here in every sequence. Keys and values of earlier tokens are computed
  /// again with the new weights (`keepsCaches: false`: what the trainer would compute), or stay as the old weights
  /// made them (`true`: no delay; PipelineRL, Piché et al. 2025, arXiv:2509.19128).
  case weightsChanged(keepsCaches: Bool)
}
