import ObjectiveFiles
import Testing

@Suite struct `Losses against TRL` {
  @Test func `every case of the golden file`() throws {
    for golden in try goldenCases("trl-losses.json") {
      let ours = try TRLLossKinds.evaluate(
        golden.kind, settings: golden.settingsFields(), input: golden.inputFields())
      let wrong = differences(of: ours, from: golden.expected, relative: 1e-10, absolute: 1e-12)
      #expect(wrong.isEmpty, "\(golden.name): \(wrong)")
    }
  }

  @Test func `what is not computed is refused by name`() throws {
    let rows = JSONValue([[-1.0, -2]])
    let input = try Fields(
      ["mask": .init([[1, 1]]), "logprobs": rows, "old_logprobs": rows, "advantages": .init([[1.0, 1]])],
      at: "input")
    let cases: [(JSONValue, names: String)] = [
      (["loss_type": "vespo"], "`vespo`"), (["loss_type": "dr_grpo"], "`max_completion_length`"),
      (["loss_type": "grpo", "beta": .init(0.1)], "`reference_logprobs`"),
      (["loss_type": "grpo", "importance_sampling_level": "group"], "`group`"), ([:], "`loss_type`"),
      (["loss_type": "dapo", "top_entropy_quantile": .init(2)], "`top_entropy_quantile`"),
    ]
    for (settings, name) in cases {
      let fields = try Fields(settings, at: "settings")
      #expect(throws: ObjectiveFileError.self, "\(name)") {
        do { _ = try TRLLossKinds.evaluate("trl_loss", settings: fields, input: input) } catch {
          #expect("\(error)".contains(name), "\(error)")
          throw error
        }
      }
    }
  }
}
