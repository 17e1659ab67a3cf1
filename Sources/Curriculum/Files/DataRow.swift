/// One row of a data file with its place.
package struct DataRow: Sendable {
  package let file: String
  package let line: Int
  package let members: [String: JSONValue]

  init(file: String, line: Int, members: [String: JSONValue]) {
    self.file = file
    self.line = line
    self.members = members
  }

  package init(file: String, line: Int, bytes: ArraySlice<UInt8>) throws(DataError) {
    self.file = file
    self.line = line
    if bytes.first(where: { $0 != 0x20 && $0 != 0x09 }) == UInt8(ascii: "[") {  // a JSON file, not JSON Lines
      throw DataError(.notAnObject(found: "a list"), file: file, line: line)
    }
    members = try JSONValue.object(in: bytes, file: file, number: line)
  }

  /// A column by name; a dotted name reaches into objects. Null counts as missing.
  package subscript(name: String) -> JSONValue? {
    if let value = members[name] { return value == .null ? nil : value }
    var value = JSONValue.object(members)
    for part in name.split(separator: ".") {
      guard case .object(let inner) = value, let next = inner[String(part)] else { return nil }
      value = next
    }
    return value == .null ? nil : value
  }

  /// The named column, or the first of the usual names that the row has.
  package func column(_ role: String, _ name: String?, _ usual: [String]) throws(DataError) -> String {
    let wanted = name.map { [$0] } ?? usual
    if let found = wanted.first(where: { self[$0] != nil }) { return found }
    throw error(.missingColumn(role: role, wanted: wanted, found: members.keys.sorted()))
  }

  /// A column that must hold text, or a number, and not be empty.
  package func text(_ name: String, role: String) throws(DataError) -> String {
    guard let value = self[name] else {
      throw error(.missingColumn(role: role, wanted: [name], found: members.keys.sorted()))
    }
    let text: String
    switch value {
    case .text(let found), .number(let found): text = found
    case .null, .bool, .list, .object:
      throw error(.wrongType(column: name, found: value.kind, wanted: "text or a number"))
    }
    if text.utf8.allSatisfy({ $0 <= 0x20 }) { throw error(.emptyColumn(name: name)) }
    return text
  }

  /// What a right answer is compared with: text or a number, or a list or an object as JSON.
  package func groundTruth(_ name: String) throws(DataError) -> String {
    switch self[name] {
    case .list?, .object?: self[name]?.json ?? ""
    default: try text(name, role: "answer")
    }
  }

  /// The prompt: text as it stands, or a conversation up to its last user message.
  package func prompt(_ name: String) throws(DataError) -> String {
    guard case .list(let messages)? = self[name] else { return try text(name, role: "prompt") }
    return try conversation(messages, column: name)
  }

  /// All other columns as text: lists and objects as JSON, the members of objects by dotted names too, nulls left out.
  package func columns(except used: Set<String>) -> [String: String] {
    var columns: [String: String] = [:]
    func add(_ members: [String: JSONValue], under prefix: String) {
      for (key, value) in members where !used.contains(prefix + key) {
        switch value {
        case .null: break
        case .bool, .number, .text: columns[prefix + key] = value.plain
        case .list: columns[prefix + key] = value.json
        case .object(let inner):
          columns[prefix + key] = value.json
          add(inner, under: prefix + key + ".")
        }
      }
    }
    add(members, under: "")
    return columns
  }

  package func error(_ reason: DataError.Reason) -> DataError {
    DataError(reason, file: file, line: line)
  }

  /// One user message is itself the prompt, system text stands before it. Where an assistant has spoken in
  /// between, each message says whose it is. What follows the last user message is not part of the question.
  private func conversation(_ messages: [JSONValue], column: String) throws(DataError) -> String {
    var turns: [(role: String, content: String)] = []
    for message in messages {
      guard case .object(let members) = message, case .text(let role)? = members["role"],
        let content = members["content"].flatMap(Self.content)
      else {
        throw error(
          .wrongType(
            column: column, found: "a list with \(message.kind)",
            wanted: "text, or a list of {\"role\": …, \"content\": …}"))
      }
      turns.append((role, content))
    }
    guard let last = turns.lastIndex(where: { $0.role == "user" || $0.role == "human" }) else {
      throw error(
        .wrongType(column: column, found: "a conversation without a user message", wanted: "at least one"))
    }
    turns = Array(turns[...last])
    let isDialogue = turns.contains { $0.role == "assistant" }
    let text = turns.map { isDialogue ? "\($0.role): \($0.content)" : $0.content }.joined(separator: "\n\n")
    if text.utf8.allSatisfy({ $0 <= 0x20 }) { throw error(.emptyColumn(name: column)) }
    return text
  }

  /// Text, or the texts of a list of parts.
  private static func content(_ value: JSONValue) -> String? {
    switch value {
    case .text(let text): return text
    case .list(let parts):
      let texts = parts.compactMap { part -> String? in
        guard case .object(let members) = part, case .text(let text)? = members["text"] else { return nil }
        return text
      }
      return texts.count == parts.count ? texts.joined() : nil
    case .null, .bool, .number, .object: return nil
    }
  }
}
