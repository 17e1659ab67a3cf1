import Rewards
import Testing

@Suite struct `Soft overlong punishment` {
  // DAPO's own setting: L_max 20,480, L_cache 4,096. 16,385: −1/4096; 17,408: −1024/4096.
  @Test(arguments: [
    (0, 0), (16_384, 0), (16_385, -0.000244140625), (17_408, -0.25), (18_432, -0.5), (20_480, -1),
    (20_481, -1), (1 << 40, -1),
  ])
  func `matches the worked numbers`(length: Int, expected: Double) {
    #expect(softOverlongPunishment(length: length, maximum: 20_480, cache: 4096) == expected)
  }

  @Test(arguments: [1, 3, 32, 255])
  func `never rises with length and never jumps by more than a step of the slope`(cache: Int) {
    var previous = 0.0
    for length in 0...300 {
      let value = softOverlongPunishment(length: length, maximum: 256, cache: cache)
      #expect(value <= previous)
      #expect(previous - value <= 1 / Double(cache) + 1e-12)
      previous = value
    }
    #expect(previous == -1)
  }
}

@Suite struct `Reward of a completion` {
  static let right = Completion(text: "#### 72", tokenCount: 240, groundTruth: "72")
  static let wrong = Completion(text: "#### 70", tokenCount: 240, groundTruth: "72")
  static let unjudged = Completion(text: "#### 70", tokenCount: 240, groundTruth: "unknown")

  static var dapo: RewardConfiguration {
    var configuration = RewardConfiguration()
    configuration.terms = [.correctness(verifier: nil, weight: 2), .softOverlong(cache: 32, weight: 0.5)]
    configuration.incorrectReward = -1
    return configuration
  }

  @Test func `is the weighted sum of its terms, raw correctness apart`() {
    // 240 of 256 tokens with a cache of 32: (224 − 240) / 32 = −0.5. Total 2 · 1 + 0.5 · −0.5 = 1.75.
    let result = Self.dapo.evaluate(Self.right, taskVerifier: "gsm8k", maximumLength: 256)
    #expect(result.correctness == 1)
    #expect(
      result.components == [
        RewardTermValue(name: "correctness", value: 1, weight: 2),
        RewardTermValue(name: "soft_overlong", value: -0.5, weight: 0.5),
      ])
    #expect(result.total == 1.75)
    #expect(result.verdict.status == .correct)
  }

  @Test func `a wrong answer is worth its configured reward while its correctness stays zero`() {
    // 2 · −1 + 0.5 · −0.5 = −2.25
    let result = Self.dapo.evaluate(Self.wrong, taskVerifier: "gsm8k", maximumLength: 256)
    #expect(result.correctness == 0)
    #expect(result.total == -2.25)
  }

  @Test func `no verdict leaves no correctness and no total, but keeps the other term`() {
    let result = Self.dapo.evaluate(Self.unjudged, taskVerifier: "gsm8k", maximumLength: 256)
    #expect(result.correctness == nil)
    #expect(result.total == nil)
    #expect(result.components.map(\.value) == [nil, -0.5])
    #expect(result.verdict.status == .noVerdict)
  }

  @Test func `a term's verifier overrides the task's`() {
    var configuration = RewardConfiguration()
    let completion = Completion(text: "it is 72", groundTruth: "72")
    #expect(configuration.evaluate(completion, taskVerifier: "gsm8k", maximumLength: 9).total == 0)
    configuration.terms = [.correctness(verifier: "number", weight: 1)]
    #expect(configuration.evaluate(completion, taskVerifier: "gsm8k", maximumLength: 9).total == 1)
  }

  @Test func `correctness is judged even where no term pays for it`() {
    var configuration = RewardConfiguration()
    configuration.terms = [.softOverlong(cache: 32, weight: 1)]
    let result = configuration.evaluate(Self.right, taskVerifier: "gsm8k", maximumLength: 256)
    #expect(result.correctness == 1)
    #expect(result.total == -0.5)
  }

  @Test func `a verifier no one knows gives no verdict`() {
    let result = RewardConfiguration().evaluate(Self.right, taskVerifier: "gsm9k", maximumLength: 256)
    #expect(result.verdict.status == .noVerdict)
    #expect(result.verdict.rule == "unknown verifier `gsm9k`")
    #expect(result.total == nil)
  }
}

@Suite struct `Reward configuration` {
  static func refusal(_ change: (inout RewardConfiguration) -> Void, maximumLength: Int = 256) -> String? {
    var configuration = RewardConfiguration()
    change(&configuration)
    do {
      try configuration.validate(maximumLength: maximumLength)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func `what works is accepted`() {
    #expect(Self.refusal { _ in } == nil)
    for cache in [1, 255] {
      #expect(
        Self.refusal {
          $0.terms = [.correctness(verifier: "math", weight: 0), .softOverlong(cache: cache, weight: 1)]
        } == nil)
    }
  }

  @Test func `what cannot work is refused with the value and what is allowed`() {
    #expect(
      Self.refusal { $0.terms = [.correctness(verifier: "maths", weight: 1)] }
        == "unknown verifier `maths`; there are: `countdown`, `gsm8k`, `math`, `number`, `ordering`, `text`")
    for cache in [-1, 0, 256, 300] {
      #expect(
        Self.refusal { $0.terms = [.softOverlong(cache: cache, weight: 1)] }
          == "`cache` of `soft_overlong` is \(cache), allowed are 1 to 255 tokens "
          + "(below `max_completion_length`, 256)"
      )
    }
    #expect(Self.refusal { $0.terms = [] }?.hasPrefix("`reward.terms` is empty") == true)
    #expect(Self.refusal { $0.terms += $0.terms }?.contains("two terms named `correctness`") == true)
    #expect(
      Self.refusal { $0.terms = [.correctness(verifier: nil, weight: .nan)] }?.contains("is nan") == true)
    #expect(Self.refusal { $0.incorrectReward = 1 }?.contains("right one worth more") == true)
  }

  @Test func `every listed verifier can be had by its name`() {
    for name in Verifiers.names {
      #expect(Verifiers.named(name).map { type(of: $0).name } == name)
    }
    #expect(Verifiers.named("Math") == nil)
  }
}
