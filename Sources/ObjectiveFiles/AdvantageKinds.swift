internal import Objectives

/// `advantages.json`: from rewards to advantages.
package enum AdvantageKinds {
  package static func evaluate(
    _ kind: String, settings: Fields, input: Fields
  ) throws(ObjectiveFileError) -> JSONValue {
    switch kind {
    case "outcome": try outcome(input)
    case "reinforce_plus_plus": try reinforcePlusPlus(settings, input)
    case "components": try components(settings, input)
    default: throw ObjectiveFileError("`\(kind)` is no kind of advantage")
    }
  }

  // MARK: One reward per response

  private static func outcome(_ input: Fields) throws(ObjectiveFileError) -> JSONValue {
    let rewards = try input.numbers("rewards")
    let mask = try input.masks("mask")
    let labels = try input.integers("groups")
    guard mask.count == rewards.count, labels.count == rewards.count else {
      throw input.error("rewards", "has not one number for each of `mask` and `groups`")
    }
    let counts = mask.map { row in row.count { $0 } }
    let grouping = Grouping(labels)
    func advantages(_ rule: AdvantageRule) -> [Double] {
      grouping.flat(
        groupAdvantages(
          rewards: grouping.grouped(rewards), lengths: grouping.grouped(counts), rule: rule))
    }
    func plain(_ baseline: AdvantageBaseline) -> [Double] {
      advantages(AdvantageRule(baseline: baseline, scaling: .none))
    }
    // verl has no value to show for a response without trained tokens, wherever its values are by token.
    func byToken(_ values: [Double]) -> JSONValue {
      JSONValue(zip(values, counts).map { $1 > 0 ? $0 : nil })
    }

    let centered = plain(.groupMean)
    let leaveOneOut = plain(.leaveOneOut)
    var expected: [String: JSONValue] = [
      "grpo": JSONValue(advantages(AdvantageRule())),
      "grpo_ddof0": JSONValue(advantages(AdvantageRule(stdDdof: 0))),
      "dr_grpo": JSONValue(centered),
      "rloo": JSONValue(leaveOneOut),
      "rloo_vectorized": JSONValue(grouping.zeroAlone(leaveOneOut)),
      "opo": byToken(plain(.lengthWeighted)),
    ]
    if counts.reduce(0, +) > 1 {
      expected["reinforce_plus_plus_baseline"] = byToken(
        whitened(centered, counts: counts.map(Double.init), ddof: 1))
    }
    for ddof in [0, 1] where rewards.count > ddof {
      expected["whitened_by_response_ddof\(ddof)"] = JSONValue(
        whitened(centered, counts: centered.map { _ in 1 }, ddof: ddof))
    }
    if let size = grouping.commonSize, labels == labels.sorted() {
      for scaling in RewardScaling.allCases {
        // TRL keeps nothing of a group of one.
        expected["trl_scale_\(scaling.rawValue)"] = JSONValue(
          grouping.zeroAlone(advantages(AdvantageRule(scaling: scaling, stabilizer: 1e-4))))
      }
      if size > 1 { expected["trl_rloo"] = JSONValue(leaveOneOut) }
    }
    return .object(expected)
  }

  // MARK: One reward per token

  private static func reinforcePlusPlus(
    _ settings: Fields, _ input: Fields
  ) throws(ObjectiveFileError) -> JSONValue {
    let rows = try input.masks("mask")
    let rewards = try input.numbers("rewards")
    guard rewards.count == rows.count else { throw input.error("rewards", "has not one number per response") }
    let ragged = Ragged(lengths: rows.map(\.count))
    let mask = rows.flatMap { $0 }
    let old = try input.packed("old_logprobs", offsets: ragged.offsets)
    let reference = try input.packed("reference_logprobs", offsets: ragged.offsets)
    let kl = zip(old, reference).map {
      klEstimate(logprob: $0, referenceLogprob: $1, estimator: .k1).value
    }
    // In these files the reward sits on the last token, and is lost where that one is not trained.
    let outcomes = zip(rewards, rows).map { $1.last == true ? $0 : 0 }
    let rewarded = tokenRewards(
      outcomes: outcomes, kl: kl, beta: try settings.number("beta"), offsets: ragged.offsets, mask: mask)
    let returns = returnsToGo(
      rewarded, offsets: ragged.offsets, mask: mask, gamma: try settings.number("gamma"))
    return [
      "token_rewards": JSONValue(ragged.rows(rewarded)),
      "returns": JSONValue(ragged.rows(returns)),
      "advantages": JSONValue(ragged.rows(whitenedTokens(returns, mask: mask))),
    ]
  }

  // MARK: Several rewards per response

  private static func components(
    _ settings: Fields, _ input: Fields
  ) throws(ObjectiveFileError) -> JSONValue {
    let rewards = try input.rows("rewards")
    let weights = try settings.numbers("weights")
    let size = try settings.integer("group_size")
    let counts = try input.masks("mask").map { row in row.count { $0 } }
    guard size > 0 else { throw settings.error("group_size", "is \(size), it has to be at least 1") }
    guard counts.count == rewards.count else { throw input.error("mask", "has not one row per response") }
    guard rewards.allSatisfy({ $0.count == weights.count }) else {
      throw input.error("rewards", "has not one column per weight")
    }
    let grouping = Grouping(rewards.indices.map { $0 / size })
    let columns = weights.indices.map { component in grouping.grouped(rewards.map { $0[component] }) }
    func sum(_ rule: AdvantageRule) -> [Double] {
      grouping.flat(componentAdvantages(components: columns, weights: weights, rule: rule))
    }
    func trained(_ values: [Double]) -> JSONValue {
      JSONValue(zip(values, counts).map { $1 > 0 ? $0 : nil })
    }
    let summed = sum(AdvantageRule())
    // TRL compares the sums once more, over the batch as if it were one group.
    let trlRule = AdvantageRule(stabilizer: 1e-4)
    let trl = groupAdvantages(rewards: [grouping.zeroAlone(sum(trlRule))], rule: trlRule).joined()
    return [
      "by_component": .array(
        columns.map { trained(grouping.flat(groupAdvantages(rewards: $0, rule: AdvantageRule()))) }),
      "summed": trained(summed),
      "whitened": trained(whitened(summed, counts: counts.map(Double.init), ddof: 1)),
      "trl": JSONValue(trl.map { $0 ?? 0 }),
    ]
  }
}

