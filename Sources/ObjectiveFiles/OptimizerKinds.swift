internal import Transformer

/// The kinds of `optimizer.json`: AdamW and learning-rate schedules.
package enum OptimizerKinds {
  package static func evaluate(_ kind: String, settings: Fields, input: Fields) throws(ObjectiveFileError)
    -> JSONValue
  {
    switch kind {
    case "adamw":
      switch settings.has("dtype") ? try settings.string("dtype") : "float64" {
      case "float64": try adamW(Double.self, settings, input)
      case "float32": try adamW(Float.self, settings, input)
      case let other: throw settings.error("dtype", "is `\(other)`; known are float64 and float32")
      }
    case "schedule": try schedule(settings)
    default: throw ObjectiveFileError("`\(kind)` is not a kind of optimizer case")
    }
  }

  private static func adamW<Scalar: BinaryFloatingPoint & Sendable>(
    _ type: Scalar.Type, _ settings: Fields, _ input: Fields
  ) throws(ObjectiveFileError) -> JSONValue {
    let rule = AdamWRule<Scalar>(try configuration(settings))
    let rate = try settings.number("lr")
    let shapes = try tensors(try input.value("parameters"), "parameters", input)
    let steps = try input.list("gradients")
    let rates = input.has("lrs") ? try input.numbers("lrs") : nil
    if let rates, rates.count < steps.count {
      throw input.error("lrs", "has \(rates.count) rates for \(steps.count) steps")
    }
    func json(_ tensors: [[Scalar]]) -> JSONValue {
      .array(zip(shapes, tensors).map { $0.json($1.map { Double($0) }) })
    }

    var weights = shapes.map { AdamWRule<Scalar>.Weight($0.numbers.map { Scalar($0) }) }
    var records: [JSONValue] = []
    for (t, step) in steps.enumerated() {
      let gradients = try tensors(step, "gradients", input).map { $0.numbers.map { Scalar($0) } }
      guard gradients.map(\.count) == weights.map(\.values.count) else {
        throw input.error("gradients", "of step \(t) have not the shapes of `parameters`")
      }
      let norm = rule.step(
        &weights, gradients: gradients, learningRate: rates?[t] ?? rate, number: t + 1)
      records.append(["grad_norm": JSONValue(Double(norm)), "parameters": json(weights.map(\.values))])
    }
    return [
      "steps": .array(records), "first_moment": json(weights.map(\.firstMoment)),
      "second_moment": json(weights.map(\.secondMoment)),
    ]
  }

  private static func configuration(_ settings: Fields) throws(ObjectiveFileError) -> OptimizerConfiguration {
    var configuration = OptimizerConfiguration()
    let betas = try settings.numbers("betas")
    guard betas.count == 2, betas.allSatisfy({ $0 >= 0 && $0 < 1 }) else {
      throw settings.error("betas", "is not two numbers from 0 to below 1")
    }
    (configuration.beta1, configuration.beta2) = (betas[0], betas[1])
    configuration.adamEpsilon = try settings.number("eps")
    configuration.weightDecay = try settings.number("weight_decay")
    configuration.maxGradNorm = try settings.optionalNumber("max_grad_norm") ?? 0
    return configuration
  }

  private static func tensors(
    _ value: JSONValue, _ key: String, _ input: Fields
  ) throws(ObjectiveFileError) -> [NestedNumbers] {
    var tensors: [NestedNumbers] = []
    for tensor in try input.list(value, key) { tensors.append(try NestedNumbers(tensor, key, in: input)) }
    return tensors
  }

  private static func schedule(_ settings: Fields) throws(ObjectiveFileError) -> JSONValue {
    var schedule = LearningRateSchedule()
    switch try settings.string("kind") {
    case "constant": schedule.name = .constant
    case "linear": schedule.name = .linear
    case "cosine": schedule.name = .cosine
    // verl writes the same curve in another way.
    case "cosine_min_lr", "cosine_min_lr_verl":
      schedule.name = .cosine
      schedule.minRatio = try settings.number("min_lr_rate", default: 0)
    case let other:
      throw settings.error(
        "kind", "is `\(other)`; known are constant, linear, cosine, cosine_min_lr and cosine_min_lr_verl")
    }
    let (rate, total) = (try settings.number("lr"), try settings.integer("total_steps"))
    schedule.warmupSteps = try settings.integer("warmup_steps")
    guard schedule.warmupSteps >= 0 else { throw settings.error("warmup_steps", "is below 0") }
    guard (0...1_000_000).contains(total) else {
      throw settings.error("total_steps", "is \(total); allowed are 0 to 1000000")
    }
    let rates = (0..<total + 3).map { rate * schedule.factorInTransformers(step: $0, totalSteps: total) }
    return [
      "lrs": JSONValue(Array(rates[...total])), "past_the_end": JSONValue(Array(rates[(total + 1)...])),
    ]
  }
}
