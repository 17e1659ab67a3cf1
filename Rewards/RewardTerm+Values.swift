/// A member of a group whose answer was judged, as group terms see it.
public struct GroupMember: Sendable, Hashable {
  /// Generated tokens, end token included.
  public var length: Int
  /// The verdict's score, 0…1.
  public var correctness: Double
  /// True where the length limit ended it.
  public var isTruncated: Bool
  public var text: String

  public init(length: Int, correctness: Double, isTruncated: Bool = false, text: String = "") {
    self.length = length
    self.correctness = correctness
    self.isTruncated = isTruncated
    self.text = text
  }

  /// nil where there is no verdict.
  init?(_ member: JudgedCompletion) {
    guard let score = member.verdict.score else { return nil }
    self.init(
      length: member.completion.tokenCount, correctness: score, isTruncated: member.completion.isTruncated,
      text: member.completion.text)
  }

  /// Partial credit is not right.
  var isRight: Bool { correctness >= 1 }
}

extension RewardTerm {
  /// The value of a completion term, before its weight; nil without verdict, and for what is not a completion
  /// term.
  ///
  /// - Throws: ``RewardError`` where the data row lacks what the term reads.
  func value(
    for completion: Completion, _ verdict: Verdict, _ maximumLength: Int,
    _ configuration: RewardConfiguration,
    _ verifiers: PreparedVerifiers
  ) throws(RewardError) -> Double? {
    let length = completion.tokenCount
    switch kind {
    case .softOverlong(let cache):
      return softOverlongPunishment(length: length, maximum: maximumLength, cache: cache)
    case .correctness:
      return verdict.score.map {
        configuration.incorrectReward + (configuration.correctReward - configuration.incorrectReward) * $0
      }
    case .verify(let spec):
      guard let verifier = try? verifiers.verifier(spec) else { return nil }
      return verifier.verify(completion).score
    case .dler(let rule):
      let isWhole = rule.isWhole(completion, maximumLength)
      return verdict.score.map { rule.reward(correctness: $0, isWhole: isWhole) }
    case .lcpo(let rule):
      let budget = try rule.budget(columns: completion.columns, asked: completion.budget, term: name)
      return verdict.score.map { rule.reward(correctness: $0, length: length, budget: budget) }
    case .cosine(let rule):
      return verdict.score.map {
        rule.reward(isRight: $0 >= 1, length: length, maximumLength: rule.maximumLength ?? maximumLength)
      }
    case .repetition(let rule):
      let penalty = try rule.penalty(for: completion, term: name)
      if rule.appliesTo == .all { return penalty }
      return verdict.score.map { $0 >= 1 ? 0 : penalty }
    case .o1Pruner(let rule):
      let reference = try rule.reference(in: completion.columns, term: name)
      return verdict.score.map { rule.weight(correctness: $0, length: length, reference: reference) }
    case .hbpo(let rule):
      return verdict.score.map {
        rule.reward(
          isRight: $0 >= 1, hasAnswer: verdict.status != .noAnswer, length: length,
          budget: rule.budget(ofSample: completion.sampleIndex))
      }
    case .daDLER, .kimi, .shorterBetter, .laser, .sum, .product, .minimum, .maximum, .clip, .gate:
      return nil
    }
  }

  /// The values of a group term, one per judged member of which there is at least one; nil for what is not a
  /// group term.
  func groupScores(_ members: [GroupMember], _ maximumLength: Int) -> GroupScores? {
    switch kind {
    case .daDLER(let rule): rule.scores(members, maximumLength: maximumLength)
    case .kimi: GroupScores(values: kimiLengthReward(members))
    case .shorterBetter(let rule): rule.scores(members)
    case .laser(let rule): rule.scores(members)
    default: nil
    }
  }
}

/// What a group term makes of a group.
public struct GroupScores: Sendable, Hashable {
  /// One per member, in their order.
  public var values: [Double]
  /// What the group was measured by: its name and the number.
  public var reference: RewardReference?

  public init(values: [Double], reference: RewardReference? = nil) {
    self.values = values
    self.reference = reference
  }
}
