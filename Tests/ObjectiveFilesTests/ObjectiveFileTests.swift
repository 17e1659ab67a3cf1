import Foundation
import ObjectiveFiles
import Testing

@Suite struct `A file of objectives` {
  static let files = [
    "advantages", "aggregation", "control", "evaluation", "kl", "length-rewards", "merging", "optimizer",
    "policy-losses", "rollout-correction", "token-distribution", "trl-losses",
  ]

  @Test(arguments: files)
  func `comes back with every case computed and all else as it was`(name: String) throws {
    let data = try contents(name)
    let wanted = try object(data)
    let found = try object(try ObjectiveFile.evaluated(try without("expected", data)))
    #expect(found.keys.sorted() == wanted.keys.sorted())
    let (cases, computed) = (try list(wanted["cases"]), try list(found["cases"]))
    #expect(computed.count == cases.count)
    for (theirs, ours) in zip(cases, computed) {
      var (theirs, ours) = (try members(theirs), try members(ours))
      let (expected, result) = (theirs.removeValue(forKey: "expected"), ours.removeValue(forKey: "expected"))
      #expect(ours == theirs)
      let same = try differences(
        of: #require(result), from: #require(expected), relative: 1e-6, absolute: 1e-7, ignoring: Self.notOurs
      )
      #expect(same.isEmpty, "\(name), \(theirs["name"] ?? .null): \(same.joined(separator: "; "))")
    }
  }

  /// What verl makes of bounds that it reads the other way round: for comparison, not to be built.
  private static let notOurs: Set = ["verl_inverted_geometric", "verl_inverted_token"]

  @Test func `does not look at what stood in expected`() throws {
    let data = try contents("kl")
    #expect(try ObjectiveFile.evaluated(data) == ObjectiveFile.evaluated(try without("expected", data)))
  }

  @Test func `is the same again when it is evaluated twice`() throws {
    let once = try ObjectiveFile.evaluated(try contents("aggregation"))
    #expect(try ObjectiveFile.evaluated(once) == once)
  }

  @Test func `keeps the order of the public files, and numbers as they read back`() throws {
    let file = """
      {"cases": [{"input": {"cases": [[4, 2, 1]]}, "mine": [1e-300, 0.1, -0, 12345678901234567, "a\\u0001\\"b"],
        "kind": "pass_at_k", "name": "x"}], "extra": {}, "subject": "s"}
      """
    let text = String(decoding: try ObjectiveFile.evaluated(Data(file.utf8)), as: UTF8.self)
    let names = text.split(separator: "\n").compactMap { line in
      line.split(separator: "\"").dropFirst().first.map(String.init)
    }
    #expect(
      names == ["subject", "cases", "name", "kind", "input", "cases", "expected", "values", "mine", "extra"])
    #expect(text.contains(#"[1e-300, 0.1, 0, 1.2345678901234568e+16, "a\u0001\"b"]"#), "\(text)")
  }

  @Test func `names every kind that there is where it knows none of that name`() throws {
    let error = #expect(throws: ObjectiveFileError.self) {
      try ObjectiveFile.evaluated(Data(#"{"cases": [{"name": "a", "kind": "b"}]}"#.utf8))
    }
    let kinds = try Self.files.flatMap { try goldenCases($0 + ".json").map(\.kind) }
    for kind in Set(kinds) { #expect(error?.description.contains("`\(kind)`") == true, "\(kind)") }
  }

  // MARK: Support

  private func contents(_ name: String) throws -> Data {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    return try Data(contentsOf: folder.appending(path: "Fixtures/\(name).json"))
  }

  private func object(_ data: Data) throws -> [String: JSONValue] {
    try members(try JSONDecoder().decode(JSONValue.self, from: data))
  }

  private func members(_ value: JSONValue) throws -> [String: JSONValue] {
    guard case .object(let members) = value else { throw NotThat() }
    return members
  }

  private func list(_ value: JSONValue?) throws -> [JSONValue] {
    guard case .array(let values) = value else { throw NotThat() }
    return values
  }

  private struct NotThat: Error {}

  /// The file with one member of each case taken out.
  private func without(_ name: String, _ data: Data) throws -> Data {
    var file = try object(data)
    file["cases"] = .array(
      try list(file["cases"]).map { value in
        var members = try members(value)
        members[name] = nil
        return .object(members)
      })
    return try JSONEncoder().encode(JSONValue.object(file))
  }
}
