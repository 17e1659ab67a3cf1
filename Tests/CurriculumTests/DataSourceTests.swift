import Curriculum
import Experience
import Rewards
import Testing

@Suite struct `Rows by data source` {
  static func row(_ index: Int, _ source: String?, answer: String = "5") -> String {
    let column = source.map { #", "data_source": "\#($0)""# } ?? ""
    return #"{"prompt": "q\#(index)", "answer": "\#(answer)"\#(column)}"#
  }

  private func refusal(_ rows: [String], _ change: (inout FileSource) -> Void = { _ in }) throws -> String {
    do {
      _ = try tasks(rows.joined(separator: "\n"), change)
      return "accepted"
    } catch let error as DataError {
      return error.description
    }
  }

  @Test func `are judged by the verifier of their source, and the report says which`() throws {
    let rows = [
      Self.row(0, "openai/gsm8k"), Self.row(1, "mine"), Self.row(2, "aime2024"), Self.row(3, "mine"),
    ]
    let (tasks, report) = try stream(rows.joined(separator: "\n")) {
      $0.verifiers.entries = ["mine": "number"]
    }
    #expect(tasks.map(\.verifier) == ["gsm8k", "number", "math", "number"])
    #expect(
      report.detected[0]
        == "rows.jsonl: question ← `prompt`, answer ← `answer`, no worked solutions, verifier by `data_source`: "
        + "mine → `number` (2), aime2024 → `math` (1), openai/gsm8k → `gsm8k` (1)")
  }

  @Test func `are judged each by its own verifier when ground truths are read`() throws {
    let rows = [Self.row(0, "openai/gsm8k"), Self.row(1, "aime2024", answer: "x+1")]
    let report = try stream(rows.joined(separator: "\n")).report
    #expect(report.unreadableGroundTruths == 0)
  }

  @Test func `of many sources are told by the eight that have most rows`() throws {
    let rows = (0..<12).map { Self.row($0, "s\($0 % 10)") }
    let report = try stream(rows.joined(separator: "\n")) { $0.verifiers.entries = ["*": "math"] }.report
    #expect(report.detected[0].contains(": s0 → `math` (2), s1 → `math` (2), s2 → `math` (1), "))
    #expect(report.detected[0].hasSuffix(", s7 → `math` (1) and 2 more"), "\(report.detected[0])")
  }

  @Test func `without a verifier for their source are an error that says what to write`() throws {
    let rows = [Self.row(0, "openai/gsm8k"), Self.row(1, "codecontests")]
    let words = try refusal(rows)
    #expect(
      words.contains("rows.jsonl:2: no verifier judges rows whose `data_source` is `codecontests`"),
      "\(words)")
    #expect(words.contains(#"data.train.verifiers: {"codecontests": math}"#), "\(words)")
    // Whoever names one verifier means all rows.
    let all = try tasks(rows.joined(separator: "\n")) { $0.verifier = "number" }
    #expect(all.map(\.verifier) == ["number", "number"])
    let others = try tasks(rows.joined(separator: "\n")) {
      $0.verifier = "number"
      $0.verifiers.entries = ["openai/gsm8k": "text"]
    }
    #expect(others.map(\.verifier) == ["text", "number"])
    let rest = try tasks(rows.joined(separator: "\n")) {
      $0.verifier = "number"
      $0.verifiers.entries = ["*": "text"]
    }
    #expect(rest.map(\.verifier) == ["text", "text"])
  }

  @Test func `without a source are an error where sources decide`() throws {
    #expect(
      try refusal([Self.row(0, "aime"), Self.row(1, nil)]).contains(
        "no column for the source: looked for `data_source`"))
    #expect(try refusal([Self.row(0, nil)]) { $0.sourceField = "set" }.contains("looked for `set`"))
    #expect(try tasks(Self.row(0, nil)) { $0.verifiers.entries = ["*": "text"] }.map(\.verifier) == ["text"])
  }

  @Test func `may name their source in any column, dotted ones too`() throws {
    let row = #"{"prompt": "q", "answer": "5", "extra": {"set": "mine"}}"#
    let found = try tasks(row) {
      $0.sourceField = "extra.set"
      $0.verifiers.entries = ["mine": "text"]
    }
    #expect(found.map(\.verifier) == ["text"])
  }

  @Test func `name verifiers by text, which judges again`() throws {
    let task = try #require(try tasks(Self.row(0, "openai/gsm8k")).first)
    let verifiers = try PreparedVerifiers(for: RewardConfiguration(), tasks: [task.verifier])
    let verdict = try verifiers.verifier(named: task.verifier).verify(
      Completion(text: "#### 5", groundTruth: task.groundTruth))
    #expect(verdict.status == .correct)
  }

  @Test func `keep lists and objects as JSON, for verifiers that read them`() throws {
    let row =
      #"{"prompt": "q", "answer": ["5", "five"], "kwargs": [{"n": 1.50, "s": "a\"\n"}, null], "choices": {"A": "x", "B": true}}"#
    let task = try #require(try tasks(row) { $0.verifier = "text" }.first)
    #expect(task.groundTruth == #"["5", "five"]"#)
    #expect(
      task.columns == [
        "kwargs": #"[{"n": 1.50, "s": "a\"\n"}, null]"#, "choices": #"{"A": "x", "B": true}"#,
        "choices.A": "x",
        "choices.B": "true",
      ])
  }

  @Test func `need no answer where their verifier reads none`() throws {
    let row = #"{"prompt": "q", "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}"#
    let (tasks, report) = try stream(row) { $0.verifier = "ifeval" }
    #expect(tasks.map(\.groundTruth) == [""] && report.unreadableGroundTruths == 0)
    #expect(
      report.detected[0].contains("question ← `prompt`, no answers, no worked solutions, verifier `ifeval`"))
    #expect(try refusal([row]) { $0.verifier = "math" }.contains("no column for the answer"))
  }

  @Test func `with instructions that nobody knows are an error, never followed`() throws {
    let good = #"{"prompt": "q", "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}"#
    let unknown = #"{"prompt": "p", "instruction_id_list": ["punctuation:no_commas"], "kwargs": [{}]}"#
    let words = try refusal([good, unknown]) { $0.verifier = "ifeval" }
    #expect(words.contains("rows.jsonl:2: verifier `ifeval` cannot judge this row: "), "\(words)")
    #expect(words.contains("no_commas"), "\(words)")
  }
}
