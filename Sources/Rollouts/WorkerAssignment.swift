internal import Foundation
internal import Generation
internal import Tensors

/// How a worker generates for a run: what the trainer tells it at `welcome`, as JSON.
///
/// Everything of a recipe that a token, or its cost, depends on besides weights, prompt and identity; so a worker needs no
/// recipe, and two workers of one CPU kind make the same tokens.
public struct WorkerAssignment: Sendable, Hashable {
  /// Of the random numbers, the same for all.
  public let seed: UInt64
  /// With the recipe's values of all that is assigned, and defaults for the rest, which is the trainer's business.
  public let rollout: RolloutConfiguration

  /// What is assigned of a recipe.
  public init(_ rollout: RolloutConfiguration, seed: UInt64) {
    self.seed = seed
    self.rollout = Self.copied(rollout)
  }

  /// Reads what a trainer has sent.
  ///
  /// - Parameter json: As ``json`` writes it; fields that are not known are ignored.
  /// - Throws: Where a field is missing, or its value is none that a recipe may have.
  public init(json: String) throws(RolloutError) {
    guard json.utf8.count <= Self.allowedBytes else {
      throw RolloutError(
        .unreadableAssignment("it has \(json.utf8.count) bytes, allowed are \(Self.allowedBytes)"))
    }
    let fields: Fields
    do {
      fields = try JSONDecoder().decode(Fields.self, from: Data(json.utf8))
    } catch {
      throw RolloutError(.unreadableAssignment(Self.words(error)))
    }
    seed = fields.seed
    rollout = try fields.rollout()
  }

  /// Bytes of JSON that are read.
  public static let allowedBytes = 1 << 16

  /// For the wire: keys are those of the recipe's `rollout` section, in the order of the alphabet.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(Fields(rollout, seed: seed)) else {
      preconditionFailure("a temperature or top_p is no number: \(rollout.temperature), \(rollout.topP)")
    }
    return String(decoding: data, as: UTF8.self)
  }

  private static func copied(_ from: RolloutConfiguration) -> RolloutConfiguration {
    var rollout = RolloutConfiguration()
    (rollout.temperature, rollout.topK, rollout.topP) = (from.temperature, from.topK, from.topP)
    rollout.maxCompletionLength = from.maxCompletionLength
    (rollout.stop, rollout.maxRepeat) = (from.stop, from.maxRepeat)
    (rollout.thinkTokens, rollout.thinkEnd) = (from.thinkTokens, from.thinkEnd)
    (rollout.weightFormat, rollout.activationFormat) = (from.weightFormat, from.activationFormat)
    (rollout.keyValueFormat, rollout.keyValueMemory) = (from.keyValueFormat, from.keyValueMemory)
    (rollout.maxConcurrent, rollout.scheduler) = (from.maxConcurrent, from.scheduler)
    (rollout.speculation, rollout.weightsSwitch) = (from.speculation, from.weightsSwitch)
    return rollout
  }

  private static func words(_ error: any Error) -> String {
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.map(\.stringValue).joined(separator: ".")
    }
    switch error as? DecodingError {
    case .keyNotFound(let key, _): return "`\(key.stringValue)` is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "`\(path(context))` is of another kind than it should be"
    case .dataCorrupted(let context) where !context.codingPath.isEmpty:
      return "`\(path(context))` is no value of its kind"
    default: return "it is no JSON object, or one of its numbers is out of bounds"
    }
  }
}

extension WorkerAssignment: Codable {
  public init(from decoder: any Decoder) throws {
    let fields = try Fields(from: decoder)
    seed = fields.seed
    rollout = try fields.rollout()
  }

  public func encode(to encoder: any Encoder) throws { try Fields(rollout, seed: seed).encode(to: encoder) }
}

/// The fields of the JSON, before anything is believed.
private struct Fields: Codable {
  var seed: UInt64
  var temperature: Double
  var topK: Int
  var topP: Double
  var maxCompletionLength: Int
  var stop: [String]
  var maxRepeat: Int?
  var thinkTokens: Int?
  var thinkEnd: String
  var weightFormat: String
  var activationFormat: String
  var keyValueFormat: String
  var keyValueMemory: Int?
  var maxConcurrent: Int
  var scheduler: String
  var speculation: String
  var weightsSwitch: String

  enum CodingKeys: String, CodingKey {
    case seed, temperature, stop, scheduler, speculation
    case topK = "top_k"
    case topP = "top_p"
    case maxCompletionLength = "max_completion_length"
    case maxRepeat = "max_repeat"
    case thinkTokens = "think_tokens"
    case thinkEnd = "think_end"
    case weightFormat = "weight_dtype"
    case activationFormat = "activation_dtype"
    case keyValueFormat = "kv_dtype"
    case keyValueMemory = "kv_memory"
    case maxConcurrent = "max_concurrent"
    case weightsSwitch = "switch"
  }

