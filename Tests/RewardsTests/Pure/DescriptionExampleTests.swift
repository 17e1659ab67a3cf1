import Rewards
import Testing

@Suite struct `What verifiers say of themselves` {
  @Test(arguments: Verifiers.descriptions)
  func `holds: every example gets the score it names`(description: VerifierDescription) throws {
    for example in description.examples {
      let verifier = try Verifiers.make(VerifierSpec(description.name, parameters: example.parameters))
      let verdict = verifier.verify(
        Completion(
          prompt: example.prompt, text: example.response, groundTruth: example.groundTruth,
          columns: example.columns))
      let isRight = verdict.score.map { score in example.score.map { abs(score - $0) < 1e-9 } ?? false }
      #expect(isRight ?? (example.score == nil), "\(description.name), \(example.response): \(verdict)")
    }
  }

  @Test(arguments: Verifiers.descriptions)
  func `shows an example that gets all and one that does not`(description: VerifierDescription) {
    #expect(description.examples.contains { $0.score == 1 })
    #expect(description.examples.contains { $0.score != 1 })
  }

  @Test(arguments: Verifiers.descriptions)
  func `is whole, and its parameters have each a name of their own`(description: VerifierDescription) {
    let texts = [description.name, description.summary, description.groundTruth, description.answer]
    #expect((texts + description.rules).allSatisfy { !$0.isEmpty } && !description.rules.isEmpty)
    #expect(Set(description.parameters.map(\.name)).count == description.parameters.count)
  }
}
