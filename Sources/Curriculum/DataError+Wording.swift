internal import Rewards

extension DataError {
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
    case .heldOutShareOutOfRange(let share):
      "`data.held_out.share` is \(share), allowed: \(DataConfiguration.heldOutShares.lowerBound) to "
        + "\(DataConfiguration.heldOutShares.upperBound)"
    case .ngramOutOfRange(let count):
      "`data.contamination_ngram` is \(count), allowed: \(DataConfiguration.contaminationNGrams.lowerBound) to "
        + "\(DataConfiguration.contaminationNGrams.upperBound) words, or null"
    case .mixtureSize(let count):
      "a mixture of \(count) sources was asked for; 1 to \(TaskSource.mostParts) can be mixed"
    case .mixtureWeight(let source, let weight):
      "`weight` of `\(source)` is \(weight), a number above 0 is needed; leave the source out if it is not wanted"
    case .nestedMixture:
      "a mixture is part of a mixture; list all sources side by side, with weights that multiply"
    case .nobodyCountsTokens(let criterion):
      "filter `\(criterion.rawValue)` needs a tokenizer, and here there is none; filter by characters"
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
    case .missingFile:
      "there is no such file"
    case .notAFile:
      "this is a directory; give the path of a JSON Lines file (one object per line)"
    case .unreadable(let why):
      "cannot be read: \(why)"
    case .noRows:
      "the file holds no rows; one JSON object per line is needed"
    case .noTable:
      "the file holds no rows; a line of column names and one row are needed"
    case .columnTwice(let name):
      "two columns are called `\(name)`; rename one"
    case .pipeTooLong(let limit):
      "this is no regular file, so its rows cannot be read again, and it is longer than the \(limit >> 20) MiB that are "
        + "kept in memory; save it as a file"
    case .rowChanged:
      "this row is no longer what it was when the run began: the file was overwritten; put it back, or start a new run"
    case .notUTF8:
      "this line is not UTF-8; save the file as UTF-8"
    case .lineTooLong(let limit):
      "this line is longer than \(limit >> 20) MiB; is it one JSON object per line?"
    case .brokenJSON(let problem, let column):
      "this line is not JSON: at column \(column), \(problem)"
    case .notAnObject(let found):
      "found \(found) where one JSON object per line is needed, like {\"question\": \"…\", \"answer\": \"…\"}"
    case .openQuote:
      "the quote that opens in this line is never closed"
    case .bareQuote(let field):
      "field \(field) has a quote in it; put the field in quotes and write each quote in it twice: \"5\"\" pipe\""
    case .textBehindQuote(let field):
      "field \(field) goes on behind its closing quote; a quote within quotes is written twice"
    case .fieldCount(let found, let wanted):
      "this row has \(found) \(found == 1 ? "field" : "fields") and the header \(wanted); "
        + "a comma within a field needs quotes around the field"
    case .notTokenized(let why):
      "the tokenizer cannot count this row: \(why)"
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
    case .nothingLeft(let source, let rows):
      "`\(source)` has no tasks to train on: each of its \(rows) rows is held out, repeats an earlier row or is too "
        + "much like a held-out one; drop the source, or see `data.deduplicate` and `data.contamination`"
    case .onlyBadRows(let count, let first):
      "none of the file's \(count) rows can be used; the first: \(first)"
    case .nothingPassesFilter(let counts):
      "no row passes the filter: "
        + RowFilter.Criterion.allCases.compactMap { key in
          counts[key].map { "`\(key.rawValue)` leaves out \($0)" }
        }
        .joined(separator: ", ")
    case .contaminated(let rows, let examples):
      "\(rows) training rows are too much like held-out ones (`data.contamination: stop`): "
        + examples.joined(separator: "; ")
    }
  }

  private func quoted(_ names: [String]) -> String {
    names.map { "`\($0)`" }.joined(separator: ", ")
  }
}
