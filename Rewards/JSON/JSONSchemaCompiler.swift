/// Makes a ``JSONSchema`` of a JSON value, and says what in it cannot be used, and where.
struct JSONSchemaCompiler {
  static let maximumNodes = 10_000

  private let root: JSONValue
  private let rootKey: String
  private var nodes: [JSONSchema.Node] = []
  private var paths: [String] = []
  /// What `$ref` names → its schema.
  private var targets: [[UInt8]: Int] = [:]
  /// Schemas still to be read.
  private var pending: [(node: Int, value: JSONValue, path: String)] = []

  init(root: JSONValue, key: String) {
    self.root = root
    rootKey = key
  }

  mutating func compile() throws(VerifierParameterError) -> [JSONSchema.Node] {
    targets[Array("#".utf8)] = try node(root, rootKey)
    // Level by level, so that neither depth nor references to schemas above need a call stack.
    var next = 0
    while next < pending.count {
      let (node, value, path) = pending[next]
      nodes[node] = try read(value, path)
      next += 1
    }
    try refuseCircles()
    return nodes
  }

  private mutating func node(_ value: JSONValue, _ path: String) throws(VerifierParameterError) -> Int {
    if nodes.count >= Self.maximumNodes {
      throw VerifierParameterError(rootKey, "has more than \(Self.maximumNodes) schemas within it")
    }
    nodes.append(JSONSchema.Node())
    paths.append(path)
    pending.append((nodes.count - 1, value, path))
    return nodes.count - 1
  }

  private mutating func read(
    _ value: JSONValue, _ path: String
  ) throws(VerifierParameterError) -> JSONSchema.Node {
    var node = JSONSchema.Node()
    if case .bool(let flag) = value {
      node.isFalse = !flag
      return node
    }
    guard case .object(let members) = value else {
      throw mismatch(path, value, "an object, true or false")
    }
    for member in members {
      let key = String(decoding: member.key, as: UTF8.self)
      try read(key, member.value, "\(path).\(key)", into: &node)
    }
    return node
  }

  private mutating func read(
    _ key: String, _ value: JSONValue, _ path: String, into node: inout JSONSchema.Node
  ) throws(VerifierParameterError) {
    switch key {
    case "type": node.kinds = try kinds(value, path)
    case "enum": node.values.append(try list(value, path, mayBeEmpty: false).map { $0.canonical() })
    case "const": node.values.append([value.canonical()])
    case "properties":
      for member in try members(value, path) {
        let name = String(decoding: member.key, as: UTF8.self)
        node.properties.append((member.key, try self.node(member.value, "\(path).\(name)")))
      }
    case "required": node.required = try names(value, path)
    case "additionalProperties": node.additionalProperties = try self.node(value, path)
    case "items": node.items = try self.node(value, path)
    case "uniqueItems": node.hasUniqueItems = try flag(value, path)
    case "minimum": node.minimum = try number(value, path)
    case "maximum": node.maximum = try number(value, path)
    case "exclusiveMinimum": node.exclusiveMinimum = try number(value, path)
    case "exclusiveMaximum": node.exclusiveMaximum = try number(value, path)
    case "minLength": node.minLength = try count(value, path)
    case "maxLength": node.maxLength = try count(value, path)
    case "minItems": node.minItems = try count(value, path)
    case "maxItems": node.maxItems = try count(value, path)
    case "minProperties": node.minProperties = try count(value, path)
    case "maxProperties": node.maxProperties = try count(value, path)
    case "pattern": node.pattern = try pattern(value, path)
    case "allOf": node.allOf = try schemas(value, path)
    case "anyOf": node.anyOf = try schemas(value, path)
    case "oneOf": node.oneOf = try schemas(value, path)
    case "not": node.not = try self.node(value, path)
    case "$ref": node.reference = try reference(value, path)
    case "$defs", "definitions":
      // Read although nothing may refer to them: what cannot be used is told before it is.
      for member in try members(value, path) {
        _ = try self.node(member.value, "\(path).\(String(decoding: member.key, as: UTF8.self))")
      }
    case "title", "description", "default", "examples", "$comment", "$schema": break
    default:
      throw VerifierParameterError(
        path, "is a keyword that is not checked here, so that it may not be given")
    }
  }

