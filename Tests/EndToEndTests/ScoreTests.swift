import Foundation
import Testing

/// `apus score`, as people pipe rows through it.
@Suite struct `apus score` {
  /// Rows out, as they were written.
  private func score(_ program: Program, _ rows: String, _ arguments: String) throws -> Program.Result {
    try program.write(rows, to: "rows.jsonl")
    return try program.shell("score \(arguments) < rows.jsonl")
  }

  private func reward(_ line: Substring, _ member: String = "reward") throws -> [String: Any] {
    let row = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    return try #require(row[member] as? [String: Any])
  }

  private func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }

  static let gsm8k = """
    {"answer": "so it is 24+48=<<24+48=72>>72\\n#### 72", "question" : "ü",  "n": 1.50e0, "completion":"#### 72"}
    {"completion": "#### 71", "answer": "#### 72"}

      {"completion": "no idea", "answer": "72", "x": {"}": "}"}}\u{20}
    {"completion": "#### 72", "answer": "unknown"}
    """

  @Test func `passes rows through byte for byte, each with its reward`() throws {
    let program = try Program()
    defer { program.clean() }
    let run = try score(program, Self.gsm8k, "--reward gsm8k")
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.all)")
    let given = Self.gsm8k.split(separator: "\n")
    let found = lines(run.output)
    #expect(found.count == 4)
    for (before, after) in zip(given, found) {
      let end = try #require(before.lastIndex(of: "}"))
      #expect(after.hasPrefix(before[..<end] + ", \"reward\": {\"score\": "), "\(after)")
    }
    let rewards = try found.map { try reward($0) }
    #expect(rewards.map { $0["score"] as? Double } == [1, 0, 0, nil])
    #expect(rewards.map { $0["status"] as? String } == ["correct", "incorrect", "no_answer", "no_verdict"])
    #expect(rewards.map { ($0["terms"] as? [String: Any])?["gsm8k"] as? Double } == [1, 0, 0, nil])
    #expect(rewards[3]["score"] is NSNull && Set(rewards[0].keys) == ["score", "status", "terms"])
  }

  /// Not part of a clone; where it lies beside one, or is named.
  static let gsm8kFolder =
    ProcessInfo.processInfo.environment["APUS_GSM8K"]
    ?? Program.sources.appending(path: "../shared/data/gsm8k").standardizedFileURL.path
  static var hasGSM8K: Bool { FileManager.default.fileExists(atPath: gsm8kFolder + "/test.jsonl") }

  @Test(.enabled(if: hasGSM8K, "no GSM8K here"), arguments: ["train", "test"])
  func `gives every gold solution of GSM8K the full score, and another row's only where the values agree`(
    name: String
  )
    throws
  {
    let program = try Program()
    defer { program.clean() }
    let path = "\(Self.gsm8kFolder)/\(name).jsonl"
    let own = try program.run(
      "score", "--reward", "gsm8k", "--in", path, "--completion-field", "answer", "--gold-field", "answer",
      "--explain")
    let rows = lines(own.output)
    #expect(rows.count == lines(try String(contentsOfFile: path, encoding: .utf8)).count)
    let rewards = try rows.map { try reward($0) }
    #expect(rewards.allSatisfy { $0["score"] as? Double == 1 })
    // Each row's solution beside the answer of the 101st after it.
    let answers = try rows.map { row -> String in
      let object = try JSONSerialization.jsonObject(with: Data(row.utf8)) as? [String: Any]
      return try #require(object?["answer"] as? String)
    }
    let mixed = try answers.indices.map { index -> String in
      let pair = ["completion": answers[index], "answer": answers[(index + 101) % answers.count]]
      return String(decoding: try JSONSerialization.data(withJSONObject: pair), as: UTF8.self)
    }
    let other = try score(program, mixed.joined(separator: "\n"), "--reward gsm8k")
    let values = rewards.map { Double(($0["gold"] as? String ?? "").replacing(",", with: "")) }
    for (index, line) in lines(other.output).enumerated() {
      let isCoincidence = values[index] == values[(index + 101) % values.count]
      #expect(try reward(line)["score"] as? Double == (isCoincidence ? 1 : 0), "\(line)")
    }
  }

  @Test func `explains itself when asked`() throws {
    let program = try Program()
    defer { program.clean() }
    let run = try score(program, Self.gsm8k, "--reward gsm8k --explain --into verdict")
    let first = try reward(lines(run.output)[0], "verdict")
    #expect(first["extracted"] as? String == "72" && first["gold"] as? String == "72", "\(run.all)")
    #expect((first["reason"] as? String)?.contains("####") == true && first["metrics"] is [String: Any])
  }

  @Test func `takes a reward from a file, with terms, tokens and finish reasons`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(
      """
      reward:
        terms:
          - {name: gsm8k, weight: 2}
          - {name: verify, verifier: number, weight: 0.5}
          - {name: dler, limit: 10}
      """, to: "reward.yaml")
    let rows = """
      {"completion": "#### 72", "gold": 72, "token_count": 9, "finish_reason": "stop"}
      {"completion": "it is 72", "gold": 72, "completion_ids": [1, 2, 3], "finish_reason": "eos"}
      {"completion": "#### 72", "gold": 72, "token_count": 9, "finish_reason": "length"}
      {"completion": "#### 72", "gold": 72, "token_count": 11}
      """
    let run = try score(program, rows, "--reward reward.yaml")
    // 2·1 + 0.5·1 + 1; 0 + 0.5 + 0; the last two are cut: 2 + 0.5 + 0
    #expect(
      try lines(run.output).map { try reward($0)["score"] as? Double } == [3.5, 0.5, 2.5, 2.5], "\(run.all)")
    let terms = try reward(lines(run.output)[0])["terms"] as? [String: Double]
    #expect(terms == ["correctness": 1, "number": 1, "dler": 1])
    let uncounted = try score(program, #"{"completion": "1", "gold": "1"}"#, "--reward reward.yaml")
    #expect(
      uncounted.errors.contains("standard input:1: reward term `dler` counts tokens"), "\(uncounted.all)")
  }

  @Test func `takes the verifier from the row's data source`() throws {
    let program = try Program()
    defer { program.clean() }
    let rows = """
      {"completion": "#### 72", "answer": "72", "data_source": "openai/gsm8k"}
      {"completion": [{"role": "user", "content": "1"}, {"role": "assistant", "content": "#### ab"}], "answer": "ab", "verifier": "text"}
      {"completion": "72", "answer": "72", "data_source": "codecontests"}
      """
    let run = try score(program, rows, "--reward correctness")
    #expect(run.status == 1)
    #expect(try lines(run.output).map { try reward($0)["score"] as? Double } == [1, 1])
    #expect(
      run.errors.contains("standard input:3: no verifier judges rows whose `data_source` is `codecontests`"))
  }

  static let bad: [(row: String, words: String)] = [
    ("nonsense", "standard input:2: this line is not JSON: at column 1"),
    ("[1]", "standard input:2: found a list where one JSON object per line is needed"),
    (#"{"answer": "1"}"#, "standard input:2: no column for the completion: looked for `completion`, "),
    (#"{"completion": "1"}"#, "standard input:2: no column for the gold: looked for `ground_truth`, "),
    (
      #"{"completion": "1", "answer": "1", "token_count": -5}"#,
      "standard input:2: column `token_count` is -5, but a number of tokens is 0 or more"
    ),
    (#"{"completion": 1, "answer": "1"}"#, "standard input:2: column `completion` holds a number where text"),
    (
      #"{"completion": "1", "answer": "1", "reward": 0}"#,
      "has a column `reward` already; give the new one another name with `--into`"
    ),
  ]

  @Test(arguments: bad.indices)
  func `stops at a row it cannot read, or goes on with a null score`(index: Int) throws {
    let program = try Program()
    defer { program.clean() }
    let good = "{\"completion\": \"#### 1\", \"answer\": \"1\"}"
    let rows = "\(good)\n\(Self.bad[index].row)\n\(good)\n"
    let stopped = try score(program, rows, "--reward gsm8k")
    #expect(stopped.status == 1 && lines(stopped.output).count == 1, "\(stopped.all)")
    #expect(stopped.errors.contains(Self.bad[index].words), "\(stopped.all)")
    #expect(lines(stopped.errors).count == 1)
    let tolerant = try score(program, rows, "--reward gsm8k --on-error null")
    #expect(
      tolerant.status == 0 && tolerant.errors.hasPrefix("warning: 1 row could not be judged; the first: "))
    let found = try lines(tolerant.output).map { try reward($0) }
    #expect(found.map { $0["score"] as? Double } == [1, nil, 1], "\(tolerant.all)")
    #expect(
      found[1]["status"] as? String == "bad_row"
        && (found[1]["reason"] as? String)?.contains(Self.bad[index].words) == true)
  }

  @Test func `a bad row keeps its own members, but for the reward it had`() throws {
    let program = try Program()
    defer { program.clean() }
    let rows = #"""
      {"id": "a", "r\u0065ward": {"score": [1, "},"]}, "completion": "1", "n": 1.50, "answer": "1"}
      {"reward": 0}
      {"id": "b", "answer": "1"}
      [1]
      """#
    let run = try score(program, rows, "--reward gsm8k --on-error null")
    let found = lines(run.output)
    #expect(run.status == 0 && found.count == 4, "\(run.all)")
    #expect(
      found.first?.hasPrefix(
        #"{"id": "a", "completion": "1", "n": 1.50, "answer": "1", "reward": {"score": null"#) == true,
      "\(run.all)")
    #expect(found.dropFirst().first?.hasPrefix(#"{"reward": {"score": null"#) == true, "\(run.all)")
    #expect(
      found.dropFirst(2).first?.hasPrefix(#"{"id": "b", "answer": "1", "reward": "#) == true, "\(run.all)")
    #expect(found.last?.hasPrefix(#"{"reward": {"score": null"#) == true, "\(run.all)")
  }

  static let refused: [(arguments: String, words: String)] = [
    ("--reward nothing_like_it", "`--reward`: unknown verifier `nothing_like_it`; there are: `"),
    ("--reward maths", "`--reward`: unknown verifier `maths`; did you mean `math`?"),
    ("--reward gsmk8", "`--reward`: unknown verifier `gsmk8`; did you mean `gsm8k`?"),
    ("--reward kimi", "`kimi` is no verifier but a reward term"),
    ("--reward dler", "`dler` is no verifier but a reward term"),
    ("--reward 'gsm8k(x=1)'", "verifier `gsm8k` has no parameter `x`"),
    ("--reward 'gsm8k('", "a verifier is written `name` or `name(key=value, …)`"),
    ("--reward none.yaml", "cannot read `none.yaml`: there is no such file"),
    ("--reward wrong.yaml", "wrong.yaml:1:16: "),
    ("--reward group.yaml", "reward term `kimi` compares all answers to one prompt"),
    ("--reward length.yaml", "say it with `--max-completion-length`"),
    ("--reward gsm8k --in none.jsonl", "none.jsonl cannot be read: there is no such file"),
    ("--reward gsm8k --out rows.jsonl", "rows.jsonl: is there already"),
    ("--reward gsm8k --out no/such/folder", "no/such/folder: cannot be made there"),
    ("--reward gsm8k --gold-field g", "no column for the gold: looked for `g`"),
    ("--reward gsm8k --completion-field c", "no column for the completion: looked for `c`"),
    ("", "Missing expected argument '--reward <spec>'"),
  ]

  @Test(arguments: refused.map(\.arguments))
  func `is clear about what it cannot do`(arguments: String) throws {
    let program = try Program()
    defer { program.clean() }
    try program.write("terms: [{name: gsm9k}]", to: "wrong.yaml")
    try program.write("terms: [{name: gsm8k}, {name: kimi}]", to: "group.yaml")
    try program.write("terms: [{name: gsm8k}, {name: soft_overlong, cache: 1}]", to: "length.yaml")
    let run = try score(program, #"{"completion": "1", "answer": "1"}"#, arguments)
    let words = try #require(Self.refused.first { $0.arguments == arguments }?.words)
    #expect(run.status != 0 && run.output.isEmpty && run.errors.contains(words), "\(run.all)")
  }

  @Test func `writes a file under its name only once it is whole`() throws {
    let program = try Program()
    defer { program.clean() }
    let run = try score(program, Self.gsm8k, "--reward gsm8k --out out/scored.jsonl")
    #expect(run.errors.contains("cannot be made there"))
    let made = try score(program, Self.gsm8k, "--reward gsm8k --out scored.jsonl")
    #expect(
      made.output.isEmpty
        && made.errors == "4 rows in scored.jsonl: 1 correct, 1 incorrect, 1 no_answer, 1 no_verdict\n")
    #expect(lines(program.text("scored.jsonl")).count == 4)
    let broken = try score(program, Self.gsm8k + "\nx", "--reward gsm8k --out broken.jsonl")
    #expect(broken.status == 1 && broken.errors.contains("nothing was written"))
    let left = try FileManager.default.contentsOfDirectory(atPath: program.folder.path)
    #expect(!left.contains { $0.hasPrefix("broken") || $0.contains("partial") })
  }

  @Test func `keeps the order of rows that take unequal times, through many blocks`() throws {
    let program = try Program()
    defer { program.clean() }
    let rows = (0..<5000).map { index in
      let prose = String(repeating: "so 3 and 4 make 7. ", count: index % 50 == 0 ? 2000 : index % 3)
      let answer = index % 2 == 0 ? index : -1
      return "{\"id\": \(index), \"completion\": \"\(prose)\\n#### \(answer)\", \"answer\": \"\(index)\"}"
    }
    let run = try score(program, rows.joined(separator: "\n"), "--reward gsm8k")
    let found = lines(run.output)
    #expect(found.count == 5000)
    for (index, line) in found.enumerated() {
      #expect(line.hasPrefix("{\"id\": \(index), "))
      #expect(line.hasSuffix("\"terms\": {\"gsm8k\": \(index % 2 == 0 ? "1.0" : "0.0")}}}"))
    }
  }

  @Test func `answers each row as it comes`() throws {
    let program = try Program()
    defer { program.clean() }
    let (input, output) = (Pipe(), Pipe())
    let process = Process()
    process.executableURL = Program.executable
    process.arguments = ["score", "--reward", "gsm8k"]
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    for _ in 0..<3 {
      try input.fileHandleForWriting.write(
        contentsOf: Data("{\"completion\": \"#### 1\", \"answer\": 1}\n".utf8))
      let answer = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
      #expect(answer.hasSuffix("\"terms\": {\"gsm8k\": 1.0}}}\n"), "\(answer)")
    }
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test func `ends quietly when nobody reads on`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(
      String(repeating: "{\"completion\": \"#### 1\", \"answer\": 1}\n", count: 100_000), to: "rows.jsonl")
    let run = try program.shell("score --reward gsm8k --in rows.jsonl | head -1")
    #expect(run.status == 0 && run.errors.isEmpty && lines(run.output).count == 1, "\(run.all)")
  }

  @Test func `needs no more memory for more rows`() throws {
    let program = try Program()
    defer { program.clean() }
    // 40 MB in, through a process that may have 300 MB of addresses beyond what it starts with.
    let row = "{\"completion\": \"\(String(repeating: "x", count: 1900)) #### 1\", \"answer\": 1}\n"
    try program.write(String(repeating: row, count: 20_000), to: "rows.jsonl")
    let run = try program.shell(
      "score --reward gsm8k --in rows.jsonl > scored.jsonl & pid=$!; peak=0; while kill -0 $pid 2>/dev/null; do "
        + "now=$(awk '/VmHWM/ {print $2}' /proc/$pid/status 2>/dev/null); [ -n \"$now\" ] && peak=$now; done; echo $peak"
    )
    let kilobytes = try #require(Int(run.output.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(kilobytes < 120_000, "\(kilobytes) kB")
    #expect(lines(program.text("scored.jsonl")).count == 20_000)
  }
}
