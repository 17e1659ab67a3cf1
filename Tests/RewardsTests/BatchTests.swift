import Rewards
import Testing

@Suite struct `Batches` {
  static let completions = (0..<1000).map { index in
    Completion(
      prompt: "\(index)", text: index % 7 == 0 ? "no idea" : "so\n#### \(index % 3 == 0 ? index : index + 1)",
      tokenCount: index, finishReason: index % 11 == 0 ? .length : .stop,
      groundTruth: index % 13 == 0 ? "unreadable" : "\(index)")
  }

  @Test func `come back in order, each verdict the one it gets alone`() async throws {
    let verifier = GSM8KVerifier()
    let alone = Self.completions.map { verifier.verify($0) }
    #expect(Set(alone.map(\.status)) == [.correct, .incorrect, .noAnswer, .noVerdict])
    #expect(await verifier.verify(Self.completions) == alone)
    for count in [0, 1, 2, 63, 64, 65] {
      #expect(await verifier.verify(Array(Self.completions.prefix(count))) == Array(alone.prefix(count)))
    }
  }

  @Test func `of every verifier are the same from 64 tasks at once as from one`() async throws {
    for description in Verifiers.descriptions {
      let completions = description.examples.filter { $0.parameters.values.isEmpty }.map {
        Completion(prompt: $0.prompt, text: $0.response, groundTruth: $0.groundTruth, columns: $0.columns)
      }
      guard let verifier = Verifiers.named(description.name), !completions.isEmpty else { continue }
      let many = (0..<40).map { completions[$0 % completions.count] }
      let alone = many.map { verifier.verify($0) }
      let together = await withTaskGroup(of: [Verdict].self) { group in
        for _ in 0..<64 { group.addTask { many.map { verifier.verify($0) } } }
        return await group.reduce(into: [[Verdict]]()) { $0.append($1) }
      }
      #expect(together.count == 64 && together.allSatisfy { $0 == alone }, "\(description.name)")
    }
  }

  @Test func `are rewarded as one by one, by the verifier that each task names`() async throws {
    var configuration = RewardConfiguration()
    configuration.terms = [
      .correctness(verifier: nil, weight: 1), .softOverlong(cache: 100, weight: 1),
      RewardTerm(.verify("number"), weight: 0.5),
    ]
    let names = Self.completions.indices.map { $0 % 2 == 0 ? "gsm8k" : "number" }
    let prepared = try PreparedVerifiers(for: configuration, tasks: names)
    let together = await configuration.evaluate(
      Self.completions, taskVerifiers: names, maximumLength: 900, verifiers: prepared)
    let alone = zip(Self.completions, names).map {
      configuration.evaluate($0, taskVerifier: $1, maximumLength: 900)
    }
    #expect(together == alone)
  }
}

@Suite struct `A term that verifies beside correctness` {
  @Test func `gives its verifier's score and decides nothing else`() {
    var configuration = RewardConfiguration()
    configuration.terms = [
      .correctness(verifier: "gsm8k", weight: 1), RewardTerm(.verify("number"), weight: 0.25),
    ]
    #expect(throws: Never.self) { try configuration.validate(maximumLength: 10) }
    // `gsm8k` finds no marker, `number` takes the last number: 0 + 0.25 · 1.
    let result = configuration.evaluate(
      Completion(text: "it is 72", groundTruth: "72"), taskVerifier: "", maximumLength: 10)
    #expect(result.correctness == 0 && result.total == 0.25)
    #expect(result.components.map(\.name) == ["correctness", "number"])
  }

  @Test func `alone is refused, since right and wrong would be worth the same`() {
    var configuration = RewardConfiguration()
    configuration.terms = [RewardTerm(.verify("number"))]
    #expect(throws: RewardError(.nothingJudges)) { try configuration.validate(maximumLength: 10) }
    configuration.terms = [.correctness(verifier: nil, weight: 1), RewardTerm(.verify("numbers"))]
    #expect(throws: RewardError(.verifier(.unknownName("numbers")))) {
      try configuration.validate(maximumLength: 10)
    }
  }

  @Test func `without a verdict leaves no total`() {
    var configuration = RewardConfiguration()
    configuration.terms = [
      .correctness(verifier: "text", weight: 1), RewardTerm(.verify("number"), weight: 0.25),
    ]
    let result = configuration.evaluate(
      Completion(text: "#### abc", groundTruth: "abc"), taskVerifier: "", maximumLength: 10)
    #expect(result.correctness == 1 && result.total == nil)
  }
}
