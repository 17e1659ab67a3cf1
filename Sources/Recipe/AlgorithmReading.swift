internal import Objectives

extension RecipeReader {
  /// `algorithm`: the choices that together are a method. The preset that `name` and `variant` call lies under the
  /// recipe already.
  func readAlgorithm(_ section: Section, into algorithm: inout AlgorithmConfiguration) {
    defer { section.close() }
    section.read("name", into: &algorithm.name)
    var variant = PresetVariant.default
    section.read("variant", into: &variant)
    section.read("epsilon", into: &algorithm.epsilon, in: .share)
    section.read("epsilon_high", into: &algorithm.epsilonHigh, in: .notNegative)
    section.read("dual_clip", into: &algorithm.dualClip, in: .above(1))
    section.read("beta", into: &algorithm.beta, in: .notNegative)
    section.read("reference_refresh_every", into: &algorithm.referenceRefreshEvery)
    section.read("loss_aggregation", into: &algorithm.lossAggregation)
    section.read("loss_aggregation_constant", into: &algorithm.lossAggregationConstant, in: .positive)
    section.read("scale_rewards", into: &algorithm.scaleRewards)
    section.read("std_ddof", into: &algorithm.stdDdof, in: .from(0, to: 1))
    section.read("num_iterations", into: &algorithm.numIterations)
    section.read("num_minibatches", into: &algorithm.numMinibatches)
    readDynamicSampling(section, into: &algorithm.dynamicSampling)
    section.read("mask_truncated_completions", into: &algorithm.maskTruncatedCompletions)
  }

  /// `dynamic_sampling`: true, false, or a mapping of its settings.
  private func readDynamicSampling(_ algorithm: Section, into sampling: inout DynamicSampling?) {
    let key = "dynamic_sampling"
    let node = algorithm.node(key)
    if let node, node.pairs == nil {
      if node.isNull || node.boolean == false {
        sampling = nil
      } else if node.boolean == true {
        sampling = DynamicSampling()
      } else {
        algorithm.refuse(key, node, expected: "true, false, or a mapping with `keep_accuracy`")
      }
    } else if node != nil {
      sampling = DynamicSampling()
    }
    guard var settings = sampling else {
      algorithm.record(key, "false")
      return
    }
    let section = Section(
      node?.pairs == nil ? nil : node, at: algorithm.path + key, reader: self,
      absentOrigin: algorithm.origin(key))
    defer { section.close() }
    readKeepAccuracy(section, into: &settings.keepAccuracy)
    section.read("max_num_gen_batches", into: &settings.maxNumGenBatches)
    sampling = settings
  }

  private func readKeepAccuracy(_ section: Section, into band: inout OpenInterval) {
    let key = "keep_accuracy"
    if let node = section.node(key) {
      if let bounds = node.bounds, let low = bounds.low.number, let high = bounds.high.number {
        band = OpenInterval(low: low, high: high)
        if !(0 <= low && low < high && high <= 1) {
          report(
            .notAllowed(
              key: "\(section.path + key)", value: "[\(YAMLText.number(low)), \(YAMLText.number(high))]",
              allowed: "[low, high] with 0 ≤ low < high ≤ 1 (groups strictly between are kept)"),
            at: node.place)
        }
      } else {
        section.refuse(key, node, expected: "[low, high]")
      }
    }
    section.record(key, YAMLText.list([YAMLText.number(band.low), YAMLText.number(band.high)]))
  }
}
