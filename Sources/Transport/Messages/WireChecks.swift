internal import Experience

/// What single values in a message may be.
enum WireChecks {
  /// Steps, versions and counts of tokens of a whole run are far below.
  static let most = 1 << 48

  @discardableResult
  static func count(_ value: Int, _ field: String, from least: Int = 0, to most: Int = most) throws(WireError)
    -> Int
  {
    guard value >= least, value <= most else {
      throw .bad(field, "is \(value), outside of \(least)...\(most)")
    }
    return value
  }

  static func seconds(_ value: Double, _ field: String) throws(WireError) {
    guard value.isFinite, value >= 0, value <= 1e12 else {
      throw .bad(field, "is \(value), not a number of seconds")
    }
  }

  /// `sha256:` and 64 digits of 0-9 a-f.
  static func digest(_ text: String, _ field: String) throws(WireError) {
    guard text.utf8.count == 71, text.hasPrefix("sha256:"),
      text.utf8.dropFirst(7).allSatisfy({
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      })
    else { throw .bad(field, "is not a digest (`sha256:` and 64 hexadecimal digits)") }
  }

  static func version(_ version: PolicyVersion, _ field: String) throws(WireError) {
    try count(version.number, field + ".number")
    try digest(version.digest, field + ".digest")
  }

  static func item(_ item: WorkItem) throws(WireError) {
    try count(item.step, "item.step")
    try count(item.group, "item.group")
    try count(item.sample, "item.sample")
  }

  /// Words that will be shown to people: no control characters, nothing that turns a line around on a terminal.
  static func words(_ text: String, _ field: String, most: Int = 200) throws(WireError) {
    guard text.utf8.count <= most else {
      throw WireError(.tooLarge(what: "bytes in `\(field)`", count: text.utf8.count, most: most))
    }
    guard text.unicodeScalars.allSatisfy(isShown) else {
      throw .bad(field, "has characters that cannot be shown")
    }
  }

  /// The same, made so from words that may be anything.
  static func shown(_ text: String, most: Int = 200) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      let next = isShown(scalar) ? String(scalar) : " "
      if result.utf8.count + next.utf8.count > most { break }
      result += next
    }
    return result
  }

  private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
    default: true
    }
  }

  static func leases(_ leases: [LeaseID], _ field: String, _ limits: WireLimits) throws(WireError) {
    guard leases.count <= limits.maxItems else {
      throw WireError(.tooLarge(what: field, count: leases.count, most: limits.maxItems))
    }
  }

  /// Which chunks of a transfer somebody asks for.
  static func request(first: Int, count: Int, _ limits: WireLimits) throws(WireError) {
    try Self.count(first, "first", to: limits.maxChunks - 1)
    try Self.count(count, "count", from: 1, to: limits.maxItems)
  }

  /// A chunk of a transfer.
  static func chunk(_ bytes: [UInt8], index: Int, of count: Int, _ limits: WireLimits) throws(WireError) {
    try Self.count(count, "count", from: 1, to: limits.maxChunks)
    try Self.count(index, "index", to: count - 1)
    guard bytes.count <= limits.maxChunkBytes else {
      throw WireError(.tooLarge(what: "bytes in a chunk", count: bytes.count, most: limits.maxChunkBytes))
    }
  }
}
