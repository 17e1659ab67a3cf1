/// One node of a recipe's `reward.terms`: what it computes, what it counts for, what it is called.
///
/// A reward is a tree. Leaves are terms (is the answer right, how long is it); combinators put the values of
/// the terms below them together. The list `reward.terms` itself is a weighted sum.
public struct RewardTerm: Sendable, Hashable {
  public var kind: Kind
  /// The factor on the term's value, wherever it stands: in a sum, a product, a minimum…
  public var weight: Double
  /// Top level only: until so many steps of an rl stage are done the term is computed and counts nothing (Kimi k1.5 brings its length
  /// reward in after a phase without).
  public var startStep = 0
  /// What metrics and the store call it; nil = the name of its kind. Two terms of one kind at one level need
  /// one.
  public var label: String?

  public init(_ kind: Kind, weight: Double = 1, label: String? = nil, startStep: Int = 0) {
    self.kind = kind
    self.weight = weight
    self.label = label
    self.startStep = startStep
  }

  /// The name in metrics and the store, unique among its siblings.
  public var name: String {
    if let label { return label }
    // Two such terms are two figures, and people know them by what they verify.
    if case .verify(let verifier) = kind { return verifier.name }
    return kind.name
  }

  public static func correctness(verifier: VerifierSpec?, weight: Double) -> RewardTerm {
    RewardTerm(.correctness(verifier: verifier), weight: weight)
  }

  public static func softOverlong(cache: Int, weight: Double) -> RewardTerm {
    RewardTerm(.softOverlong(cache: cache), weight: weight)
  }
}

extension RewardTerm {
  /// What a term computes.
  public enum Kind: Sendable, Hashable {
    // MARK: Of one completion
    /// Is the answer right? `verifier` nil = the one each task names.
    case correctness(verifier: VerifierSpec?)
    /// A verifier's score beside correctness, which it does not decide: of a format, of an instruction.
    case verify(VerifierSpec)
    /// DAPO's soft overlong punishment; see ``softOverlongPunishment(length:maximum:cache:)``.
    case softOverlong(cache: Int)
    case dler(DLER)
    case lcpo(LCPO)
    case cosine(CosineReward)
    case repetition(RepetitionPenalty)
    case o1Pruner(O1Pruner)
    case hbpo(HBPO)

    // MARK: Of a group
    case daDLER(DADLER)
    /// Kimi k1.5's length reward; see ``kimiLengthReward(_:)``. Its weight is the term's.
    case kimi
    case shorterBetter(ShorterBetter)
    case laser(LASER)

    // MARK: Of other terms; v = weight · value of each
    /// Σ v.
    case sum([RewardTerm])
    /// Π v.
    case product([RewardTerm])
    /// The smallest v.
    case minimum([RewardTerm])
    /// The largest v.
    case maximum([RewardTerm])
    /// Σ v, not below `low` and not above `high`; a bound may be nil.
    case clip(low: Double?, high: Double?, of: [RewardTerm])
    /// Σ v of `then` where the condition holds, else of `otherwise`. Both are computed; an empty list is 0.
    case gate(when: RewardCondition, then: [RewardTerm], otherwise: [RewardTerm])
  }
}

/// What a gate asks.
public enum RewardCondition: String, Sendable, Hashable, CaseIterable {
  /// Is the answer right (correctness 1)?
  case correctness
  /// Did it end by itself, within the limit?
  case finished
}

extension RewardTerm.Kind {
  /// What recipes call it.
  public var name: String {
    switch self {
    case .correctness: "correctness"
    case .verify: "verify"
    case .softOverlong: "soft_overlong"
    case .dler: "dler"
    case .lcpo: "lcpo"
    case .cosine: "cosine"
    case .repetition: "repetition"
    case .o1Pruner: "o1_pruner"
    case .hbpo: "hbpo"
    case .daDLER: "da_dler"
    case .kimi: "kimi"
    case .shorterBetter: "shorter_better"
    case .laser: "laser"
    case .sum: "sum"
    case .product: "product"
    case .minimum: "min"
    case .maximum: "max"
    case .clip: "clip"
    case .gate: "gate"
    }
  }

  /// Is a right answer told from a wrong one by this very term?
  public var judgesCorrectness: Bool {
    switch self {
    case .correctness, .dler, .lcpo, .cosine, .o1Pruner, .hbpo, .daDLER, .shorterBetter, .laser,
      .gate(when: .correctness, _, _):
      true
    case .verify, .softOverlong, .repetition, .kimi, .sum, .product, .minimum, .maximum, .clip, .gate: false
    }
  }

  /// The verifier that the term itself asks for.
  public var verifier: VerifierSpec? {
    switch self {
    case .correctness(let verifier): verifier
    case .verify(let verifier): verifier
    default: nil
    }
  }

  /// Whether it takes all samples of a prompt to compute it.
  public var comparesGroup: Bool {
    switch self {
    case .daDLER, .kimi, .shorterBetter, .laser: true
    default: false
    }
  }

  /// The lists of terms below this one, each with the name that paths give it (nil = none of its own); empty
  /// for a leaf.
  package var branches: [(name: String?, terms: [RewardTerm])] {
    switch self {
    case .sum(let terms), .product(let terms), .minimum(let terms), .maximum(let terms),
      .clip(_, _, let terms):
      [(nil, terms)]
    case .gate(_, let then, let otherwise): [("then", then), ("else", otherwise)]
    default: []
    }
  }
}

extension [RewardTerm] {
  /// The leaves, depth first: the order in which their values are kept.
  package var leaves: [RewardTerm] {
    flatMap { term in
      let branches = term.kind.branches
      return branches.isEmpty ? [term] : branches.flatMap(\.terms.leaves)
    }
  }

  /// Every term of the tree, depth first, parents before children.
  package var everyTerm: [RewardTerm] {
    flatMap { [$0] + $0.kind.branches.flatMap(\.terms.everyTerm) }
  }
}
