import Curriculum
import Experience
import Foundation
import Rewards
import Testing

@Suite struct `Bad rows` {
  static let rows = [
    #"{"question": "a", "answer": "1"}"#, "{", #"{"question": "b"}"#, #"{"question": "", "answer": "2"}"#,
    #"{"question": "c", "answer": "3"}"#,
  ].joined(separator: "\n")

  @Test func `stop the run, or are passed over, counted, and told with file and line`() throws {
    #expect(throws: DataError.self) { try tasks(Self.rows) }
    let (found, report) = try stream(Self.rows) { $0.onBadRow = .skip }
    #expect(found.map(\.id) == ["rows.jsonl/1", "rows.jsonl/5"])
    #expect(report.badRows == 3)
    let line = try #require(report.lines.first { $0.contains("passed over") })
    #expect(line.hasPrefix("3 rows passed over because they cannot be used: "))
    #expect(line.contains("/rows.jsonl:2: this line is not JSON: at column 2"), "\(line)")
    #expect(line.contains("/rows.jsonl:4: column `question` is empty"), "\(line)")
    let more = try stream(Self.rows + "\n{\n{\n{") { $0.onBadRow = .skip }.report
    #expect(more.badRows == 6 && more.badRowExamples.count == 3)
  }

  @Test func `at the beginning do not decide which columns there are`() throws {
    let text = "{\n" + #"{"query": "x"}"# + "\n" + Self.rows
    #expect(try tasks(text) { $0.onBadRow = .skip }.map(\.prompt) == ["a", "c"])
  }

