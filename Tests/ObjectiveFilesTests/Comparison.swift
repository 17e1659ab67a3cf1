import Foundation
import ObjectiveFiles

/// One case of a golden file.
struct GoldenCase: Decodable {
  var name: String
  var kind: String
  var settings: JSONValue?
  var input: JSONValue?
  var expected: JSONValue

  /// `settings` to read from; empty where the file has none.
  func settingsFields() throws -> Fields { try Fields(settings ?? [:], at: "case `\(name)`, settings") }

  /// `input` to read from; empty where the file has none.
  func inputFields() throws -> Fields { try Fields(input ?? [:], at: "case `\(name)`, input") }
}

/// The cases of a file of `Fixtures`.
func goldenCases(_ file: String) throws -> [GoldenCase] {
  struct File: Decodable { var cases: [GoldenCase] }
  let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(file)")
  return try JSONDecoder().decode(File.self, from: Data(contentsOf: url)).cases
}

/// Where what we computed is not what the file says: a text for each of the first five places; empty = equal.
///
/// Numbers are equal where |ours − theirs| ≤ absolute + relative · |theirs|. Objects have to have the same
/// keys; `ignoring` names those that need not be there and are not compared, at any depth.
func differences(
  of ours: JSONValue, from theirs: JSONValue, relative: Double, absolute: Double,
  ignoring ignored: Set<String> = []
) -> [String] {
  var comparison = Comparison(relative: relative, absolute: absolute, ignored: ignored)
  comparison.compare(ours, theirs, at: "expected")
  let more = comparison.found.count - 5
  return comparison.found.prefix(5) + (more > 0 ? ["and \(more) more"] : [])
}

private struct Comparison {
  let relative: Double
  let absolute: Double
  let ignored: Set<String>
  var found: [String] = []

  mutating func compare(_ ours: JSONValue, _ theirs: JSONValue, at path: String) {
    switch (ours, theirs) {
    case (.null, .null): break
    case (.number(let mine), .number(let other)):
      if !(mine == other || abs(mine - other) <= absolute + relative * abs(other)) {
        found.append("\(path): \(mine) instead of \(other)")
      }
    // numpy writes a flag now as true, now as 1.
    case (.boolean(let isTrue), .number(let other)):
      compare(.number(isTrue ? 1 : 0), .number(other), at: path)
    case (.number(let mine), .boolean(let isTrue)):
      compare(.number(mine), .number(isTrue ? 1 : 0), at: path)
    case (.array(let mine), .array(let others)):
      guard mine.count == others.count else {
        found.append("\(path): \(mine.count) elements instead of \(others.count)")
        return
      }
      for (i, pair) in zip(mine, others).enumerated() { compare(pair.0, pair.1, at: "\(path)[\(i)]") }
    case (.object(let mine), .object(let others)):
      for key in Set(mine.keys).union(others.keys).subtracting(ignored).sorted() {
        guard let value = mine[key] else {
          found.append("\(path).\(key) is missing")
          continue
        }
        guard let other = others[key] else {
          found.append("\(path).\(key) is not in the file")
          continue
        }
        compare(value, other, at: "\(path).\(key)")
      }
    default:
      if ours != theirs { found.append("\(path): \(brief(ours)) instead of \(brief(theirs))") }
    }
  }

  private func brief(_ value: JSONValue) -> String { String("\(value)".prefix(60)) }
}
