/// The columns of a CSV file, and how its rows become ``DataRow``s: every field is text, an empty one is empty text.
struct CSVTable: Sendable, Hashable {
  /// In their order; a column without a name (pandas writes its index so) is empty here and is not read.
  let names: [String]
  private let delimiter: UInt8

  /// - Parameters:
  ///   - bytes: The header.
  ///   - delimiter: What stands between two fields.
  ///   - file: For messages.
  ///   - line: Where the header stands.
  /// - Throws: Where the fields cannot be told apart, or two have one name.
  init(header bytes: ArraySlice<UInt8>, delimiter: UInt8, file: String, line: Int) throws(DataError) {
    self.delimiter = delimiter
    names = try Self.fields(of: bytes, delimiter: delimiter, file: file, line: line)
    var seen: Set<String> = []
    for name in names where !name.isEmpty && !seen.insert(name).inserted {
      throw DataError(.columnTwice(name: name), file: file, line: line)
    }
  }

  func row(_ bytes: ArraySlice<UInt8>, file: String, line: Int) throws(DataError) -> DataRow {
    let fields = try Self.fields(of: bytes, delimiter: delimiter, file: file, line: line)
    if fields.count != names.count {
      throw DataError(.fieldCount(found: fields.count, wanted: names.count), file: file, line: line)
    }
    var members: [String: JSONValue] = [:]
    for (name, field) in zip(names, fields) where !name.isEmpty { members[name] = .text(field) }
    return DataRow(file: file, line: line, members: members)
  }

  /// The fields of one record. What is wrong with one is said with the line it begins in.
  private static func fields(
    of bytes: ArraySlice<UInt8>, delimiter: UInt8, file: String, line: Int
  ) throws(DataError) -> [String] {
    let quote = UInt8(ascii: "\"")
    var fields: [String] = []
    var rest = bytes
    var line = line
    while true {
      let field: [UInt8]
      let begin = line
      if rest.first == quote {
        field = quoted(&rest)
        line += field.count { $0 == 0x0A }
        if let next = rest.first, next != delimiter {
          throw DataError(.textBehindQuote(field: fields.count + 1), file: file, line: line)
        }
      } else {
        let end = rest.firstIndex(of: delimiter) ?? rest.endIndex
        field = Array(rest[..<end])
        rest = rest[end...]
        if field.contains(quote) {
          throw DataError(.bareQuote(field: fields.count + 1), file: file, line: line)
        }
      }
      guard let text = String(validating: field, as: UTF8.self) else {
        throw DataError(.notUTF8, file: file, line: begin)
      }
      fields.append(text)
      if rest.isEmpty { return fields }
      rest = rest.dropFirst()
    }
  }

  /// A field in quotes, and what follows it. (That it has a closing quote the ``RecordReader`` has seen.)
  private static func quoted(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
    let quote = UInt8(ascii: "\"")
    var field: [UInt8] = []
    rest = rest.dropFirst()
    while let end = rest.firstIndex(of: quote) {
      field += rest[..<end]
      rest = rest[(end + 1)...]
      if rest.first != quote { return field }
      field.append(quote)
      rest = rest.dropFirst()
    }
    field += rest
    rest = rest[rest.endIndex...]
    return field
  }
}
