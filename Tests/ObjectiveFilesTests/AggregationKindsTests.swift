import ObjectiveFiles
import Testing

@Suite struct `Aggregation against verl` {
  @Test func `every case of the golden file`() throws {
    for golden in try goldenCases("aggregation.json") {
      let ours = try AggregationKinds.evaluate(
        golden.kind, settings: golden.settingsFields(), input: golden.inputFields())
      let wrong = differences(of: ours, from: golden.expected, relative: 1e-7, absolute: 1e-9)
      #expect(wrong.isEmpty, "\(golden.name): \(wrong)")
    }
  }

  @Test func `a micro-batch of a response that is not there is refused`() throws {
    let input = try Fields(
      ["mask": .init([[1]]), "values": .init([[1.0]]), "micro_batches": .init([[0], [1]])], at: "input")
    let settings = try Fields(["constant": .init(4)], at: "settings")
    #expect(throws: ObjectiveFileError.self) {
      try AggregationKinds.evaluate("aggregation", settings: settings, input: input)
    }
  }
}
