import Rewards
import Testing

/// A completion whose answer is right (`7`), wrong, or cannot be judged.
private func completion(
  _ verdict: Double?, tokens: Int = 10, isTruncated: Bool = false, columns: [String: String] = [:]
) -> Completion {
  Completion(
    text: verdict == 1 ? "#### 7" : "#### 8", tokenCount: tokens, finishReason: isTruncated ? .length : .stop,
    groundTruth: verdict == nil ? "unknown" : "7", columns: columns)
}

extension RewardConfiguration {
  fileprivate init(_ terms: [RewardTerm]) {
    self.init()
    self.terms = terms
  }

  fileprivate func scored(_ group: [Completion], maximumLength: Int = 100) -> [RewardResult] {
    score(group: group.map { judge($0, taskVerifier: "gsm8k", maximumLength: maximumLength) })
  }
}

@Suite struct `Reward tree` {
  static let correctness = RewardTerm(.correctness(verifier: nil))
  static let cosine = RewardTerm(.cosine(CosineReward()))

  @Test func `every node is listed under its path, parents first`() {
    let terms = [
      RewardTerm(.product([Self.correctness, RewardTerm(.softOverlong(cache: 50))]), weight: 2),
      RewardTerm(
        .gate(when: .correctness, then: [RewardTerm(.kimi)], otherwise: [Self.correctness, Self.cosine])),
      RewardTerm(.clip(low: -1, high: 1, of: [Self.cosine]), label: "bounded"),
    ]
    let result = RewardConfiguration(terms).scored([completion(1, tokens: 75)])[0]
    #expect(
      result.components.map(\.name) == [
        "product", "product/correctness", "product/soft_overlong", "gate", "gate/when", "gate/then/kimi",
        "gate/else/correctness", "gate/else/cosine", "bounded", "bounded/cosine",
      ])
    // 1 · −0.5 = −0.5; the gate takes Kimi's 0; the cosine is 1 + ½ (1 + cos ¾π) = 1.1464, cut at 1.
    let values = Dictionary(uniqueKeysWithValues: result.components.map { ($0.name, $0.value) })
    #expect(values["product"] == -0.5 && values["gate"] == 0 && values["bounded"] == 1)
    // 2 · −0.5 + 0 + 1
    #expect(result.total == 0)
  }

  @Test func `weights multiply values before they are put together`() {
    let (a, b) = (
      RewardTerm(.correctness(verifier: nil), weight: 3), RewardTerm(.softOverlong(cache: 50), weight: 4)
    )
    // 3 · 1 and 4 · −0.5.
    func total(_ kind: RewardTerm.Kind) -> Double? {
      RewardConfiguration([RewardTerm(kind, weight: 10)]).scored([completion(1, tokens: 75)])[0].total
    }
    #expect(total(.sum([a, b])) == 10)
    #expect(total(.product([a, b])) == -60)
    #expect(total(.minimum([a, b])) == -20)
    #expect(total(.maximum([a, b])) == 30)
    #expect(total(.clip(low: nil, high: 0.5, of: [a, b])) == 5)
    #expect(total(.clip(low: 2, high: nil, of: [a, b])) == 20)
  }

  @Test func `nothing returns early: a zero before it and the side not taken are computed all the same`() {
    let terms = [
      RewardTerm(.product([Self.correctness, Self.cosine])),
      RewardTerm(.gate(when: .finished, then: [Self.correctness], otherwise: [Self.cosine])),
    ]
    let result = RewardConfiguration(terms).scored([completion(0, tokens: 50)])[0]
    let values = Dictionary(uniqueKeysWithValues: result.components.map { ($0.name, $0.value) })
    #expect(values["product/cosine"] == -5 && values["gate/else/cosine"] == -5)
    #expect(result.total == 0)
  }

  @Test func `a gate asks for the answer or for the ending`() {
    func gated(_ condition: RewardCondition, _ completion: Completion) -> Double? {
      let high = RewardTerm(.correctness(verifier: nil), label: "high")
      let low = RewardTerm(.softOverlong(cache: 99), weight: 99, label: "low")
      return RewardConfiguration([RewardTerm(.gate(when: condition, then: [high], otherwise: [low]))])
        .scored([completion])[0].total
    }
    #expect(gated(.correctness, completion(1, tokens: 11)) == 1)
    #expect(gated(.correctness, completion(0, tokens: 11)) == -10)
    #expect(gated(.finished, completion(0, tokens: 11)) == 0)
    #expect(gated(.finished, completion(0, tokens: 11, isTruncated: true)) == -10)
    #expect(gated(.correctness, completion(nil, tokens: 11)) == nil)
  }

  @Test func `only what a gate takes has to have a value`() {
    let terms = [
      Self.correctness,
      RewardTerm(.gate(when: .finished, then: [], otherwise: [RewardTerm(.lcpo(.exact))])),
    ]
    let results = RewardConfiguration(terms).scored([completion(1), completion(1, isTruncated: true)])
    #expect(results[0].total == 1)
    #expect(results[1].total == nil && results[1].problem != nil)
  }

  @Test(arguments: 0..<30)
  func `the total can be computed again from the breakdown`(seed: UInt64) {
    var generator = Counter(seed)
    let terms = Self.randomTerms(depth: 3, using: &generator)
    let group = (0..<5).map { index in
      completion(
        [1, 0, 1, nil, 0][index], tokens: Int(generator.next() % 120), isTruncated: generator.next() % 4 == 0)
    }
    for (member, result) in zip(group, RewardConfiguration(terms).scored(group)) {
      let values = Dictionary(uniqueKeysWithValues: result.components.map { ($0.name, $0) })
      #expect(values.count == result.components.count)
      let again = Self.sum(terms, below: "", values)
      #expect(again == result.total, "\(terms.map(\.name)), \(member.tokenCount) tokens")
    }
  }

  /// Σ weight · value from the values of the leaves, by the words of the documentation.
  static func sum(_ terms: [RewardTerm], below parent: String, _ values: [String: RewardTermValue]) -> Double?
  {
    weighted(terms, below: parent, values)?.reduce(0, +)
  }

  static func weighted(
    _ terms: [RewardTerm], below parent: String, _ values: [String: RewardTermValue]
  ) -> [Double]? {
    let all = terms.map { term -> Double? in
      let path = parent + term.name
      let value: Double? =
        switch term.kind {
        case .sum(let parts): sum(parts, below: path + "/", values)
        case .product(let parts): weighted(parts, below: path + "/", values)?.reduce(1, *)
        case .minimum(let parts): weighted(parts, below: path + "/", values)?.min()
        case .maximum(let parts): weighted(parts, below: path + "/", values)?.max()
        case .clip(let low, let high, let parts):
          sum(parts, below: path + "/", values).map { max(low ?? $0, min(high ?? $0, $0)) }
        case .gate(_, let then, let otherwise):
          values[path + "/when"]?.value.flatMap {
            $0 == 1
              ? sum(then, below: path + "/then/", values) : sum(otherwise, below: path + "/else/", values)
          }
        default: values[path].flatMap(\.value)
        }
      return value.map { term.weight * $0 }
    }
    return all.contains(nil) ? nil : all.compactMap { $0 }
  }

  static func randomTerms(depth: Int, using generator: inout Counter) -> [RewardTerm] {
    (0..<Int(generator.next() % 3) + 1).map { index in
      let weight = Double(generator.next() % 9) / 4 - 1
      let kinds: [RewardTerm.Kind] = [
        .correctness(verifier: nil), .softOverlong(cache: 30), .cosine(CosineReward()), .kimi,
        .dler(DLER(limit: 60)), .daDLER(DADLER(limit: 60)), .shorterBetter(ShorterBetter()),
      ]
      var kind = kinds[Int(generator.next() % UInt64(kinds.count))]
      if depth > 1, generator.next() % 2 == 0 {
        let below = randomTerms(depth: depth - 1, using: &generator)
        let others = randomTerms(depth: depth - 1, using: &generator)
        let combinators: [RewardTerm.Kind] = [
          .sum(below), .product(below), .minimum(below), .maximum(below), .clip(low: -1, high: 1, of: below),
          .gate(when: .correctness, then: below, otherwise: others),
          .gate(when: .finished, then: below, otherwise: others),
        ]
        kind = combinators[Int(generator.next() % UInt64(combinators.count))]
      }
      return RewardTerm(kind, weight: weight, label: "\(kind.name)_\(index)")
    }
  }
}

