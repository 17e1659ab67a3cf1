import Curriculum
import Experience
import Foundation
import Randomness
import Testing

@Suite struct `Task stream` {
  static func procedural(_ task: String, _ difficulty: ClosedRange<Int>? = nil, slipRate: Double = 0)
    -> DataConfiguration
  {
    var configuration = DataConfiguration()
    configuration.train = .procedural(ProceduralSource(task: task, difficulty: difficulty))
    configuration.teacher = Teacher(slipRate: slipRate)
    return configuration
  }

  static func rows(_ count: Int, from first: Int = 0) -> String {
    (first..<(first + count)).map { #"{"question": "question \#($0)", "answer": \#($0)}"# }.joined(
      separator: "\n")
  }

  @Test(arguments: ProceduralTasks.names)
  func `training and held-out tasks share no prompt, and the held-out ones are all different`(name: String)
    throws
  {
    let stream = try TaskStream(Self.procedural(name), seed: 3)
    let heldOut = try Set(stream.heldOut(count: 200).map(\.prompt))
    #expect(heldOut.count == 200)
    for index in 0..<2000 { #expect(!heldOut.contains(try stream.task(at: UInt64(index)).prompt)) }
  }

  @Test func `a task depends on seed and index alone`() throws {
    let configuration = Self.procedural("arithmetic_chain", slipRate: 0.5)
    let (first, again) = (try TaskStream(configuration, seed: 3), try TaskStream(configuration, seed: 3))
    let forward = try (0..<100).map { try first.task(at: $0) }
    let backward = try (0..<100).reversed().map { try again.task(at: $0) }
    #expect(forward == backward.reversed())
    let other = try TaskStream(configuration, seed: 4)
    #expect(try (0..<100).count { try other.task(at: $0) == forward[Int($0)] } < 10)
  }

  @Test func `the teacher changes solutions, never tasks`() throws {
    let flawless = try TaskStream(Self.procedural("arithmetic_chain"), seed: 3)
    let slipping = try TaskStream(Self.procedural("arithmetic_chain", slipRate: 0.55), seed: 3)
    var changed = 0
    for index in 0..<1000 as Range<UInt64> {
      var (a, b) = (try flawless.task(at: index), try slipping.task(at: index))
      if a.solution != b.solution { changed += 1 }
      (a.solution, b.solution) = (nil, nil)
      #expect(a == b)
    }
    #expect((400...700).contains(changed), "\(changed)")
  }

  @Test func `held-out tasks are the same for every seed and have flawless solutions`() throws {
    let configuration = Self.procedural("arithmetic_chain", slipRate: 1)
    let heldOut = try TaskStream(configuration, seed: 1).heldOut(count: 64)
    #expect(try TaskStream(configuration, seed: 2).heldOut(count: 64) == heldOut)
    #expect(heldOut.allSatisfy { $0.solution?.hasSuffix("\n#### \($0.groundTruth)") == true })
    #expect(try TaskStream(configuration, seed: 1).heldOut(count: 32) == Array(heldOut.prefix(32)))
  }

  @Test func `difficulties are those asked for, all of them`() throws {
    let stream = try TaskStream(Self.procedural("ordering", 4...6), seed: 1)
    let difficulties = try (0..<100).map { try stream.task(at: $0).difficulty }
    #expect(Set(difficulties) == [4, 5, 6])
  }

  @Test func `a harder held-out source still shares no prompt with training`() throws {
    var configuration = Self.procedural("arithmetic_chain", 2...3)
    configuration.heldOut = .procedural(ProceduralSource(task: "arithmetic_chain", difficulty: 3...4))
    let stream = try TaskStream(configuration, seed: 1)
    let heldOut = try stream.heldOut(count: 100)
    #expect(Set(heldOut.map(\.difficulty)) == [3, 4])
    let training = try Set((0..<3000).map { try stream.task(at: $0).prompt })
    #expect(training.isDisjoint(with: heldOut.map(\.prompt)))
  }

  @Test func `a file goes by whole in every epoch, each time in another order`() throws {
    try withFile(Self.rows(50)) { path in
      var configuration = DataConfiguration()
      configuration.train = .file(FileSource(path: path))
      let stream = try TaskStream(configuration, seed: 1)
      let count = UInt64(try #require(stream.report.trainRows))
      let held = try #require(stream.report.heldOutRows)
      #expect(count + UInt64(held) == 50 && stream.report.withoutSolution == Int(count))
      let epochs = try (0..<3).map { epoch in
        try (0..<count).map { try stream.task(at: UInt64(epoch) * count + $0).prompt }
      }
      #expect(Set(epochs.map(Set.init)).count == 1 && Set(epochs[0]).count == Int(count))
      #expect(Set(epochs).count == 3)
      #expect(Set(epochs[0]).isDisjoint(with: try stream.heldOut(count: held).map(\.prompt)))
    }
  }

  @Test func `the split by hash is one in eight and does not move when rows are added`() throws {
    func heldOut(_ rows: Int) throws -> Set<String> {
      try withFile(Self.rows(rows)) { path in
        var configuration = DataConfiguration()
        configuration.train = .file(FileSource(path: path))
        let stream = try TaskStream(configuration, seed: 1)
        return try Set(stream.heldOut(count: stream.report.heldOutRows ?? 0).map(\.prompt))
      }
    }
    let (few, many) = (try heldOut(1000), try heldOut(2000))
    #expect((95...155).contains(few.count), "\(few.count)")  // 125 ± 3 standard deviations of 10.5
    #expect(few.isSubset(of: many))
  }

  @Test func `a held-out file is used whole, and its prompts leave the training rows`() throws {
    try withFile(Self.rows(20)) { train in
      try withFile(Self.rows(10, from: 15) + "\n" + Self.rows(1, from: 15)) { heldOut in
        var configuration = DataConfiguration()
        configuration.train = .file(FileSource(path: train))
        configuration.heldOut = .file(FileSource(path: heldOut))
        let stream = try TaskStream(configuration, seed: 1)
        #expect(stream.report.trainRows == 15)
        #expect(stream.report.heldOutRows == 10)
        #expect(stream.report.droppedFromTraining == 5)
        #expect(stream.report.droppedDuplicates == 1)
        #expect(
          stream.report.lines.contains(
            "5 rows left out of training because the held-out file has the same prompt"))
        let prompts = try Set(stream.heldOut(count: 10).map(\.prompt))
        #expect(prompts == Set((15..<25).map { "question \($0)" }))
      }
    }
  }

  @Test func `a held-out prompt leaves the training rows however its letters are written`() throws {
    try withFile(#"{"question": "cafe\u0301", "answer": 1}"# + "\n" + Self.rows(1)) { train in
      try withFile(#"{"question": "caf\u00e9", "answer": 1}"#) { heldOut in
        var configuration = DataConfiguration()
        configuration.train = .file(FileSource(path: train))
        configuration.heldOut = .file(FileSource(path: heldOut))
        let report = try TaskStream(configuration, seed: 1).report
        #expect(report.trainRows == 1 && report.droppedFromTraining == 1)
      }
    }
  }

  @Test func `asking for more held-out tasks than exist says how many there are`() throws {
    let narrow = try TaskStream(Self.procedural("arithmetic_chain", 1...1), seed: 1)
    let error = #expect(throws: DataError.self) { try narrow.heldOut(count: 256) }
    let text = try #require(error).description
    let found = try #require(text.split(separator: " ").compactMap { Int($0) }.first)
    #expect(
      text.hasPrefix(
        "`arithmetic_chain` has \(found) held-out tasks with different prompts, 256 were asked for"))
    #expect(try narrow.heldOut(count: found).count == found)

    try withFile(Self.rows(10)) { path in
      var configuration = DataConfiguration()
      configuration.train = .file(FileSource(path: path))
      configuration.heldOut = .file(FileSource(path: path + "/../rows.jsonl"))
      #expect(throws: DataError.self) { try TaskStream(configuration, seed: 1) }
      try withFile(Self.rows(10)) { copy in
        configuration.heldOut = .file(FileSource(path: copy))
        let error = #expect(throws: DataError.self) { try TaskStream(configuration, seed: 1) }
        #expect(
          error?.description.hasPrefix(
            "`rows.jsonl` has no tasks to train on: each of its 10 rows is held out; widen") == true)
      }
    }
  }

  @Test func `what the recipe gets wrong is refused with the value and what is allowed`() {
    func refusal(_ change: (inout DataConfiguration) -> Void) -> String {
      var configuration = DataConfiguration()
      change(&configuration)
      do {
        _ = try TaskStream(configuration, seed: 1)
        return "accepted"
      } catch {
        return error.description
      }
    }
    #expect(
      refusal { $0.train = .procedural(ProceduralSource(task: "sums")) }
        == "unknown task `sums`; there are: "
        + ProceduralTasks.names.map { "`\($0)`" }.joined(separator: ", "))
    #expect(
      refusal { $0.heldOut = .procedural(ProceduralSource(task: "countdown", difficulty: 1...3)) }
        == "`difficulty` [1, 3] of task `countdown` must lie within [2, 6]")
    #expect(
      refusal { $0.teacher.slipRate = 1.5 }
        == "the teacher's `slip_rate` is 1.5, a probability from 0 to 1 is needed")
    #expect(refusal { $0.teacher.slipRate = .nan }.contains("is nan"))
    #expect(
      refusal { $0.contaminationNGram = 0 }
        == "`data.contamination_ngram` is 0, allowed: 1 to 1000 words, or null")
    #expect(refusal { $0.heldOutCount = 0 } == "`data.held_out.count` is 0, at least 1 is needed")
    #expect(refusal { $0.promptTemplate = "Q: prompt" }.contains("has no `{prompt}`"))
    #expect(refusal { _ in } == "accepted")
  }

  @Test func `a template shows the prompt once per mark, whatever the prompt contains`() {
    var configuration = DataConfiguration()
    #expect(configuration.rendered("1+1=") == "1+1=")
    configuration.promptTemplate = "Q: {prompt}\nA:"
    #expect(configuration.rendered("say {prompt}") == "Q: say {prompt}\nA:")
  }
}

