internal import Rewards
internal import Rollouts

// The keys of each reward term. Ranges are the terms' own: `RewardTerm.validate` has them once.

extension RewardTerm.Kind {
  /// What `name` may be, verifiers apart.
  static let recipeNames = [
    "correctness", "verify", "soft_overlong", "dler", "da_dler", "lcpo", "cosine", "repetition", "kimi",
    "shorter_better", "laser", "hbpo", "o1_pruner", "sum", "product", "min", "max", "clip", "gate",
  ]
}

extension RecipeReader {
  /// The term under `name`, which is one of ``RewardTerm/Kind/recipeNames``, a verifier's, or nil where that
  /// was wrong.
  func readKind(
    _ name: String?, _ section: Section, depth: Int, rollout: RolloutConfiguration
  ) -> RewardTerm.Kind {
    func below(_ key: String) -> [RewardTerm] {
      let items = section.items(key, of: "a list of terms, e.g. [{name: correctness}]") ?? []
      return readTerms(items, at: section.path + key, depth: depth + 1, rollout: rollout)
    }
    guard let name, name != "correctness", Self.termNames.contains(name) else {
      return readCorrectness(name, section)
    }
    section.record("name", name)
    switch name {
    case "verify": return readVerify(section)
    case "soft_overlong": return readSoftOverlong(section, rollout)
    case "dler": return readDLER(section)
    case "da_dler": return readDADLER(section)
    case "lcpo": return readLCPO(section)
    case "cosine": return readCosine(section)
    case "repetition": return readRepetition(section)
    case "kimi": return .kimi
    case "shorter_better": return readShorterBetter(section)
    case "laser": return readLASER(section)
    case "hbpo": return readHBPO(section)
    case "o1_pruner": return readO1Pruner(section)
    case "sum": return .sum(below("of"))
    case "product": return .product(below("of"))
    case "min": return .minimum(below("of"))
    case "max": return .maximum(below("of"))
    case "clip":
      var (low, high): (Double?, Double?) = (nil, nil)
      section.read("low", into: &low, in: .any)
      section.read("high", into: &high, in: .any)
      return .clip(low: low, high: high, of: below("of"))
    case "gate":
      var condition = RewardCondition.correctness
      section.read("when", into: &condition)
      return .gate(when: condition, then: below("then"), otherwise: below("else"))
    default: preconditionFailure("reward term `\(name)` has no reader")
    }
  }

  private static let termNames = Set(RewardTerm.Kind.recipeNames)

  /// `correctness`, or a verifier's name with its parameters for the same with that verifier.
  private func readCorrectness(_ name: String?, _ section: Section) -> RewardTerm.Kind {
    section.record("name", "correctness")
    guard let name, name != "correctness" else {
      var verifier: VerifierSpec?
      readVerifier(section, into: &verifier)
      return .correctness(verifier: verifier)
    }
    if let given = section.node("verifier"), !given.isNull, given.text != name {
      report(.twoVerifiers(name, given.text ?? given.kindInWords), at: section.path + "verifier")
    }
    let verifier = section.place("name").flatMap { readParameters(of: name, section, at: $0) }
    section.record("verifier", YAMLText.string((verifier ?? VerifierSpec(name)).text))
    return .correctness(verifier: verifier ?? VerifierSpec(name))
  }

  /// A verifier's score beside correctness.
  private func readVerify(_ section: Section) -> RewardTerm.Kind {
    var verifier: VerifierSpec?
    let isThere = section.node("verifier").map { !$0.isNull } ?? false
    readVerifier(section, into: &verifier)
    if !isThere {
      report(
        .missing(key: "verifier", section: "\(section.path)", example: "verifier: think_format"),
        at: section.place("name"))
    }
    return .verify(verifier ?? VerifierSpec(GSM8KVerifier.name))
  }

  private func readSoftOverlong(_ section: Section, _ rollout: RolloutConfiguration) -> RewardTerm.Kind {
    // DAPO, arXiv:2503.14476, §4.1: a cache of 4,096 under a limit of 20,480, a fifth.
    var cache = max(1, rollout.maxCompletionLength / 5)
    section.read("cache", into: &cache)
    if cache >= rollout.maxCompletionLength {
      report(
        .cacheTooLarge(cache: cache, maxCompletionLength: rollout.maxCompletionLength),
        at: section.path + "cache")
    }
    return .softOverlong(cache: cache)
  }

  private func readDLER(_ section: Section) -> RewardTerm.Kind {
    var rule = DLER()
    section.read("limit", into: &rule.limit)
    section.read("truncated_reward_factor", into: &rule.truncatedRewardFactor, in: .any)
    return .dler(rule)
  }

  private func readDADLER(_ section: Section) -> RewardTerm.Kind {
    var rule = DADLER()
    section.read("limit", into: &rule.limit)
    section.read("easy_limit", into: &rule.easyLimit)
    section.read("easy_at", into: &rule.easyAt, in: .any)
    section.read("truncated_reward_factor", into: &rule.truncatedRewardFactor, in: .any)
    return .daDLER(rule)
  }

