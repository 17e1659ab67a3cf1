import Rewards
import Testing

@Suite struct `Repetition` {
  @Test func `the share of n-grams that were there before`() {
    // 7 bigrams, 3 distinct.
    let words = repetitionWords(of: "the cat sat the cat sat the cat")
    #expect(repeatedShare(words, ngram: 2) == 1 - 3.0 / 7)
    #expect(repeatedShare(repetitionWords(of: "Yes  yes\nYES"), ngram: 2) == 0.5)
  }

  @Test func `a text shorter than one n-gram repeats nothing`() {
    for text in ["", "one", " \n\t "] { #expect(repeatedShare(repetitionWords(of: text), ngram: 2) == 0) }
    #expect(repeatedElements([1, 2], ngram: 3) == [false, false])
    #expect(repeatedElements([Int](), ngram: 1) == [])
    #expect(discountedRepetitionPenalty([Int](), ngram: 40, penalty: -1, gamma: 1) == [])
  }

  @Test func `one word said over and over tends to a share of one`() {
    let share = repeatedShare([Int](repeating: 5, count: 10_000), ngram: 3)
    #expect(share > 0.999 && share < 1)
  }

  @Test func `dense, every token of an n-gram that occurred earlier is marked`() {
    #expect(
      repeatedElements([1, 2, 3, 1, 2, 3, 9], ngram: 3) == [false, false, false, true, true, true, false])
    #expect(repeatedElements([5, 5, 5, 5], ngram: 3) == [false, true, true, true])
  }

  @Test
  func `the dense form is the trainer's, weight included, and spares right answers unless told otherwise`() {
    var reward = RewardConfiguration()
    func penalties(_ scope: RepetitionPenalty.Scope, isRight: Bool) -> [Double]? {
      reward.terms = [
        .correctness(verifier: nil, weight: 1),
        RewardTerm(
          .repetition(RepetitionPenalty(ngram: 1, appliesTo: scope, densePenalty: -0.5, gamma: 0)), weight: 2),
      ]
      return reward.densePenalties([7, 8, 7], isRight: isRight)
    }
    #expect(penalties(.wrong, isRight: false) == [0, 0, -1])
    #expect(penalties(.wrong, isRight: true) == nil)
    #expect(penalties(.all, isRight: true) == [0, 0, -1])
    #expect(RewardConfiguration().densePenalties([7, 7], isRight: false) == nil)
  }

  @Test func `discounted, a token answers for the repetition after it`() {
    // p = −0.05 on positions 3, 4, 5; γ = 0.5.
    let penalty = discountedRepetitionPenalty([1, 2, 3, 1, 2, 3, 9], ngram: 3, penalty: -0.05, gamma: 0.5)
    let expected = [-0.0109375, -0.021875, -0.04375, -0.0875, -0.075, -0.05, 0]
    #expect(zip(penalty, expected).allSatisfy { abs($0 - $1) < 1e-15 }, "\(penalty)")
  }

  @Test(arguments: 0..<20)
  func `marking agrees with the plain definition`(seed: UInt64) {
    var generator = Counter(seed)
    let ids = (0..<Int(generator.next() % 40)).map { _ in Int(generator.next() % 3) }
    let ngram = Int(generator.next() % 4) + 1
    let plain = ids.indices.map { position in
      ids.indices.contains { start in
        start <= position && position < start + ngram && start + ngram <= ids.count
          && (0..<start).contains { ids[$0..<$0 + ngram].elementsEqual(ids[start..<start + ngram]) }
      }
    }
    #expect(repeatedElements(ids, ngram: ngram) == plain)
  }

  @Test func `by default wrong answers only are punished`() {
    var configuration = RewardConfiguration()
    func total(_ text: String, _ penalty: RepetitionPenalty, tokens: [Int32] = []) -> Double? {
      configuration.terms = [.correctness(verifier: nil, weight: 1), RewardTerm(.repetition(penalty))]
      let completion = Completion(text: text, tokens: tokens, tokenCount: 9, groundTruth: "7")
      return configuration.evaluate(completion, taskVerifier: "number", maximumLength: 99).total
    }
    let (right, wrong) = ("a a a a #### 7", "a a a a #### 8")
    // Bigrams: aa aa aa a# #7, 3 of 5 distinct.
    #expect(total(right, RepetitionPenalty(ngram: 2)) == 1)
    #expect(total(wrong, RepetitionPenalty(ngram: 2)).map { abs($0 + 0.4) < 1e-12 } == true)
    #expect(total(right, RepetitionPenalty(ngram: 2, appliesTo: .all)).map { abs($0 - 0.6) < 1e-12 } == true)
    let ofTokens = RepetitionPenalty(unit: .tokens, ngram: 1, appliesTo: .all)
    #expect(total(right, ofTokens, tokens: [1, 1, 1, 2]) == 0.5)
    // Tokens that were not handed over are not an empty answer.
    #expect(total(right, ofTokens) == nil)
  }
}