  @Test func `are an error where there are no others, and files that are not there always are`() throws {
    #expect(
      try `Broken data files`.refusal("{\n[") { $0.onBadRow = .skip }?.contains(
        "none of the file's 2 rows can be used; the first: ") == true)
    #expect(throws: DataError.self) {
      try TaskFile(FileSource(path: "/no/such.jsonl", onBadRow: .skip))
    }
    #expect(throws: DataError.self) {
      try tasks(Self.rows) {
        $0.onBadRow = .skip
        $0.verifier = "no_such"
      }
    }
  }

  @Test func `may be bytes that are no text`() throws {
    var data = Data(#"{"question": "a", "answer": "1"}"#.utf8 + [0x0A])
    data += [0xFF, 0xC0, 0x0A] + Array(#"{"question": "b", "answer": "2"}"#.utf8)
    try withFile(data) { path in
      let file = try TaskFile(FileSource(path: path, onBadRow: .skip))
      #expect(file.count == 2 && file.report.badRows == 1)
      #expect(file.report.badRowExamples.first?.contains(":2: this line is not UTF-8") == true)
    }
  }
}

@Suite struct `Filters` {
  static let rows = """
    {"question": "one two three", "answer": "so\\n#### 5"}
    {"question": "üü", "answer": "#### 2.5"}
    {"question": "what is the capital of France, and where", "answer": "think long\\n#### Paris"}
    """

  private func prompts(_ filter: RowFilter) throws -> [String] {
    try tasks(Self.rows) { $0.filter = filter }.map { String($0.prompt.prefix(3)) }
  }

  @Test func `take rows by length in characters, which are Unicode scalars`() throws {
    #expect(try prompts(RowFilter(promptCharacters: 0...2)) == ["üü"])
    #expect(try prompts(RowFilter(promptCharacters: 3...13)) == ["one"])
    #expect(try prompts(RowFilter(solutionCharacters: 9...Int.max)) == ["one", "wha"])
  }

  @Test func `take rows by length in tokens, as the caller counts them`() throws {
    try withFile(Self.rows) { path in
      let source = FileSource(path: path, filter: RowFilter(promptTokens: 2...5))
      let file = try TaskFile(source) { $0.split(separator: " ").count }
      #expect(file.count == 1 && file.report.filtered == [.promptTokens: 2])
      #expect(try file.task(at: 0).prompt == "one two three")
      let error = #expect(throws: DataError.self) { try TaskFile(source) }
      #expect(
        error?.description.hasSuffix(
          "filter `prompt_tokens` needs a tokenizer, and here there is none; filter by characters") == true)
      let solved = FileSource(path: path, filter: RowFilter(solutionTokens: 4...5))
      let rest = try TaskFile(solved) { $0.split(whereSeparator: \.isWhitespace).count }
      #expect(try rest.count == 1 && rest.task(at: 0).groundTruth == "Paris")
      struct Unknown: Error {}
      let broken = #expect(throws: DataError.self) { try TaskFile(source) { _ in throw Unknown() } }
      #expect(broken?.description.contains(":1: the tokenizer cannot count this row: Unknown()") == true)
    }
  }

  @Test func `take rows by kind of answer; whole numbers are numbers`() throws {
    #expect(try prompts(RowFilter(answerKinds: [.integer])) == ["one"])
    #expect(try prompts(RowFilter(answerKinds: [.number])) == ["one", "üü"])
    #expect(try prompts(RowFilter(answerKinds: [.text, .choice])) == ["wha"])
  }

  @Test func `are counted by what each row failed first, and leave an error where they leave nothing`() throws
  {
    let (_, report) = try stream(Self.rows) {
      $0.filter = RowFilter(promptCharacters: 3...20, answerKinds: [.number])
    }
    #expect(report.filtered == [.promptCharacters: 1, .answerKind: 1])
    #expect(report.lines.contains("2 rows left out by filters: 1 by `prompt_characters`, 1 by `answer_kind`"))
    let refusal = try `Broken data files`.refusal(Self.rows) { $0.filter.promptCharacters = 1000...2000 }
    #expect(refusal?.hasSuffix("no row passes the filter: `prompt_characters` leaves out 3") == true)
  }

  @Test func `of several files are counted together`() throws {
    try withFile(Self.rows) { path in
      let filtered = FileSource(path: path, filter: RowFilter(promptCharacters: 3...20))
      var configuration = DataConfiguration()
      configuration.train = .mixture([MixturePart(.file(filtered)), MixturePart(.file(filtered))])
      configuration.heldOut = .procedural(ProceduralSource(task: "ordering"))
      configuration.heldOutShare = 0.001
      let report = try TaskStream(configuration, seed: 1).report
      #expect(report.filtered == [.promptCharacters: 4])
    }
  }

  @Test(arguments: [
    ("72", AnswerKind.integer), (" -16,000 ", .integer), ("+5", .integer), ("$1,234,567", .integer),
    ("−3", .integer),
    ("1,23", .text), ("1234,567", .text),
    ("2.50", .number), (".5", .number), ("-0.5", .number), ("1e-3", .number),
    ("3/4", .number),
    ("50%", .number), ("50\\%", .number), ("\\frac{3}{4}", .number), ("-\\dfrac{1}{2}", .number),
    ("$2.50", .number),
    ("B", .choice), ("(c)", .choice), ("D.", .choice), ("[A]", .choice), ("yes", .boolean),
    ("False", .boolean),
    ("2\\sqrt{3}", .expression), ("x^2+1", .expression), ("x = 5", .expression),
    ("\\frac{x}{2}", .expression),
    ("Paris", .text), ("12 apples", .text), ("", .text), ("-", .expression), ("state-of-the-art", .text),
    ("1.2.3", .text),
    ("(1, 2)", .text), ("--5", .expression),
  ])
  func `tell kinds of answers apart by how they are written`(answer: String, kind: AnswerKind) {
    #expect(AnswerKind(of: answer) == kind)
  }
}

@Suite struct `Repeated prompts` {
  static let rows = """
    {"question": "What is 1 + 1?", "answer": "2"}
    {"question": "what  is 1 + 1? ", "answer": "2"}
    {"question": "WHAT IS\\n1 + 1?", "answer": "3"}
    {"question": "What is 1 + 2?", "answer": "3"}
    {"question": "ÄRGER\\u00a0e\\u0301", "answer": "3"}
    {"question": "ärger \\u00e9", "answer": "3"}
    """

  private func report(_ deduplicates: Bool) throws -> DataReport {
    try withFile(Self.rows) { path in
      try withFile(#"{"question": "other", "answer": "3"}"#) { other in
        var configuration = DataConfiguration()
        configuration.train = .file(FileSource(path: path))
        configuration.heldOut = .file(FileSource(path: other))
        configuration.deduplicates = deduplicates
        let stream = try TaskStream(configuration, seed: 1)
        if deduplicates {
          let lines = try Set((0..<3).map { try stream.task(at: $0).id.suffix(1) })
          #expect(lines == ["1", "4", "5"])
        }
        return stream.report
      }
    }
  }

