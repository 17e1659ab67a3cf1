import Foundation
import ObjectiveFiles
import Testing

@Suite struct `Merging, as in the golden files` {
  func fields(_ text: String) throws -> Fields {
    try Fields(JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)), at: "here")
  }

  @Test func `every number of the golden file`() throws {
    let cases = try goldenCases("merging.json")
    #expect(!cases.isEmpty)
    for golden in cases {
      let ours = try MergingKinds.evaluate(
        golden.kind, settings: golden.settingsFields(), input: golden.inputFields())
      let found = differences(
        of: ours, from: golden.expected, relative: 1e-10, absolute: 1e-12,
        ignoring: ["mergekit_dare_linear_l1"])
      #expect(found.isEmpty, "\(golden.name): \(found.joined(separator: "; "))")
    }
  }

  @Test(arguments: [
    (
      "merging", #"{"weights": [1], "keep_fraction": 1, "lambda": 1, "drop_probability": 0.5}"#,
      #"{"base": [1, 2], "models": [[1]]}"#
    ),
    (
      "merging", #"{"weights": [], "keep_fraction": 1, "lambda": 1}"#,
      #"{"base": [1, 2], "models": [[1, 2]]}"#
    ),
    (
      "merging", #"{"weights": [1], "keep_fraction": 1, "lambda": 1, "drop_probability": 1}"#,
      #"{"base": [1], "models": [[1]], "drop_masks": [[1]]}"#
    ),
    ("update_selective", #"{"keep_fraction": 1, "scale": 1}"#, #"{"base": {"a": [1]}, "tuned": {}}"#),
    (
      "update_selective", #"{"keep_fraction": 1, "scale": 1}"#,
      #"{"base": {"a": [1]}, "tuned": {"a": [1, 2]}}"#
    ),
    ("other", #"{}"#, #"{}"#),
  ])
  func `input that does not fit is refused with words, not with a trap`(
    kind: String, settings: String, input: String
  ) throws {
    #expect(throws: ObjectiveFileError.self) {
      try MergingKinds.evaluate(
        kind, settings: fields(settings), input: fields(input))
    }
  }

  /// mergekit computes this one in fp32, and adds up in the order that suits its vector units.
  @Test func `mergekit's rescaling to the L1 norm, to fp32 precision`() throws {
    for golden in try goldenCases("merging.json") where golden.kind == "merging" {
      let ours = try MergingKinds.evaluate(
        golden.kind, settings: golden.settingsFields(), input: golden.inputFields())
      let found = differences(of: ours, from: golden.expected, relative: 3e-7, absolute: 3e-7)
      #expect(found.isEmpty, "\(golden.name): \(found.joined(separator: "; "))")
    }
  }
}
