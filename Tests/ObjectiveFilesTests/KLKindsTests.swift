import ObjectiveFiles
import Testing

@Suite struct `KL estimators against verl and TRL` {
  @Test func `every case of the golden file`() throws {
    for golden in try goldenCases("kl.json") {
      let ours = try KLKinds.evaluate(
        golden.kind, settings: golden.settingsFields(), input: golden.inputFields())
      let wrong = differences(of: ours, from: golden.expected, relative: 1e-7, absolute: 1e-9)
      #expect(wrong.isEmpty, "\(golden.name): \(wrong)")
    }
  }

  @Test func `a reference of other tokens is refused`() throws {
    let input = try Fields(
      [
        "mask": .init([[1, 1]]), "logprobs": .init([[-1.0, -2]]), "old_logprobs": .init([[-1.0, -2]]),
        "reference_logprobs": .init([[-1.0]]),
      ], at: "input")
    #expect(throws: ObjectiveFileError.self) {
      try KLKinds.evaluate("kl", settings: Fields([:], at: "settings"), input: input)
    }
  }
}
