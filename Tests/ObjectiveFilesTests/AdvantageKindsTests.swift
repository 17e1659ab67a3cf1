import ObjectiveFiles
import Testing

@Suite struct `Advantages against verl and TRL` {
  @Test func `every case of the golden file`() throws {
    for golden in try goldenCases("advantages.json") {
      let ours = try AdvantageKinds.evaluate(
        golden.kind, settings: golden.settingsFields(), input: golden.inputFields())
      // Whitening over tokens carries verl's 1e-8 in the count twice: 1e-6, as the README of the files says.
      let wrong = differences(of: ours, from: golden.expected, relative: 1e-6, absolute: 1e-9)
      #expect(wrong.isEmpty, "\(golden.name): \(wrong)")
    }
  }

  @Test func `without the offset of verl the plain formulas agree to the last digits`() throws {
    let whitened: Set = ["reinforce_plus_plus_baseline", "whitened", "advantages"]
    for golden in try goldenCases("advantages.json") {
      let ours = try AdvantageKinds.evaluate(
        golden.kind, settings: golden.settingsFields(), input: golden.inputFields())
      let wrong = differences(
        of: ours, from: golden.expected, relative: 1e-10, absolute: 1e-9, ignoring: whitened)
      #expect(wrong.isEmpty, "\(golden.name): \(wrong)")
    }
  }

  @Test(
    arguments: [
      ("outcome", ["rewards": .init([1.0]), "mask": .init([[1], [1]]), "groups": .init([0, 0])]),
      ("outcome", ["rewards": .init([1.0, 0]), "mask": .init([[1], [1]]), "groups": .init([0])]),
      ("components", ["rewards": .init([[1.0, 2], [1]]), "mask": .init([[1], [1]])]),
      ("reinforce_plus_plus", ["rewards": .init([1.0]), "mask": .init([[1], [1]])]),
      ("gae", [:]),
    ] as [(String, JSONValue)])
  func `rows that do not fit are refused`(kind: String, input: JSONValue) throws {
    let settings = try Fields(
      ["weights": .init([1.0, 1]), "group_size": .init(2), "beta": .init(0), "gamma": .init(1)],
      at: "settings")
    #expect(throws: ObjectiveFileError.self) {
      try AdvantageKinds.evaluate(kind, settings: settings, input: Fields(input, at: "input"))
    }
  }
}
