import Objectives
import Testing

@Suite struct `Batch expansion` {
  @Test
  func
    `shares of one half, 0_6 and 0_55 outside the band ask for 263 groups after two steps and 265 after three`()
  {
    let settings = BatchExpansion()
    var controller = BatchExpansionController()
    #expect(settings.groups(for: 128, ratio: controller.ratio(settings)) == 128)
    // Ratios 1/.5 = 2, 1/.4 = 2.5, 1/.45 = 2.2222; means 2, .9 · 2 + .1 · 2.5 = 2.05, .9 · 2.05 + .1 · 2.2222 = 2.0672;
    // 128 of each: 256, 262.4, 264.6.
    for (notValid, ratio, mean, groups) in [
      (0.5, 2.0, 2.0, 256), (0.6, 2.5, 2.05, 263), (0.55, 2.222222222, 2.067222222, 265),
    ] {
      controller.observe(notValid: notValid, settings)
      #expect(abs(settings.ratio(notValid: notValid) - ratio) < 1e-9)
      #expect(abs(controller.ratio(settings) - mean) < 1e-9)
      #expect(settings.groups(for: 128, ratio: controller.ratio(settings)) == groups)
    }
  }

  @Test func `where every group is outside, the ratio is the largest that is allowed`() {
    var settings = BatchExpansion()
    #expect(settings.ratio(notValid: 1) == 4 && settings.ratio(notValid: 0.99) == 4)
    #expect(settings.ratio(notValid: 0) == 1 && settings.ratio(notValid: 0.75) == 4)
    var controller = BatchExpansionController()
    controller.observe(notValid: 1, settings)
    #expect(controller.ratio(settings) == 4)
    // A smaller bound holds at once, whatever the mean was under another.
    settings.maxRatio = 1.5
    #expect(controller.ratio(settings) == 1.5)
    #expect(settings.groups(for: 10, ratio: controller.ratio(settings)) == 15)
    #expect(settings.mostGroups(for: 3) == 5)
  }

  @Test func `a step that nobody could judge, or that is no number, moves nothing`() {
    let settings = BatchExpansion()
    var controller = BatchExpansionController()
    controller.observe(notValid: nil, settings)
    #expect(controller == BatchExpansionController())
    controller.observe(notValid: 0.5, settings)
    let before = controller
    controller.observe(notValid: nil, settings)
    controller.observe(notValid: .nan, settings)
    #expect(controller == before)
  }

  @Test func `without smoothing the newest step decides alone`() {
    var settings = BatchExpansion()
    settings.smoothing = 0
    var controller = BatchExpansionController()
    for (notValid, ratio) in [(0.5, 2.0), (0.0, 1.0), (0.75, 4.0)] {
      controller.observe(notValid: notValid, settings)
      #expect(controller.ratio(settings) == ratio)
    }
  }

  @Test func `rounding asks for no group, and no count traps`() {
    var settings = BatchExpansion()
    // 10 · 2.3 is 23 in decimals; the double nearest to 2.3 is below it, and the next one above.
    #expect(settings.groups(for: 10, ratio: 2.3) == 23)
    #expect(settings.groups(for: 10, ratio: (2.3).nextUp) == 23)
    #expect(settings.groups(for: 10, ratio: 2.31) == 24)
    #expect(settings.groups(for: 10, ratio: -3) == 10)
    settings.maxRatio = .greatestFiniteMagnitude
    #expect(settings.groups(for: 2_000_000_000, ratio: .infinity) == .max)
  }
}

@Suite struct `A group filter with an expansion` {
  private var rule: DynamicSampling {
    var rule = DynamicSampling()
    rule.expansion = BatchExpansion()
    return rule
  }

  private func group(_ right: Int, of size: Int = 4) -> [Double?] { (0..<size).map { $0 < right ? 1 : 0 } }

  @Test func `keeps the most balanced, and the older of equals`() {
    // |p − ½| of 3/4, 1/2, 1/4, 3/4 and 1/2 is .25, 0, .25, .25, 0: both halves stay, and the first of the quarters.
    let groups = [3, 2, 1, 3, 2].map { group($0) }
    #expect(mostBalanced(groups, count: 3) == [0, 1, 4])
    #expect(mostBalanced(groups, count: 4) == [0, 1, 2, 4])
    #expect(mostBalanced(groups, count: 9) == [0, 1, 2, 3, 4])
    #expect(mostBalanced(groups, count: 0).isEmpty)
    // 1 of 3, 2 of 3 and 2 of 6 are equally far from one half, though 1/3 − 1/2 and 2/3 − 1/2 round differently.
    let thirds = [group(2, of: 3), group(1, of: 3), group(2, of: 6), [1, nil, 0, 1, nil]]
    #expect(mostBalanced(thirds, count: 1) == [0] && mostBalanced(Array(thirds.reversed()), count: 1) == [0])
    #expect(mostBalanced([[nil, nil], group(3)], count: 1) == [1])
  }

  @Test func `eight groups are three trained, two balanced away and three outside`() {
    var filter = GroupFilter(target: 3, rule: rule)
    filter.beginBatch()
    let rights = [3, 4, 2, 0, 1, 3, 4, 2]
    let decisions = rights.map { filter.decide(correctness: group($0)) }
    #expect(
      decisions == [
        .keep, .filtered(.allCorrect), .keep, .filtered(.allWrong), .keep, .keep, .filtered(.allCorrect),
        .keep,
      ])
    #expect(filter.progress == .complete && filter.kept == 5 && filter.surplus == 0)
    // Of 3, 2, 1, 3, 2 right of four the two halves stay and the older quarter.
    #expect(filter.balance([3, 2, 1, 3, 2].map { group($0) }) == [true, true, false, false, true])
    #expect(filter.kept == 3)
    #expect(
      filter.ledger
        == "8 groups = 3 trained + 5 filtered (2 all_correct, 1 all_wrong, 2 balanced) + 0 surplus")
    // Being balanced away is no fault of the task: 3 of 8 were outside the band, not 5.
    #expect(filter.notValidShare == 3.0 / 8)
  }

  @Test func `one group inside the band is enough, and none is asked for again up to the limit`() {
    var rule = rule
    rule.maxNumGenBatches = 2
    var filter = GroupFilter(target: 3, rule: rule)
    filter.beginBatch()
    _ = filter.decide(correctness: group(4))
    #expect(filter.progress == .missing(3))
    filter.beginBatch()
    #expect(filter.progress == .exhausted(missing: 3))
    _ = filter.decide(correctness: group(1))
    #expect(filter.progress == .complete)
    #expect(filter.balance([group(1)]) == [true] && filter.kept == 1 && filter.notValidShare == 0.5)
  }

  @Test func `groups that cannot be judged say nothing about how many are outside`() {
    var filter = GroupFilter(target: 3, rule: rule)
    for correctness in [[nil, nil], [nil, 1], [0.5, 0.5], [1, 0]] as [[Double?]] {
      _ = filter.decide(correctness: correctness)
    }
    #expect(filter.notValidShare == 0.5)
    #expect(GroupFilter(target: 3, rule: rule).notValidShare == nil)
  }
}
