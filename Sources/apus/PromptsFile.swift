import Foundation

/// A text to continue, and where it stands.
struct Prompt {
  var text: String
  /// `file:line`; nil for one from the command line.
  var place: String?
}

/// A file of prompts: JSON Lines where it is named so, else a prompt a line. Empty lines are left out.
enum PromptsFile {
  private static let columns = ["prompt", "question", "problem"]

  static func read(_ path: String) throws -> [Prompt] {
    let contents: [UInt8]
    do {
      contents = try Input.contents(of: path)
    } catch {
      throw CommandError("`--prompts-file`: \(path) cannot be read: \(error)")
    }
    let isJSON = path.hasSuffix(".jsonl") || path.hasSuffix(".json")
    var prompts: [Prompt] = []
    for (index, bytes) in contents.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .enumerated()
    {
      let place = "\(path):\(index + 1)"
      guard var line = String(validating: bytes, as: UTF8.self) else {
        throw CommandError("\(place): the line is not UTF-8")
      }
      if line.hasSuffix("\r") { line.removeLast() }
      guard line.contains(where: { !$0.isWhitespace }) else { continue }
      prompts.append(Prompt(text: isJSON ? try column(of: line, place) : line, place: place))
    }
    guard !prompts.isEmpty else { throw CommandError("\(path): there is no prompt in this file") }
    return prompts
  }

  private static func column(of line: String, _ place: String) throws -> String {
    guard let value = try? JSONSerialization.jsonObject(with: Data(line.utf8), options: .fragmentsAllowed)
    else {
      throw CommandError("\(place): this is not JSON; every line of a .jsonl file is one object")
    }
    guard let row = value as? [String: Any] else {
      throw CommandError("\(place): an object belongs here, e.g. {\"prompt\": \"1+1=\"}")
    }
    guard let column = columns.first(where: { row[$0] != nil }) else {
      let found = row.keys.sorted().map { "`\($0)`" }.joined(separator: ", ")
      throw CommandError(
        "\(place): no column `prompt`, `question` or `problem`; the row has \(found.isEmpty ? "none" : found)"
      )
    }
    guard let text = row[column] as? String else {
      throw CommandError("\(place): `\(column)` is not a text")
    }
    guard !text.isEmpty else { throw CommandError("\(place): `\(column)` is empty") }
    return text
  }
}
