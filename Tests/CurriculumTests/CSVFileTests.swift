import Curriculum
import Experience
import Foundation
import Randomness
import Testing

@Suite struct `CSV files` {
  static func csv(_ text: String, _ change: (inout FileSource) -> Void = { _ in }) throws -> [ReasoningTask] {
    try tasks(text) {
      $0.format = .csv
      change(&$0)
    }
  }

  static func refusal(_ text: String, _ change: (inout FileSource) -> Void = { _ in }) -> String {
    do {
      return "accepted: \(try csv(text, change).map(\.prompt))"
    } catch {
      return "\(error)"
    }
  }

  @Test func `give the same tasks as JSON Lines with the same rows`() throws {
    let rows = try csvAndJSON(of: [
      ["question": "1, 2 and\n\"3\"?", "answer": "so\n#### 6", "note": ""],
      ["question": " ü 😀", "answer": "x\r\n#### 7", "note": "a,b"],
    ])
    let json = try tasks(rows.json)
    let csv = try Self.csv(rows.csv)
    #expect(json.map(\.prompt) == csv.map(\.prompt))
    #expect(json.map(\.groundTruth) == ["6", "7"] && csv.map(\.groundTruth) == ["6", "7"])
    #expect(json.map(\.solution) == csv.map(\.solution))
    #expect(json.map(\.columns) == csv.map(\.columns))
    #expect(csv.map(\.verifier) == ["gsm8k", "gsm8k"])
  }