/// Responses by the label of their group, and back.
struct Grouping {
  /// The places of each group's members, groups in the order of their first member.
  let members: [[Int]]

  init(_ labels: [Int]) {
    var places: [Int: Int] = [:]
    var members: [[Int]] = []
    for (index, label) in labels.enumerated() {
      let place = places[label] ?? members.count
      if place == members.count {
        places[label] = place
        members.append([])
      }
      members[place].append(index)
    }
    self.members = members
  }

  /// How many members each group has, where that is one number.
  var commonSize: Int? {
    guard let first = members.first?.count else { return nil }
    return members.allSatisfy { $0.count == first } ? first : nil
  }

  func grouped(_ values: [Double]) -> [[Double?]] { members.map { $0.map { values[$0] } } }

  func grouped(_ values: [Int]) -> [[Int]] { members.map { $0.map { values[$0] } } }

  /// Values by group in the order of the responses; 0 where there is none.
  func flat(_ groups: [[Double?]]) -> [Double] {
    var values = [Double](repeating: 0, count: members.reduce(0) { $0 + $1.count })
    for (places, group) in zip(members, groups) {
      for (place, value) in zip(places, group) { values[place] = value ?? 0 }
    }
    return values
  }

  /// The values, with 0 for the only member of a group.
  func zeroAlone(_ values: [Double]) -> [Double] {
    var values = values
    for group in members where group.count == 1 { values[group[0]] = 0 }
    return values
  }
}
