/// Reads the keys of one mapping into the fields of a configuration.
///
/// A key that is absent leaves the field as it is: the struct's own default holds. Every key that is asked for
/// becomes known, and ``close()`` reports the others. Whatever is wrong goes to the reader; reading goes on.
final class Section {
  let reader: RecipeReader
  let path: RecipePath
  private let pairs: [RecipeNode.Pair]
  /// Who decides the keys that are absent: nobody, or the preset or `true` that opened this section.
  private let absentOrigin: Origin
  private var known: [String] = []
  private var acceptsRest = false

  init(_ node: RecipeNode?, at path: RecipePath, reader: RecipeReader, absentOrigin: Origin = .default) {
    self.reader = reader
    self.path = path
    self.absentOrigin = absentOrigin
    if let node, node.pairs == nil, !node.isNull {
      reader.report(
        .wrongType(key: "\(path)", expected: "a mapping", found: node.kindInWords), at: node.place)
    }
    pairs = node?.pairs ?? []
    for pair in pairs { reader.remember(pair.keyPlace, of: path + pair.key) }
  }

  /// Reports the keys that nobody asked for.
  func close() {
    reader.close(path, known: known, unknown: acceptsRest ? [] : pairs.filter { !known.contains($0.key) })
  }

  /// Lets all other keys pass: what they mean cannot be said, because the name that decides it is wrong.
  func acceptRest() { acceptsRest = true }

  // MARK: Parts

  /// The node under `key`, which is known from now on.
  func node(_ key: String) -> RecipeNode? {
    if !known.contains(key) { known.append(key) }
    return pairs.first { $0.key == key }?.value
  }

  func section(_ key: String) -> Section {
    Section(node(key), at: path + key, reader: reader)
  }

  func place(_ key: String) -> Place? {
    pairs.first { $0.key == key }?.keyPlace
  }

  func origin(_ key: String) -> Origin {
    pairs.first { $0.key == key }?.value.place.origin ?? absentOrigin
  }

  /// The items of a list, nil where the key is absent or not a list.
  func items(_ key: String, of what: String) -> [RecipeNode]? {
    guard let node = node(key), !node.isNull else { return nil }
    if case .sequence(let items) = node.content { return items }
    refuse(key, node, expected: what)
    return nil
  }

  func record(_ key: String, _ value: String) {
    reader.record(path + key, value, origin(key))
  }

  func refuse(_ key: String, _ node: RecipeNode, expected: String) {
    reader.report(
      .wrongType(key: "\(path + key)", expected: expected, found: node.kindInWords), at: node.place)
  }

  func forbid(_ key: String, _ node: RecipeNode, allowed: String, advice: String? = nil) {
    reader.report(
      .notAllowed(key: "\(path + key)", value: node.kindInWords, allowed: allowed), at: node.place,
      advice: advice)
  }

  // MARK: Values

  func read(_ key: String, into field: inout Int, in allowed: AllowedCount = .atLeastOne) {
    if let node = node(key), let value = count(key, node, in: allowed, expected: "a whole number") {
      field = value
    }
    record(key, "\(field)")
  }

  func read(_ key: String, into field: inout Int?, in allowed: AllowedCount = .atLeastOne) {
    if let node = node(key) {
      field = node.isNull ? nil : count(key, node, in: allowed, expected: "a whole number or null")
    }
    record(key, field.map { "\($0)" } ?? "null")
  }

  func read(_ key: String, into field: inout UInt64) {
    if let node = node(key) {
      if let value = node.plainText.flatMap({ UInt64($0) }) {
        field = value
      } else {
        refuse(key, node, expected: "a whole number, 0 or above")
      }
    }
    record(key, "\(field)")
  }

  func read(_ key: String, into field: inout Double, in allowed: Allowed) {
    if let node = node(key), let value = number(key, node, in: allowed, expected: "a number") {
      field = value
    }
    record(key, YAMLText.number(field))
  }

  func read(_ key: String, into field: inout Double?, in allowed: Allowed) {
    if let node = node(key) {
      field = node.isNull ? nil : number(key, node, in: allowed, expected: "a number or null")
    }
    record(key, field.map(YAMLText.number) ?? "null")
  }

  func read(_ key: String, into field: inout Bool) {
    if let node = node(key) {
      if let value = node.boolean { field = value } else { refuse(key, node, expected: "true or false") }
    }
    record(key, "\(field)")
  }

  func read(_ key: String, into field: inout String) {
    if let node = node(key) {
      if let text = node.text { field = text } else { refuse(key, node, expected: "text") }
    }
    record(key, YAMLText.string(field))
  }

  func read(_ key: String, into field: inout String?) {
    if let node = node(key) {
      if node.isNull {
        field = nil
      } else if let text = node.text {
        field = text
      } else {
        refuse(key, node, expected: "text or null")
      }
    }
    record(key, field.map(YAMLText.string) ?? "null")
  }

  func read(_ key: String, into field: inout [String]) {
    var texts: [String] = []
    if let items = items(key, of: "a list of texts") {
      for item in items {
        if let text = item.text { texts.append(text) } else { refuse(key, item, expected: "a list of texts") }
      }
      field = texts
    }
    record(key, YAMLText.list(field.map(YAMLText.string)))
  }

  /// One of the names that `Choice` knows.
  func read<Choice: RawRepresentable & CaseIterable>(_ key: String, into field: inout Choice)
  where Choice.RawValue == String {
    if let name = name(key, among: Choice.allCases.map(\.rawValue)), let choice = Choice(rawValue: name) {
      field = choice
    }
    record(key, YAMLText.string(field.rawValue))
  }

  /// One of the names that `Choice` knows; null is none.
  func read<Choice: RawRepresentable & CaseIterable>(_ key: String, into field: inout Choice?)
  where Choice.RawValue == String {
    if let node = node(key) {
      let name = node.isNull ? nil : name(key, among: Choice.allCases.map(\.rawValue))
      field = name.flatMap(Choice.init)
    }
    record(key, field.map { YAMLText.string($0.rawValue) } ?? "null")
  }

  /// The name under `key`, if it is there and one of `names`. Records nothing.
  func name(_ key: String, among names: [String]) -> String? {
    guard let node = node(key) else { return nil }
    guard let text = node.text else {
      refuse(key, node, expected: "one of \(names.inWords)")
      return nil
    }
    guard names.contains(text) else {
      forbid(
        key, node, allowed: names.inWords,
        advice: nearestName(to: text, among: names).map { "did you mean `\($0)`?" })
      return nil
    }
    return text
  }

  /// The whole number under `key`; nil where it is absent, null or refused. Records nothing.
  func count(_ key: String, in allowed: AllowedCount) -> Int? {
    guard let node = node(key), !node.isNull else { return nil }
    return count(key, node, in: allowed, expected: "a whole number or null")
  }

  // MARK: Numbers

  private func count(_ key: String, _ node: RecipeNode, in allowed: AllowedCount, expected: String) -> Int? {
    guard let value = node.integer else {
      refuse(key, node, expected: expected)
      return nil
    }
    guard allowed.range.contains(value) else {
      forbid(key, node, allowed: allowed.inWords(insteadOf: value))
      return nil
    }
    return value
  }

  private func number(_ key: String, _ node: RecipeNode, in allowed: Allowed, expected: String) -> Double? {
    guard let value = node.number else {
      refuse(key, node, expected: expected)
      return nil
    }
    guard allowed.contains(value) else {
      forbid(key, node, allowed: allowed.description)
      return nil
    }
    return value
  }
}