  @Test func `count lines and not rows, also through fields of several lines`() throws {
    let text = "question,answer\n\"one\n\ntwo\",1\n\nb,2\n\"c\",\"3\n\"\nd,4"
    #expect(
      try Self.csv(text).map(\.id) == ["rows.jsonl/2", "rows.jsonl/6", "rows.jsonl/7", "rows.jsonl/9"])
    #expect(try Self.csv(text).map(\.groundTruth) == ["1", "2", "3", "4"])
  }

  @Test func `may begin with a byte order mark, end lines the Windows way, and lack the last line's end`()
    throws
  {
    let text = "\u{FEFF}\"question\",\"answer\"\r\n\"a \"\"b\"\"\",\"1\"\r\n\r\nc,2"
    let found = try Self.csv(text)
    #expect(found.map(\.prompt) == ["a \"b\"", "c"])
    #expect(found.map(\.groundTruth) == ["1", "2"])
  }

  @Test func `have columns by name in any order, also dotted ones, and nameless ones are passed over`() throws
  {
    let found = try Self.csv(",reward_model.ground_truth,data_source,prompt\n0,5,aime2024,q\n")
    #expect(found.map(\.prompt) == ["q"] && found.map(\.verifier) == ["math"])
    #expect(found.map(\.columns) == [["data_source": "aime2024"]])
  }

  @Test func `are known by their ending, with tabs too, unless the recipe says otherwise`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "apus-endings-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func prompt(_ name: String, _ text: String, _ format: DataFormat? = nil) throws -> String {
      let file = folder.appending(path: name)
      try text.write(to: file, atomically: true, encoding: .utf8)
      return try TaskFile(FileSource(path: file.path, format: format)).task(at: 0).prompt
    }
    #expect(try prompt("a.CSV", "prompt,answer\nq,1") == "q")
    #expect(try prompt("a.tsv", "prompt\tanswer\n\"q, \"\"x\"\"\"\t1") == "q, \"x\"")
    #expect(try prompt("csv", #"{"prompt": "q", "answer": 1}"#) == "q")
    #expect(try prompt("a.txt", "prompt,answer\nq,1", .csv) == "q")
  }

  @Test(arguments: [
    ("a,\"b", ":3: the quote that opens in this line is never closed"),
    ("\"a\nb,1\nc,2\n", ":3: the quote that opens in this line is never closed"),
    ("\"a\nb\",\"c", ":4: the quote that opens in this line is never closed"),
    ("5\" pipe,1", ":3: field 1 has a quote in it; put the field in quotes"),
    ("\"a\" b,1", ":3: field 1 goes on behind its closing quote"),
    ("x,\"a\n\nb\"c", ":5: field 2 goes on behind its closing quote"),
    ("a", ":3: this row has 1 field and the header 2; a comma within"),
    ("a,b,1", ":3: this row has 3 fields and the header 2"),
    (",1", ":3: column `question` is empty"),
    ("q,\" \"", ":3: column `answer` is empty"),
  ])
  func `broken in a row are refused with its line, or lose that row alone`(row: String, message: String)
    throws
  {
    let text = "question,answer\ngood,1\n\(row)\nlast,2\n"
    let refusal = Self.refusal(text)
    #expect(refusal.contains(message), "\(refusal)")
    let kept = try Self.csv(text) { $0.onBadRow = .skip }.map(\.prompt)
    #expect(kept.first == "good" && kept.last == "last", "\(kept)")
  }

  @Test func `without a header that can be used are refused whatever is said about rows`() {
    func refusal(_ text: String) -> String { Self.refusal(text) { $0.onBadRow = .skip } }
    #expect(refusal("").contains("a line of column names and one row are needed"))
    #expect(refusal("question,answer\n").contains("a line of column names and one row are needed"))
    #expect(refusal("a,b,a\n1,2,3").contains(":1: two columns are called `a`"))
    #expect(refusal("\"a,b\n1,2").contains(":1: the quote that opens in this line is never closed"))
    #expect(refusal("question,answer\n,1\n,2").contains("none of the file's 2 rows can be used; the first: "))
    #expect(refusal("q;a\n1;2").contains("no column for the prompt"))
  }

  // One stray quote every few lines: each costs its line, none the rest of the file.
  @Test func `with many open quotes lose a line for each that is not closed in time`() throws {
    let rows = (0..<2000).map { $0 == 700 ? "\"\($0),1" : "q\($0),1" }
    let kept = try Self.csv("question,answer\n" + rows.joined(separator: "\n")) { $0.onBadRow = .skip }
    #expect(kept.count == 1999 && !kept.contains { $0.id.hasSuffix("/702") })
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `of any content come back as they were written, across the seams of reading`(seed: UInt64) throws {
    var rng = CounterRNG(seed: seed, stream: Stream("csv"))
    let alphabet = ["a", "\"", ",", "\n", "\r\n", " ", "é", "😀", "x y", "\"\"", "'"]
    func text() -> String {
      "v" + (0..<Int(rng.next() % 400)).map { _ in alphabet[Int(rng.next() % 11)] }.joined()
    }
    let rows = (0..<3000).map { _ in ["question": text(), "answer": "\(rng.next() % 100)", "extra": text()] }
    let written = try csvAndJSON(of: rows).csv
    #expect(written.utf8.count > 1 << 20)
    let found = try Self.csv(written)
    #expect(found.map(\.prompt) == rows.map { $0["question"] ?? "" })
    #expect(found.map { $0.columns["extra"] } == rows.map { $0["extra"] })
  }

  @Test func `cut at any byte are read or refused, never a trap`() {
    let text = Array("question,answer\r\n\"a\"\"\n,ü\",1\n\"b\",\"2\"\n".utf8)
    for end in text.indices {
      for policy in BadRowPolicy.allCases {
        _ = Self.refusal(String(decoding: text[..<end], as: UTF8.self)) { $0.onBadRow = policy }
      }
    }
    #expect(Self.refusal(String(decoding: text, as: UTF8.self)).hasPrefix("accepted"))
  }
}

/// The same rows in both forms; CSV's fields are quoted where they must be, and every third one anyway.
private func csvAndJSON(of rows: [[String: String]]) throws -> (csv: String, json: String) {
  let names = Set(rows.flatMap(\.keys)).sorted()
  var count = 0
  func field(_ text: String) -> String {
    count += 1
    let needs = text.unicodeScalars.contains { "\",\n\r".unicodeScalars.contains($0) }
    return needs || count % 3 == 0 ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }
  let csv =
    [names.joined(separator: ",")]
    + rows.map { row in
      names.map { field(row[$0] ?? "") }.joined(separator: ",")
    }
  let json = try rows.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
  return (csv.joined(separator: "\n"), json.joined(separator: "\n"))
}
