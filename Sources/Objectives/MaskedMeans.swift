/// How means over trained tokens treat what has none.
public enum MeanConvention: Sendable {
  /// Σ / n. Responses without trained tokens are left out of means over responses.
  case plain
  /// verl's masked mean, Σ / (n + 1e-8). A response without trained tokens has mean 0 and counts as a
  /// response.
  case verl

  /// Σ / n in this convention; 0 for n = 0.
  func mean(_ sum: Double, _ count: Int) -> Double {
    switch self {
    case .plain: count == 0 ? 0 : sum / Double(count)
    case .verl: sum / (Double(count) + 1e-8)
    }
  }

  /// The responses that count in means over responses.
  func counted(_ responses: [LogRatios.Response]) -> [LogRatios.Response] {
    switch self {
    case .plain: responses.filter { $0.trainedCount > 0 }
    case .verl: responses
    }
  }
}

/// Mean and spread of numbers that all count alike.
struct Summary {
  let values: [Double]

  init(_ values: [Double]) { self.values = values }

  /// 0 if there are none.
  var mean: Double { values.reduce(0, +) / Double(max(1, values.count)) }

  /// Sample standard deviation; 0 for fewer than two values.
  var standardDeviation: Double {
    guard values.count > 1 else { return 0 }
    let mean = mean
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
  }

  /// 0 if there are none.
  var smallest: Double { values.min() ?? 0 }
  var largest: Double { values.max() ?? 0 }

  /// Share of the values for which a claim holds.
  func share(_ claim: (Double) -> Bool) -> Double {
    Double(values.count(where: claim)) / Double(max(1, values.count))
  }
}
