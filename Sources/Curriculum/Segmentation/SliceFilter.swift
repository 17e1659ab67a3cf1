/// Which rows of a data set a stage trains on, by the length of their prompts.
///
/// FastCuRL, arXiv:2503.17287: short prompts first (L1), then all (L2), then long ones (L3).
public struct SliceFilter: Sendable, Hashable {
  public var slice: PromptSlice
  public var measure: LengthMeasure
  public var threshold: SliceThreshold

  public init(
    slice: PromptSlice, measure: LengthMeasure = .characters, threshold: SliceThreshold = .mean
  ) {
    self.slice = slice
    self.measure = measure
    self.threshold = threshold
  }

  /// A prompt's length as it is measured here; nil where nobody counts tokens.
  func length(of prompt: String, _ countTokens: TokenCounter?) throws -> Int? {
    switch measure {
    case .characters: LengthMeasure.characters(prompt)
    case .tokens: try countTokens?(prompt)
    }
  }
}

/// A part of a data set by the length of its prompts.
public enum PromptSlice: String, Sendable, Hashable, Codable, CaseIterable {
  /// Up to the threshold, and at it: FastCuRL's L1.
  case short
  /// Beyond it: L3.
  case long
  /// Both: L2.
  case all
}

/// What lengths of prompts count. The prompt is the question alone, without the recipe's template.
public enum LengthMeasure: String, Sendable, Hashable, Codable, CaseIterable {
  /// Unicode scalars: an é is one or two of them, by how it is written, whatever a screen shows.
  case characters
  case tokens

  /// A prompt's length in characters.
  public static func characters(_ prompt: String) -> Int { prompt.unicodeScalars.count }
}

/// Where short ends and long begins.
public enum SliceThreshold: Sendable, Hashable {
  /// Of all prompts: FastCuRL's.
  case mean
  /// The middle one, or the mean of the two middle ones.
  case median
  case fixed(Double)

  /// `mean`, `median`, or a number of at least 0; nil for everything else.
  public init?(_ text: String) {
    switch text {
    case "mean": self = .mean
    case "median": self = .median
    default:
      guard let value = Double(text), value.isFinite, value >= 0 else { return nil }
      self = .fixed(value)
    }
  }

  public var text: String {
    switch self {
    case .mean: "mean"
    case .median: "median"
    case .fixed(let value): value == value.rounded() && value < 1e15 ? "\(Int(value))" : "\(value)"
    }
  }
}
