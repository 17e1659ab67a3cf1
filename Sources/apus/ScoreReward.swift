import Curriculum
import Foundation
import Recipe
import Rewards

/// What `apus score` judges by: a reward, made ready, and how to find the verifier of a row that names none.
struct ScoreReward: Sendable {
  let configuration: RewardConfiguration
  let maximumLength: Int
  let verifiers: PreparedVerifiers
  private let routing: VerifierRouting
  private let sourceField: String

  /// Reads SPEC: a file; `correctness`, for the verifier of each row's data source; or a verifier.
  ///
  /// - Parameters:
  ///   - text: SPEC.
  ///   - maxCompletionLength: What `--max-completion-length` says.
  /// - Throws: Where it names nothing there is, or a reward that cannot be had row by row.
  init(_ text: String, maxCompletionLength: Int?) throws {
    var file: RewardFile?
    if Self.isFile(text) {
      let read = try RecipeLoader.reward(path: text, maxCompletionLength: maxCompletionLength)
      (configuration, file) = (read.reward, read)
    } else {
      configuration = try Self.reward(of: text)
    }
    routing = file?.routing ?? VerifierRouting()
    sourceField = file?.sourceField ?? "data_source"
    try Self.check(configuration, isLimitKnown: file?.maxCompletionLength != nil)
    maximumLength = file?.maxCompletionLength ?? maxCompletionLength ?? .max
    let named = Array(routing.entries.values) + VerifierRouting.builtIn.values
    verifiers = try PreparedVerifiers(for: configuration, tasks: named.map(\.text))
  }

  private static func isFile(_ text: String) -> Bool {
    [".yaml", ".yml", ".json"].contains { text.hasSuffix($0) }
      || (text.contains("/") && !text.contains("(") && FileManager.default.fileExists(atPath: text))
  }

  private static func reward(of text: String) throws -> RewardConfiguration {
    var configuration = RewardConfiguration()
    if text == "correctness" { return configuration }
    do throws(VerifierSpecError) {
      let spec = try VerifierSpec(parsing: text)
      _ = try Verifiers.make(spec)
      configuration.terms = [RewardTerm(.correctness(verifier: spec), label: spec.name)]
    } catch {
      throw CommandError("`--reward`: \(inWords(error))")
    }
    return configuration
  }

  /// Why there is no such verifier, and what may have been meant.
  private static func inWords(_ error: VerifierSpecError) -> String {
    if case .unknownName(let name) = error {
      if RewardNames.isTerm(name) {
        return
          "`\(name)` is no verifier but a reward term: name it in a file, under `terms`, and that file here"
      }
      if let nearest = RewardNames.nearestVerifier(to: name) {
        return "unknown verifier `\(name)`; did you mean `\(nearest)`? `apus rewards list` has all of them"
      }
    }
    return "\(error); or name a recipe, or a file with its `reward:` section"
  }

  private static func check(_ configuration: RewardConfiguration, isLimitKnown: Bool) throws {
    for term in configuration.terms.leaves {
      if term.kind.comparesGroup {
        throw CommandError(
          "reward term `\(term.name)` compares all answers to one prompt, and `apus score` takes rows one by one — leave "
            + "it out of the file that `--reward` names")
      }
      if !isLimitKnown, term.kind.dependsOnLimit {
        throw CommandError(
          "reward term `\(term.name)` depends on the longest answer allowed — say it with `--max-completion-length`"
        )
      }
    }
  }

  /// Whether any verifier that may be asked cannot do without a ground truth.
  var needsGroundTruth: Bool {
    guard !configuration.terms.leaves.contains(where: { $0.kind == .correctness(verifier: nil) }) else {
      return true
    }
    let names = configuration.terms.leaves.compactMap { $0.kind.verifier?.name }
    let asked = Verifiers.descriptions.filter { names.contains($0.name) }
    return asked.isEmpty || asked.contains(where: \.needsGroundTruth)
  }

  /// The term that counts tokens, if there is one.
  var termThatCountsTokens: String? { configuration.terms.leaves.first { $0.kind.countsTokens }?.name }

  /// The verifier of a row, where no term says it.
  func verifier(of row: DataRow) throws -> String {
    if configuration.verifier != nil { return "" }
    guard configuration.terms.everyTerm.contains(where: \.kind.judgesCorrectness) else { return "" }
    let source = row[sourceField]?.plain
    if let spec = routing.verifier(for: source ?? "") { return spec.text }
    if let text = row["verifier"]?.plain {
      do throws(VerifierSpecError) {
        _ = try verifiers.verifier(named: text)
      } catch {
        throw CommandError("\(row.place): column `verifier`: \(error)")
      }
      return text
    }
    guard let source else {
      throw CommandError(
        "\(row.place): the reward names no verifier, and neither does the row: it has no column `\(sourceField)` and none "
          + "`verifier`")
    }
    throw CommandError(
      "\(row.place): no verifier judges rows whose `\(sourceField)` is `\(source)`; name one in the file that "
        + "`--reward` names, under `terms` or, in a recipe, `data.train.verifiers`")
  }
}

extension DataRow {
  /// `file:line`.
  var place: String { "\(file):\(line)" }
}

extension RewardTerm.Kind {
  /// Whether it is computed from the number of tokens.
  fileprivate var countsTokens: Bool {
    switch self {
    case .softOverlong, .dler, .lcpo, .cosine, .o1Pruner, .hbpo: true
    case .repetition(let rule): rule.unit == .tokens
    default: false
    }
  }

  /// Whether it needs `max_completion_length`.
  fileprivate var dependsOnLimit: Bool {
    switch self {
    case .softOverlong: true
    case .dler(let rule): rule.limit == nil
    case .cosine(let rule): rule.maximumLength == nil
    default: false
    }
  }
}
