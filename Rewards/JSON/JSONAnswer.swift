/// Where a response holds its JSON.
///
/// The last fenced block marked `json`, or not marked at all, if there is one; else the whole text if it is
/// one value; else the last object or array in it that is in no other. What is cut off is no answer.
enum JSONAnswer {
  /// Objects and arrays that are begun in a text; more are a limit.
  static let maximumCount = 10_000

  case found(JSONValue, duplicateKey: [UInt8]?, text: Bytes)
  /// A block was offered that is not JSON.
  case malformed(Bytes, why: String)
  case limit(Bytes, why: String)
  case missing(rule: String)

  init(in scope: Bytes) {
    switch Self.lastFence(in: scope) {
    case .closed(let content): self.init(whole: content)
    case .unclosed: self = .missing(rule: "the last fenced block is never closed")
    case nil: self.init(bare: scope)
    }
  }

  private init(whole text: Bytes) {
    let text = text.trimmed()
    if text.isEmpty {
      self = .missing(rule: "the last fenced block is empty")
      return
    }
    do {
      let (value, duplicateKey) = try JSONParser.whole(text)
      self = .found(value, duplicateKey: duplicateKey, text: text)
    } catch {
      switch error {
      case .malformed(let index, _):
        self = .malformed(text, why: "not JSON at byte \(index - text.startIndex + 1) of the block")
      case .limit(let what): self = .limit(text, why: what)
      }
    }
  }

  private init(bare scope: Bytes) {
    let text = scope.trimmed()
    if let first = text.first, first != UInt8(ascii: "{"), first != UInt8(ascii: "["),
      let (value, duplicateKey) = try? JSONParser.whole(text)
    {
      self = .found(value, duplicateKey: duplicateKey, text: text)
    } else {
      self = Self.lastNested(in: text)
    }
  }

  /// Reads on behind a value where one is found, and behind the place that cannot stay where none is, so that
  /// no byte is read more than twice. A value that the text's end cuts off is the last one, and none.
  private static func lastNested(in text: Bytes) -> JSONAnswer {
    var last = JSONAnswer.missing(rule: "no JSON object and no array")
    var index = text.startIndex
    var count = 0
    while index < text.endIndex {
      guard text.mayBeginNested(at: index) else {
        index += 1
        continue
      }
      count += 1
      if count > maximumCount {
        return .limit(text, why: "more than \(maximumCount) beginnings of JSON objects and arrays")
      }
      let start = index
      var parser = JSONParser(text[..<min(text.endIndex, start + JSONParser.maximumLength)], from: start)
      do {
        let value = try parser.value()
        index = parser.end
        last = .found(value, duplicateKey: parser.duplicateKey, text: text[start..<index])
      } catch {
        switch error {
        case .malformed(let place, atEnd: false): index = max(place, start + 1)
        case .malformed(_, atEnd: true) where text.endIndex - start <= JSONParser.maximumLength:
          return .missing(rule: "the last JSON value is never closed")
        case .malformed:
          return .limit(text[start...], why: "more than \(JSONParser.maximumLength) bytes of JSON")
        case .limit(let what): return .limit(text[start...], why: what)
        }
      }
    }
    return last
  }

  private enum Fence {
    case closed(Bytes)
    case unclosed
  }

  /// The last block between lines that begin with three backticks, marked `json` or with nothing.
  private static func lastFence(in scope: Bytes) -> Fence? {
    var last: Fence?
    var opening: (isJSON: Bool, start: Int)?
    var line = scope.startIndex
    while line < scope.endIndex {
      let end = scope[line...].firstIndex(of: 0x0A) ?? scope.endIndex
      let text = scope[line..<end].trimmed()
      if text.has("```", at: text.startIndex) {
        let mark = text.drop { $0 == UInt8(ascii: "`") }.trimmed()
        if let block = opening {
          if mark.isEmpty {
            if block.isJSON { last = .closed(scope[block.start..<line]) }
            opening = nil
          }
        } else {
          let isJSON = mark.isEmpty || mark.map(\.lowercased) == Array("json".utf8)
          opening = (isJSON, min(end + 1, scope.endIndex))
        }
      }
      line = end + 1
    }
    if let block = opening, block.isJSON { return .unclosed }
    return last
  }
}

extension ArraySlice<UInt8> {
  /// A `[`, or a `{` with a key or its end behind it: braces of other languages are passed over at once.
  fileprivate func mayBeginNested(at index: Int) -> Bool {
    if self[index] == UInt8(ascii: "[") { return true }
    guard self[index] == UInt8(ascii: "{") else { return false }
    var next = index + 1
    // Past more blanks than people write it is tried all the same.
    while let byte = byte(next), byte.isBlank, next < index + 256 { next += 1 }
    guard let byte = byte(next) else { return true }
    return byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "}") || byte.isBlank
  }
}