  @Test func `are counted, blanks and case apart, and left out where that is asked for`() throws {
    let kept = try report(false)
    #expect(kept.trainRows == 6 && kept.repeatedPrompts == 3 && kept.repeatedWithOtherAnswer == 1)
    #expect(
      kept.lines.contains(
        "3 training rows repeat an earlier prompt (blanks and case apart), 1 of them with another answer: "
          + "`data.deduplicate: true` leaves them out"))
    let dropped = try report(true)
    #expect(dropped.trainRows == 3 && dropped.repeatedPrompts == 3)
    #expect(dropped.lines.contains { $0.hasSuffix("1 of them with another answer: left out of training") })
  }

  @Test func `are those that differ in blanks before, behind and between, not those that run words together`()
    throws
  {
    func repeats(_ first: String, _ second: String) throws -> Int {
      let rows = [first, second].map { #"{"question": "\#($0)", "answer": "3"}"# }
      return try stream(rows.joined(separator: "\n")).report.repeatedPrompts
    }
    #expect(try repeats("1 + 2", " 1 + 2") == 1)
    #expect(try repeats("1 + 2", "1  + 2 ") == 1)
    #expect(try repeats("1 + 2", "1 + 2\\t") == 1)
    #expect(try repeats("1 + 2", "1+ 2") == 0)
  }

  @Test func `in a held-out file that differ in blanks and case are left out where that is asked for`() throws
  {
    try withFile(Self.rows) { heldOut in
      func rows(_ deduplicates: Bool) throws -> (used: Int?, dropped: Int) {
        var configuration = DataConfiguration()
        configuration.heldOut = .file(FileSource(path: heldOut))
        configuration.deduplicates = deduplicates
        let report = try TaskStream(configuration, seed: 1).report
        return (report.heldOutRows, report.droppedDuplicates)
      }
      let (kept, apart) = (try rows(false), try rows(true))
      #expect(kept.used == 6 && kept.dropped == 0)
      #expect(apart.used == 3 && apart.dropped == 3)
    }
  }

  @Test func `do not arise where a file is measured on as well, however its path is written`() throws {
    try withFile(Self.rows) { path in
      let place = URL(filePath: path)
      let link = place.deletingLastPathComponent().appending(path: "link.jsonl").path(percentEncoded: false)
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
      let ways = [path, link, place.deletingLastPathComponent().path(percentEncoded: false) + "./rows.jsonl"]
      let counts = try ways.map { way in
        var configuration = DataConfiguration()
        configuration.train = .file(FileSource(path: path))
        configuration.heldOut = .file(FileSource(path: way))
        configuration.heldOutShare = 0.5
        let report = try TaskStream(configuration, seed: 1).report
        return [report.trainRows, report.heldOutRows]
      }
      #expect(Set(counts).count == 1 && (counts[0][0] ?? 0) > 0 && (counts[0][1] ?? 0) > 0, "\(counts)")
    }
  }

  @Test func `are found across the sources of a mixture, and a source of nothing else is an error`() throws {
    try withFile(Self.rows) { path in
      var configuration = DataConfiguration()
      let file = TaskSource.file(FileSource(path: path))
      configuration.train = .mixture([MixturePart(file), MixturePart(file)])
      configuration.heldOut = .procedural(ProceduralSource(task: "ordering"))
      configuration.heldOutShare = 0.001
      let report = try TaskStream(configuration, seed: 1).report
      #expect(report.repeatedPrompts == 9)
      configuration.deduplicates = true
      let error = #expect(throws: DataError.self) { try TaskStream(configuration, seed: 1) }
      #expect(
        error?.description.hasPrefix("`rows.jsonl#2` has no tasks to train on: each of its 6 rows") == true)
    }
  }
}

@Suite struct `Contamination` {
  static let story =
    "A farmer has twelve cows and each cow gives nine liters of milk a day how much is that"
  static let train = """
    {"question": "A farmer has twelve cows and each cow gives nine liters of milk a day; how much is that in a week?", "answer": 1}
    {"question": "What is 2 + 2?", "answer": 4}
    {"question": "In town, A FARMER has twelve cows, and each cow gives nine liters. How many a day?", "answer": 5}
    {"question": "Nothing like the others, whatever one may think of it, or so it seems to me at least", "answer": 6}
    """
  static let heldOut = """
    {"question": "\(story)?", "answer": 1}
    {"question": "what is  2 + 2?", "answer": 4}
    """

