import Foundation
import ObjectiveFiles
import Testing

@Suite struct `Length rewards of golden files` {
  @Test func `every kind but the filter agrees with the numbers of other people's software`() throws {
    let cases = try goldenCases("length-rewards.json").filter { $0.kind != "gfpo" }
    #expect(cases.count > 40)
    for golden in cases {
      let ours = try LengthRewardKinds.evaluate(
        golden.kind, settings: golden.settingsFields(), input: golden.inputFields())
      let wrong = differences(of: ours, from: golden.expected, relative: 1e-10, absolute: 1e-12)
      #expect(wrong.isEmpty, "\(golden.name): \(wrong.joined(separator: ", "))")
    }
  }

  static func refusal(_ kind: String, settings: String, input: String) throws -> String? {
    func fields(_ text: String, _ place: String) throws -> Fields {
      try Fields(JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)), at: place)
    }
    let (settings, input) = (try fields(settings, "settings"), try fields(input, "input"))
    do throws(ObjectiveFileError) {
      _ = try LengthRewardKinds.evaluate(kind, settings: settings, input: input)
      return nil
    } catch {
      return error.description
    }
  }

  @Test(arguments: [
    ("gfpo", "{}", "{}", "`gfpo` is no kind"),
    ("soft_overlong", #"{"max_completion_length": 9, "buffer": 0}"#, #"{"lengths": [1]}"#, "`buffer` is 0"),
    (
      "kimi", #"{"weight": 1}"#, #"{"lengths": [1, 2], "correct": [1]}"#,
      "`correct` has 1 members, `lengths` 2"
    ),
    (
      "o1_pruner", #"{"lambda": 5, "min": -2, "max": 4}"#,
      #"{"lengths": [0], "correct": [1], "reference_lengths": [9], "reference_correct": [1]}"#,
      "`lengths` holds 0"
    ),
    (
      "o1_pruner", #"{"lambda": 5, "min": -2, "max": 4}"#,
      #"{"lengths": [1], "correct": [1], "reference_lengths": [], "reference_correct": [1]}"#,
      "`reference_lengths` is empty"
    ),
    (
      "repetition", #"{"ngram": 0, "max_penalty": -1, "dense_penalty": -1, "gamma": 1}"#, #"{"ids": [[1]]}"#,
      "`ngram` is 0"
    ),
    ("repetition_words", #"{"ngram": 1, "max_penalty": -1}"#, #"{"texts": [7]}"#, "no text"),
    (
      "lcpo", #"{"mode": "least", "alpha": 1}"#, #"{"lengths": [1], "correct": [1], "budgets": [1]}"#,
      "neither exact nor max"
    ),
    (
      "lcpo", #"{"mode": "exact", "alpha": 1}"#, #"{"lengths": [1], "correct": [1], "budgets": []}"#,
      "`budgets` has 0 members, `lengths` 1"
    ),
    (
      "dler", #"{"limit": 5, "cut_coefficient": 0}"#, #"{"lengths": [1], "correct": [1], "finished": [1]}"#,
      "`groups` is missing"
    ),
  ])
  func `what cannot be computed is refused by name`(
    kind: String, settings: String, input: String, expected: String
  ) throws {
    let refusal = try Self.refusal(kind, settings: settings, input: input)
    #expect(refusal?.contains(expected) == true, "\(refusal ?? "accepted")")
  }
}
