internal import Transformer

/// The kinds of `merging.json`: everything at once on one tensor, and update-selective merging on several.
package enum MergingKinds {
  package static func evaluate(_ kind: String, settings: Fields, input: Fields) throws(ObjectiveFileError)
    -> JSONValue
  {
    switch kind {
    case "merging": try merging(settings, input)
    case "update_selective": try updateSelectives(settings, input)
    default: throw ObjectiveFileError("`\(kind)` is not a kind of merging")
    }
  }

  private static func merging(_ settings: Fields, _ input: Fields) throws(ObjectiveFileError) -> JSONValue {
    let shape = try NestedNumbers(try input.value("base"), "base", in: input)
    let base = shape.numbers
    let models = try tensors("models", input, count: base.count)
    guard !models.isEmpty else { throw input.error("models", "is empty") }
    let weights = try settings.numbers("weights")
    guard weights.count == models.count else {
      throw settings.error("weights", "has \(weights.count) numbers for \(models.count) models")
    }
    let (keep, lambda) = (try settings.number("keep_fraction"), try settings.number("lambda"))
    let ones = [Double](repeating: 1, count: models.count)
    let deltas = taskVectors(base: base, models: models)

    func ties(_ weights: [Double]) -> JSONValue {
      shape.json(
        tiesMerged(base: base, models: models, weights: weights, keepFraction: keep, lambda: lambda))
    }
    func summed(_ deltas: [[Double]], _ weights: [Double]) -> JSONValue {
      shape.json(taskArithmetic(base: base, deltas: deltas, weights: weights, lambda: lambda))
    }
    var values: [String: JSONValue] = [
      "average": shape.json(averaged(models, weights: ones)), "task_arithmetic": summed(deltas, ones),
      "task_arithmetic_weighted": summed(deltas, weights), "ties": ties(ones),
      "ties_weighted": ties(weights),
      "ties_kept_per_model": JSONValue(tiesKept(of: base.count, keepFraction: keep)),
    ]
    if input.has("drop_masks") {
      let drop = try settings.number("drop_probability")
      guard drop < 1 else { throw settings.error("drop_probability", "is \(drop), not below 1") }
      let masks = try tensors("drop_masks", input, count: base.count).map { $0.map { $0 != 0 } }
      guard masks.count == models.count else { throw input.error("drop_masks", "needs one mask per model") }
      let kept = zip(deltas, masks).map { dropped($0, kept: $1, dropProbability: drop) }
      let keptL1 = zip(deltas, masks).map { droppedKeepingL1($0, kept: $1, dropProbability: drop) }
      values["dare_deltas"] = .array(kept.map { shape.json($0) })
      values["dare_task_arithmetic"] = summed(kept, ones)
      values["dare_ties"] = shape.json(dareTIES(base: base, dropped: kept, weights: ones, lambda: lambda))
      values["mergekit_dare_linear_l1"] = summed(keptL1, ones)
    }
    return .object(values)
  }

  /// A list of tensors of `count` numbers each.
  private static func tensors(
    _ key: String, _ input: Fields, count: Int
  ) throws(ObjectiveFileError) -> [[Double]] {
    var tensors: [[Double]] = []
    for value in try input.list(key) {
      tensors.append(try NestedNumbers(value, key, in: input).numbers)
      guard tensors[tensors.count - 1].count == count else {
        throw input.error(key, "holds a tensor of \(tensors[tensors.count - 1].count) numbers, not \(count)")
      }
    }
    return tensors
  }

  private static func updateSelectives(_ settings: Fields, _ input: Fields) throws(ObjectiveFileError)
    -> JSONValue
  {
    let (share, scale) = (try settings.number("keep_fraction"), try settings.number("scale"))
    let (base, tuned) = (try input.fields("base"), try input.fields("tuned"))
    var tensors: [(name: String, shape: NestedNumbers, base: [Double], tuned: [Double])] = []
    for name in base.keys {
      let shape = try NestedNumbers(try base.value(name), name, in: base)
      let other = try NestedNumbers(try tuned.value(name), name, in: tuned).numbers
      guard other.count == shape.numbers.count else {
        throw tuned.error(name, "has \(other.count) numbers, in `base` \(shape.numbers.count)")
      }
      tensors.append((name, shape, shape.numbers, other))
    }
    func threshold(_ deltas: [Double]) -> Double {
      updateSelectiveThreshold(deltas, keepFraction: share)
    }
    let deltas = tensors.map { taskVectors(base: $0.base, models: [$0.tuned])[0] }
    let overall = threshold(deltas.flatMap(\.self))
    func result(_ thresholds: [Double]) -> JSONValue {
      var (merged, kept): ([String: JSONValue], [String: JSONValue]) = ([:], [:])
      for (tensor, threshold) in zip(tensors, thresholds) {
        let part = updateSelective(base: tensor.base, tuned: tensor.tuned, scale: scale) {
          abs($0) >= threshold
        }
        merged[tensor.name] = tensor.shape.json(part.merged)
        kept[tensor.name] = JSONValue(part.kept)
      }
      return ["merged": .object(merged), "kept": .object(kept)]
    }
    return [
      "global": result(deltas.map { _ in overall }), "per_tensor": result(deltas.map { threshold($0) }),
    ]
  }
}
