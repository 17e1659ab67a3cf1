import Foundation
import ObjectiveFiles
import Testing

@Suite struct `Pass at k and majority at k, as in the golden files` {
  func fields(_ text: String) throws -> Fields {
    try Fields(JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)), at: "here")
  }

  @Test func `every number of the golden file`() throws {
    let cases = try goldenCases("evaluation.json")
    #expect(!cases.isEmpty)
    for golden in cases {
      let ours = try EvaluationKinds.evaluate(
        golden.kind, settings: golden.settingsFields(), input: golden.inputFields())
      let found = differences(of: ours, from: golden.expected, relative: 1e-10, absolute: 1e-12)
      #expect(found.isEmpty, "\(golden.name): \(found.joined(separator: "; "))")
    }
  }

  @Test(arguments: [
    ("pass_at_k", #"{}"#, #"{"cases": [[4, 5, 1]]}"#),
    ("pass_at_k", #"{}"#, #"{"cases": [[4, 2, 5]]}"#),
    ("pass_at_k", #"{}"#, #"{"cases": [[4, 2]]}"#),
    ("majority_at_k", #"{"k": 3}"#, #"{"answers": [["a"]], "gold": ["a"]}"#),
    ("majority_at_k", #"{"k": 1}"#, #"{"answers": [["a"]], "gold": []}"#),
    ("pass_at_q", #"{}"#, #"{}"#),
  ])
  func `input that does not fit is refused with words, not with a trap`(
    kind: String, settings: String, input: String
  ) throws {
    #expect(throws: ObjectiveFileError.self) {
      try EvaluationKinds.evaluate(
        kind, settings: fields(settings), input: fields(input))
    }
  }
}
