/// Which verifier judges a row, by the row's `data_source`.
///
/// Entries are looked up before the built-in ones, and exact names before patterns: a name that ends in `*` stands
/// for every source that begins with what precedes it, and the longest of those that fit counts. A source that no
/// entry fits has no verifier, which whoever reads the data must say rather than guess.
public struct VerifierRouting: Sendable, Hashable {
  public var entries: [String: VerifierSpec]

  public init(_ entries: [String: VerifierSpec] = [:]) {
    self.entries = entries
  }

  /// - Parameter source: The `data_source` of a row.
  /// - Returns: nil where nothing fits.
  public func verifier(for source: String) -> VerifierSpec? {
    Self.entry(for: source, in: entries) ?? Self.entry(for: source, in: Self.builtIn)
  }

  private static func entry(for source: String, in entries: [String: VerifierSpec]) -> VerifierSpec? {
    if let exact = entries[source] { return exact }
    let patterns = entries.keys.filter { $0.hasSuffix("*") && source.hasPrefix($0.dropLast()) }
    return patterns.max { $0.utf8.count < $1.utf8.count }.flatMap { entries[$0] }
  }

  /// The sources that verl's `default_compute_score` knows by name, code apart, with the verifier here that judges
  /// the same thing. Where verl compares mathematics as strings, ours compares values; geometry3k's tenth for the form
  /// of the answer is left out.
  public static let builtIn: [String: VerifierSpec] = [
    "openai/gsm8k": "gsm8k",
    "lighteval/MATH": "math",
    "DigitalLearningGmbH/MATH-lighteval": "math",
    "HuggingFaceH4/MATH-500": "math",
    "math_dapo*": "math",
    "aime*": "math",
    "numina_aops_forum": "math",
    "numina_synthetic_math": "math",
    "numina_amc_aime": "math",
    "numina_synthetic_amc": "math",
    "numina_cn_k12": "math",
    "numina_olympiads": "math",
    "hiyouga/geometry3k": "math",
    "searchR1_*": "normalized_string",
  ]
}