  private func stream(
    _ policy: ContaminationPolicy, ngram: Int? = 13, heldOut: String = Self.heldOut
  ) throws -> TaskStream {
    try withFile(Self.train) { path in
      try withFile(heldOut) { other in
        var configuration = DataConfiguration()
        configuration.train = .file(FileSource(path: path))
        configuration.heldOut = .file(FileSource(path: other))
        configuration.contamination = policy
        configuration.contaminationNGram = ngram
        return try TaskStream(configuration, seed: 1)
      }
    }
  }

  @Test func `is the same prompt but for blanks and case, or thirteen words in a row`() throws {
    // Row 3 has "a farmer has twelve cows and each cow gives nine liters": eleven words.
    let report = try stream(.warn).report
    #expect(report.contamination.samePrompts == 1 && report.contamination.sharedWords == 1)
    #expect(report.trainRows == 4)
    #expect(
      report.contamination.examples == [
        "rows.jsonl/1 and held-out/rows.jsonl/1 share \"A farmer has twelve cows and each cow gives nine liters of milk\"",
        "rows.jsonl/2 is held-out/rows.jsonl/2: \"What is 2 + 2?\"",
      ])
    #expect(
      report.lines.contains(
        "contamination: 1 training rows with the prompt of a held-out row (blanks and case apart), 1 with 13 words in "
          + "a row of one: trained on; `data.contamination: drop` leaves them out"))
    #expect(try stream(.warn, ngram: 11).report.contamination.sharedWords == 2)
    #expect(try stream(.warn, ngram: 12).report.contamination.sharedWords == 1)
    #expect(try stream(.warn, ngram: nil).report.contamination.sharedWords == 0)
  }

  @Test func `is found in the shortest words and wherever it stands, however often it is said`() throws {
    func shared(_ train: String, _ heldOut: String, ngram: Int) throws -> Int {
      try withFile(#"{"question": "\#(train)", "answer": 1}"#) { path in
        try withFile(#"{"question": "\#(heldOut)", "answer": 1}"#) { other in
          var configuration = DataConfiguration()
          configuration.train = .file(FileSource(path: path))
          configuration.heldOut = .file(FileSource(path: other))
          configuration.contaminationNGram = ngram
          return try TaskStream(configuration, seed: 1).report.contamination.sharedWords
        }
      }
    }
    // Nothing but the run, in as few bytes as it can have.
    #expect(try shared("x: a b c", "a b c", ngram: 3) == 1)
    #expect(try shared("a b c", "x: a b c", ngram: 3) == 1)
    #expect(try shared("a b", "a b!", ngram: 3) == 0)
    // Numbers are words, and so is each ideograph.
    #expect(try shared("1 + 2 + 3 = ?", "what is 1 2 3", ngram: 3) == 1)
    #expect(try shared("1 + 2 + 4 = ?", "what is 1 2 3", ngram: 3) == 0)
    #expect(try shared("他说一共有多少个梨", "请问一共有多少个苹果", ngram: 6) == 1)
    // A phrase that one prompt says again and again frames that prompt only.
    let again = String(repeating: "row your boat, ", count: 20)
    #expect(try shared("they row your boat", again, ngram: 3) == 1)
  }

  @Test func `is shown by three rows, however many there are`() throws {
    let copies = (0..<5).map { #"{"question": "\#(Self.story), they asked \#($0)", "answer": 1}"# }
    try withFile(copies.joined(separator: "\n")) { path in
      try withFile(Self.heldOut) { other in
        var configuration = DataConfiguration()
        configuration.train = .file(FileSource(path: path))
        configuration.heldOut = .file(FileSource(path: other))
        let found = try TaskStream(configuration, seed: 1).report.contamination
        #expect(found.sharedWords == 5 && found.examples.count == 3)
      }
    }
  }

  @Test func `is dropped or stops the run where that is asked for`() throws {
    let dropped = try stream(.drop)
    #expect(dropped.report.trainRows == 2)
    #expect(try Set((0..<2).map { try dropped.task(at: $0).id.suffix(1) }) == ["3", "4"])
    let error = #expect(throws: DataError.self) { try stream(.stop) }
    #expect(
      error?.description.hasPrefix(
        "2 training rows are too much like held-out ones (`data.contamination: stop`): rows.jsonl/1 and")
        == true)
    #expect(try stream(.stop, heldOut: #"{"question": "new", "answer": 1}"#).report.trainRows == 4)
    // Equal prompts are never trained on; `stop` speaks of them all the same.
    #expect(throws: DataError.self) {
      try stream(.stop, heldOut: #"{"question": "What is 2 + 2?", "answer": 1}"#)
    }
  }

  @Test func `is looked for within one file too, where a share of it is held out`() throws {
    let rows = (0..<400).map {
      #"{"question": "Question \#($0 / 2)\#($0 % 2 == 0 ? "" : " ")", "answer": 1}"#
    }
    try withFile(rows.joined(separator: "\n")) { path in
      var configuration = DataConfiguration()
      configuration.train = .file(FileSource(path: path))
      let warned = try TaskStream(configuration, seed: 1)
      let found = warned.report.contamination.samePrompts
      #expect((20...80).contains(found), "\(found)")  // 400 · 1/8 · 7/8 ≈ 44 pairs on both sides
      configuration.contamination = .drop
      let dropped = try TaskStream(configuration, seed: 1)
      #expect(dropped.report.trainRows == (warned.report.trainRows ?? 0) - found)
      let held = try dropped.heldOut(count: dropped.report.heldOutRows ?? 0).map {
        $0.prompt.filter { $0 != " " }
      }
      let trained = try (0..<UInt64(dropped.report.trainRows ?? 0)).map { try dropped.task(at: $0).prompt }
      #expect(Set(held).isDisjoint(with: trained.map { $0.filter { $0 != " " } }))
    }
  }

  @Test func `is not a phrase that frames more than ten held-out prompts`() throws {
    let frame = "Think step by step and put your final answer in a box at the very end of it all"
    func rows(_ range: Range<Int>) -> String {
      range.map { #"{"question": "\#(frame): \#($0)", "answer": 1}"# }.joined(separator: "\n")
    }
    func found(heldOut: Int) throws -> Int {
      try withFile(rows(0..<20)) { path in
        try withFile(rows(100..<(100 + heldOut))) { other in
          var configuration = DataConfiguration()
          configuration.train = .file(FileSource(path: path))
          configuration.heldOut = .file(FileSource(path: other))
          return try TaskStream(configuration, seed: 1).report.contamination.sharedWords
        }
      }
    }
    #expect(try found(heldOut: 10) == 20)
    #expect(try found(heldOut: 11) == 0)
  }
}

