internal import Metrics
internal import Objectives
internal import Rollouts

// How many groups a step asks for, where `algorithm.dynamic_sampling.expansion` says that it may be more than it trains on.
extension ReinforcementStep {
  /// Takes in how many of the step's groups were outside the band, for what the next step asks for.
  ///
  /// - Parameter batch: After it was collected.
  /// - Returns: Metrics; empty without an expansion.
  func followExpansion(_ batch: RolloutBatch) -> MetricRecord {
    guard let rule = context.configuration.algorithm.dynamicSampling?.expansion else { return [:] }
    var controller = context.state.expansion ?? BatchExpansionController()
    var record = MetricRecord()
    record["groups/expansion_ratio"] = .number(controller.ratio(rule))
    let notValid = batch.filter.notValidShare
    controller.observe(notValid: notValid, rule)
    context.state.expansion = controller
    if let pipeline { record["groups/asked"] = .integer(pipeline.counts.issuedGroups) }
    if let notValid { record["groups/not_valid"] = .number(notValid) }
    record["groups/shortfall"] = .integer(batch.filter.target - batch.filter.kept)
    noteShortfall(batch)
    return record
  }

  /// Said at 1, 2, 4, 8, … such steps: the first ones, which know nothing yet, are often among them.
  private func noteShortfall(_ batch: RolloutBatch) {
    let (kept, wanted) = (batch.filter.kept, batch.filter.target)
    guard kept < wanted else { return }
    let count = (context.state.shortSteps ?? 0) + 1
    context.state.shortSteps = count
    guard count & (count - 1) == 0 else { return }
    context.emit(
      .note(
        "step \(context.state.step + 1): \(kept) of \(wanted) groups are inside `algorithm.dynamic_sampling.keep_accuracy` "
          + "(\(batch.filter.ledger)), and the step trains on \(kept == 1 ? "this one" : "these"); "
          + "\(count) such step\(count == 1 ? "" : "s") so far (`groups/shortfall`)"))
  }
}

extension TrainingContext {
  /// Groups that a request of the present step asks for; nil without an expansion.
  func expandedGroups(_ rule: DynamicSampling?) -> Int? {
    guard let expansion = rule?.expansion else { return nil }
    let ratio = (state.expansion ?? BatchExpansionController()).ratio(expansion)
    return expansion.groups(for: configuration.rollout.numPrompts, ratio: ratio)
  }
}

extension TrainingConfiguration {
  /// Most groups that a step asks for at a time.
  var mostGroupsAsked: Int {
    algorithm.dynamicSampling?.expansion?.mostGroups(for: rollout.numPrompts) ?? rollout.numPrompts
  }
}