  private func readLCPO(_ section: Section) -> RewardTerm.Kind {
    var mode = LCPOMode.exact
    section.read("mode", into: &mode)
    var rule: LCPO =
      switch mode {
      case .exact: .exact
      case .maximum: .maximum
      case .dual: .dual
      }
    section.read("alpha", into: &rule.alpha, in: .any)
    switch rule.mode {
    case .exact: break
    case .maximum(var delta):
      section.read("delta", into: &delta, in: .any)
      rule.mode = .maximum(delta: delta)
    case .dual(var alpha, var delta):
      section.read("max_alpha", into: &alpha, in: .any)
      section.read("delta", into: &delta, in: .any)
      rule.mode = .dual(maximumAlpha: alpha, delta: delta)
    }
    var budget: Int?
    section.read("budget", into: &budget)
    if let budget { rule.budget = .constant(budget) }
    return .lcpo(rule)
  }

  private func readCosine(_ section: Section) -> RewardTerm.Kind {
    var rule = CosineReward()
    section.read("min_correct", into: &rule.minCorrect, in: .any)
    section.read("max_correct", into: &rule.maxCorrect, in: .any)
    section.read("min_wrong", into: &rule.minWrong, in: .any)
    section.read("max_wrong", into: &rule.maxWrong, in: .any)
    section.read("max_length", into: &rule.maximumLength)
    var form = CosineForm.paper
    section.read("form", into: &form)
    if form == .clamped {
      rule.form = .clamped
    } else if case .paper(var margin, var exceed) = rule.form {
      section.read("margin", into: &margin, in: .atLeastZero)
      section.read("exceed", into: &exceed, in: .any)
      rule.form = .paper(margin: margin, exceed: exceed)
    }
    return .cosine(rule)
  }

  private func readRepetition(_ section: Section) -> RewardTerm.Kind {
    var rule = RepetitionPenalty()
    section.read("unit", into: &rule.unit)
    section.read("ngram", into: &rule.ngram)
    section.read("max_penalty", into: &rule.maxPenalty, in: .any)
    section.read("applies_to", into: &rule.appliesTo)
    section.read("dense_penalty", into: &rule.densePenalty, in: .any)
    section.read("gamma", into: &rule.gamma, in: .any)
    return .repetition(rule)
  }

  private func readShorterBetter(_ section: Section) -> RewardTerm.Kind {
    var rule = ShorterBetter()
    section.read("alpha", into: &rule.alpha, in: .any)
    section.read("beta", into: &rule.beta, in: .any)
    section.read("clamps_gap", into: &rule.clampsGap)
    return .shorterBetter(rule)
  }

  /// `target`, or `targets: {easy, medium, hard}`.
  private func readLASER(_ section: Section) -> RewardTerm.Kind {
    var rule = LASER(target: .fixed(1))
    switch (section.node("target"), section.node("targets")) {
    case (nil, nil):
      report(
        .missing(key: "target", section: "\(section.path)", example: "target: 1024"),
        at: section.place("name"))
    case (_?, _?):
      report(
        .twoSources(section: "\(section.path)", "target", "targets"), at: section.path + "targets")
    case (_?, nil):
      var target = 1
      section.read("target", into: &target)
      rule.target = .fixed(target)
      if let node = section.node("adapt_grid") {
        section.forbid("adapt_grid", node, allowed: "only with `targets: {easy, medium, hard}`")
      }
    case (nil, _?):
      let bands = section.section("targets")
      defer { bands.close() }
      var targets = LASERTargets(easy: 1, medium: 1, hard: 1)
      for band in DifficultyBand.allCases {
        if bands.node(band.rawValue) == nil {
          report(
            .missing(key: band.rawValue, section: "\(bands.path)", example: "\(band.rawValue): 1024"),
            at: section.place("targets"))
        }
        bands.read(band.rawValue, into: &targets[band])
      }
      rule.target = .byDifficulty(targets)
      section.read("adapt_grid", into: &rule.adaptGrid)
    }
    section.read("explores", into: &rule.explores)
    section.read("bonus", into: &rule.bonus, in: .any)
    section.read("correct", into: &rule.correct, in: .any)
    section.read("incorrect", into: &rule.incorrect, in: .any)
    section.read("truncated", into: &rule.truncated, in: .any)
    section.read("repetition_ngram", into: &rule.repetitionNgram)
    section.read("max_repetition", into: &rule.maxRepetition, in: .any)
    return .laser(rule)
  }

  private func readHBPO(_ section: Section) -> RewardTerm.Kind {
    var rule = HBPO()
    section.read("budgets", into: &rule.budgets)
    section.read("limit", into: &rule.limit)
    section.read("peak", into: &rule.peak, in: .any)
    section.read("no_answer", into: &rule.noAnswer, in: .any)
    section.read("intra", into: &rule.intra)
    return .hbpo(rule)
  }

  private func readO1Pruner(_ section: Section) -> RewardTerm.Kind {
    var rule = O1Pruner()
    section.read("lambda", into: &rule.lambda, in: .any)
    section.read("min", into: &rule.minimum, in: .any)
    section.read("max", into: &rule.maximum, in: .any)
    section.read("reference_length", into: &rule.referenceLength, in: .any)
    section.read("reference_accuracy", into: &rule.referenceAccuracy, in: .any)
    return .o1Pruner(rule)
  }
}

private enum LCPOMode: String, CaseIterable {
  case exact
  case maximum = "max"
  case dual
}

private enum CosineForm: String, CaseIterable {
  case paper
  case clamped
}

extension Section {
  /// A list of whole numbers.
  fileprivate func read(_ key: String, into field: inout [Int]) {
    if let items = items(key, of: "a list of whole numbers") {
      field = items.compactMap { item in
        guard let number = item.integer else {
          refuse(key, item, expected: "a list of whole numbers")
          return nil
        }
        return number
      }
    }
    record(key, YAMLText.list(field.map { "\($0)" }))
  }
}
