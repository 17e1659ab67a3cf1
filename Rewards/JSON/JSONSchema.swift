/// The part of JSON Schema (2020-12) that verifiers check, compiled.
///
/// `type` `enum` `const` · `properties` `required` `additionalProperties` `minProperties` `maxProperties` ·
/// `items` `minItems` `maxItems` `uniqueItems` · `minimum` `maximum` `exclusiveMinimum` `exclusiveMaximum` ·
/// `minLength` `maxLength` (Unicode scalars) `pattern` · `allOf` `anyOf` `oneOf` `not` · `$ref` within the
/// schema · the remarks `title` `description` `default` `examples` `$comment` `$schema` and the stores
/// `$defs` and `definitions`. Any other keyword is an error: one that is passed over in silence passes what
/// it forbids.
struct JSONSchema: Sendable {
  enum Kind: String, Sendable, CaseIterable {
    case null, boolean, integer, number, string, array, object

    func holds(_ value: JSONValue) -> Bool {
      switch (self, value) {
      case (.null, .null), (.boolean, .bool), (.number, .number), (.string, .string), (.array, .array),
        (.object, .object):
        true
      case (.integer, .number(let number)): number.isInteger
      default: false
      }
    }
  }

  /// One schema; nil and empty = the keyword is absent.
  struct Node: Sendable {
    /// The schema `false`: nothing is right.
    var isFalse = false
    var kinds: [Kind]?
    /// `enum` and `const`, as canonical bytes.
    var values: [[[UInt8]]] = []
    var properties: [(key: [UInt8], node: Int)] = []
    var required: [[UInt8]] = []
    var additionalProperties: Int?
    var items: Int?
    var hasUniqueItems = false
    var minimum: JSONNumber?
    var maximum: JSONNumber?
    var exclusiveMinimum: JSONNumber?
    var exclusiveMaximum: JSONNumber?
    var minLength: Int?
    var maxLength: Int?
    var minItems: Int?
    var maxItems: Int?
    var minProperties: Int?
    var maxProperties: Int?
    var pattern: LinearRegex?
    var allOf: [Int] = []
    var anyOf: [Int] = []
    var oneOf: [Int] = []
    var not: Int?
    var reference: Int?

    /// The schemas that look at the same value as this one.
    var sameValue: [Int] { allOf + anyOf + oneOf + [not, reference].compactMap(\.self) }
  }

  /// The first is the schema itself.
  let nodes: [Node]

  /// - Parameters:
  ///   - value: The schema as JSON.
  ///   - key: What errors call it (`schema`).
  /// - Throws: Where a keyword or its value cannot be used.
  init(_ value: JSONValue, key: String) throws(VerifierParameterError) {
    var compiler = JSONSchemaCompiler(root: value, key: key)
    nodes = try compiler.compile()
  }
}
