import Objectives
import Testing

@Suite struct `Group filter` {
  @Test func `nine groups are four trained, three filtered and two surplus`() {
    var filter = GroupFilter(target: 4, rule: DynamicSampling())
    filter.beginBatch()
    let first = [[1, 1], [1, 1], [1, 0], [0, 0], [0.5, 0], [1, 0.5]].map { filter.decide(correctness: $0) }
    #expect(
      first == [.filtered(.allCorrect), .filtered(.allCorrect), .keep, .filtered(.allWrong), .keep, .keep])
    #expect(filter.progress == .missing(1))
    filter.beginBatch()
    #expect(
      [[1, 0], [1, 1], [0, 1]].map { filter.decide(correctness: $0) } == [.keep, .surplus, .surplus])
    #expect(filter.progress == .complete)
    #expect(filter.ledger == "9 groups = 4 trained + 3 filtered (2 all_correct, 1 all_wrong) + 2 surplus")
  }

  @Test func `groups without enough verdicts are left out with their reason, whatever the rule`() {
    for rule in [nil, DynamicSampling()] {
      var filter = GroupFilter(target: 9, rule: rule)
      #expect(filter.decide(correctness: [nil, nil]) == .filtered(.noVerdict))
      #expect(filter.decide(correctness: [nil, 1]) == .filtered(.tooFewVerdicts))
      #expect(filter.decide(correctness: [nil, 1, 0]) == .keep)
      #expect(filter.decide(correctness: [1]) == .keep)
      #expect(filter.decide(correctness: [nil]) == .filtered(.noVerdict))
    }
  }

  @Test func `one and the same partial credit is no spread`() {
    var filter = GroupFilter(target: 9, rule: DynamicSampling())
    #expect(filter.decide(correctness: [0.5, 0.5, nil]) == .filtered(.zeroVariance))
    #expect(filter.decide(correctness: [0.5, 0.25]) == .keep)
  }

  @Test func `the band is open at both ends`() {
    var rule = DynamicSampling()
    rule.keepAccuracy = OpenInterval(low: 0.25, high: 0.75)
    var filter = GroupFilter(target: 9, rule: rule)
    #expect(filter.decide(correctness: [1, 0, 0, 0]) == .filtered(.outsideBand))
    #expect(filter.decide(correctness: [1, 1, 0, 0]) == .keep)
    #expect(filter.decide(correctness: [1, 1, 1, 0]) == .filtered(.outsideBand))
  }

  @Test func `without a rule all groups stay and there is one batch`() {
    var filter = GroupFilter(target: 3, rule: nil)
    #expect(filter.progress == .missing(3))
    filter.beginBatch()
    #expect(filter.decide(correctness: [1, 1]) == .keep)
    #expect(filter.decide(correctness: [0, 0]) == .keep)
    #expect(filter.progress == .exhausted(missing: 1))
    #expect(!filter.progress.needsMore)
  }

  @Test func `accuracies one half, one quarter, three quarters and one half fill a step of four`() {
    var filter = GroupFilter(target: 4, rule: DynamicSampling())
    func group(_ right: Int) -> [Double?] { (0..<4).map { $0 < right ? 1 : 0 } }
    var kept: [Int] = []
    for batch in [[4, 4, 2, 0, 1, 3], [2, 4, 3]] {
      filter.beginBatch()
      for right in batch where filter.decide(correctness: group(right)) == .keep { kept.append(right) }
    }
    #expect(kept == [2, 1, 3, 2])
    #expect(filter.kept + filter.filtered.values.reduce(0, +) + filter.surplus == 9)
    #expect(filter.kept == 4)
    #expect(filter.filtered == [.allCorrect: 2, .allWrong: 1])
    #expect(filter.surplus == 2)
  }

  @Test func `when the last batch allowed is used up the step stays short`() {
    var rule = DynamicSampling()
    rule.maxNumGenBatches = 2
    var filter = GroupFilter(target: 3, rule: rule)
    for batch in [[[1.0, 0]], [[1, 1]]] {
      #expect(filter.progress.needsMore)
      filter.beginBatch()
      for group in batch { _ = filter.decide(correctness: group) }
    }
    #expect(filter.progress == .exhausted(missing: 2))
    #expect(!filter.progress.needsMore)
  }
}
