/// O1-Pruner's weight of a stored sample: shorter and righter than the starting model on the same problem.
///
///     w = clip((L̄ − T) / T + λ (c − acc̄), min, max)
///
/// The length term divides by the sample's own length, so a very short wrong answer is held back by the upper
/// bound alone: it can be worth as much as a right one. The paper standardizes w over the data set afterwards;
/// here the advantage does.
///
/// "O1-Pruner: Length-Harmonizing Fine-Tuning for O1-Like Reasoning Pruning", arXiv:2501.12570; numbers of the
/// released code.
public struct O1Pruner: Sendable, Hashable {
  /// What the starting model does on a problem.
  public struct Reference: Sendable, Hashable {
    /// Mean tokens L̄ of its answers.
    public var length: Double
    /// Share acc̄ of them that is right.
    public var accuracy: Double

    public init(length: Double, accuracy: Double) {
      self.length = length
      self.accuracy = accuracy
    }
  }

  public var lambda: Double
  public var minimum: Double
  public var maximum: Double
  /// L̄ for every problem; nil = the data column `reference_length`.
  public var referenceLength: Double?
  /// acc̄ for every problem; nil = the data column `reference_accuracy`.
  public var referenceAccuracy: Double?

  public init(
    lambda: Double = 5, minimum: Double = -2, maximum: Double = 4, referenceLength: Double? = nil,
    referenceAccuracy: Double? = nil
  ) {
    self.lambda = lambda
    self.minimum = minimum
    self.maximum = maximum
    self.referenceLength = referenceLength
    self.referenceAccuracy = referenceAccuracy
  }

  /// The weight before it is clipped.
  ///
  /// - Parameters:
  ///   - correctness: The verdict's score c, 0…1.
  ///   - length: Generated tokens T, end token included; an empty completion counts as one token.
  ///   - reference: Of the same problem.
  /// - Returns: Not bounded.
  public func rawWeight(correctness: Double, length: Int, reference: Reference) -> Double {
    let length = Double(max(1, length))
    return (reference.length - length) / length + lambda * (correctness - reference.accuracy)
  }

  /// - Parameters:
  ///   - correctness: The verdict's score c, 0…1.
  ///   - length: Generated tokens T, end token included; an empty completion counts as one token.
  ///   - reference: Of the same problem.
  /// - Returns: In [`minimum`, `maximum`].
  public func weight(correctness: Double, length: Int, reference: Reference) -> Double {
    min(maximum, max(minimum, rawWeight(correctness: correctness, length: length, reference: reference)))
  }

  /// The reference of a data row.
  ///
  /// - Throws: ``RewardError`` where a column that is needed is missing or unreadable.
  package func reference(in columns: [String: String], term: String) throws(RewardError) -> Reference {
    Reference(
      length: try Self.column("reference_length", in: columns, or: referenceLength, term),
      accuracy: try Self.column("reference_accuracy", in: columns, or: referenceAccuracy, term))
  }

  private static func column(
    _ name: String, in columns: [String: String], or constant: Double?, _ term: String
  ) throws(RewardError) -> Double {
    if let constant { return constant }
    guard let text = columns[name] else { throw RewardError(.missingColumn(name, term: term)) }
    let isLength = name == "reference_length"
    guard let value = Double(text), value.isFinite, isLength ? value > 0 : (0...1).contains(value) else {
      throw RewardError(
        .unreadableColumn(
          name, value: String(text.prefix(40)), term: term,
          allowed: isLength ? "a number of tokens above 0" : "a number from 0 to 1"))
    }
    return value
  }
}
