internal import Recipe
internal import Rewards
internal import Testing
internal import Training

@Suite struct `Reward terms of a recipe` {
  private func terms(_ list: String, _ overrides: String...) throws -> [RewardTerm] {
    try load(minimalRecipe + "reward:\n  terms: \(list)\n").configuration.reward.terms
  }

  @Test(
    arguments: [
      ("{name: dler}", .dler(DLER())),
      (
        "{name: dler, limit: 100, truncated_reward_factor: 0.1}",
        .dler(DLER(limit: 100, truncatedRewardFactor: 0.1))
      ),
      ("{name: da_dler}", .daDLER(DADLER())),
      (
        "{name: da_dler, limit: 100, easy_limit: 40, easy_at: 0.75, truncated_reward_factor: 1}",
        .daDLER(DADLER(limit: 100, easyLimit: 40, easyAt: 0.75, truncatedRewardFactor: 1))
      ),
      ("{name: lcpo}", .lcpo(.exact)),
      ("{name: lcpo, mode: max}", .lcpo(.maximum)),
      ("{name: lcpo, mode: dual}", .lcpo(.dual)),
      (
        "{name: lcpo, mode: dual, alpha: 0.02, max_alpha: 0.05, delta: 0.25}",
        .lcpo(LCPO(mode: .dual(maximumAlpha: 0.05, delta: 0.25), alpha: 0.02))
      ),
      (
        "{name: lcpo, mode: max, alpha: 3e-4, delta: 0.25, budget: 50}",
        .lcpo(LCPO(mode: .maximum(delta: 0.25), alpha: 3e-4, budget: .constant(50)))
      ),
      ("{name: cosine}", .cosine(CosineReward())),
      (
        "{name: cosine, min_correct: 0.5, max_correct: 1, min_wrong: -1, max_wrong: -0.5, max_length: 90, margin: 4, exceed: -3}",
        .cosine(
          CosineReward(
            minCorrect: 0.5, maxCorrect: 1, minWrong: -1, maxWrong: -0.5, maximumLength: 90,
            form: .paper(margin: 4, exceed: -3)))
      ),
      ("{name: cosine, form: clamped}", .cosine(CosineReward(form: .clamped))),
      (
        "{name: o1_pruner, lambda: 2, min: -1, max: 3, reference_length: 40, reference_accuracy: 0.5}",
        .o1Pruner(
          O1Pruner(lambda: 2, minimum: -1, maximum: 3, referenceLength: 40, referenceAccuracy: 0.5))
      ),
      (
        "{name: shorter_better, alpha: 1, beta: 0.01, clamps_gap: true}",
        .shorterBetter(ShorterBetter(alpha: 1, beta: 0.01, clampsGap: true))
      ),
      (
        "{name: hbpo, budgets: [8, 16], limit: 32, peak: 2, no_answer: -0.5}",
        .hbpo(HBPO(budgets: [8, 16], limit: 32, peak: 2, noAnswer: -0.5))
      ),
      ("{name: laser, target: 40}", .laser(LASER(target: .fixed(40)))),
      (
        "{name: laser, targets: {easy: 10, medium: 20, hard: 30}, explores: true, bonus: 1, correct: 2, incorrect: 0, "
          + "truncated: -1, repetition_ngram: 3, max_repetition: 0.5}",
        .laser(
          LASER(
            target: .byDifficulty(LASERTargets(easy: 10, medium: 20, hard: 30)), explores: true, bonus: 1,
            correct: 2, incorrect: 0, truncated: -1, repetitionNgram: 3, maxRepetition: 0.5))
      ),
    ] as [(String, RewardTerm.Kind)])
  func `each term has its keys`(text: String, kind: RewardTerm.Kind) throws {
    #expect(try terms("[\(text)]") == [RewardTerm(kind)])
  }