@Suite struct `Rewards of a group` {
  @Test func `members without verdict are in no group statistic and get no total`() {
    let configuration = RewardConfiguration([RewardTerm(.shorterBetter(ShorterBetter()))])
    let results = configuration.scored([
      completion(nil, tokens: 5), completion(1, tokens: 40), completion(0, tokens: 50),
    ])
    // L* = 40, not 5.
    #expect(results[0].total == nil && results[0].correctness == nil && results[0].accuracy == nil)
    #expect(results[0].components == [RewardTermValue(name: "shorter_better", value: nil, weight: 1)])
    #expect(results[1].total == 2)
    #expect(results[2].total.map { abs($0 + 0.01) < 1e-12 } == true)
    #expect(results.allSatisfy { $0.references == [.init(name: "shorter_better/target", value: 40)] })
  }

  @Test func `a group nobody could judge has no scores and no reference`() {
    let configuration = RewardConfiguration([RewardTerm(.daDLER(DADLER()))])
    let results = configuration.scored([completion(nil), completion(nil)])
    #expect(results.allSatisfy { $0.total == nil && $0.references.isEmpty })
    #expect(configuration.score(group: []).isEmpty)
  }

  @Test func `permuting a group permutes its rewards`() {
    let configuration = RewardConfiguration([
      RewardTerm(.kimi, weight: 0.4), RewardTerm(.daDLER(DADLER(limit: 60))),
      RewardTerm(.laser(LASER(target: .fixed(30)))),
    ])
    let group = [
      completion(1, tokens: 20), completion(0, tokens: 35), completion(1, tokens: 60), completion(nil),
      completion(1, tokens: 61),
    ]
    let order = [3, 0, 4, 2, 1]
    let totals = configuration.scored(group).map(\.total)
    #expect(configuration.scored(order.map { group[$0] }).map(\.total) == order.map { totals[$0] })
  }

