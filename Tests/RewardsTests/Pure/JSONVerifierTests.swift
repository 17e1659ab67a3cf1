import Rewards
import Testing

@Suite struct `JSON verifier` {
  static func verdict(_ text: String, _ gold: String, unordered: Bool = false) -> Verdict? {
    (try? JSONVerifier(["unordered": .bool(unordered)]))?.verify(Completion(text: text, groundTruth: gold))
  }

  static func valid(_ text: String) -> Verdict? {
    (try? JSONVerifier(["mode": "valid"]))?.verify(Completion(text: text, groundTruth: ""))
  }

  @Test(arguments: [
    (#"{"a": 1, "b": [true, null]}"#, #"{"b":[true,null],"a":1.0}"#), ("10e-1", "1"), ("[-0.0]", "[0]"),
    ("1E2", "100"),
    ("[1e999999999]", "[10e999999998]"), (#""A\u00e9\n\ud83d\ude00\/""#, "\"A\u{E9}\\n\u{1F600}/\""),
    (" true ", "true"),
    ("12345678901234567890.5", "1.23456789012345678905e19"), (#"{"": {}}"#, #"{"":{}}"#),
  ])
  func `equality is of values, not of spellings`(text: String, gold: String) {
    #expect(Self.verdict(text, gold)?.score == 1)
    #expect(Self.verdict(gold, gold)?.score == 1)
  }

  @Test(arguments: [
    ("[1, 2]", "[2, 1]"), ("[1]", "[1, 1]"), (#"{"a": 1}"#, #"{"a": 1, "b": null}"#), ("1", "\"1\""),
    ("0", "false"),
    ("[]", "{}"), (#"{"a": 1}"#, #"{"A": 1}"#), ("9007199254740993", "9007199254740992"), ("1e-400", "0"),
    ("null", "[]"),
    ("[[1], 2]", "[1, [2]]"), (#"["a", "b"]"#, #"["ab"]"#), (#"["1:a"]"#, #"["1", "a"]"#),
  ])
  func `other values are wrong`(text: String, gold: String) {
    #expect(Self.verdict(text, gold)?.status == .incorrect)
  }

  @Test func `arrays can be compared as multisets, within each other too`() {
    #expect(Self.verdict("[[2, 1], 3]", "[3, [1, 2]]", unordered: true)?.score == 1)
    #expect(Self.verdict("[1, 1, 2]", "[1, 2, 2]", unordered: true)?.score == 0)
  }

  @Test(arguments: [
    ("Here:\n```json\n{\"a\": 1}\n```\nDone {\"a\": 2}", #"{"a": 1}"#),
    ("```\n[1]\n```\n```JSON\n[2]\n```", "[2]"),
    ("```python\nx = [1]\n```\nso [2]", "[2]"), ("It is [1, 2] or rather {\"a\": [3]}.", #"{"a": [3]}"#),
    ("\\frac{1}{2} and [see below] {\"a\": 1}", #"{"a": 1}"#), ("<think>[1]</think>[2]", "[2]"),
    ("say [ then [3]", "[3]"),
    ("[ {\"a\": 1} oops [4]", "[4]"),
  ])
  func `the last block counts, else the last value in no other`(text: String, gold: String) {
    #expect(Self.verdict(text, gold)?.score == 1, "\(String(describing: Self.verdict(text, gold)))")
  }

  @Test(arguments: [
    "", "no JSON", "```json\n{\"a\": 1}", "```json\n```", #"{"a": {"b": 1}, "c": "#, "<think>[1]",
    "[1, [2], ", "so [1",
  ])
  func `what is cut off or missing is no answer`(text: String) {
    #expect(Self.valid(text)?.status == .noAnswer, "\(String(describing: Self.valid(text)))")
  }

  @Test(arguments: [
    "{'a': 1}", "[1,]", "[01]", "[1.]", "[.5]", "[+1]", "[NaN]", "[1e]", "[tru]", "[\"a\nb\"]", "[\"\\x\"]",
    "[\"\\u12\"]",
    "[\"\\ud800\"]", "[\"\\udc00\\ud800\"]", "{\"a\" 1}", "{\"a\": 1,}", "{1: 2}", "[1] [2]", "[\"\t\"]", "-",
    "[1 2]", "// a\n[]",
  ])
  func `what is not JSON is wrong where it is offered as JSON`(text: String) {
    #expect(Self.valid("```json\n\(text)\n```")?.status == .incorrect)
  }

  @Test func `a key that stands twice is wrong, however deep`() {
    #expect(Self.valid(#"{"a": 1, "a": 1}"#)?.status == .incorrect)
    #expect(Self.valid(#"[{"b": {"\u0061": 1, "a": 2}}]"#)?.rule.contains("`a` stands twice") == true)
    #expect(Self.valid(#"{"a": {"a": 1}}"#)?.score == 1)
  }

  @Test func `depth, length and exponents have limits`() {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(Self.valid(nested(64))?.score == 1)
    #expect(Self.valid(nested(65))?.status == .limit)
    #expect(Self.valid("[1e9999999999]")?.status == .limit)
    #expect(Self.valid("[\"" + String(repeating: "a", count: 1 << 19) + "\"]")?.status == .limit)
    #expect(Self.valid(String(repeating: "[1]", count: 10_001))?.status == .limit)
  }

  @Test(arguments: ["", "{", "[1, 2", #"{"a": 1, "a": 2}"#, "a"])
  func `a ground truth that cannot be read gives no verdict`(gold: String) throws {
    #expect(Self.verdict("[1]", gold)?.status == .noVerdict)
    #expect(
      try JSONVerifier(["mode": "schema"]).verify(Completion(text: "[1]", groundTruth: gold)).status
        == .noVerdict)
  }

  @Test func `parameters that do nothing are refused`() {
    for parameters: VerifierParameters in [
      ["mode": "valid", "unordered": true], ["schema": ["type": "null"]], ["mode": "equal"],
      ["mode": "schema", "schema": 1], ["mode": "schema", "schema": "{"],
    ] {
      #expect(throws: VerifierParameterError.self) { try JSONVerifier(parameters) }
    }
  }
}

@Suite struct `JSON schema` {
  static func verdict(_ text: String, _ schema: String) -> Verdict? {
    let verifier = try? JSONVerifier(["mode": "schema", "schema": .text(schema)])
    return verifier?.verify(Completion(text: "```json\n\(text)\n```", groundTruth: ""))
  }

  @Test(arguments: [
    (#"{"type": "integer"}"#, ["1", "-2.0", "1e3"], ["1.5", "\"1\"", "null"]),
    (#"{"type": ["string", "null"]}"#, ["\"\"", "null"], ["0", "[]"]), ("true", ["1"], []),
    ("false", [], ["1", "{}"]),
    (#"{"enum": [1, "a", {"b": [2]}]}"#, ["1.0", "\"a\"", #"{"b": [2e0]}"#], ["2", "\"b\""]),
    (#"{"const": null}"#, ["null"], ["0"]),
    (#"{"minimum": 0.1, "maximum": 3}"#, ["0.1", "3", "\"x\""], ["0.09", "3.0001"]),
    (#"{"exclusiveMinimum": -1, "exclusiveMaximum": 1}"#, ["0", "0.999"], ["-1", "1.0", "-1e9"]),
    (#"{"minLength": 2, "maxLength": 3}"#, ["\"éé\"", "\"😀😀😀\""], ["\"é\"", "\"abcd\""]),
    (#"{"pattern": "^a+$"}"#, ["\"aa\"", "1"], ["\"ba\""]),
    (#"{"items": {"type": "number"}}"#, ["[]", "[1]"], ["[1, \"a\"]"]),
    (#"{"minItems": 1, "maxItems": 2, "uniqueItems": true}"#, ["[1, 2]"], ["[]", "[1, 2, 3]", "[1, 1.0]"]),
    (
      #"{"properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": false}"#,
      [#"{"a": ""}"#, "[]"],
      ["{}", #"{"a": 1}"#, #"{"a": "", "b": 1}"#]
    ),
    (
      #"{"additionalProperties": {"type": "number"}, "properties": {"s": true}}"#, [#"{"s": "", "n": 1}"#],
      [#"{"n": ""}"#]
    ),
    (#"{"minProperties": 1, "maxProperties": 1}"#, [#"{"a": 1}"#], ["{}", #"{"a": 1, "b": 2}"#]),
    (#"{"anyOf": [{"type": "string"}, {"minimum": 5}]}"#, ["\"a\"", "5"], ["4"]),
    (#"{"oneOf": [{"minimum": 0}, {"maximum": 5}]}"#, ["-1", "6"], ["3"]),
    (#"{"allOf": [{"minimum": 0}, {"maximum": 5}], "not": {"const": 3}}"#, ["2"], ["3", "6"]),
    (
      ##"{"$ref": "#/$defs/tree", "$defs": {"tree": {"type": "array", "items": {"$ref": "#/$defs/tree"}, "title": "t"}}}"##,
      ["[]", "[[], [[]]]"], ["[1]", "[[[[2]]]]"]
    ),
    (
      ##"{"properties": {"a/b": {"type": "null"}, "c": {"$ref": "#/properties/a~1b"}}}"##, [#"{"c": null}"#],
      [#"{"c": 1}"#]
    ),
    (##"{"items": {"$ref": "#"}, "maxItems": 1}"##, ["[[[]]]"], ["[[[], []]]"]),
  ])
  func `each keyword says yes and no`(schema: String, right: [String], wrong: [String]) {
    for text in right { #expect(Self.verdict(text, schema)?.score == 1, "\(text): \(schema)") }
    for text in wrong { #expect(Self.verdict(text, schema)?.status == .incorrect, "\(text): \(schema)") }
  }

  @Test func `a mismatch names the place in the value`() {
    let schema = #"{"properties": {"items": {"items": {"properties": {"price": {"type": "number"}}}}}}"#
    let verdict = Self.verdict(#"{"items": [{"price": 1}, {"price": "2"}]}"#, schema)
    #expect(verdict?.rule == "$.items[1].price is a string, but must be of type number")
  }

  @Test(arguments: [
    (#"{"typ": "string"}"#, "schema.typ"),
    (#"{"properties": {"a": {"format": "date"}}}"#, "schema.properties.a.format"),
    (#"{"items": [1]}"#, "schema.items"), (#"{"anyOf": [true, {"type": "text"}]}"#, "schema.anyOf[1].type"),
    (#"{"minLength": -1}"#, "schema.minLength"), (#"{"minimum": "1"}"#, "schema.minimum"),
    (#"{"required": [1]}"#, "schema.required"),
    (#"{"pattern": "("}"#, "schema.pattern"), (#"{"enum": []}"#, "schema.enum"),
    (##"{"$ref": "#/$defs/x"}"##, "schema.$ref"),
    (#"{"$ref": "other.json"}"#, "schema.$ref"),
    (#"{"$defs": {"unused": {"minimun": 1}}}"#, "schema.$defs.unused.minimun"),
    (##"{"$ref": "#"}"##, "schema"),
    (##"{"$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}]}}, "$ref": "#/$defs/a"}"##, "schema/$defs/a"),
    (#"{"type": []}"#, "schema.type"), (#"{"a": 1, "a": 2}"#, "schema"), ("[]", "schema"),
    (#"{"uniqueItems": 1}"#, "schema.uniqueItems"),
  ])
  func `what is not checked, or cannot be, is an error with its place`(schema: String, place: String) {
    #expect {
      try JSONVerifier(["mode": "schema", "schema": .text(schema)])
    } throws: { error in
      (error as? VerifierParameterError)?.parameter.hasPrefix(place) == true
    }
  }

  @Test func `can be written as a map, and can stand in the ground truth`() throws {
    let schema: ParameterValue = ["type": "array", "items": ["minimum": 0.5], "maxItems": 2]
    let verifier = try JSONVerifier(["mode": "schema", "schema": schema])
    #expect(verifier.verify(Completion(text: "[1, 0.5]", groundTruth: "")).score == 1)
    #expect(verifier.verify(Completion(text: "[0.4]", groundTruth: "")).score == 0)
    let asGold = try JSONVerifier(["mode": "schema"])
    #expect(asGold.verify(Completion(text: "[1]", groundTruth: #"{"type": "array"}"#)).score == 1)
    #expect(asGold.verify(Completion(text: "[1]", groundTruth: #"{"typo": "array"}"#)).status == .noVerdict)
    #expect(throws: VerifierParameterError.self) {
      try JSONVerifier(["mode": "schema", "schema": ["minimum": .number(.infinity)]])
    }
  }

  @Test(.timeLimit(.minutes(1))) func `one that branches without end is a limit`() {
    let items = ##""type": "array", "items": {"$ref": "#/$defs/n"}"##
    let schema =
      ##"{"$ref": "#/$defs/n", "$defs": {"n": {"anyOf": [{\##(items)}, {\##(items), "title": "again"}]}}}"##
    // The innermost value is wrong, and every level asks twice: 2^40 checks without a bound.
    let text = String(repeating: "[", count: 40) + "1" + String(repeating: "]", count: 40)
    #expect(Self.verdict(text, schema)?.status == .limit)
  }

  @Test func `one that follows a value to its full depth fits a small stack`() {
    let schema = ##"{"anyOf": [{"type": "null"}, {"type": "array", "items": {"$ref": "#"}}]}"##
    let text = String(repeating: "[", count: 63) + "null" + String(repeating: "]", count: 63)
    #expect(Self.verdict(text, schema)?.score == 1)
  }
}