  @Test func `terms that judge nothing go with one that does`() throws {
    let read = try terms(
      "[{name: correctness}, {name: kimi}, {name: repetition, unit: tokens, ngram: 2, max_penalty: -0.5, applies_to: all}]"
    )
    #expect(
      read == [
        RewardTerm(.correctness(verifier: nil)), RewardTerm(.kimi, weight: 0.4),
        RewardTerm(
          .repetition(RepetitionPenalty(unit: .tokens, ngram: 2, maxPenalty: -0.5, appliesTo: .all))),
      ])
  }

  private static let nested = """
    [
      {name: dler, limit: 100},
      {name: product, of: [{name: math, weight: 0.5}, {name: cosine}], weight: 2},
      {name: clip, low: -1, high: 1, of: [{name: kimi}, {name: kimi, label: kimi_again, weight: 1}]},
      {name: gate, when: finished, then: [{name: min, of: [{name: lcpo}]}], else: [{name: soft_overlong, cache: 7}]},
    ]
    """

  @Test func `composition is data`() throws {
    let expected: [RewardTerm] = [
      RewardTerm(.dler(DLER(limit: 100))),
      RewardTerm(
        .product([.correctness(verifier: "math", weight: 0.5), RewardTerm(.cosine(CosineReward()))]),
        weight: 2),
      RewardTerm(
        .clip(
          low: -1, high: 1,
          of: [RewardTerm(.kimi, weight: 0.4), RewardTerm(.kimi, weight: 1, label: "kimi_again")])),
      RewardTerm(
        .gate(
          when: .finished, then: [RewardTerm(.minimum([RewardTerm(.lcpo(.exact))]))],
          otherwise: [.softOverlong(cache: 7, weight: 1)])),
    ]
    #expect(try terms(Self.nested) == expected)
  }

  @Test func `the resolved recipe says the same again`() throws {
    for list in [Self.nested, "[{name: laser, targets: {easy: 1, medium: 2, hard: 3}}, {name: hbpo}]"] {
      let recipe = try load(minimalRecipe + "reward:\n  terms: \(list)\n")
      #expect(try load(recipe.yaml()).configuration == recipe.configuration)
    }
  }

  @Test func `a nested value can be overridden by the names on the way`() throws {
    let recipe = try load(
      minimalRecipe + "reward: {terms: [{name: product, of: [{name: correctness}, {name: cosine}]}]}",
      "reward.terms.product.of.cosine.max_correct=9")
    #expect(
      recipe.configuration.reward.terms == [
        RewardTerm(
          .product([
            RewardTerm(.correctness(verifier: nil)), RewardTerm(.cosine(CosineReward(maxCorrect: 9))),
          ]))
      ])
    #expect(try recipe.entry("reward.terms[0].of[1].max_correct").value == "9.0")
  }

  @Test(arguments: [
    ("[{name: dlre}]", "did you mean `dler`?"),
    ("[{name: dler, limit: 0}]", "`reward.terms[0].limit` is `0`"),
    ("[{name: dler, limits: 9}]", "unknown key `limits`"),
    (
      "[{name: dler, truncated_reward_factor: 2}]",
      "test.yaml:6:24: `truncated_reward_factor` of reward term `dler` is 2.0"
    ),
    ("[{name: lcpo, delta: 0.5}]", "unknown key `delta`"),
    ("[{name: lcpo, mode: most}]", "allowed: exact, max, dual"),
    ("[{name: lcpo, alpha: -1}]", "`alpha` of reward term `lcpo` is -1.0, allowed: 0 and above"),
    ("[{name: da_dler, limit: 10, easy_limit: 11}]", "`easy_limit` of reward term `da_dler` is 11"),
    ("[{name: cosine, form: clamped, margin: 3}]", "unknown key `margin`"),
    ("[{name: cosine, max_wrong: 2}]", "`max_wrong` of reward term `cosine` is 2.0"),
    ("[{name: laser}]", "has no `target`"),
    ("[{name: laser, target: 1, targets: {easy: 1, medium: 1, hard: 1}}]", "both `target` and `targets`"),
    ("[{name: laser, targets: {easy: 1, hard: 1}}]", "has no `medium`"),
    ("[{name: hbpo, budgets: [8, many]}]", "a list of whole numbers"),
    ("[{name: correctness}, {name: kimi}, {name: kimi}]", "two terms `kimi` at one level"),
    ("[{name: product, of: [{name: dler}, {name: dler}]}]", "two terms `dler` at one level"),
    ("[{name: product}, {name: correctness}]", "`product` has nothing to put together"),
    ("[{name: product, of: {name: dler}}]", "a list of terms"),
    ("[{name: product, of: [{label: x}]}]", "has no `name`"),
    ("[{name: clip, of: [{name: correctness}]}]", "neither `low` nor `high`"),
    ("[{name: gate, when: lucky, then: [{name: correctness}]}]", "allowed: correctness, finished"),
    ("[{name: correctness, label: a/b}]", "`label` of a reward term is `a/b`"),
    ("[{name: kimi}, {name: soft_overlong}]", "no other term that tells right from wrong"),
    ("[{name: gsm8k}, {name: sum, of: [{name: math}]}]", "verifiers `gsm8k` and `math`"),
    ("[{name: dler, limit: 10}, {name: lcpo, budget: 11}]", "a `budget` of 11 tokens"),
  ])
  func `what cannot work is refused where it stands`(list: String, expected: String) {
    let refusal = refusal(minimalRecipe + "reward:\n  terms: \(list)\n")
    #expect(refusal.contains(expected), "\(refusal)")
  }

  @Test func `nesting ends somewhere`() {
    var list = "{name: correctness}"
    for _ in 0..<8 { list = "{name: sum, of: [\(list)]}" }
    #expect(refusal(minimalRecipe + "reward: {terms: [\(list)]}").contains("nested more than 8 deep"))
  }
}
