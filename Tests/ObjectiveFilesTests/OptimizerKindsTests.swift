import Foundation
import ObjectiveFiles
import Testing

@Suite struct `AdamW and schedules, as in the golden files` {
  func fields(_ text: String) throws -> Fields {
    try Fields(JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)), at: "here")
  }

  @Test func `every number of the golden file`() throws {
    let cases = try goldenCases("optimizer.json")
    #expect(!cases.isEmpty)
    for golden in cases {
      let ours = try OptimizerKinds.evaluate(
        golden.kind, settings: golden.settingsFields(), input: golden.inputFields())
      // fp32 keeps seven digits, and adds up in another order than torch.
      let tolerance = golden.name.contains("float32") ? 1e-6 : 1e-12
      let found = differences(of: ours, from: golden.expected, relative: tolerance, absolute: tolerance)
      #expect(found.isEmpty, "\(golden.name): \(found.joined(separator: "; "))")
    }
  }

  @Test(arguments: [
    (
      "adamw", #"{"lr": 1, "betas": [0.9], "eps": 1, "weight_decay": 0}"#,
      #"{"parameters": [], "gradients": []}"#
    ),
    (
      "adamw", #"{"lr": 1, "betas": [0.9, 0.9], "eps": 1, "weight_decay": 0}"#,
      #"{"parameters": [[1, 2]], "gradients": [[[1]]]}"#
    ),
    (
      "adamw", #"{"lr": 1, "betas": [0.9, 0.9], "eps": 1, "weight_decay": 0, "dtype": "float8"}"#,
      #"{"parameters": [], "gradients": []}"#
    ),
    ("schedule", #"{"kind": "wsd", "lr": 1, "warmup_steps": 1, "total_steps": 2}"#, #"{}"#),
    ("schedule", #"{"kind": "linear", "lr": 1, "warmup_steps": 1, "total_steps": -2}"#, #"{}"#),
    ("other", #"{}"#, #"{}"#),
  ])
  func `input that does not fit is refused with words, not with a trap`(
    kind: String, settings: String, input: String
  ) throws {
    #expect(throws: ObjectiveFileError.self) {
      try OptimizerKinds.evaluate(
        kind, settings: fields(settings), input: fields(input))
    }
  }
}
