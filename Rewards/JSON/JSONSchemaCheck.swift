/// Checks a value against a schema, with counted effort.
///
/// Recursive in the value's nesting and in chains of schemas on one value; both are bounded, the second by
/// the same limit as the first.
struct JSONSchemaCheck {
  /// Schemas applied to values, and blocks of 64 bytes compared.
  static let fuel = 100_000
  /// Schemas that lead to schemas, with or without a step into the value.
  static let maximumDepth = 192

  enum Problem: Error, Hashable {
    /// Where in the value, and what is wrong with it.
    case mismatch(String)
    case limit(String)
  }

  private let nodes: [JSONSchema.Node]
  private var fuel = Self.fuel
  private var patternFuel = LinearRegex.fuel
  private var depth = 0

  static func check(_ value: JSONValue, _ schema: JSONSchema) throws(Problem) {
    var check = JSONSchemaCheck(nodes: schema.nodes)
    try check.check(value, 0, "$")
  }

  private init(nodes: [JSONSchema.Node]) {
    self.nodes = nodes
  }

  private mutating func spend(_ amount: Int) throws(Problem) {
    fuel -= amount
    if fuel < 0 { throw .limit("the schema takes more than \(Self.fuel) checks") }
  }

  private mutating func check(_ value: JSONValue, _ index: Int, _ path: String) throws(Problem) {
    try spend(1 + path.utf8.count / 64)
    depth += 1
    defer { depth -= 1 }
    if depth > Self.maximumDepth {
      throw .limit("schemas lead to schemas more than \(Self.maximumDepth) deep")
    }
    let node = nodes[index]
    if node.isFalse { throw .mismatch("\(path) may not be there") }
    if let kinds = node.kinds, !kinds.contains(where: { $0.holds(value) }) {
      let names = kinds.map(\.rawValue).joined(separator: " or ")
      throw .mismatch("\(path) is \(value.kind), but must be of type \(names)")
    }
    if !node.values.isEmpty {
      let bytes = value.canonical()
      for allowed in node.values {
        try spend(bytes.count / 64 + allowed.count)
        if !allowed.contains(bytes) { throw .mismatch("\(path) is not one of the allowed values") }
      }
    }
    switch value {
    case .number(let number): try check(number, node, path)
    case .string(let text): try check(text, node, path)
    case .array(let items): try check(items, node, path)
    case .object(let members): try check(members, node, path)
    case .null, .bool: break
    }
    try checkCombinations(value, node, path)
  }

  private func check(_ number: JSONNumber, _ node: JSONSchema.Node, _ path: String) throws(Problem) {
    let isBelow =
      node.minimum.map { number < $0 } == true || node.exclusiveMinimum.map { !($0 < number) } == true
    if isBelow { throw .mismatch("\(path) is too small") }
    let isAbove =
      node.maximum.map { $0 < number } == true || node.exclusiveMaximum.map { !(number < $0) } == true
    if isAbove { throw .mismatch("\(path) is too large") }
  }

  private mutating func check(_ text: [UInt8], _ node: JSONSchema.Node, _ path: String) throws(Problem) {
    if node.minLength != nil || node.maxLength != nil {
      // Scalars: every byte but those that continue one.
      let length = text.count { $0 & 0xC0 != 0x80 }
      try check(count: length, node.minLength, node.maxLength, "\(path) is", "characters")
    }
    guard let pattern = node.pattern else { return }
    let matches: Bool
    do {
      matches = try pattern.matches(within: text[...], fuel: &patternFuel)
    } catch {
      throw .limit("the schema's patterns take more than \(LinearRegex.fuel) steps")
    }
    if !matches { throw .mismatch("\(path) does not match the pattern") }
  }

  private mutating func check(_ items: [JSONValue], _ node: JSONSchema.Node, _ path: String) throws(Problem) {
    try check(count: items.count, node.minItems, node.maxItems, "\(path) has", "items")
    if node.hasUniqueItems {
      var seen: Set<[UInt8]> = []
      for item in items {
        let bytes = item.canonical()
        try spend(bytes.count / 64 + 1)
        if !seen.insert(bytes).inserted { throw .mismatch("\(path) has an item twice") }
      }
    }
    guard let schema = node.items else { return }
    for (index, item) in items.enumerated() { try check(item, schema, "\(path)[\(index)]") }
  }

  private mutating func check(
    _ members: [JSONMember], _ node: JSONSchema.Node, _ path: String
  ) throws(Problem) {
    try check(count: members.count, node.minProperties, node.maxProperties, "\(path) has", "properties")
    if node.required.isEmpty && node.properties.isEmpty && node.additionalProperties == nil { return }
    try spend(node.required.count + members.count)
    let keys = Set(members.map(\.key))
    for key in node.required where !keys.contains(key) {
      throw .mismatch("\(path) lacks `\(key[...].excerpt)`")
    }
    let schemas = Dictionary(node.properties.map { ($0.key, $0.node) }) { first, _ in first }
    try spend(node.properties.count)
    for member in members {
      guard let schema = schemas[member.key] ?? node.additionalProperties else { continue }
      try check(member.value, schema, "\(path).\(member.key[...].excerpt)")
    }
  }

  private func check(
    count: Int, _ minimum: Int?, _ maximum: Int?, _ subject: String, _ what: String
  ) throws(Problem) {
    if let minimum, count < minimum {
      throw .mismatch("\(subject) \(count) \(what), but must be at least \(minimum)")
    }
    if let maximum, count > maximum {
      throw .mismatch("\(subject) \(count) \(what), but must be at most \(maximum)")
    }
  }

  private mutating func checkCombinations(
    _ value: JSONValue, _ node: JSONSchema.Node, _ path: String
  ) throws(Problem) {
    if let reference = node.reference { try check(value, reference, path) }
    for schema in node.allOf { try check(value, schema, path) }
    if !node.anyOf.isEmpty {
      var holds = false
      for schema in node.anyOf where !holds { holds = try satisfies(value, schema, path) }
      if !holds { throw .mismatch("\(path) is right by none of `anyOf`") }
    }
    if !node.oneOf.isEmpty {
      var count = 0
      for schema in node.oneOf where try satisfies(value, schema, path) { count += 1 }
      if count != 1 { throw .mismatch("\(path) is right by \(count) of `oneOf`, not by one") }
    }
    if let schema = node.not, try satisfies(value, schema, path) {
      throw .mismatch("\(path) is what `not` forbids")
    }
  }

  private mutating func satisfies(_ value: JSONValue, _ schema: Int, _ path: String) throws(Problem) -> Bool {
    do {
      try check(value, schema, path)
      return true
    } catch {
      if case .limit = error { throw error }
      return false
    }
  }
}
