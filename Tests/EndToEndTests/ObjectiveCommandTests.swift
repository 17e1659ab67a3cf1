import Foundation
import Testing

@Suite struct `apus objective eval` {
  @Test func `computes every golden file again, whatever its expected values said`() throws {
    let program = try Program()
    defer { program.clean() }
    let folder = Program.fixture("ObjectiveFilesTests/Fixtures")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
    #expect(files.count == 12)
    for file in files.sorted() {
      let golden = try object(Data(contentsOf: URL(filePath: folder).appending(path: file)))
      var blank = golden
      let cases = try #require(golden["cases"] as? [[String: Any]])
      blank["cases"] = cases.enumerated().map { index, original in
        var original = original
        original["expected"] = index.isMultiple(of: 2) ? nil : ["loss": "nonsense"]
        return original
      }
      try program.write(
        String(decoding: JSONSerialization.data(withJSONObject: blank), as: UTF8.self), to: file)
      let run = try program.run("objective", "eval", file)
      #expect(run.status == 0, "\(file): \(run.errors)")
      guard run.status == 0 else { continue }
      let filled = try object(Data(run.output.utf8))
      #expect(filled["subject"] as? String == golden["subject"] as? String)
      #expect(filled["producers"] as? [String: String] == golden["producers"] as? [String: String])
      let found = try #require(filled["cases"] as? [[String: Any]])
      #expect(found.count == cases.count)
      for (found, wanted) in zip(found, cases) {
        #expect(Set(found.keys) == Set(wanted.keys))
        #expect(found["name"] as? String == wanted["name"] as? String)
        #expect(found["source"] as? String == wanted["source"] as? String)
        let (results, expected) = (found["expected"] as? [String: Any], wanted["expected"] as? [String: Any])
        let missing = Set((expected ?? [:]).keys).subtracting((results ?? [:]).keys)
          .filter { !$0.hasPrefix("verl_inverted_") }
        #expect(missing.isEmpty, "\(file), \(wanted["name"] ?? "")")
      }
    }
  }

  @Test func `reads standard input, and cases without settings`() throws {
    let program = try Program()
    defer { program.clean() }
    try program.write(
      #"{"cases": [{"kind": "pass_at_k", "input": {"cases": [[4, 1, 2]]}, "note": "é \"\n"}], "mine": [1.5, null]}"#,
      to: "file.json")
    let run = try program.shell("objective eval - < file.json")
    #expect(run.status == 0, "\(run.all)")
    let file = try object(Data(run.output.utf8))
    let first = try #require((file["cases"] as? [[String: Any]])?.first)
    #expect((first["expected"] as? [String: [Double]])?["values"] == [0.5])
    #expect(first["note"] as? String == "é \"\n")
    #expect((file["mine"] as? [Any])?.first as? Double == 1.5)
  }

  static let refused: [(name: String, file: String, words: [String])] = [
    ("what is no JSON", #"{"cases": [}"#, ["not JSON", "character 11"]),
    ("a list", "[1, 2]", ["`cases`"]),
    ("a file without cases", #"{"subject": "kl"}"#, ["`cases`"]),
    ("a case that is a number", #"{"cases": [{"kind": "kl"}, 7]}"#, ["case"]),
    ("a case without a kind", #"{"cases": [{"name": "x/1"}]}"#, ["case \"x/1\"", "`kind`", "`ppo`"]),
    (
      "an unknown kind", #"{"cases": [{"name": "x/1", "kind": "ppoo"}]}"#,
      ["case \"x/1\"", "`ppoo`", "`ppo`", "`update_selective`"]
    ),
    ("an unnamed case", #"{"cases": [{"kind": "kl"}]}"#, ["case 0", "missing"]),
    (
      "settings that are a list", #"{"cases": [{"name": "x", "kind": "kl", "settings": []}]}"#,
      ["case \"x\", settings is not an object"]
    ),
    (
      "rows of other lengths than the mask",
      #"{"cases": [{"name": "k", "kind": "kl", "input": {"mask": [[1, 1]], "logprobs": [[-1]], "reference_logprobs": [[-1, -2]]}}]}"#,
      ["case \"k\"", "`logprobs`", "mask"]
    ),
    (
      "a text among numbers",
      #"{"cases": [{"name": "k", "kind": "kl", "input": {"mask": [[1]], "logprobs": [["a"]], "reference_logprobs": [[-1]]}}]}"#,
      ["case \"k\"", "`logprobs`", "not a number"]
    ),
  ]

  @Test(arguments: refused.map(\.name))
  func `is clear about what it cannot compute`(name: String) throws {
    let example = try #require(Self.refused.first { $0.name == name })
    let program = try Program()
    defer { program.clean() }
    try program.write(example.file, to: "file.json")
    let run = try program.run("objective", "eval", "file.json")
    #expect(run.status != 0 && run.output.isEmpty)
    #expect(run.errors.contains("file.json: "), "\(run.all)")
    for words in example.words { #expect(run.errors.contains(words), "\(run.all)") }
    #expect(!run.errors.contains("Fatal error"))
  }

  @Test func `names a file that is not there`() throws {
    let program = try Program()
    defer { program.clean() }
    let run = try program.run("objective", "eval", "none.json")
    #expect(run.status != 0 && run.errors.contains("none.json cannot be read: there is no such file"))
  }

  private func object(_ data: Data) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }
}