@Suite struct `Shuffled order of a file` {
  @Test(arguments: [1, 2, 3, 4, 5, 16, 17, 63, 64, 65, 1000])
  func `holds every row once`(count: Int) throws {
    try withFile(rows(count)) { path in
      try withFile(#"{"question": "other", "answer": 1}"#) { other in
        var configuration = DataConfiguration()
        configuration.train = .file(FileSource(path: path))
        configuration.heldOut = .file(FileSource(path: other))
        let stream = try TaskStream(configuration, seed: 9)
        #expect(try Set((0..<UInt64(count)).map { try stream.task(at: $0).id }).count == count)
        #expect(
          try Set(
            (0..<UInt64(count)).map {
              try stream.task(at: UInt64.max / UInt64(count) * UInt64(count) - 1 - $0).id
            }
          ).count == count)
      }
    }
  }

  @Test func `puts each row in each place about equally often`() throws {
    try withFile(rows(6)) { path in
      try withFile(#"{"question": "other", "answer": 1}"#) { other in
        var configuration = DataConfiguration()
        configuration.train = .file(FileSource(path: path))
        configuration.heldOut = .file(FileSource(path: other))
        let stream = try TaskStream(configuration, seed: 9)
        var counts: [String: Int] = [:]
        for epoch in 0..<1500 as Range<UInt64> {
          for place in 0..<6 as Range<UInt64> {
            counts["\(try stream.task(at: epoch * 6 + place).id) at \(place)", default: 0] += 1
          }
        }
        // 250 ± 5 standard deviations of 14.4.
        #expect(counts.count == 36 && counts.values.allSatisfy { (178...322).contains($0) }, "\(counts)")
      }
    }
  }
}

private func rows(_ count: Int) -> String { `Task stream`.rows(count) }

@Suite struct `Two files of one name` {
  @Test func `keep their rows apart`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "apus-names-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    var configuration = DataConfiguration()
    for (part, question) in [("train", "1 + 1"), ("test", "2 + 2")] {
      let file = folder.appending(path: "\(part)/data.jsonl")
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try "{\"question\": \"\(question)\", \"answer\": \"4\"}\n".write(
        to: file, atomically: true, encoding: .utf8)
      let source = TaskSource.file(FileSource(path: file.path))
      if part == "train" { configuration.train = source } else { configuration.heldOut = source }
    }
    let stream = try TaskStream(configuration, seed: 1)
    let (trained, heldOut) = (try stream.task(at: 0), try stream.heldOut(count: 1)[0])
    #expect(trained.prompt != heldOut.prompt)
    #expect(trained.id == "data.jsonl/1" && heldOut.id == "held-out/data.jsonl/1")
  }
}
