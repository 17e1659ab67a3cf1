internal import Rewards

/// The kinds of `length-rewards.json` but `gfpo`, which is a filter: settings and input to what `Rewards`
/// makes of them.
package enum LengthRewardKinds {
  package static func evaluate(
    _ kind: String, settings: Fields, input: Fields
  ) throws(ObjectiveFileError) -> JSONValue {
    switch kind {
    case "soft_overlong": try softOverlong(settings, input)
    case "cosine":
      try cosine(
        settings, input,
        .paper(margin: count("margin", of: settings, from: 0), exceed: settings.number("exceed")))
    case "cosine_trl": try cosine(settings, input, .clamped)
    case "repetition": try repetition(settings, input)
    case "repetition_words": try repetitionOfWords(settings, input)
    case "lcpo": try lcpo(settings, input)
    case "dler": try dler(settings, input)
    case "kimi": try kimi(settings, input)
    case "shorter_better": try shorterBetter(settings, input)
    case "o1_pruner": try o1Pruner(settings, input)
    default: throw ObjectiveFileError("`\(kind)` is no kind of length reward")
    }
  }

  // MARK: Of one response

  private static func softOverlong(_ settings: Fields, _ input: Fields) throws(ObjectiveFileError)
    -> JSONValue
  {
    let maximum = try count("max_completion_length", of: settings, from: 1)
    let cache = try count("buffer", of: settings, from: 1)
    return [
      "rewards": JSONValue(
        try lengths(input, from: 0).map { softOverlongPunishment(length: $0, maximum: maximum, cache: cache) }
      )
    ]
  }

  private static func cosine(
    _ settings: Fields, _ input: Fields, _ form: CosineReward.Form
  ) throws(ObjectiveFileError) -> JSONValue {
    let maximumLength = try count("max_length", of: settings, from: 1)
    let rule = CosineReward(
      minCorrect: try settings.number("min_correct"), maxCorrect: try settings.number("max_correct"),
      minWrong: try settings.number("min_wrong"), maxWrong: try settings.number("max_wrong"), form: form)
    let rewards = try members(input, from: 0).map {
      rule.reward(isRight: $0.correctness >= 1, length: $0.length, maximumLength: maximumLength)
    }
    return ["rewards": JSONValue(rewards)]
  }

  private static func repetition(_ settings: Fields, _ input: Fields) throws(ObjectiveFileError) -> JSONValue
  {
    let ngram = try count("ngram", of: settings, from: 1)
    let rule = RepetitionPenalty(
      unit: .tokens, ngram: ngram, maxPenalty: try settings.number("max_penalty"), appliesTo: .all)
    let penalty = try settings.number("dense_penalty")
    let gamma = try settings.number("gamma")
    let rows = try input.integerRows("ids")
    func dense(_ gamma: Double) -> JSONValue {
      JSONValue(rows.map { discountedRepetitionPenalty($0, ngram: ngram, penalty: penalty, gamma: gamma) })
    }
    return [
      "rewards": JSONValue(rows.map { rule.penalty($0) }), "dense": dense(0),
      "dense_discounted": dense(gamma),
    ]
  }

  private static func repetitionOfWords(
    _ settings: Fields, _ input: Fields
  ) throws(ObjectiveFileError) -> JSONValue {
    let rule = RepetitionPenalty(
      ngram: try count("ngram", of: settings, from: 1), maxPenalty: try settings.number("max_penalty"))
    var rewards: [Double] = []
    for text in try input.list("texts") {
      guard case .string(let text) = text else {
        throw input.error("texts", "holds something that is no text")
      }
      rewards.append(rule.penalty(repetitionWords(of: text)))
    }
    return ["rewards": JSONValue(rewards)]
  }

  private static func lcpo(_ settings: Fields, _ input: Fields) throws(ObjectiveFileError) -> JSONValue {
    let mode: LCPO.Mode =
      switch try settings.string("mode") {
      case "exact": .exact
      case "max": .maximum(delta: try settings.number("delta"))
      default: throw settings.error("mode", "is neither exact nor max")
      }
    let rule = LCPO(mode: mode, alpha: try settings.number("alpha"))
    let members = try members(input, from: 0)
    let budgets = try input.integers("budgets")
    try require(budgets, as: members, "budgets", of: input)
    return [
      "rewards": JSONValue(
        zip(members, budgets).map {
          rule.reward(correctness: $0.correctness, length: $0.length, budget: $1)
        })
    ]
  }

  private static func o1Pruner(_ settings: Fields, _ input: Fields) throws(ObjectiveFileError) -> JSONValue {
    let rule = O1Pruner(
      lambda: try settings.number("lambda"), minimum: try settings.number("min"),
      maximum: try settings.number("max"))
    let (lengths, right) = (try input.numbers("reference_lengths"), try input.numbers("reference_correct"))
    if lengths.isEmpty {
      throw input.error("reference_lengths", "is empty, so there is nothing to compare with")
    }
    if right.isEmpty {
      throw input.error("reference_correct", "is empty, so there is nothing to compare with")
    }
    let reference = O1Pruner.Reference(
      length: lengths.reduce(0, +) / Double(lengths.count), accuracy: right.reduce(0, +) / Double(right.count)
    )
    let members = try members(input, from: 1)
    return [
      "raw": JSONValue(
        members.map { rule.rawWeight(correctness: $0.correctness, length: $0.length, reference: reference) }),
      "clipped": JSONValue(
        members.map { rule.weight(correctness: $0.correctness, length: $0.length, reference: reference) }),
    ]
  }

  // MARK: Of a group

  private static func dler(_ settings: Fields, _ input: Fields) throws(ObjectiveFileError) -> JSONValue {
    let factor = try settings.number("cut_coefficient")
    let limit = try settings.integer("limit")
    var members = try members(input, from: 0)
    let finished = try input.numbers("finished")
    try require(finished, as: members, "finished", of: input)
    for index in members.indices { members[index].isTruncated = finished[index] == 0 }
    let groups = try input.integers("groups")
    try require(groups, as: members, "groups", of: input)

    guard settings.has("easy_limit") else {
      // Every answer by itself.
      let rule = DLER(limit: limit, truncatedRewardFactor: factor)
      let rewards = members.map {
        rule.reward(correctness: $0.correctness, isWhole: !$0.isTruncated && $0.length <= limit)
      }
      return ["rewards": JSONValue(rewards), "limits": JSONValue(members.map { _ in limit })]
    }
    let rule = DADLER(
      limit: limit, easyLimit: try settings.integer("easy_limit"), easyAt: try settings.number("easy_at"),
      truncatedRewardFactor: factor)
    var rewards = [Double](repeating: 0, count: members.count)
    var limits = rewards
    for (_, indices) in Dictionary(grouping: members.indices, by: { groups[$0] }) {
      let scores = rule.scores(indices.map { members[$0] }, maximumLength: limit)
      for (index, value) in zip(indices, scores.values) {
        rewards[index] = value
        limits[index] = scores.reference?.value ?? Double(limit)
      }
    }
    return ["rewards": JSONValue(rewards), "limits": JSONValue(limits)]
  }

  private static func kimi(_ settings: Fields, _ input: Fields) throws(ObjectiveFileError) -> JSONValue {
    let weight = try settings.number("weight")
    let members = try members(input, from: 0)
    let length = kimiLengthReward(members)
    return [
      "length": JSONValue(length),
      "total": JSONValue(zip(members, length).map { $0.correctness + weight * $1 }),
    ]
  }

  private static func shorterBetter(_ settings: Fields, _ input: Fields) throws(ObjectiveFileError)
    -> JSONValue
  {
    let rule = ShorterBetter(alpha: try settings.number("alpha"), beta: try settings.number("beta"))
    let members = try members(input, from: 0)
    return ["target": JSONValue(rule.target(members)), "rewards": JSONValue(rule.scores(members).values)]
  }

  // MARK: Reading

  /// `lengths` and `correct` of a case.
  private static func members(_ input: Fields, from least: Int) throws(ObjectiveFileError) -> [GroupMember] {
    let lengths = try lengths(input, from: least)
    let correct = try input.numbers("correct")
    if lengths.count != correct.count {
      throw input.error("correct", "has \(correct.count) members, `lengths` \(lengths.count)")
    }
    return zip(lengths, correct).map { GroupMember(length: $0, correctness: $1) }
  }

  private static func lengths(_ input: Fields, from least: Int) throws(ObjectiveFileError) -> [Int] {
    let lengths = try input.integers("lengths")
    if let bad = lengths.first(where: { $0 < least }) {
      throw input.error("lengths", "holds \(bad), allowed are \(least) tokens and more")
    }
    return lengths
  }

  private static func count(
    _ key: String, of fields: Fields, from least: Int
  ) throws(ObjectiveFileError) -> Int {
    let value = try fields.integer(key)
    if value < least { throw fields.error(key, "is \(value), allowed are \(least) and above") }
    return value
  }

  private static func require<Value>(
    _ values: [Value], as members: [GroupMember], _ key: String, of input: Fields
  ) throws(ObjectiveFileError) {
    if values.count != members.count {
      throw input.error(key, "has \(values.count) members, `lengths` \(members.count)")
    }
  }
}
