import ObjectiveFiles
import Testing

@Suite struct `Sampling and control against the golden files` {
  @Test func `every case of control`() throws {
    for golden in try goldenCases("control.json") {
      let ours = try ControlKinds.evaluate(
        golden.kind, settings: golden.settingsFields(), input: golden.inputFields())
      // The base of `entropic_loss` is verl's.
      let relative = golden.kind == "entropic_loss" ? 1e-7 : 1e-10
      let wrong = differences(of: ours, from: golden.expected, relative: relative, absolute: 1e-12)
      #expect(wrong.isEmpty, "\(golden.name): \(wrong)")
    }
  }

  @Test func `every case of GFPO`() throws {
    for golden in try goldenCases("length-rewards.json") where golden.kind == "gfpo" {
      let ours = try ControlKinds.evaluate(
        golden.kind, settings: golden.settingsFields(), input: golden.inputFields())
      let wrong = differences(of: ours, from: golden.expected, relative: 1e-10, absolute: 1e-12)
      #expect(wrong.isEmpty, "\(golden.name): \(wrong)")
    }
  }

  @Test(
    arguments: [
      ("dynamic_sampling", ["batches": .array([.array([["id": .init(0)]])])]),
      ("entropic_trace", ["entropies": ["high"]]),
      ("entropic_loss", ["mask": .init([[1]]), "logprobs": .init([[-1.0, -2]])]),
      ("mastered_tokens", ["mask": .init([[1]])]),
      ("segment_ratios", ["segments": .init([[0, 1]]), "segment_versions": .init([[3]])]),
      ("gfpo", ["lengths": .init([1, 2]), "rewards": .init([1.0])]),
      ("echo", [:]),
    ] as [(String, JSONValue)])
  func `what does not fit is refused`(kind: String, input: JSONValue) throws {
    let settings = try Fields(
      [
        "groups": .init(1), "max_batches": .init(1), "keep_accuracy": .init([0.0, 1]), "target": .init(0.1),
        "kp": .init(1), "ki": .init(0), "alpha": .init(0.1), "threshold": .init(0.9),
        "entropy_gate": .init(0.2),
        "denominator": "all_tokens", "epsilon": .init(0.2), "epsilon_high": .init(0.2),
        "trainer_version": .init(3), "metric": "shortest", "keep": .init(1),
      ], at: "settings")
    #expect(throws: ObjectiveFileError.self) {
      try ControlKinds.evaluate(kind, settings: settings, input: Fields(input, at: "input"))
    }
  }
}
