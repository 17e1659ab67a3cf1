import Curriculum
import Experience
import Foundation
import Rewards
import Testing

/// A data file that lives as long as the body runs.
func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
  try withFile(Data(text.utf8), body)
}

func withFile<Result>(_ data: Data, _ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "apus tests \(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let file = folder.appending(path: "rows.jsonl")
  try data.write(to: file)
  return try body(file.path(percentEncoded: false))
}

/// The training rows of a file, held-out ones kept out by a held-out file with a prompt of its own; in file
/// order.
func tasks(_ text: String, _ change: (inout FileSource) -> Void = { _ in }) throws -> [ReasoningTask] {
  try stream(text, change).tasks
}

func stream(
  _ text: String, _ change: (inout FileSource) -> Void = { _ in }
) throws -> (tasks: [ReasoningTask], report: DataReport) {
  try withFile(#"{"prompt": "held out", "answer": 1}"#) { heldOut in
    try withFile(text) { path in
      var source = FileSource(path: path)
      change(&source)
      var configuration = DataConfiguration()
      configuration.train = .file(source)
      configuration.heldOut = .file(FileSource(path: heldOut))
      let stream = try TaskStream(configuration, seed: 1)
      let tasks = try (0..<UInt64(stream.report.trainRows ?? 0)).map { try stream.task(at: $0) }
      return (tasks.sorted { line($0) < line($1) }, stream.report)
    }
  }
}

private func line(_ task: ReasoningTask) -> Int { Int(task.id.split(separator: "/").last ?? "") ?? 0 }

@Suite struct `Data files` {
  static let gsm8k = """
    {"question": "48 clips in April, half as many in May. How many?", "answer": "48/2 = <<48/2=24>>24 in May.\\n48+24 = <<48+24=72>>72.\\n#### 72"}
    {"question": "A car costs $16,000. Two of them?", "answer": "2*16000 = $<<2*16000=32000>>32,000\\n#### 32,000"}
    """

