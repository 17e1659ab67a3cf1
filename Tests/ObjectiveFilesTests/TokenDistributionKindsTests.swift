import Foundation
import ObjectiveFiles
import Testing

@Suite struct `Logprob and entropy of logits, as in the golden files` {
  func fields(_ text: String) throws -> Fields {
    try Fields(JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)), at: "here")
  }

  @Test func `every number of the golden file`() throws {
    let cases = try goldenCases("token-distribution.json")
    #expect(!cases.isEmpty)
    for golden in cases {
      let ours = try TokenDistributionKinds.evaluate(
        golden.kind, settings: golden.settingsFields(), input: golden.inputFields())
      let found = differences(of: ours, from: golden.expected, relative: 1e-10, absolute: 1e-12)
      #expect(found.isEmpty, "\(golden.name): \(found.joined(separator: "; "))")
    }
  }

  @Test(arguments: [
    (
      "token_distribution", #"{"temperature": 0}"#,
      #"{"logits": [[1]], "labels": [0], "upstream_logprob": [1], "upstream_entropy": [1]}"#
    ),
    (
      "token_distribution", #"{}"#,
      #"{"logits": [[1]], "labels": [1], "upstream_logprob": [1], "upstream_entropy": [1]}"#
    ),
    (
      "token_distribution", #"{}"#,
      #"{"logits": [[1]], "labels": [0], "upstream_logprob": [1], "upstream_entropy": []}"#
    ),
    ("token_distribution", #"{}"#, #"{"logits": [1]}"#),
    ("other", #"{}"#, #"{}"#),
  ])
  func `input that does not fit is refused with words, not with a trap`(
    kind: String, settings: String, input: String
  ) throws {
    #expect(throws: ObjectiveFileError.self) {
      try TokenDistributionKinds.evaluate(
        kind, settings: fields(settings), input: fields(input))
    }
  }
}
