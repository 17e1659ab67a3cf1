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

  struct Case: Decodable {
    struct Settings: Decodable { var groups: Int, maxBatches: Int, keepAccuracy: [Double] }
    struct Input: Decodable { var batches: [[Group]] }
    struct Group: Decodable { var id: Int, correct: [Double] }
    struct Expected: Decodable {
      var kept: [Int], filtered: [Filtered], surplus: [Int], batchesUsed: Int, complete: Bool
    }
    struct Filtered: Decodable, Equatable { var id: Int, reason: String }
    var name: String, settings: Settings, input: Input, expected: Expected
  }

  @Test func `matches the worked ledgers`() throws {
    for golden in try GoldenFile<Case>.read("dynamic-sampling.json") {
      var rule = DynamicSampling()
      rule.keepAccuracy = OpenInterval(
        low: golden.settings.keepAccuracy[0], high: golden.settings.keepAccuracy[1])
      rule.maxNumGenBatches = golden.settings.maxBatches
      var filter = GroupFilter(target: golden.settings.groups, rule: rule)
      var kept: [Int] = []
      var filtered: [Case.Filtered] = []
      var surplus: [Int] = []
      for batch in golden.input.batches where filter.progress.needsMore {
        filter.beginBatch()
        for group in batch {
          switch filter.decide(correctness: group.correct) {
          case .keep: kept.append(group.id)
          case .filtered(.allCorrect): filtered.append(Case.Filtered(id: group.id, reason: "all_right"))
          case .filtered(let reason): filtered.append(Case.Filtered(id: group.id, reason: reason.rawValue))
          case .surplus: surplus.append(group.id)
          }
        }
      }
      let place: Comment = "\(golden.name)"
      #expect(kept == golden.expected.kept, place)
      #expect(filtered == golden.expected.filtered, place)
      #expect(surplus == golden.expected.surplus, place)
      #expect(filter.batchesUsed == golden.expected.batchesUsed, place)
      #expect((filter.progress == .complete) == golden.expected.complete, place)
    }
  }
}
