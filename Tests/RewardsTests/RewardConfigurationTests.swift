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
    #expect(result.verdict.rule.hasPrefix("unknown verifier `gsm9k`; there are: `"))
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
          $0.terms = [.correctness(verifier: "math", weight: 0.5), .softOverlong(cache: cache, weight: 1)]
        } == nil)
    }
  }

  @Test func `what cannot work is refused with the value and what is allowed`() {
    #expect(
      Self.refusal { $0.terms = [.correctness(verifier: "maths", weight: 1)] }
        == "unknown verifier `maths`; there are: "
        + Verifiers.names.map { "`\($0)`" }.joined(separator: ", "))
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
      Self.refusal { $0.terms = [.softOverlong(cache: 32, weight: 1), RewardTerm(.kimi)] }?
        .hasPrefix("no term of `reward.terms` depends on whether the answer is right") == true)
    #expect(
      Self.refusal { $0.terms = [.correctness(verifier: nil, weight: .nan)] }?.contains("is nan") == true)
    #expect(Self.refusal { $0.incorrectReward = 1 }?.contains("right one worth more") == true)
  }

  private static let meaningless: [(kind: RewardTerm.Kind, refusal: String)] = [
    (.dler(DLER(limit: 0)), "`limit` of reward term `dler` is 0, allowed: 1 token and more"),
    (.dler(DLER(truncatedRewardFactor: 1.5)), "`truncated_reward_factor` of reward term `dler` is 1.5"),
    (
      .daDLER(DADLER(limit: 100, easyLimit: 101)),
      "`easy_limit` of reward term `da_dler` is 101, allowed: 1 to 100 tokens (`limit`)"
    ),
    (.daDLER(DADLER(easyLimit: 257)), "`easy_limit` of reward term `da_dler` is 257"),
    (.daDLER(DADLER(easyAt: -0.1)), "`easy_at`"),
    (.lcpo(LCPO(mode: .exact, alpha: -1)), "`alpha` of reward term `lcpo` is -1.0, allowed: 0 and above"),
    (.lcpo(LCPO(mode: .exact, alpha: .nan)), "`alpha`"),
    (.lcpo(LCPO(mode: .maximum(delta: 2), alpha: 1)), "`delta`"),
    (.lcpo(LCPO(mode: .exact, alpha: 1, budget: .constant(0))), "`budget`"),
    (.lcpo(LCPO(mode: .dual(maximumAlpha: -1, delta: 0.5), alpha: 1)), "`max_alpha`"),
    (.lcpo(LCPO(mode: .dual(maximumAlpha: 1, delta: 2), alpha: 1)), "`delta`"),
    (.cosine(CosineReward(minWrong: 0, maxWrong: -1)), "`min_wrong`"),
    (
      .cosine(CosineReward(maxWrong: 1.5)), "`max_wrong` of reward term `cosine` is 1.5, allowed: at most 1.0"
    ),
    (.cosine(CosineReward(maxCorrect: .infinity)), "`max_correct`"),
    (.cosine(CosineReward(maximumLength: 16)), "`margin`"),
    (.cosine(CosineReward(maximumLength: 0, form: .clamped)), "`max_length`"),
    (.repetition(RepetitionPenalty(ngram: 0)), "`ngram` of reward term `repetition` is 0"),
    (
      .repetition(RepetitionPenalty(ngram: 201)),
      "`ngram` of reward term `repetition` is 201, allowed: 1 to 200"
    ),
    (.laser(LASER(target: .fixed(9), repetitionNgram: 0)), "`repetition_ngram`"),
    (.repetition(RepetitionPenalty(maxPenalty: 0.5)), "`max_penalty`"),
    (
      .o1Pruner(O1Pruner(minimum: 5)),
      "`max` of reward term `o1_pruner` is 4.0, allowed: 5.0 (`min`) and above"
    ),
    (.o1Pruner(O1Pruner(lambda: -1)), "`lambda`"),
    (.o1Pruner(O1Pruner(referenceLength: 0)), "`reference_length`"),
    (.o1Pruner(O1Pruner(referenceAccuracy: 2)), "`reference_accuracy`"),
    (.hbpo(HBPO(budgets: [])), "`budgets`"),
    (.hbpo(HBPO(budgets: [5000])), "`budgets` of reward term `hbpo` is 5000, allowed: 1 to 4096"),
    (.hbpo(HBPO(limit: 0)), "`limit`"),
    (.shorterBetter(ShorterBetter(beta: -1)), "`beta`"),
    (.laser(LASER(target: .fixed(0))), "`target`"),
    (.laser(LASER(target: .byDifficulty(LASERTargets(easy: 1, medium: 0, hard: 1)))), "`targets.medium`"),
    (.laser(LASER(target: .fixed(9), incorrect: 1)), "`incorrect`"),
    (.sum([]), "reward term `sum` has nothing to put together"),
    (.gate(when: .correctness, then: [], otherwise: []), "reward term `gate` has nothing"),
    (.clip(low: nil, high: nil, of: [RewardTerm(.kimi)]), "neither `low` nor `high`"),
    (
      .clip(low: 1, high: 0, of: [RewardTerm(.kimi)]),
      "`low` of reward term `clip` is 1.0, allowed: at most 0.0"
    ),
    (.sum([RewardTerm(.kimi), RewardTerm(.kimi)]), "two terms named `kimi` at one level"),
    (.sum([RewardTerm(.kimi, weight: .infinity)]), "`weight` of reward term `kimi` is inf"),
    (.sum([RewardTerm(.dler(DLER(limit: -1)))]), "`limit` of reward term `dler` is -1"),
  ]

  @Test func `parameters that mean nothing are refused by key, wherever the term stands`() {
    for (kind, expected) in Self.meaningless {
      let refusal = Self.refusal { $0.terms.append(RewardTerm(kind)) }
      #expect(refusal?.contains(expected) == true, "\(expected): \(refusal ?? "accepted")")
    }
  }

  @Test func `terms of one kind stand side by side under labels of their own`() {
    func refusal(_ label: String?) -> String? {
      Self.refusal { $0.terms += [RewardTerm(.kimi), RewardTerm(.kimi, label: label)] }
    }
    #expect(refusal("kimi_again") == nil)
    #expect(refusal(nil)?.contains("or give one of them a `label`") == true)
    for bad in ["", "a/b", "a b", "ä", String(repeating: "x", count: 41)] {
      #expect(refusal(bad)?.hasPrefix("`label` of a reward term is") == true)
    }
  }

  @Test func `every default works`() {
    let kinds: [RewardTerm.Kind] = [
      .dler(DLER()), .daDLER(DADLER()), .lcpo(.exact), .cosine(CosineReward()),
      .repetition(RepetitionPenalty()), .o1Pruner(O1Pruner()), .hbpo(HBPO()), .kimi,
      .shorterBetter(ShorterBetter()), .laser(LASER(target: .fixed(100))),
    ]
    #expect(Self.refusal { $0.terms += kinds.map { RewardTerm($0) } } == nil)
    // The paper's first ablation: right answers that gain with length.
    #expect(
      Self.refusal { $0.terms = [RewardTerm(.cosine(CosineReward(minCorrect: 10, maxCorrect: 0)))] } == nil)
  }

  @Test func `two verifiers for one verdict are refused`() {
    #expect(
      Self.refusal {
        $0.terms = [
          .correctness(verifier: "math", weight: 1),
          RewardTerm(.product([.correctness(verifier: "gsm8k", weight: 1)])),
        ]
      }?.contains("verifiers `math` and `gsm8k`") == true)
  }

  @Test func `a budget that DLER would cut is refused, constant or in the data`() {
    let expected =
      "a `budget` of 200 tokens (`lcpo`) is above the limit of `dler`, 100: who meets the budget would be cut"
    #expect(
      Self.refusal {
        $0.terms = [
          RewardTerm(.dler(DLER(limit: 100))),
          RewardTerm(.product([RewardTerm(.lcpo(LCPO(mode: .exact, alpha: 1, budget: .constant(200))))])),
        ]
      } == expected)
    var configuration = RewardConfiguration()
    configuration.terms = [RewardTerm(.dler(DLER(limit: 100))), RewardTerm(.lcpo(.maximum))]
    func refusal(_ columns: [String: String]) -> String? {
      do throws(RewardError) {
        try configuration.validate(columns: columns)
        return nil
      } catch { return error.description }
    }
    #expect(refusal(["budget": "100"]) == nil)
    #expect(refusal(["budget": "200"]) == expected)
    #expect(refusal(["budget": "-3"])?.contains("is `-3`, allowed: a whole number of tokens above 0") == true)
    #expect(refusal([:])?.contains("the data column `budget`") == true)
  }

  @Test func `nesting ends somewhere`() {
    var term = RewardTerm(.correctness(verifier: nil))
    for _ in 1..<RewardConfiguration.maximumDepth { term = RewardTerm(.sum([term])) }
    #expect(Self.refusal { $0.terms = [term] } == nil)
    #expect(
      Self.refusal { $0.terms = [RewardTerm(.sum([term]))] }?.contains("nested more than 8 deep") == true)
  }

  @Test func `every listed verifier can be had by its name`() {
    for name in Verifiers.names {
      #expect(Verifiers.named(name).map { type(of: $0).name } == name)
    }
    #expect(Verifiers.named("Math") == nil)
  }
}
