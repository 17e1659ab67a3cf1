/// How tokens are drawn, and when to stop.
public struct SamplingParameters: Sendable {
  /// Logits are divided by it; 0 = always the most probable token (greedy).
  public var temperature: Float
  /// Keep the k most probable tokens; 0 = all.
  public var topK: Int
  /// Keep the smallest set of most probable tokens whose probability reaches this; 1 = all.
  public var topP: Float
  /// What ends a sequence besides its cap.
  public var stop: StopRules

  public init(temperature: Float = 1, topK: Int = 0, topP: Float = 1, stop: StopRules = StopRules()) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.stop = stop
  }

  /// With stop tokens only.
  public init(temperature: Float = 1, topK: Int = 0, topP: Float = 1, stopTokens: Set<Int32>) {
    self.init(temperature: temperature, topK: topK, topP: topP, stop: StopRules(tokens: stopTokens))
  }
}
