public import Experience
public import Generation
public import Randomness
public import Tokenizers

extension WorkItem {
  /// Its random numbers; `purpose` keeps those of training and evaluation apart.
  public func stream(_ purpose: String) -> Stream {
    Stream(
      purpose, UInt64(bitPattern: Int64(step)), UInt64(bitPattern: Int64(group)),
      UInt64(bitPattern: Int64(sample)))
  }
}

extension GeneratedSequence {
  /// What one call added, cut where the weights changed; `version` is that of tokens whose weights have no name of their own.
  public func segments(version: PolicyVersion) -> [Experience.Segment] {
    var start = 0
    return segments.map { segment in
      defer { start += segment.count }
      let range = start..<start + segment.count
      return Experience.Segment(
        tokens: Array(tokens[range]), logprobs: Array(logprobs[range]), sampled: Array(sampled[range]),
        version: segment.version ?? version)
    }
  }

  /// What a reader sees of a sequence that one call made: without the stop token, the stop string and what came after it.
  public func text(_ tokenizer: any Tokenizer) -> String { finish.text(of: tokens, tokenizer) }
}

extension GeneratedSequence.Finish {
  /// What a reader sees of a whole completion that ended so: without the stop token, the stop string and what came after it.
  /// The tokens are those of all segments: a stop string may begin in an earlier one than it ends in.
  public func text(of tokens: [Int32], _ tokenizer: any Tokenizer) -> String {
    switch self {
    case .stop: return tokenizer.decode(Array(tokens.dropLast()))
    case .stopString(_, let bytesToCut):
      let bytes = tokens.flatMap { tokenizer.bytes(of: $0) }
      return String(decoding: bytes.dropLast(bytesToCut), as: UTF8.self)
    case .length, .repetition, .paused: return tokenizer.decode(tokens)
    }
  }
}

extension FinishReason {
  /// nil where the sequence is only paused.
  public init?(_ finish: GeneratedSequence.Finish) {
    switch finish {
    case .stop, .stopString: self = .stop
    case .length: self = .length
    case .repetition: self = .repetition
    case .paused: return nil
    }
  }
}

extension SegmentOutcome {
  /// What a generator made of a request.
  ///
  /// - Parameters:
  ///   - sequence: What the call added.
  ///   - item: Whose next segment it is.
  ///   - continuation: The tokens it had before.
  ///   - version: Of tokens whose weights have no name of their own.
  ///   - tokenizer: The model's.
  public init(
    _ sequence: GeneratedSequence, item: WorkItem, continuation: [Int32], version: PolicyVersion,
    tokenizer: any Tokenizer
  ) {
    let finish = FinishReason(sequence.finish)
    self.init(
      item: item, start: continuation.count, segments: sequence.segments(version: version), finish: finish,
      text: finish.map { _ in sequence.finish.text(of: continuation + sequence.tokens, tokenizer) })
  }
}
