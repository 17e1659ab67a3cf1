public import Rewards

/// Why tasks could not be had, with the place where it shows.
public struct DataError: Error, Hashable, CustomStringConvertible {
  public enum Reason: Sendable, Hashable {
    // The recipe
    case unknownTask(name: String)
    case difficultyOutOfRange(task: String, given: ClosedRange<Int>, allowed: ClosedRange<Int>)
    case slipRateOutOfRange(Double)
    case budgetsOutOfRange(given: ClosedRange<Int>, allowed: ClosedRange<Int>)
    case budgetShareOutOfRange(key: String, Double)
    case templateWithoutPrompt(String)
    case heldOutCountOutOfRange(Int)
    case sampleCountOutOfRange(Int)
    case heldOutShareOutOfRange(Double)
    case ngramOutOfRange(Int)
    case mixtureSize(Int)
    case mixtureWeight(source: String, weight: Double)
    case nestedMixture
    case nobodyCountsTokens(RowFilter.Criterion)
    case verifier(VerifierSpecError)
    case horizonOutOfRange(given: ClosedRange<Int>, allowed: ClosedRange<Int>)
    case notChainable(task: String)
    case nothingToChain
    case noChains
    case noTokenCounts
    // The file
    case missingFile
    case notAFile
    case unreadable(String)
    case noRows
    case noTable
    case columnTwice(name: String)
    case pipeTooLong(limit: Int)
    case notUTF8
    case lineTooLong(limit: Int)
    case rowChanged
    // A row of it
    case brokenJSON(String, column: Int)
    case notAnObject(found: String)
    case openQuote
    case bareQuote(field: Int)
    case textBehindQuote(field: Int)
    case fieldCount(found: Int, wanted: Int)
    case missingColumn(role: String, wanted: [String], found: [String])
    case emptyColumn(name: String)
    case nothingBehindMarker(column: String)
    case unusableTask(verifier: String, String)
    case noVerifier(source: String, column: String)
    case wrongType(column: String, found: String, wanted: String)
    case notTokenized(String)
    // What is left of it
    case tooFewHeldOut(source: String, asked: Int, found: Int)
    case nothingToTrainOn(source: String, heldOut: Int)
    case nothingLeft(source: String, rows: Int)
    case onlyBadRows(count: Int, first: String)
    case nothingPassesFilter([RowFilter.Criterion: Int])
    case emptySlice(source: String, slice: PromptSlice, threshold: String)
    case contaminated(rows: Int, examples: [String])
    // Chains
    case noWholeAnswers(source: String, rows: Int)
    case tooFewParts(source: String, horizon: Int, longest: Int)
    case noChain(source: String, horizon: Int, draws: Int)
    case tooFewChains(source: String, asked: Int, found: Int)
  }

  public let reason: Reason
  /// The path as it was given.
  public let file: String?
  /// Counted from 1.
  public let line: Int?

  public init(_ reason: Reason, file: String? = nil, line: Int? = nil) {
    self.reason = reason
    self.file = file
    self.line = line
  }

  /// Whether the fault is one row's, so that the others may still be used.
  var isOneRow: Bool {
    switch reason {
    case .brokenJSON, .notAnObject, .openQuote, .bareQuote, .textBehindQuote, .fieldCount, .missingColumn,
      .emptyColumn, .nothingBehindMarker, .unusableTask, .noVerifier, .wrongType, .notTokenized, .notUTF8,
      .lineTooLong:
      true
    default: false
    }
  }
}
