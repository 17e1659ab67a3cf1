extension RewardTerm {
  /// Finding repetition costs length · ngram; the paper's longest are 40.
  private static let ngrams = 1...200

  /// Refuses parameters with which the term means nothing.
  ///
  /// - Parameter maximumLength: `max_completion_length`, tokens.
  /// - Throws: ``RewardError`` for the first of them.
  package func validate(maximumLength: Int) throws(RewardError) {
    switch kind {
    case .softOverlong(let cache):
      guard cache >= 1, cache < maximumLength else {
        throw RewardError(.cacheOutOfRange(cache: cache, maximumLength: maximumLength))
      }
    case .dler(let rule):
      try validate(limit: rule.limit, factor: rule.truncatedRewardFactor)
    case .daDLER(let rule): try validate(rule, maximumLength: maximumLength)
    case .lcpo(let rule): try validate(rule)
    case .cosine(let rule): try validate(rule, maximumLength: maximumLength)
    case .repetition(let rule):
      try require(Self.ngrams.contains(rule.ngram), "ngram", rule.ngram, "1 to \(Self.ngrams.upperBound)")
      try require(
        rule.maxPenalty.isFinite && rule.maxPenalty <= 0, "max_penalty", rule.maxPenalty, "0 and below")
      if let dense = rule.densePenalty {
        try require(dense.isFinite && dense <= 0, "dense_penalty", dense, "0 and below")
      }
      try require((0...1).contains(rule.gamma), "gamma", rule.gamma, "0 to 1")
    case .o1Pruner(let rule): try validate(rule)
    case .hbpo(let rule):
      try require(!rule.budgets.isEmpty, "budgets", "empty", "at least one number of tokens")
      try require(rule.limit >= 1, "limit", rule.limit, "1 token and more")
      for budget in rule.budgets {
        try require(
          (1...rule.limit).contains(budget), "budgets", budget, "1 to \(rule.limit) tokens (`limit`)")
      }
      try require(rule.peak.isFinite && rule.peak > 0, "peak", rule.peak, "above 0")
      try require(
        rule.noAnswer.isFinite && rule.noAnswer <= 0, "no_answer", rule.noAnswer, "0 and below")
    case .shorterBetter(let rule):
      try require(rule.alpha.isFinite && rule.alpha > 0, "alpha", rule.alpha, "above 0")
      try require(rule.beta.isFinite && rule.beta >= 0, "beta", rule.beta, "0 and above")
    case .laser(let rule): try validate(rule)
    case .clip(let low, let high, _):
      if low == nil && high == nil { throw RewardError(.boundless(name: name)) }
      try require(low?.isFinite != false, "low", low ?? 0, "a finite number or null")
      try require(high?.isFinite != false, "high", high ?? 0, "a finite number or null")
      if let low, let high { try require(low <= high, "low", low, "at most \(high) (`high`)") }
    case .correctness, .verify:
      guard let spec = kind.verifier else { return }
      do throws(VerifierSpecError) {
        _ = try Verifiers.make(spec)
      } catch {
        throw RewardError(.verifier(error))
      }
    case .kimi, .sum, .product, .minimum, .maximum, .gate: break
    }
  }

  private func validate(limit: Int?, factor: Double) throws(RewardError) {
    if let limit { try require(limit >= 1, "limit", limit, "1 token and more") }
    try require((0...1).contains(factor), "truncated_reward_factor", factor, "0 to 1")
  }

  private func validate(_ rule: DADLER, maximumLength: Int) throws(RewardError) {
    try validate(limit: rule.limit, factor: rule.truncatedRewardFactor)
    let wide = rule.limit ?? maximumLength
    if let easy = rule.easyLimit {
      try require((1...max(1, wide)).contains(easy), "easy_limit", easy, "1 to \(wide) tokens (`limit`)")
    }
    try require((0...1).contains(rule.easyAt), "easy_at", rule.easyAt, "0 to 1")
  }

  private func validate(_ rule: LCPO) throws(RewardError) {
    try require(rule.alpha.isFinite && rule.alpha >= 0, "alpha", rule.alpha, "0 and above")
    switch rule.mode {
    case .exact: break
    case .maximum(let delta): try require((0...1).contains(delta), "delta", delta, "0 to 1")
    case .dual(let maximumAlpha, let delta):
      try require(maximumAlpha.isFinite && maximumAlpha >= 0, "max_alpha", maximumAlpha, "0 and above")
      try require((0...1).contains(delta), "delta", delta, "0 to 1")
    }
    if case .constant(let budget) = rule.budget {
      try require(budget >= 1, "budget", budget, "1 token and more")
      if case .dual = rule.mode {
        try require(false, "budget", budget, "null: with `mode: dual` each prompt says what it asks for")
      }
    }
  }

  private func validate(_ rule: CosineReward, maximumLength: Int) throws(RewardError) {
    for (key, value) in [
      ("min_correct", rule.minCorrect), ("max_correct", rule.maxCorrect), ("min_wrong", rule.minWrong),
      ("max_wrong", rule.maxWrong),
    ] {
      try require(value.isFinite, key, value, "a finite number")
    }
    // The paper's own ablation has right answers that rise with length (10 … 0), so `min` may exceed `max`
    // there; a wrong answer must not be worth more than a right one.
    try require(
      rule.minWrong <= rule.maxWrong, "min_wrong", rule.minWrong, "at most \(rule.maxWrong) (`max_wrong`)")
    let worst = min(rule.minCorrect, rule.maxCorrect)
    try require(
      rule.maxWrong <= worst, "max_wrong", rule.maxWrong, "at most \(worst), what a right answer may get")
    let length = rule.maximumLength ?? maximumLength
    try require(length >= 1, "max_length", length, "1 token and more")
    if case .paper(let margin, let exceed) = rule.form {
      try require(
        (0..<length).contains(margin), "margin", margin, "0 to \(length - 1) tokens (below `max_length`)")
      try require(exceed.isFinite, "exceed", exceed, "a finite number")
    }
  }

  private func validate(_ rule: O1Pruner) throws(RewardError) {
    try require(rule.lambda.isFinite && rule.lambda >= 0, "lambda", rule.lambda, "0 and above")
    try require(rule.minimum.isFinite, "min", rule.minimum, "a finite number")
    try require(
      rule.maximum.isFinite && rule.maximum >= rule.minimum, "max", rule.maximum,
      "\(rule.minimum) (`min`) and above")
    if let length = rule.referenceLength {
      try require(length.isFinite && length > 0, "reference_length", length, "above 0")
    }
    if let accuracy = rule.referenceAccuracy {
      try require((0...1).contains(accuracy), "reference_accuracy", accuracy, "0 to 1")
    }
  }

  private func validate(_ rule: LASER) throws(RewardError) {
    switch rule.target {
    case .fixed(let target): try require(target >= 1, "target", target, "1 token and more")
    case .byDifficulty(let targets):
      for band in DifficultyBand.allCases {
        try require(targets[band] >= 1, "targets.\(band.rawValue)", targets[band], "1 token and more")
      }
    }
    try require(rule.bonus.isFinite && rule.bonus >= 0, "bonus", rule.bonus, "0 and above")
    try require(rule.correct.isFinite, "correct", rule.correct, "a finite number")
    try require(
      rule.incorrect.isFinite && rule.incorrect < rule.correct, "incorrect", rule.incorrect,
      "below \(rule.correct) (`correct`)")
    if let truncated = rule.truncated {
      try require(truncated.isFinite, "truncated", truncated, "a finite number")
    }
    try require(
      Self.ngrams.contains(rule.repetitionNgram), "repetition_ngram", rule.repetitionNgram,
      "1 to \(Self.ngrams.upperBound)")
    try require((0...1).contains(rule.maxRepetition), "max_repetition", rule.maxRepetition, "0 to 1")
  }

  private func require(
    _ isMet: Bool, _ key: String, _ value: some CustomStringConvertible, _ allowed: String
  ) throws(RewardError) {
    guard !isMet else { return }
    throw RewardError(.outOfRange(term: name, key: key, value: "\(value)", allowed: allowed))
  }
}