  @Test
  func `in GSM8K's form give the number, the rationale without calculator marks, and the gsm8k verifier`()
    throws
  {
    let (tasks, report) = try stream(Self.gsm8k)
    #expect(tasks.map(\.groundTruth) == ["72", "32,000"])
    #expect(tasks[0].solution == "48/2 = 24 in May.\n48+24 = 72.\n#### 72")
    #expect(tasks.map(\.verifier) == ["gsm8k", "gsm8k"])
    #expect(tasks.map(\.id) == ["rows.jsonl/1", "rows.jsonl/2"])
    #expect(
      report.detected[0]
        == "rows.jsonl: question ← `question`, answer ← `answer` (####), worked solution ← `answer`, verifier `gsm8k`"
    )
    for task in tasks {
      let completion = Completion(text: task.solution ?? "", groundTruth: task.groundTruth)
      #expect(Verifiers.named(task.verifier)?.verify(completion).status == .correct)
    }
  }

  @Test(arguments: [
    (#"{"prompt": "q", "label": "5"}"#, "q", "5"), (#"{"problem": "q", "ground_truth": "x+1"}"#, "q", "x+1"),
    (#"{"prompt": "q", "reward_model": {"style": "rule", "ground_truth": "5"}}"#, "q", "5"),
    (#"{"messages": [{"role": "user", "content": "q"}], "answer": 5}"#, "q", "5"),
    (
      #"{"prompt": [{"role": "system", "content": "s"}, {"role": "user", "content": "q"}], "answer": -2.50}"#,
      "s\n\nq", "-2.50"
    ),
    (
      #"{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}, {"role": "assistant", "content": "d"}], "answer": "e"}"#,
      "user: a\n\nassistant: b\n\nuser: c", "e"
    ),
    (
      #"{"messages": [{"role": "user", "content": [{"type": "text", "text": "q"}]}], "answer": "5"}"#, "q",
      "5"
    ),
    (
      #"{"question": "q", "prompt": null, "answer": 123456789012345678901234567890}"#, "q",
      "123456789012345678901234567890"
    ),
    (#"{"problem": "q", "solution": "so \\boxed{5}"}"#, "q", "so \\boxed{5}"),
    (#"{"question": "q", "answer": " ### 5"}"#, "q", "### 5"),
    (
      #"{"question": "ü 😀 \u00e9 \ud83d\ude00 \ud83d! \"\\\/\t", "answer": " 5 "}"#,
      "ü 😀 é 😀 \u{FFFD}! \"\\/\t", "5"
    ),
  ])
  func `are read under the names and shapes that people have`(row: String, prompt: String, answer: String)
    throws
  {
    let task = try #require(try tasks(row).first)
    #expect(task.prompt == prompt)
    #expect(task.groundTruth == answer)
    #expect(task.verifier == "math")
  }

  @Test func `are read by key where the recipe names columns, dotted ones too`() throws {
    let row =
      #"{"question": "no", "answer": "no", "extra": {"q": "yes", "a": 7}, "steps": "3+4=7\n#### 7", "n": 1, "l": [1]}"#
    let task = try #require(
      try tasks(row) {
        $0.promptField = "extra.q"
        $0.answerField = "extra.a"
        $0.solutionField = "steps"
        $0.verifier = "number"
      }.first)
    #expect(task.prompt == "yes")
    #expect(task.groundTruth == "7")
    #expect(task.solution == "3+4=7\n#### 7")
    #expect(task.verifier == "number")
    #expect(
      task.columns == [
        "question": "no", "answer": "no", "n": "1", "l": "[1]", "extra": #"{"a": 7, "q": "yes"}"#,
      ])
  }

  @Test func `with answer and solution side by side give both`() throws {
    let task = try #require(
      try tasks(#"{"problem": "q", "solution": "work \\boxed{5}", "answer": "5"}"#).first)
    #expect(task.groundTruth == "5")
    #expect(task.solution == "work \\boxed{5}")
  }

  @Test func `whose answers are worked solutions are imitated in them`() throws {
    let boxed = try tasks(#"{"problem": "q", "solution": "so \\boxed{5}"}"#)
    #expect(boxed.map(\.solution) == ["so \\boxed{5}"])
    let marked = try tasks(#"{"problem": "q", "solution": "1+1 = <<1+1=2>>2\n#### 2"}"#)
    #expect(marked.map(\.solution) == ["1+1 = 2\n#### 2"] && marked.map(\.groundTruth) == ["2"])
    // Answers are asked for in the form in which solutions end.
    let both = try tasks(#"{"question": "q", "solution": "1+1 = 2\n#### 2", "answer": "2"}"#)
    #expect(both.map(\.verifier) == ["gsm8k"])
  }

  @Test func `without a flaw have nothing said of them but what they are`() throws {
    let report = try stream(Self.gsm8k).report
    #expect(report.lines == report.detected + ["2 training rows", "1 held-out rows"])
  }

  @Test func `may begin with a byte order mark, end lines the Windows way and hold blank lines`() throws {
    let text =
      "\u{FEFF}\r\n{\"question\": \"a\", \"answer\": 1}\r\n\r\n  \n{\"question\": \"b\", \"answer\": 2}"
    #expect(try tasks(text).map(\.id) == ["rows.jsonl/2", "rows.jsonl/5"])
  }

  @Test func `larger than one read are put together at the seams`() throws {
    let filler = String(repeating: "x", count: 997)
    let rows = (0..<3000).map { #"{"question": "\#($0) \#(filler)", "answer": \#($0)}"# }
    let tasks = try tasks(rows.joined(separator: "\n"))
    #expect(tasks.map(\.groundTruth) == (0..<3000).map { String($0) })
    #expect(tasks.allSatisfy { $0.prompt == "\($0.groundTruth) \(filler)" })
  }

  @Test func `with ground truths that cannot be judged are counted, not hidden`() throws {
    let (_, report) = try stream(Self.gsm8k + #"\#n{"question": "q", "answer": "hm\n#### no idea"}"#)
    #expect(report.unreadableGroundTruths == 1)
    #expect(
      report.lines.contains("1 row with a ground truth that the verifier cannot read (no verdict, no reward)")
    )
    #expect(try stream(#"{"question": "q", "answer": "5"}"#).report.withoutSolution == 1)
  }
}

@Suite struct `Broken data files` {
  static let good = #"{"question": "q", "answer": "5"}"#

  static func refusal(_ text: String, _ change: (inout FileSource) -> Void = { _ in }) throws -> String? {
    do {
      _ = try tasks(text, change)
      return nil
    } catch let error as DataError {
      return error.description
    }
  }

  @Test(arguments: [
    (
      "{\"question\": \"q\", \"answer\": ",
      "this line is not JSON: at column 29, found the end of the line where a value is expected"
    ),
    ("question: q", "this line is not JSON: at column 1, found `q` where a value is expected"),
    (
      "{'question': 'q'}",
      "this line is not JSON: at column 2, found `'` where a name in double quotes is expected"
    ),
    (
      "{\"ü\": \"😀\", \"answer\": NaN}",
      "this line is not JSON: at column 22, found `N` where a value is expected"
    ),
    (
      #"{"a": 1,}"#, "this line is not JSON: at column 9, found `}` where a name in double quotes is expected"
    ),
    (#"{"a": [1 2]}"#, "this line is not JSON: at column 10, found `2` where `,` or `]` is expected"),
    (#"{"a" 1}"#, "this line is not JSON: at column 6, found `1` where `:` is expected"),
    (#"{"a": 1} {"a": 2}"#, "this line is not JSON: at column 10, found `{` where nothing more is expected"),
    (#"{"a": "b}"#, "this line is not JSON: at column 7, the text that begins here has no closing quote"),
    (
      #"{"a": "\q"}"#,
      "this line is not JSON: at column 8, no such escape; a backslash in text is written `\\\\`"
    ),
    (
      #"{"a": "\u12g4"}"#,
      "this line is not JSON: at column 12, found `g` where a hexadecimal digit is expected"
    ),
    (
      "{\"a\": \"b\tc\"}",
      "this line is not JSON: at column 9, a control character in text must be escaped, like \\n or \\t"
    ),
    (#"{"a": 012}"#, "this line is not JSON: at column 7, a number does not begin with 0"),
    (#"{"a": 1.}"#, "this line is not JSON: at column 9, found `}` where a digit is expected"),
    (#"{"a": nul}"#, "this line is not JSON: at column 7, found `n` where `null` is expected"),
    (String(repeating: "[", count: 100_000), "found a list where one JSON object per line is needed"),
    (
      "{\"a\": " + String(repeating: "[", count: 100_000),
      "this line is not JSON: at column 71, nested deeper than 64 levels"
    ),
    ("[{\"question\": \"q\"}]", "found a list where one JSON object per line is needed"),
    ("\"text\"", "found text where one JSON object per line is needed"),
    (
      #"{"question": "q"}"#,
      "no column for the answer: looked for `answer`, found `question`; name it with `answer_field`"
    ),
    (
      #"{"question": null, "answer": "5"}"#,
      "no column for the prompt: looked for `question`, found `answer`, `question`"
    ),
    (#"{"question": "q", "answer": " \n"}"#, "column `answer` is empty"),
    (#"{"question": "", "answer": "5"}"#, "column `question` is empty"),
    (#"{"question": "q", "answer": "so\n####"}"#, "column `answer` has nothing behind its last `####`"),
    (#"{"question": "q", "answer": ["5"]}"#, "column `answer` holds a list where text or a number is needed"),
    (
      #"{"question": {"text": "q"}, "answer": "5"}"#,
      "column `question` holds an object where text or a number is needed"
    ),
    (#"{"question": "q", "answer": true}"#, "column `answer` holds true where text or a number is needed"),
    (
      #"{"question": ["q"], "answer": "5"}"#,
      "column `question` holds a list with text where text, or a list of {\"role\""
    ),
    (
      #"{"question": [{"role": "system", "content": "s"}], "answer": "5"}"#,
      "column `question` holds a conversation without a user message"
    ),
  ])
  func `are refused with file, line, what was found and what would be right`(row: String, message: String)
    throws
  {
    let refusal = try #require(try Self.refusal("\(Self.good)\n\n\(row)\n"))
    #expect(refusal.contains("/rows.jsonl:3: \(message)"), "\(refusal)")
  }

  @Test func `whose first row lacks a column name all names that were looked for`() throws {
    let refusal = try #require(try Self.refusal(#"{"query": "q", "answer": "5"}"#))
    #expect(
      refusal.hasSuffix(
        "/rows.jsonl:1: no column for the prompt: looked for `prompt`, `question`, `problem`, `messages`, "
          + "found `answer`, `query`; name it with `prompt_field`"))
    let named = try #require(try Self.refusal(Self.good) { $0.solutionField = "steps" })
    #expect(named.contains(":1: no column for the solution: looked for `steps`, found `answer`, `question`"))
  }

  @Test func `that are missing, a directory, empty or in another encoding are refused`() throws {
    func refusal(_ path: String) -> String {
      var configuration = DataConfiguration()
      configuration.train = .file(FileSource(path: path))
      do {
        _ = try TaskStream(configuration, seed: 1)
        return "accepted"
      } catch {
        return error.description
      }
    }
    #expect(refusal("/no/such/file.jsonl") == "/no/such/file.jsonl: there is no such file")
    let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false)
    #expect(
      refusal(folder).hasSuffix(
        "this is a directory; give the path of a JSON Lines file (one object per line)"))
    #expect(
      try withFile("", refusal).hasSuffix(": the file holds no rows; one JSON object per line is needed"))
    #expect(try withFile("\n \n", refusal).contains("holds no rows"))
    #expect(try withFile(Data([0xFF, 0xFE, 0x7B, 0x00]), refusal).contains(":1: this line is not UTF-8"))
    #expect(
      try withFile(Data(#"{"question": "\#u{FFFD}"}"#.utf8).replacingScalar(), refusal).contains(
        ":1: this line is not UTF-8"))
  }

  @Test func `an unknown verifier is refused with those there are`() throws {
    let refusal = try #require(try Self.refusal(Self.good) { $0.verifier = "maths" })
    #expect(refusal.contains("unknown verifier `maths`; there are: `"))
    #expect(refusal.contains("`countdown`, ") && refusal.contains("`gsm8k`, "))
  }

  @Test func `cut at any byte are read or refused, never a trap`() throws {
    let text = Array(
      #"{"question": [{"role": "user", "content": "ü"}], "answer": -1.5e3, "a": {"b": [null, true]}}"#.utf8)
    for end in text.indices {
      #expect(throws: DataError.self) { try tasks(String(decoding: text[..<end], as: UTF8.self)) }
    }
    #expect(try tasks(String(decoding: text, as: UTF8.self)).first?.groundTruth == "-1.5e3")
  }
}

extension Data {
  /// With U+FFFD's first byte changed into one that no UTF-8 has.
  fileprivate func replacingScalar() -> Data {
    Data(map { $0 == 0xEF ? 0xFF : $0 })
  }
}
