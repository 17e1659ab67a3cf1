import Curriculum
import Rewards

/// Which columns of a row hold what.
struct ScoreColumns: Sendable {
  static let completionNames = [
    "completion", "response", "output", "generated_text", "solution_str", "prediction", "text",
  ]
  static let goldNames = [
    "ground_truth", "gold", "answer", "solution", "label", "target", "reward_model.ground_truth",
  ]
  private static let promptNames = ["prompt", "question", "problem", "messages"]
  private static let countNames = ["token_count", "completion_length", "num_tokens", "completion_tokens"]
  private static let tokenNames = ["completion_ids", "token_ids", "tokens", "completion_tokens"]

  /// As the user names them; nil = the first of the usual names that a row has.
  var completion: String?
  var gold: String?

  /// The column of the ground truth; nil where the row has none, which for some verifiers is right.
  func goldColumn(of row: DataRow) -> String? {
    if let gold { return row[gold] == nil ? nil : gold }
    let text = completion ?? Self.completionNames.first { row[$0] != nil }
    return Self.goldNames.first { row[$0] != nil && $0 != text }
  }

  /// Says that a row lacks its ground truth.
  func missingGold(in row: DataRow) -> CommandError {
    Self.missing(gold.map { [$0] } ?? Self.goldNames, "gold", in: row)
  }

  /// - Parameters:
  ///   - row: One input line.
  ///   - reward: What it is to be judged by.
  /// - Returns: What verifiers and terms see of it.
  /// - Throws: Where the row lacks what that reads.
  func completion(of row: DataRow, for reward: ScoreReward) throws -> Completion {
    let textColumn = try column(completion, Self.completionNames, "completion", of: row)
    let text = try Self.text(of: textColumn, in: row)
    let goldColumn = goldColumn(of: row)
    if goldColumn == nil, gold != nil || reward.needsGroundTruth { throw missingGold(in: row) }
    let promptColumn = Self.promptNames.first { row[$0] != nil && $0 != textColumn && $0 != goldColumn }
    let tokens = Self.tokenNames.lazy.compactMap { row[$0]?.tokens }.first ?? []
    let count = try Self.tokenCount(of: row)
    if let term = reward.termThatCountsTokens, tokens.isEmpty, count == nil {
      throw CommandError(
        "\(row.place): reward term `\(term)` counts tokens, and the row has neither their number "
          + "(\(Self.quoted(Self.countNames))) nor the tokens (\(Self.quoted(Self.tokenNames)))")
    }
    let used = Set([textColumn, goldColumn, promptColumn].compactMap(\.self))
    return Completion(
      prompt: try promptColumn.map { try row.prompt($0) } ?? "", text: text, tokens: tokens,
      tokenCount: count ?? tokens.count,
      finishReason: row["finish_reason"]?.plain.map(Completion.FinishReason.init(words:)) ?? .stop,
      sampleIndex: max(0, row["sample_index"]?.plain.flatMap { Int($0) } ?? 0),
      groundTruth: try goldColumn.map { try row.groundTruth($0) } ?? "", columns: row.columns(except: used))
  }

  /// What the first of the usual columns says that holds a whole number; nil without one.
  private static func tokenCount(of row: DataRow) throws -> Int? {
    for name in countNames {
      guard let count = row[name]?.plain.flatMap({ Int($0) }) else { continue }
      guard count >= 0 else {
        throw CommandError("\(row.place): column `\(name)` is \(count), but a number of tokens is 0 or more")
      }
      return count
    }
    return nil
  }

  private func column(
    _ name: String?, _ usual: [String], _ role: String, of row: DataRow
  ) throws -> String {
    let wanted = name.map { [$0] } ?? usual
    if let found = wanted.first(where: { row[$0] != nil }) { return found }
    throw Self.missing(wanted, role, in: row)
  }

  private static func missing(_ wanted: [String], _ role: String, in row: DataRow) -> CommandError {
    let found = row.members.keys.sorted()
    return CommandError(
      "\(row.place): no column for the \(role): looked for \(quoted(wanted)), found "
        + "\(found.isEmpty ? "none" : quoted(found)); name it with `--\(role)-field`")
  }

  /// Text, empty text too; of a conversation what the last assistant's message says.
  private static func text(of column: String, in row: DataRow) throws -> String {
    switch row[column] {
    case .text(let text)?: return text
    case .list(let messages)?:
      for message in messages.reversed() {
        guard case .object(let members) = message, case .text(let content)? = members["content"] else {
          continue
        }
        if members["role"]?.plain == "assistant" { return content }
      }
    default: break
    }
    throw CommandError(
      "\(row.place): column `\(column)` holds \(row[column]?.kind ?? "nothing") where text, or messages of which the "
        + "assistant's last one counts, are needed; name another with `--completion-field`")
  }

  private static func quoted(_ names: [String]) -> String {
    names.map { "`\($0)`" }.joined(separator: ", ")
  }
}

extension JSONValue {
  /// A list of token ids.
  fileprivate var tokens: [Int32]? {
    guard case .list(let items) = self else { return nil }
    let ids = items.compactMap { $0.plain.flatMap { Int32($0) } }
    return ids.count == items.count ? ids : nil
  }
}

extension Completion.FinishReason {
  /// As servers call it.
  fileprivate init(words: String) {
    switch words {
    case "stop", "eos", "eos_token", "stop_sequence", "end_turn": self = .stop
    case "length", "max_tokens", "max_length", "truncated": self = .length
    case "repetition": self = .repetition
    default: self = .other
    }
  }
}
