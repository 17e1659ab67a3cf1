/// An answer column's text: a bare answer, or a worked solution that ends in one.
struct Answer {
  let hasMarker: Bool
  let groundTruth: String
  /// Nil where the column holds nothing but the answer.
  let solution: String?

  init(_ text: String) {
    if let marker = lastMarker(in: text) {
      hasMarker = true
      groundTruth = trimmed(text[marker...].drop { $0 == "#" })
      solution = withoutCalculatorMarks(text)
    } else {
      hasMarker = false
      groundTruth = trimmed(text[...])
      solution = text.utf8.contains(UInt8(ascii: "\\")) && text.contains("\\boxed{") ? text : nil
    }
  }
}

/// Where the last `####` begins.
private func lastMarker(in text: String) -> String.Index? {
  var index = text.utf8.endIndex
  var run = 0
  while index > text.utf8.startIndex {
    text.utf8.formIndex(before: &index)
    run = text.utf8[index] == UInt8(ascii: "#") ? run + 1 : 0
    if run == 4 { return index }
  }
  return nil
}

private func trimmed(_ text: Substring) -> String {
  var text = text
  // Most answers have nothing to trim, and ASCII tells so without Unicode's tables.
  if let first = text.utf8.first, let last = text.utf8.last, (0x21...0x7E).contains(first),
    (0x21...0x7E).contains(last)
  {
    return String(text)
  }
  while text.last?.isWhitespace == true { text.removeLast() }
  return String(text.drop(while: \.isWhitespace))
}

/// Without GSM8K's `<<48/2=24>>`, which a calculator was to fill in.
private func withoutCalculatorMarks(_ text: String) -> String {
  let bytes = Array(text.utf8)
  var result: [UInt8] = []
  var index = 0
  while index < bytes.count {
    if bytes[index...].starts(with: "<<".utf8), let end = endOfMark(bytes, from: index) {
      index = end
    } else {
      result.append(bytes[index])
      index += 1
    }
  }
  return String(decoding: result, as: UTF8.self)
}

/// Past the `>>` of a mark on one line; nil where it has none.
private func endOfMark(_ bytes: [UInt8], from start: Int) -> Int? {
  var index = start + 2
  while index + 1 < bytes.count, bytes[index] != 0x0A, bytes[index] != UInt8(ascii: "<") {
    if bytes[index] == UInt8(ascii: ">"), bytes[index + 1] == UInt8(ascii: ">") { return index + 2 }
    index += 1
  }
  return nil
}
