/// What one optimizer step is made of, all micro-batches, workers and packings together.
public struct StepTotals: Sendable, Hashable {
  /// Trained tokens of the step.
  public var tokens: Int
  /// Responses of the step. A response whose tokens are all masked counts, as in TRL and in verl's trainers.
  public var responses: Int

  public init(tokens: Int, responses: Int) {
    self.tokens = tokens
    self.responses = responses
  }

  /// Totals of the step whose responses have these many trained tokens.
  public init(responseTokenCounts: [Int]) {
    self.init(tokens: responseTokenCounts.reduce(0, +), responses: responseTokenCounts.count)
  }

  /// Totals that leave responses without trained tokens out of the count, as verl's loss does where nobody
  /// gives it a count.
  public static func trainedOnly(responseTokenCounts: [Int]) -> StepTotals {
    StepTotals(responseTokenCounts: responseTokenCounts.filter { $0 > 0 })
  }
}

/// What each trained token of a response counts for in the loss of the step.
///
///     token-mean               1 / N_tokens
///     seq-mean-token-mean      1 / (N_responses · T_i)
///     seq-mean-token-sum       1 / N_responses
///     seq-mean-token-sum-norm  1 / (N_responses · constant)
///
/// The denominators are those of the whole optimizer step, so losses and gradients of micro-batches *add up*
/// to those of the step, however it is split. (Averaging the means of micro-batches can even turn the sign.)
/// A response without trained tokens weighs 0, and so does everything in a step without any.
///
/// - Parameters:
///   - mode: How token losses become one number.
///   - responseTokenCounts: Trained tokens T_i per response of *this* micro-batch, `[R]`.
///   - totals: Counts of the whole step.
///   - constant: Divisor of `seq-mean-token-sum-norm`, tokens; usually the longest completion allowed.
///   - stabilizer: Added to T_i in `seq-mean-token-mean`; verl adds 1e-8, which shows where a loss cancels to 0.
/// - Returns: Weight per response, `[R]`; every trained token of that response has it.
///
/// `token-mean`: DAPO, arXiv:2503.14476; `seq-mean-token-mean`: DeepSeekMath, arXiv:2402.03300;
/// `seq-mean-token-sum-norm`: Dr. GRPO, arXiv:2503.20783. Names as in verl.
public func tokenWeights(
  mode: LossAggregation, responseTokenCounts: [Int], totals: StepTotals, constant: Double,
  stabilizer: Double = 0
) -> [Double] {
  precondition(constant > 0, "the loss aggregation constant is \(constant), it must be positive")
  return responseTokenCounts.map { count in
    guard count > 0, totals.tokens > 0, totals.responses > 0 else { return 0 }
    return switch mode {
    case .tokenMean: 1 / Double(totals.tokens)
    case .seqMeanTokenMean: 1 / (Double(totals.responses) * (Double(count) + stabilizer))
    case .seqMeanTokenSum: 1 / Double(totals.responses)
    case .seqMeanTokenSumNorm: 1 / (Double(totals.responses) * constant)
    }
  }
}

/// Weights of verl's `token-sum`: every trained token counts 1, whatever the step is made of.
///
/// - Parameter responseTokenCounts: Trained tokens per response, `[R]`.
/// - Returns: Weight per response, `[R]`; 0 for a response without trained tokens.
public func tokenSumWeights(responseTokenCounts: [Int]) -> [Double] {
  responseTokenCounts.map { $0 > 0 ? 1 : 0 }
}

/// Token losses as one number.
///
///     L = Σ_i w_i Σ_t ℓ_t        over trained tokens t of response i
///
/// - Parameters:
///   - tokenLosses: ℓ, `[T]`; what stands outside the mask is not looked at.
///   - offsets: Where each response begins, and at the end where the last one ends, `[R + 1]`.
///   - mask: `[T]`, trained tokens.
///   - weights: `[R]`, from ``tokenWeights(mode:responseTokenCounts:totals:constant:)``.
/// - Returns: The loss; 0 without trained tokens.
public func aggregate(
  _ tokenLosses: [Double], offsets: [Int], mask: [Bool], weights: [Double]
) -> Double {
  precondition(
    tokenLosses.count == mask.count && offsets.last == mask.count && weights.count == offsets.count - 1,
    "\(tokenLosses.count) losses, \(mask.count) mask entries, \(weights.count) weights, offsets \(offsets)")
  var loss = 0.0
  for response in weights.indices {
    for t in offsets[response]..<offsets[response + 1] where mask[t] {
      loss += weights[response] * tokenLosses[t]
    }
  }
  return loss
}
