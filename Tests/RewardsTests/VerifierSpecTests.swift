import Rewards
import Testing

@Suite struct `A verifier in one line` {
  static let lines: [(line: String, spec: VerifierSpec)] = [
    ("math", "math"),
    ("  math ( ) ", "math"),
    ("math(decimal_digits=4)", VerifierSpec("math", parameters: ["decimal_digits": .integer(4)])),
    (
      "math(tolerance=1e-6, percent=strict,flag=true, none = null)",
      VerifierSpec(
        "math",
        parameters: [
          "tolerance": .number(1e-6), "percent": .text("strict"), "flag": .bool(true), "none": .null,
        ]
      )
    ),
    (
      #"regex(pattern="^\\d+, \"x\"\u00e9\n$", groups=[A, 'it''s', 2, []])"#,
      VerifierSpec(
        "regex",
        parameters: [
          "pattern": .text("^\\d+, \"x\"é\n$"),
          "groups": .list([.text("A"), .text("it's"), .integer(2), .list([])]),
        ])
    ),
    (#"regex(pattern='\d+$')"#, VerifierSpec("regex", parameters: ["pattern": .text(#"\d+$"#)])),
    (
      #"regex(pattern=^\d+ of [0-9)"#, VerifierSpec("regex", parameters: ["pattern": .text(#"^\d+ of [0-9"#)])
    ),
    (
      #"json(schema={"type": object, "properties": {"a b": {}}})"#,
      VerifierSpec(
        "json",
        parameters: ["schema": .map(["type": .text("object"), "properties": .map(["a b": .map([:])])])])
    ),
    (
      "text(a=007, b=0x10, c=infinity, d=-.5)",
      VerifierSpec(
        "text",
        parameters: ["a": .integer(7), "b": .text("0x10"), "c": .text("infinity"), "d": .number(-0.5)])
    ),
  ]

  @Test(arguments: lines.indices)
  func `reads as people write it`(index: Int) throws {
    #expect(try VerifierSpec(parsing: Self.lines[index].line) == Self.lines[index].spec)
  }

  @Test(arguments: lines.indices)
  func `is written as it reads back, whatever is in it`(index: Int) throws {
    let text = Self.lines[index].spec.text
    #expect(try VerifierSpec(parsing: text) == Self.lines[index].spec, "\(text)")
    #expect(!text.contains("\n"))
  }

  @Test func `keeps texts that look like something else`() throws {
    for text in [
      "", "true", "007", "1e5", "null", " a", "a,b", "]", "\u{0}\u{85}\u{2028}", "'", "\"", "\\", "no", "😀é",
    ] {
      let spec = VerifierSpec("x", parameters: ["key": .text(text), "map": .map([text: .text(text)])])
      if text.isEmpty { continue }
      #expect(try VerifierSpec(parsing: spec.text) == spec, "\(spec.text)")
    }
    let empty = VerifierSpec("x", parameters: ["key": .text("")])
    #expect(try VerifierSpec(parsing: empty.text) == empty)
  }

  @Test func `is the same for equal specifications, in whatever order keys were given`() {
    let one = VerifierSpec(
      "x", parameters: ["b": .integer(1), "a": .text("word"), "c": .map(["z": .null, "y": .null])])
    #expect(one.text == #"x(a=word, b=1, c={"y": null, "z": null})"#)
  }

  static let broken: [(line: String, position: Int, problem: String)] = [
    ("", 1, "a name is missing"), ("(a=1)", 1, "a name is missing"),
    ("math(", 6, "a parameter's name is missing"), ("math(a)", 7, "`=` is missing behind `a`"),
    ("math(a=)", 8, "a value is missing"), ("math(a=1", 9, "`,` or `)` is missing"),
    ("math(a=1,)", 10, "a parameter's name is missing"), ("math(a=1) b", 11, "nothing more is expected"),
    ("math(a=1, a=2)", 14, "`a` has been given twice"), (#"math(a="x"#, 10, "a closing `\"` is missing"),
    (#"math(a="\d")"#, 10, "no escape begins; a backslash in double quotes is written `\\\\`"),
    (#"math(a="\ud800")"#, 15, "half a character is escaped"), ("math(a=[1, 2)", 13, "`,` or `]` is missing"),
  ]

  @Test(arguments: broken.indices)
  func `that cannot be read says where and why`(index: Int) {
    let (line, position, problem) = Self.broken[index]
    #expect(throws: VerifierSpecError.malformed(text: line, position: position, problem: problem)) {
      try VerifierSpec(parsing: line)
    }
  }

  @Test func `of any depth and length is read or refused, never a trap`() {
    for line in [
      "x(a=" + String(repeating: "[", count: 60_000), "x(a=" + String(repeating: "{'a':", count: 9_000),
      String(repeating: "x", count: 1_000_000), "x(a=" + String(repeating: "\"", count: 999),
    ] {
      #expect(throws: VerifierSpecError.self) { try VerifierSpec(parsing: line) }
    }
  }

  @Test func `that names nothing there is says what there is`() {
    #expect(
      VerifierSpecError.unknownName("maths").description.hasPrefix("unknown verifier `maths`; there are: `"))
    #expect(
      VerifierSpecError.unknownParameter(verifier: "gsm8k", parameter: "x", known: []).description
        == "verifier `gsm8k` has no parameter `x`; it takes none")
    #expect(
      VerifierSpecError.unusable(
        verifier: "math", VerifierParameterError("decimal_digits", "is 0, but must be 1")
      )
      .description == "`decimal_digits` of verifier `math` is 0, but must be 1")
  }
}

@Suite struct `Verifiers by data source` {
  @Test func `are found by name, by the longest pattern, and the user's before those built in`() {
    let routing = VerifierRouting([
      "mine": "number", "mine*": "text", "mine_long*": "ordering", "openai/gsm8k": "math",
    ])
    for (source, name) in [
      ("mine", "number"), ("mine2", "text"), ("mine_long_1", "ordering"), ("openai/gsm8k", "math"),
      ("aime2024", "math"), ("math_dapo", "math"), ("lighteval/MATH", "math"),
    ] {
      #expect(routing.verifier(for: source)?.name == name, "\(source)")
    }
    #expect(routing.verifier(for: "codecontests") == nil && routing.verifier(for: "") == nil)
    #expect(VerifierRouting(["*": "text"]).verifier(for: "")?.name == "text")
    #expect(VerifierRouting().verifier(for: "openai/gsm8k")?.name == "gsm8k")
  }

  @Test func `built in are verifiers there are`() {
    for spec in VerifierRouting.builtIn.values {
      #expect(throws: Never.self) { try Verifiers.make(spec) }
    }
  }
}
