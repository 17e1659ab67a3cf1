import Curriculum
import Experience
import Testing

@Suite struct `Task stream of chains` {
  private func executed(_ horizons: ClosedRange<Int>) -> DataConfiguration {
    var configuration = DataConfiguration()
    configuration.train = .composed(
      ComposedSource(composer: .executed([ProceduralSource(task: "arithmetic_chain")]), horizons: horizons))
    return configuration
  }

  /// The problems of a task, each with its number, in the order of the chain.
  private func problems(_ task: ReasoningTask) throws -> [String] {
    let lines = try #require(task.solution).components("\n").filter {
      !$0.hasPrefix("n=") && !$0.hasPrefix("####")
    }
    var (parts, rest) = ([String](), lines[...])
    for part in task.prompt.components("; ") {
      let body = part.components(", ").last ?? part
      let steps = body.dropLast().count { "+-*".contains($0) }
      let start = rest.first?.prefix { $0.isNumber } ?? ""
      let sign = rest.first?.hasPrefix("-") == true
      let number = sign ? "-" + (rest.first?.dropFirst().prefix { $0.isNumber } ?? "") : String(start)
      parts.append(body.replacing("n", with: number))
      rest = rest.dropFirst(steps)
    }
    return parts
  }

  @Test func `gives tasks that depend on seed and index alone, with horizon and provenance`() throws {
    let configuration = executed(3...3)
    let (first, again) = (try TaskStream(configuration, seed: 3), try TaskStream(configuration, seed: 3))
    let forward = try (0..<40).map { try first.task(at: $0) }
    #expect(try (0..<40).reversed().map { try again.task(at: $0) }.reversed() == forward)
    #expect(try TaskStream(configuration, seed: 4).task(at: 0) != forward[0])
    #expect(
      forward.allSatisfy { $0.difficulty == 3 && $0.columns["horizon"] == "3" && $0.verifier == "gsm8k" })
    #expect(forward[7].id == "arithmetic_chain/h3/7")
    #expect(
      forward[0].columns["provenance"]?.hasPrefix(#"{"composer": "executed", "parts": [{"answer": "#) == true)
    #expect(
      first.report.lines[0].hasPrefix("chains (executed) of arithmetic_chain, difficulty 2 to 5 (operations)")
    )
    #expect(first.verifiers == ["gsm8k"])
  }

  @Test func `has no problem both in a training chain and in a held-out one`() throws {
    let stream = try TaskStream(executed(2...3), seed: 1)
    let training = try Set((0..<600).flatMap { try problems(stream.task(at: $0)) })
    let heldOut = try Set(stream.heldOut(count: 100).flatMap(problems))
    #expect(training.count > 1000 && heldOut.count > 150)
    #expect(training.isDisjoint(with: heldOut))
    // Atomic problems of the same family are on the same sides.
    var atomic = DataConfiguration()
    atomic.train = .procedural(ProceduralSource(task: "arithmetic_chain"))
    let atoms = try TaskStream(atomic, seed: 2)
    #expect(try Set((0..<3000).map { try atoms.task(at: $0).prompt }).isDisjoint(with: heldOut))
  }

  @Test func `is measured on any horizon, and trained on any, with the same held-out tasks`() throws {
    let stream = try TaskStream(executed(1...1), seed: 1)
    for horizon in 1...4 {
      let tasks = try stream.heldOut(count: 20, horizon: horizon)
      #expect(Set(tasks.map(\.prompt)).count == 20 && tasks.allSatisfy { $0.difficulty == horizon })
    }
    let later = try stream.training(onHorizons: 2...2)
    #expect(try later.task(at: 0).difficulty == 2)
    #expect(try later.heldOut(count: 10) == stream.heldOut(count: 10))
    #expect(throws: DataError.self) { try stream.heldOut(count: 20, horizon: 0) }
    #expect(throws: DataError.self) { try stream.training(onHorizons: 0...2) }
    let plain = try TaskStream(DataConfiguration(), seed: 1)
    #expect(throws: DataError.self) { try plain.heldOut(count: 20, horizon: 1) }
    #expect(throws: DataError.self) { try plain.training(onHorizons: 1...1) }
  }

  @Test func `carries a teacher's slips, never changing tasks`() throws {
    var configuration = executed(3...3)
    configuration.teacher = Teacher(slipRate: 0.5)
    let (slipping, flawless) = (
      try TaskStream(configuration, seed: 3), try TaskStream(executed(3...3), seed: 3)
    )
    var changed = 0
    for index in 0..<200 as Range<UInt64> {
      var (a, b) = (try slipping.task(at: index), try flawless.task(at: index))
      if a.solution != b.solution { changed += 1 }
      (a.solution, b.solution) = (nil, nil)
      #expect(a == b)
    }
    #expect(changed > 50)
    #expect(
      try slipping.heldOut(count: 20).allSatisfy { $0.solution?.hasSuffix("#### \($0.groundTruth)") == true })
  }

  @Test func `of a file takes training chains from training rows and held-out ones from the rest`() throws {
    try withFile(`Chains of a file's rows`.rows(100)) { path in
      func chained(_ horizon: Int) -> TaskSource {
        .composed(ComposedSource(composer: .offset(FileSource(path: path)), horizons: horizon...horizon))
      }
      func lines(_ tasks: [ReasoningTask]) -> Set<String> {
        Set(
          tasks.flatMap {
            ($0.columns["provenance"] ?? "").components("\"line\": ").dropFirst().map {
              $0.prefix { $0.isNumber }
            }
          }.map(String.init))
      }
      var configuration = DataConfiguration()
      configuration.train = chained(2)
      for heldOut in [nil, chained(3)] {
        configuration.heldOut = heldOut
        let stream = try TaskStream(configuration, seed: 1)
        let training = lines(try (0..<400).map { try stream.task(at: $0) })
        let measured = lines(try stream.heldOut(count: 30))
        #expect(training.count > 70 && measured.count > 5 && training.isDisjoint(with: measured))
      }
      // Rows to train on and chains to measure on: the same split.
      configuration.train = .file(FileSource(path: path))
      let rows = try TaskStream(configuration, seed: 1)
      let trained = try Set((0..<200).map { try rows.task(at: $0).id.components("/").last ?? "" })
      #expect(trained.isDisjoint(with: lines(try rows.heldOut(count: 30))))
    }
  }

  @Test func `holds out the rows of another file`() throws {
    try withFile(`Chains of a file's rows`.rows(60)) { train in
      try withFile(`Chains of a file's rows`.rows(25)) { test in
        var configuration = DataConfiguration()
        configuration.train = .composed(
          ComposedSource(composer: .offset(FileSource(path: train)), horizons: 2...2))
        configuration.heldOut = .composed(
          ComposedSource(composer: .offset(FileSource(path: test)), horizons: 2...2))
        let stream = try TaskStream(configuration, seed: 1)
        for index in 0..<100 as Range<UInt64> {
          let prompt = try stream.task(at: index).prompt
          let shops = prompt.components("Shop number ").dropFirst().compactMap {
            Int($0.prefix { $0.isNumber })
          }
          #expect(shops.count == 2 && shops.allSatisfy { $0 > 25 })
        }
        #expect(try stream.heldOut(count: 40).count == 40)
      }
    }
  }
}

@Suite struct `The independence line` {
  @Test func `is accuracy on one problem to the power of the horizon`() {
    let line = IndependenceLine(single: 0.8279)
    let expected = [0.8279, 0.6854, 0.5675, 0.4698, 0.3889]
    for (horizon, value) in zip(1..., expected) {
      #expect(abs(line.accuracy(horizon: horizon) - value) < 6e-5)
    }
    // Samples for one expected success at 0.5.
    let half = IndependenceLine(single: 0.5)
    #expect([2, 4, 8].map { 1 / half.accuracy(horizon: $0) } == [4, 16, 256])
  }
}