  /// A schema must not lead to itself without a step into the value: the check would not end.
  private func refuseCircles() throws(VerifierParameterError) {
    // 0 = not seen, 1 = on the way, 2 = done.
    var states = [UInt8](repeating: 0, count: nodes.count)
    for start in nodes.indices where states[start] == 0 {
      var stack: [(node: Int, next: Int)] = [(start, 0)]
      states[start] = 1
      while let (node, next) = stack.last {
        let following = nodes[node].sameValue
        if next == following.count {
          states[node] = 2
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        switch states[following[next]] {
        case 0:
          states[following[next]] = 1
          stack.append((following[next], 0))
        case 1: throw VerifierParameterError(paths[node], "leads back to itself")
        default: break
        }
      }
    }
  }

  private mutating func reference(_ value: JSONValue, _ path: String) throws(VerifierParameterError) -> Int {
    guard case .string(let text) = value else { throw mismatch(path, value, "a string") }
    if let target = targets[text] { return target }
    let name = String(decoding: text, as: UTF8.self)
    guard text.starts(with: "#/".utf8) else {
      throw VerifierParameterError(path, "is `\(name)`, but must begin with `#/`")
    }
    var place = root
    for step in text.dropFirst(2).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      guard let inner = place.member(at: step.unescapedPointer) else {
        throw VerifierParameterError(path, "is `\(name)`, which the schema does not have")
      }
      place = inner
    }
    let target = try node(place, "\(rootKey)\(String(decoding: text.dropFirst(), as: UTF8.self))")
    targets[text] = target
    return target
  }

  private func kinds(_ value: JSONValue, _ path: String) throws(VerifierParameterError) -> [JSONSchema.Kind] {
    var names = [value]
    if case .array(let items) = value { names = items }
    let known = JSONSchema.Kind.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    var kinds: [JSONSchema.Kind] = []
    for name in names {
      guard case .string(let text) = name else { throw mismatch(path, name, "one of \(known)") }
      let name = String(decoding: text, as: UTF8.self)
      guard let kind = JSONSchema.Kind(rawValue: name) else {
        throw VerifierParameterError(path, "is `\(name)`, but must be one of \(known)")
      }
      kinds.append(kind)
    }
    if kinds.isEmpty { throw VerifierParameterError(path, "is an empty list") }
    return kinds
  }

  private mutating func schemas(_ value: JSONValue, _ path: String) throws(VerifierParameterError) -> [Int] {
    var result: [Int] = []
    for (index, item) in try list(value, path, mayBeEmpty: false).enumerated() {
      result.append(try node(item, "\(path)[\(index)]"))
    }
    return result
  }

  private func pattern(_ value: JSONValue, _ path: String) throws(VerifierParameterError) -> LinearRegex {
    guard case .string(let text) = value else { throw mismatch(path, value, "a string") }
    return try LinearRegex(String(decoding: text, as: UTF8.self), parameter: path)
  }

  private func names(_ value: JSONValue, _ path: String) throws(VerifierParameterError) -> [[UInt8]] {
    var names: [[UInt8]] = []
    for item in try list(value, path, mayBeEmpty: true) {
      guard case .string(let name) = item else { throw mismatch(path, item, "a list of strings") }
      names.append(name)
    }
    return names
  }

  private func list(
    _ value: JSONValue, _ path: String, mayBeEmpty: Bool
  ) throws(VerifierParameterError) -> [JSONValue] {
    guard case .array(let items) = value else { throw mismatch(path, value, "a list") }
    if items.isEmpty && !mayBeEmpty { throw VerifierParameterError(path, "is an empty list") }
    return items
  }

  private func members(_ value: JSONValue, _ path: String) throws(VerifierParameterError) -> [JSONMember] {
    guard case .object(let members) = value else { throw mismatch(path, value, "an object") }
    return members
  }

  private func number(_ value: JSONValue, _ path: String) throws(VerifierParameterError) -> JSONNumber {
    guard case .number(let number) = value else { throw mismatch(path, value, "a number") }
    return number
  }

  private func count(_ value: JSONValue, _ path: String) throws(VerifierParameterError) -> Int {
    guard let count = try number(value, path).count else {
      throw VerifierParameterError(path, "must be a whole number between 0 and 1000000000")
    }
    return count
  }

  private func flag(_ value: JSONValue, _ path: String) throws(VerifierParameterError) -> Bool {
    guard case .bool(let flag) = value else { throw mismatch(path, value, "true or false") }
    return flag
  }

  private func mismatch(_ path: String, _ value: JSONValue, _ wanted: String) -> VerifierParameterError {
    VerifierParameterError(path, "is \(value.kind), but must be \(wanted)")
  }
}

extension JSONValue {
  /// A step of a JSON pointer (RFC 6901): a key, or a place in an array.
  fileprivate func member(at step: [UInt8]) -> JSONValue? {
    switch self {
    case .object(let members): return members.first { $0.key == step }?.value
    case .array(let items):
      guard let index = Int(String(decoding: step, as: UTF8.self)), items.indices.contains(index) else {
        return nil
      }
      return items[index]
    default: return nil
    }
  }
}

extension ArraySlice<UInt8> {
  /// `~1` is `/`, `~0` is `~`.
  fileprivate var unescapedPointer: [UInt8] {
    var result: [UInt8] = []
    var index = startIndex
    while index < endIndex {
      let isEscape = self[index] == UInt8(ascii: "~")
      switch isEscape ? byte(index + 1) : nil {
      case UInt8(ascii: "0"): result.append(UInt8(ascii: "~"))
      case UInt8(ascii: "1"): result.append(UInt8(ascii: "/"))
      default:
        result.append(self[index])
        index -= 1
      }
      index += 2
    }
    return result
  }
}