  @Test func `a group of one is what evaluate says`() {
    let configuration = RewardConfiguration([
      RewardTerm(.kimi), RewardTerm(.cosine(CosineReward())), RewardTerm(.hbpo(HBPO())),
    ])
    #expect(
      configuration.scored([completion(1)])
        == [configuration.evaluate(completion(1), taskVerifier: "gsm8k", maximumLength: 100)])
  }

  @Test func `a filter sees an answer over DA-DLER's wide limit as wrong, over the tight one as right`() {
    let configuration = RewardConfiguration([RewardTerm(.daDLER(DADLER(limit: 60, easyLimit: 20)))])
    let results = configuration.scored([
      completion(1, tokens: 10), completion(1, tokens: 30), completion(1, tokens: 61), completion(0),
    ])
    #expect(results.map(\.total) == [1, 0, 0, 0])
    #expect(results.map(\.accuracy) == [1, 1, 0, 0])
    #expect(results.map(\.correctness) == [1, 1, 1, 0])
  }

  @Test func `a sample's budget goes by its index`() {
    let configuration = RewardConfiguration([RewardTerm(.hbpo(HBPO()))])
    let group = (0..<6).map { index in
      var sample = completion(1, tokens: 100)
      sample.sampleIndex = index
      return sample
    }
    let totals = configuration.scored(group).compactMap(\.total)
    #expect(totals[0] == totals[4] && totals[1] == totals[5])
    #expect(totals[2].isNear(2.8284) && totals[3].isNear(2.2223))
  }
}

extension Double {
  fileprivate func isNear(_ other: Double) -> Bool { abs(self - other) < 5e-5 }
}