@Suite struct `Held-out share` {
  private func heldOut(_ share: Double) throws -> Set<String> {
    try withFile(`Task stream`.rows(4000)) { path in
      var configuration = DataConfiguration()
      configuration.train = .file(FileSource(path: path))
      configuration.heldOutShare = share
      let stream = try TaskStream(configuration, seed: 1)
      return try Set(stream.heldOut(count: stream.report.heldOutRows ?? 0).map(\.prompt))
    }
  }

  @Test func `is about what was asked for, and a larger one holds out what a smaller one does`() throws {
    let shares = [0.01, 0.125, 0.2, 0.5, 0.9]
    let sets = try shares.map { try heldOut($0) }
    for (share, set) in zip(shares, sets) {
      let deviation = (4000 * share * (1 - share)).squareRoot()
      #expect(abs(Double(set.count) - 4000 * share) < 4 * deviation, "\(share): \(set.count)")
    }
    for (small, large) in zip(sets, sets.dropFirst()) { #expect(small.isSubset(of: large)) }
  }

  @Test func `holds for tasks made on the fly`() throws {
    var configuration = DataConfiguration()
    configuration.train = .procedural(ProceduralSource(task: "arithmetic_chain", difficulty: 2...2))
    configuration.heldOutShare = 0.01
    let few = try TaskStream(configuration, seed: 1)
    configuration.heldOutShare = 0.9
    let many = try TaskStream(configuration, seed: 1)
    let held = Set(try many.heldOut(count: 200).map(\.prompt))
    for index in 0..<300 as Range<UInt64> { #expect(!held.contains(try many.task(at: index).prompt)) }
    let small = Set(try few.heldOut(count: 20).map(\.prompt))
    #expect(small.count == 20)
    for index in 0..<5000 as Range<UInt64> { #expect(!small.contains(try few.task(at: index).prompt)) }
    for share in [0, 0.95, .nan, -1] {
      configuration.heldOutShare = share
      let error = #expect(throws: DataError.self) { try TaskStream(configuration, seed: 1) }
      #expect(error?.description == "`data.held_out.share` is \(share), allowed: 0.001 to 0.9")
    }
  }
}
