/// How tokens are drawn, and when to stop.
public struct SamplingParameters: Sendable, Hashable {
  /// Logits are divided by it; 0 = always the most probable token (greedy).
  public var temperature: Float
  /// Keep the k most probable tokens; 0 = all.
  public var topK: Int
  /// Keep the smallest set of most probable tokens whose probability reaches this; 1 = all.
  public var topP: Float
  /// Any of these ends a sequence; it is part of the result.
  public var stopTokens: Set<Int32>

  public init(temperature: Float = 1, topK: Int = 0, topP: Float = 1, stopTokens: Set<Int32> = []) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.stopTokens = stopTokens
  }
}
