import Curriculum
import Experience
import Foundation
import Testing

@Suite struct `Samples and descriptions of tasks` {
  @Test(arguments: ProceduralTasks.names)
  func `rows of a sample load as the tasks they are`(name: String) throws {
    let teacher = Teacher(slipRate: 0.3, style: .branching)
    let sample = try TaskSample(of: ProceduralSource(task: name), count: 40, seed: 5, teacher: teacher)
    let tasks = try (0..<40).map { try sample.task(at: $0) }
    let path = FileManager.default.temporaryDirectory.appending(path: "apus-\(UUID()).jsonl")
    defer { try? FileManager.default.removeItem(at: path) }
    try tasks.map(\.dataRow).joined(separator: "\n").write(to: path, atomically: true, encoding: .utf8)
    var configuration = DataConfiguration()
    configuration.train = .file(FileSource(path: path.path(percentEncoded: false)))
    let stream = try TaskStream(configuration, seed: 1)
    // An epoch holds every row that is not held out, and a sample holds none that is.
    #expect(stream.report.trainRows == 40 && stream.report.unreadableGroundTruths == 0)
    let loaded = try (0..<40 as Range<UInt64>).map { try stream.task(at: $0) }
    func rows(_ tasks: [ReasoningTask]) -> Set<[String?]> {
      Set(tasks.map { [$0.prompt, $0.groundTruth, $0.verifier, $0.solution] })
    }
    #expect(rows(loaded) == rows(tasks))
    #expect(loaded.allSatisfy { $0.columns["data_source"] == name })
  }

  @Test func `a sample is what a run with its seed trains on, and the held-out ones are the rest`() throws {
    let source = ProceduralSource(task: "gcd", difficulty: 3...3)
    var configuration = DataConfiguration()
    configuration.train = .procedural(source)
    let stream = try TaskStream(configuration, seed: 9)
    let sample = try TaskSample(of: source, count: 50, seed: 9)
    for index in 0..<50 { #expect(try sample.task(at: index) == stream.task(at: UInt64(index))) }
    let heldOut = try TaskSample(of: source, count: 20, seed: 4, isHeldOut: true)
    #expect(try (0..<20).map { try heldOut.task(at: $0) } == stream.heldOut(count: 20))
  }

  @Test func `a row says everything in the order people read it`() throws {
    let row = try TaskSample(of: ProceduralSource(task: "gcd", difficulty: 1...1), count: 1, seed: 3)
      .task(at: 0).dataRow
    let keys = row.split(separator: "\"").enumerated().filter { $0.offset % 4 == 1 }.map(\.element)
    #expect(keys.prefix(5) == ["question", "answer", "solution", "data_source", "verifier"], "\(row)")
    #expect(row.contains(#""difficulty": 1, "id": "gcd/0"}"#), "\(row)")
  }

  @Test func `what cannot be sampled is refused`() {
    func refusal(_ source: ProceduralSource, count: Int = 1, slipRate: Double = 0) -> String {
      do {
        _ = try TaskSample(of: source, count: count, seed: 0, teacher: Teacher(slipRate: slipRate))
        return "nothing"
      } catch {
        return "\(error)"
      }
    }
    #expect(
      refusal(ProceduralSource(task: "gdc")).hasPrefix("unknown task `gdc`; there are: `arithmetic_chain`"))
    #expect(
      refusal(ProceduralSource(task: "gcd", difficulty: 3...11))
        == "`difficulty` [3, 11] of task `gcd` must lie within [1, 10]")
    #expect(
      refusal(ProceduralSource(task: "gcd"), count: 0) == "0 tasks were asked for, at least 1 is needed")
    #expect(refusal(ProceduralSource(task: "gcd"), slipRate: 2).contains("is 2.0, a probability"))
  }

  @Test(arguments: ProceduralTasks.names)
  func `a description shows one problem in each style`(name: String) throws {
    let description = try #require(ProceduralTasks.description(of: name))
    #expect(description.name == name && !description.summary.hasSuffix("."))
    #expect(description.examples.map(\.style) == [.concise, .verbose, .branching])
    #expect(Set(description.examples.map(\.instance.prompt)).count == 1)
    let text = description.text
    #expect(text.hasPrefix("\(name): ") && text.contains("verifier    \(description.verifier)\n"))
    for example in description.examples {
      #expect(text.contains("\n  \(example.style.rawValue)\n"))
      #expect(example.instance.solution.split(separator: "\n").allSatisfy { text.contains("    \($0)\n") })
    }
  }

  @Test func `the page in docs is the one that the families make`() throws {
    let path = URL(filePath: #filePath).appending(path: "../../../docs/tasks.md").standardized
    let kept = try String(contentsOf: path, encoding: .utf8)
    #expect(
      kept == TaskPage.text, "docs/tasks.md is of other families: apus tasks show --markdown > docs/tasks.md")
  }
}
