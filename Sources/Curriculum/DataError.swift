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
    case verifier(VerifierSpecError)
    case horizonOutOfRange(given: ClosedRange<Int>, allowed: ClosedRange<Int>)
    case notChainable(task: String)
    case nothingToChain
    case noChains
    case noTokenCounts
    case notCounted(String)
    // The file
    case missingFile
    case notAFile
    case unreadable(String)
    case noRows
    case notUTF8
    case lineTooLong(limit: Int)
    // A row of it
    case brokenJSON(String, column: Int)
    case notAnObject(found: String)
    case missingColumn(role: String, wanted: [String], found: [String])
    case emptyColumn(name: String)
    case nothingBehindMarker(column: String)
    case unusableTask(verifier: String, String)
    case noVerifier(source: String, column: String)
    case wrongType(column: String, found: String, wanted: String)
    // What is left of it
    case tooFewHeldOut(source: String, asked: Int, found: Int)
    case nothingToTrainOn(source: String, heldOut: Int)
    case emptySlice(source: String, slice: PromptSlice, threshold: String)
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

  public var description: String {
    let place = [file, line.map(String.init)].compactMap(\.self).joined(separator: ":")
    return place.isEmpty ? message : "\(place): \(message)"
  }

  private var message: String {
    switch reason {
    case .unknownTask(let name):
      "unknown task `\(name)`; there are: \(quoted(ProceduralTasks.names))"
    case .difficultyOutOfRange(let task, let given, let allowed):
      """
      `difficulty` [\(given.lowerBound), \(given.upperBound)] of task `\(task)` \
      must lie within [\(allowed.lowerBound), \(allowed.upperBound)]
      """
    case .slipRateOutOfRange(let rate):
      "the teacher's `slip_rate` is \(rate), a probability from 0 to 1 is needed"
    case .budgetsOutOfRange(let given, let allowed):
      """
      `data.budgets.range` [\(given.lowerBound), \(given.upperBound)] must lie within \
      [\(allowed.lowerBound), \(allowed.upperBound)] tokens
      """
    case .budgetShareOutOfRange(let key, let share):
      "`data.budgets.\(key)` is \(share), a share from 0 to 1 is needed"
    case .templateWithoutPrompt(let template):
      "`prompt_template` \"\(template)\" has no `{prompt}`, so every task would look the same to the model"
    case .heldOutCountOutOfRange(let count):
      "`data.held_out.count` is \(count), at least 1 is needed"
    case .sampleCountOutOfRange(let count):
      "\(count) tasks were asked for, at least 1 is needed"
    case .verifier(let error): error.description
    case .horizonOutOfRange(let given, let allowed):
      """
      horizon \(given.count == 1 ? "\(given.lowerBound)" : "[\(given.lowerBound), \(given.upperBound)]") \
      must lie within \(allowed.lowerBound) to \(allowed.upperBound)
      """
    case .notChainable(let task):
      """
      chains cannot be made of task `\(task)`, whose problems do not take a whole number in and give one out; \
      of these they can: \(quoted(ProceduralTasks.chainableNames))
      """
    case .nothingToChain:
      "the composer `executed` needs at least one task; there are: \(quoted(ProceduralTasks.chainableNames))"
    case .noChains:
      "chains of a horizon were asked for where the source makes none; give it a composer"
    case .noTokenCounts:
      "lengths in tokens were asked for where there is no tokenizer to count them; use `characters`"
    case .notCounted(let why):
      "a prompt cannot be counted in tokens: \(why)"
    case .missingFile:
      "there is no such file"
    case .notAFile:
      "this is a directory; give the path of a JSON Lines file (one object per line)"
    case .unreadable(let why):
      "cannot be read: \(why)"
    case .noRows:
      "the file holds no rows; one JSON object per line is needed"
    case .notUTF8:
      "this line is not UTF-8; save the file as UTF-8"
    case .lineTooLong(let limit):
      "this line is longer than \(limit >> 20) MiB; is it one JSON object per line?"
    case .brokenJSON(let problem, let column):
      "this line is not JSON: at column \(column), \(problem)"
    case .notAnObject(let found):
      "found \(found) where one JSON object per line is needed, like {\"question\": \"…\", \"answer\": \"…\"}"
    case .missingColumn(let role, let wanted, let found):
      """
      no column for the \(role): looked for \(quoted(wanted)), found \(found.isEmpty ? "none" : quoted(found)); \
      name it with `\(role)_field`
      """
    case .emptyColumn(let name):
      "column `\(name)` is empty"
    case .nothingBehindMarker(let column):
      "column `\(column)` has nothing behind its last `####`"
    case .unusableTask(let verifier, let why):
      "verifier `\(verifier)` cannot judge this row: \(why)"
    case .noVerifier(let source, let column):
      """
      no verifier judges rows whose `\(column)` is `\(source)`; name one with \
      `data.train.verifiers: {"\(source)": math}`, or one for all rows with `data.train.verifier: math`
      """
    case .wrongType(let column, let found, let wanted):
      "column `\(column)` holds \(found) where \(wanted) is needed"
    case .tooFewHeldOut(let source, let asked, let found):
      """
      `\(source)` has \(found) held-out tasks with different prompts, \(asked) were asked for; \
      lower `data.held_out.count` or give another `data.held_out`
      """
    case .nothingToTrainOn(let source, let heldOut):
      """
      `\(source)` has no tasks to train on: \(heldOut == 0 ? "every prompt it makes" : "each of its \(heldOut) rows") \
      is held out; widen `difficulty`, add rows or give another `data.held_out`
      """
    case .emptySlice(let source, let slice, let threshold):
      "`\(source)` has no \(slice.rawValue) prompts: the slices part at \(threshold); choose another threshold"
    case .noWholeAnswers(let source, let rows):
      """
      `\(source)` has no rows to make chains of: none of its \(rows) rows is on this side of the split and has a whole \
      number within ±\(ChainAdapter.limit) as its answer
      """
    case .tooFewParts(let source, let horizon, let longest):
      "`\(source)` has problems for chains of horizon \(longest) at most, \(horizon) was asked for"
    case .noChain(let source, let horizon, let draws):
      """
      no chain of horizon \(horizon) was found in \(draws) draws from `\(source)`; lower the horizon or widen \
      `difficulty`
      """
    case .tooFewChains(let source, let asked, let found):
      "`\(source)` gives \(found) different chains, \(asked) were asked for; lower the count"
    }
  }

  private func quoted(_ names: [String]) -> String {
    names.map { "`\($0)`" }.joined(separator: ", ")
  }
}