  init(_ rollout: RolloutConfiguration, seed: UInt64) {
    self.seed = seed
    (temperature, topK, topP) = (rollout.temperature, rollout.topK, rollout.topP)
    maxCompletionLength = rollout.maxCompletionLength
    (stop, maxRepeat) = (rollout.stop, rollout.maxRepeat)
    (thinkTokens, thinkEnd) = (rollout.thinkTokens, rollout.thinkEnd)
    weightFormat = rollout.weightFormat.rawValue
    activationFormat = rollout.activationFormat.rawValue
    keyValueFormat = rollout.keyValueFormat.rawValue
    (keyValueMemory, maxConcurrent) = (rollout.keyValueMemory, rollout.maxConcurrent)
    scheduler = rollout.scheduler.rawValue
    speculation = rollout.speculation.rawValue
    weightsSwitch = rollout.weightsSwitch.rawValue
  }

  /// The values, each checked.
  func rollout() throws(RolloutError) -> RolloutConfiguration {
    var rollout = RolloutConfiguration()
    // Greedy sampling is 0; the recipe's own bounds are the trainer's business.
    rollout.temperature = try checked(temperature, .temperature, 0...1e6)
    rollout.topK = try checked(topK, .topK, 0...Self.manyTokens)
    rollout.topP = try checked(topP, .topP, Double.leastNonzeroMagnitude...1)
    rollout.maxCompletionLength = try checked(maxCompletionLength, .maxCompletionLength, 1...Self.manyTokens)
    rollout.stop = try checkedStop()
    rollout.maxRepeat = try maxRepeat.map { value throws(RolloutError) in
      try checked(value, .maxRepeat, RepetitionRule.allowed)
    }
    rollout.thinkTokens = try thinkTokens.map { value throws(RolloutError) in
      try checked(value, .thinkTokens, 0...Self.manyTokens)
    }
    _ = try checked(thinkEnd.utf8.count, .thinkEnd, 0...StopStrings.allowedBytes)
    rollout.thinkEnd = thinkEnd
    rollout.weightFormat = try named(weightFormat, .weightFormat)
    rollout.activationFormat = try named(activationFormat, .activationFormat)
    rollout.keyValueFormat = try named(keyValueFormat, .keyValueFormat)
    if rollout.activationFormat == .bf16, rollout.weightFormat != .bf16 {
      throw refused(.activationFormat, activationFormat, "fp32 where `weight_dtype` is not bf16")
    }
    rollout.keyValueMemory = try keyValueMemory.map { value throws(RolloutError) in
      try checked(value, .keyValueMemory, 1...Int.max)
    }
    rollout.maxConcurrent = try checked(maxConcurrent, .maxConcurrent, 1...Self.manySequences)
    rollout.scheduler = try named(scheduler, .scheduler)
    rollout.speculation = try named(speculation, .speculation)
    rollout.weightsSwitch = try named(weightsSwitch, .weightsSwitch)
    return rollout
  }

  /// More than any model has positions, and few enough that sums of some of them do not overflow.
  private static let manyTokens = 1 << 24
  private static let manySequences = 1 << 16

  private func checkedStop() throws(RolloutError) -> [String] {
    let bytes = stop.reduce(0) { $0 + $1.utf8.count }
    guard !stop.contains(""), bytes <= StopStrings.allowedBytes else {
      throw refused(
        .stop, "with \(stop.count) texts of \(bytes) bytes",
        "texts that are not empty, of \(StopStrings.allowedBytes) bytes together")
    }
    return stop
  }

  private func checked<Value: Comparable>(
    _ value: Value, _ key: CodingKeys, _ allowed: ClosedRange<Value>
  ) throws(RolloutError) -> Value {
    guard allowed.contains(value) else {
      throw refused(key, "\(value)", "\(allowed.lowerBound)…\(allowed.upperBound)")
    }
    return value
  }

  private func named<Value: RawRepresentable<String> & CaseIterable>(
    _ name: String, _ key: CodingKeys
  ) throws(RolloutError) -> Value {
    guard let value = Value(rawValue: name) else {
      throw refused(
        key, "\"\(name.prefix(40))\"", Value.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return value
  }

  private func refused(_ key: CodingKeys, _ value: String, _ allowed: String) -> RolloutError {
    RolloutError(.assignmentValue(key: key.rawValue, value: value, allowed: allowed))
  }
}
