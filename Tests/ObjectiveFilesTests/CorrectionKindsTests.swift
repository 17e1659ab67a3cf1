import ObjectiveFiles
import Testing

@Suite struct `Rollout correction against verl and TRL` {
  @Test func `every case of the golden file`() throws {
    for golden in try goldenCases("rollout-correction.json") {
      let ours = try CorrectionKinds.evaluate(
        golden.kind, settings: golden.settingsFields(), input: golden.inputFields())
      // verl's filters with bounds the wrong way round are in the files for comparison.
      let wrong = differences(
        of: ours, from: golden.expected, relative: 1e-7, absolute: 1e-9,
        ignoring: ["verl_inverted_token", "verl_inverted_geometric"])
      #expect(wrong.isEmpty, "\(golden.name): \(wrong)")
    }
  }

  @Test(
    arguments: [
      ["ratio_min": .init(0)], ["k3_max": .null], ["behavior_logprobs": .init([[-1.0]])],
    ] as [[String: JSONValue]])
  func `bounds without a logarithm and rows that do not fit are refused`(change: [String: JSONValue]) throws {
    var members: [String: JSONValue] = [
      "ratio_min": .init(0.5), "ratio_max": .init(2), "geometric_min": .init(0.99),
      "geometric_max": .init(1.01), "k3_max": .init(0.01), "veto_min": .init(1e-4),
      "mask": .init([[1, 1]]), "old_logprobs": .init([[-1.0, -2]]), "behavior_logprobs": .init([[-1.0, -2]]),
    ]
    let whole = try Fields(.object(members), at: "case")
    _ = try CorrectionKinds.evaluate("rollout_correction", settings: whole, input: whole)
    members.merge(change) { $1 }
    let broken = try Fields(.object(members), at: "case")
    #expect(throws: ObjectiveFileError.self) {
      try CorrectionKinds.evaluate("rollout_correction", settings: broken, input: broken)
    }
  }
}
