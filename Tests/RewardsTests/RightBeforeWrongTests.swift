import Rewards
import Testing

/// No reward may give a wrong answer more than a right one of the same group unless its page says so.
@Suite struct `Right before wrong` {
  /// One line per pair of a wrong answer worth more than a right one.
  private static func overtakings(
    _ terms: [RewardTerm], lengths: [Int], right: [Bool], maximumLength: Int = 4096
  ) -> [String] {
    var configuration = RewardConfiguration()
    configuration.terms = terms
    let group = lengths.indices.map { index in
      configuration.judge(
        Completion(
          text: (right[index] ? "#### 7" : "#### 8") + String(repeating: " so", count: lengths[index] % 5),
          tokenCount: lengths[index], finishReason: lengths[index] >= maximumLength ? .length : .stop,
          sampleIndex: index, groundTruth: "7",
          columns: ["budget": "2000", "reference_length": "1000", "reference_accuracy": "0.5"]),
        taskVerifier: "number", maximumLength: maximumLength)
    }
    let totals = configuration.score(group: group).map(\.total)
    var found: [String] = []
    for better in totals.indices where right[better] {
      for worse in totals.indices where !right[worse] {
        guard let high = totals[better], let low = totals[worse] else { return ["no total"] }
        if low > high { found.append("right \(lengths[better]): \(high), wrong \(lengths[worse]): \(low)") }
      }
    }
    return found
  }

  private static let correctness = RewardTerm(.correctness(verifier: nil))

  /// The default configuration of each, with `correctness` where the term does not know it.
  private static let orderly: [(name: String, terms: [RewardTerm])] = [
    ("soft_overlong", [correctness, RewardTerm(.softOverlong(cache: 819))]),
    ("dler", [RewardTerm(.dler(DLER()))]),
    ("dler, tight", [RewardTerm(.dler(DLER(limit: 1000, truncatedRewardFactor: 0.1)))]),
    ("lcpo exact", [RewardTerm(.lcpo(.exact))]),
    ("lcpo max", [RewardTerm(.lcpo(.maximum))]),
    ("cosine, clamped", [RewardTerm(.cosine(CosineReward(form: .clamped)))]),
    ("repetition", [correctness, RewardTerm(.repetition(RepetitionPenalty(ngram: 1)))]),
    ("da_dler", [RewardTerm(.daDLER(DADLER()))]),
    ("kimi", [correctness, RewardTerm(.kimi, weight: 0.4)]),
    ("kimi, heaviest", [correctness, RewardTerm(.kimi, weight: 2)]),
    ("shorter_better, clamped", [RewardTerm(.shorterBetter(ShorterBetter(clampsGap: true)))]),
    ("laser", [RewardTerm(.laser(LASER(target: .fixed(1000))))]),
    (
      "laser de",
      [
        RewardTerm(
          .laser(
            LASER(
              target: .byDifficulty(LASERTargets(easy: 500, medium: 1000, hard: 2000)), explores: true)))
      ]
    ),
  ]

  @Test(arguments: 0..<50)
  func `holds for every default over random groups`(seed: UInt64) {
    var generator = Counter(seed)
    let size = Int(generator.next() % 9) + 2
    let lengths = (0..<size).map { _ in Int(generator.next() % 4096) + 1 }
    let right = (0..<size).map { _ in generator.next() % 2 == 0 }
    for (name, terms) in Self.orderly {
      let found = Self.overtakings(terms, lengths: lengths, right: right)
      #expect(found.isEmpty, "\(name): \(found.first ?? "")")
    }
    // The paper's cosine: for answers that stay below its margin.
    let within = lengths.map { min($0, 4079) }
    let cosine = Self.overtakings([RewardTerm(.cosine(CosineReward()))], lengths: within, right: right)
    #expect(cosine.isEmpty, "cosine: \(cosine.first ?? "")")
  }

  @Test func `three published forms fail it`() {
    // HBPO: 4,000 tokens under a budget of 512.
    #expect(
      !Self.overtakings([RewardTerm(.hbpo(HBPO()))], lengths: [4000, 10], right: [true, false]).isEmpty)
    // ShorterBetter: L* = 1,000; a right answer of 4,000 gets −1.0, a wrong one of 1,100 gets −0.1.
    #expect(
      !Self.overtakings(
        [RewardTerm(.shorterBetter(ShorterBetter()))], lengths: [1000, 4000, 1100],
        right: [true, true, false]
      ).isEmpty)
    // O1-Pruner: 100 tokens where the starting model needs 1,000: (1000 − 100)/100 − 2.5 = 6.5, cut at 4.
    #expect(
      !Self.overtakings([RewardTerm(.o1Pruner(O1Pruner()))], lengths: [1000, 100], right: [true, false])
        .isEmpty)
  }

  @Test func `two more fail it past their range`() {
    // LCPO exact, more than 1/α = 3,333 tokens off: 1 − 3e-4 · 3996 = −0.1988 < 0.
    let exact = RewardTerm(.lcpo(LCPO(mode: .exact, alpha: 3e-4, budget: .constant(100))))
    #expect(
      !Self.overtakings([exact], lengths: [4096, 100], right: [true, false], maximumLength: 9999).isEmpty)
    // The paper's cosine: `exceed` hits right answers too.
    #expect(
      !Self.overtakings(
        [RewardTerm(.cosine(CosineReward()))], lengths: [4090, 4000], right: [true, false]
      ).isEmpty)
  }
}

@Suite struct `A reward that pays nothing for being right` {
  static let useless: [RewardTerm] = [
    .correctness(verifier: nil, weight: 0), .correctness(verifier: nil, weight: -1),
    RewardTerm(.product([.correctness(verifier: nil, weight: 1)]), weight: 0),
    RewardTerm(.sum([.correctness(verifier: nil, weight: 1)]), weight: -2),
  ]

  @Test(arguments: useless) func `is refused`(_ term: RewardTerm) {
    var reward = RewardConfiguration()
    reward.terms = [term]
    #expect(throws: RewardError(.nothingRewardsRight)) { try reward.validate(maximumLength: 100) }
    // Two signs that cancel are one positive weight; another term may pay for it.
    reward.terms = [RewardTerm(.sum([.correctness(verifier: nil, weight: -1)]), weight: -1, label: "twice")]
    #expect(throws: Never.self) { try reward.validate(maximumLength: 100) }
    reward.terms = [RewardTerm(term.kind, weight: term.weight, label: "other"), RewardTerm(.dler(DLER()))]
    #expect(throws: Never.self) { try reward.validate(maximumLength: 100) }
  }
}
