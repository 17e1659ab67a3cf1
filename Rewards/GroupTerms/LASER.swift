/// LASER: a bonus for right answers within a target length, fixed or by the difficulty the group shows.
///
///     R = task + bonus · [right and T ≤ target]
///     explore (LASER-DE): also + bonus · [wrong, T > target, not repetitive]
///     task = correct | incorrect | truncated (whatever it says, where that is given and the limit ended it)
///
/// With LASER-DE a hard problem's wrong answers are encouraged to think longer; their reward stays below that
/// of right ones as long as incorrect + bonus ≤ correct.
///
/// "Learn to Reason Efficiently with Adaptive Length-based Reward Shaping", arXiv:2505.15612; numbers of the
/// released code. Differences: its third task value, for truncated answers, was not found, so it is off; a
/// text is repetitive by its share of repeated word n-grams (4, 0.2: ours), because the released detector
/// flags any 4-gram seen three times, which much of mathematics is.
public struct LASER: Sendable, Hashable {
  public enum Target: Sendable, Hashable {
    /// LASER: one target for all, tokens.
    case fixed(Int)
    /// LASER-D: the target of the group's difficulty band.
    case byDifficulty(LASERTargets)
  }

  public var target: Target
  /// LASER-D as published: whoever trains estimates the targets anew now and then, on a grid of this width that begins at its
  /// first step; tokens. nil = they stay.
  public var adaptGrid: Int?
  /// LASER-DE.
  public var explores: Bool
  public var bonus: Double
  public var correct: Double
  public var incorrect: Double
  /// What a truncated answer is worth; nil = as the verdict says.
  public var truncated: Double?
  /// Words per n-gram of the repetition test.
  public var repetitionNgram: Int
  /// A text that repeats a larger share of its n-grams is repetitive.
  public var maxRepetition: Double

  public init(
    target: Target, adaptGrid: Int? = nil, explores: Bool = false, bonus: Double = 0.5, correct: Double = 1,
    incorrect: Double = -0.5,
    truncated: Double? = nil, repetitionNgram: Int = 4, maxRepetition: Double = 0.2
  ) {
    self.target = target
    self.adaptGrid = adaptGrid
    self.explores = explores
    self.bonus = bonus
    self.correct = correct
    self.incorrect = incorrect
    self.truncated = truncated
    self.repetitionNgram = repetitionNgram
    self.maxRepetition = maxRepetition
  }

  /// - Parameter members: The group's judged members.
  /// - Returns: The rewards, and the target they were measured by as `target`.
  public func scores(_ members: [GroupMember]) -> GroupScores {
    let tokens =
      switch target {
      case .fixed(let tokens): tokens
      case .byDifficulty(let targets): targets[DifficultyBand(members)]
      }
    return GroupScores(
      values: members.map { reward($0, target: tokens) },
      reference: RewardReference(name: "target", value: Double(tokens)))
  }

  private func reward(_ member: GroupMember, target: Int) -> Double {
    let isWithin = member.length <= target
    if let truncated, member.isTruncated { return truncated }
    if member.isRight { return correct + (isWithin ? bonus : 0) }
    let earnsExploring = explores && !isWithin && !isRepetitive(member.text)
    return incorrect + (earnsExploring ? bonus : 0)
  }

  private func isRepetitive(_ text: String) -> Bool {
    repeatedShare(repetitionWords(of: text), ngram: repetitionNgram) > maxRepetition
  }
}
