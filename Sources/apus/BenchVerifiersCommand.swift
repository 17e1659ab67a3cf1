import ArgumentParser
import Foundation
import Rewards

/// `apus bench verifiers`: verdicts a second on one core, and what a verdict waits for.
struct BenchVerifiersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verifiers",
    abstract: "Verdicts per second on one core; long responses; the first row of `apus score`.",
    discussion: """
      FILE holds cases as `apus rewards test` takes them. They are read beforehand; those of the category
      `adversarial_resource`, which are made to be slow, are left out. With --scenario:

        long       a boxed answer behind 4 to 48 kB of reasoning; the limit for 48 kB is 0.1 ms
        first-row  from the start of `apus score` to its first line, standard input held open; the limit is 100 ms
      """)

  enum Scenario: String, ExpressibleByArgument, CaseIterable {
    case cases, long
    case firstRow = "first-row"
  }

  @Argument(help: "Cases, one JSON object a line.", completion: .file(extensions: ["jsonl"]))
  var file: String?

  @Option(help: ArgumentHelp("What is measured.", valueName: "name"))
  var scenario = Scenario.cases

  @OptionGroup var bench: BenchArguments

  func validate() throws {
    if scenario == .cases, file == nil { throw ValidationError("a file of cases is missing") }
    guard bench.shape == nil, bench.model == nil else {
      throw ValidationError("--shape and --model are of other benchmarks: verifiers need no model")
    }
  }

  func run() throws {
    switch scenario {
    case .cases: try measureCases(file ?? "")
    case .long: measureLongResponses()
    case .firstRow: try measureFirstRow()
    }
  }

  // MARK: Cases

  private func measureCases(_ path: String) throws {
    let (all, verifiers) = try VerifierCase.read(path)
    let work = try all.filter { $0.category != "adversarial_resource" }.map {
      (verifier: try verifiers.verifier(named: $0.verifier), completion: $0.completion)
    }
    guard !work.isEmpty else {
      throw CommandError("\(path): there is no case in this file that could be timed")
    }
    var correct = 0
    func pass() {
      correct = 0
      for (verifier, completion) in work where verifier.verify(completion).status == .correct { correct += 1 }
    }
    // The first pass warms up and says how often it takes to fill half a second.
    let passes = min(1000, max(1, Int(0.5 / secondsTaken(pass))))
    let rates = (0..<(bench.rounds ?? 5)).map { _ in
      Double(work.count * passes) / secondsTaken { for _ in 0..<passes { pass() } }
    }
    let rate = Spread(rates)
    if bench.json {
      print(
        [
          "verdicts_s": .number(rate.median), "spread": rate.json, "cases": .integer(work.count),
          "correct": .integer(correct), "passes": .integer(passes), "threads": .integer(1),
          "peak_rss_bytes": .integer(BenchFacts.peakMemory),
        ] as JSONText)
    } else {
      print(
        "\(rate.words("verdicts/s")) on one core; \(counted(work.count, "case")), \(correct) judged correct")
    }
  }

  // MARK: Long responses

  private func measureLongResponses() {
    let verifier = MathVerifier()
    let limit = 0.1
    var times: [(kilobytes: Int, milliseconds: Double)] = []
    for kilobytes in [4, 16, 48] {
      let completion = Completion(text: Self.response(bytes: kilobytes * 1000), groundTruth: "\\frac{1}{2}")
      func pass() { precondition(verifier.verify(completion).status == .correct) }
      pass()
      let rounds = (0..<(bench.rounds ?? 5)).map { _ in
        secondsTaken { for _ in 0..<100 { pass() } } * 10
      }
      times.append((kilobytes, Spread(rounds).median))
    }
    let longest = times.last?.milliseconds ?? .nan
    if bench.json {
      print(
        [
          "ratio": .number(limit / longest), "threads": .integer(1),
          "sides": .object([("limit", .number(limit)), ("48 kB", .number(longest))]),
          "table": .list(
            times.map { ["kilobytes": .integer($0.kilobytes), "milliseconds": .number($0.milliseconds)] }),
        ] as JSONText)
    } else {
      for time in times { print("\(time.kilobytes) kB: \(grouped(time.milliseconds)) ms") }
    }
  }

  /// Reasoning with a boxed answer behind it.
  private static func response(bytes: Int) -> String {
    let step =
      "Next we note that $x_{3} = \\frac{7}{12}$, so the sum of both is 4 (as before); hence a + b < 9.\n"
    let count = bytes / step.utf8.count + 1
    return String(String(repeating: step, count: count).prefix(bytes))
      + "\nThe answer is $\\boxed{\\frac{2}{4}}$."
  }

  // MARK: The first row

  private func measureFirstRow() throws {
    let limit = 100.0
    let row = Data("{\"completion\": \"#### 72\", \"answer\": \"72\"}\n".utf8)
    var times: [Double] = []
    // The first call brings the program into memory.
    for round in 0...(bench.rounds ?? 5) {
      let (input, output) = (Pipe(), Pipe())
      let process = Process()
      process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      process.arguments = ["score", "--reward", "gsm8k"]
      (process.standardInput, process.standardOutput) = (input, output)
      let start = ContinuousClock.now
      try process.run()
      try input.fileHandleForWriting.write(contentsOf: row)
      let answer = output.fileHandleForReading.availableData
      let seconds = start.duration(to: .now) / .seconds(1)
      try input.fileHandleForWriting.close()
      process.waitUntilExit()
      guard String(decoding: answer, as: UTF8.self).contains("\"status\": \"correct\"") else {
        throw CommandError("`apus score` did not answer its first row")
      }
      if round > 0 { times.append(seconds * 1000) }
    }
    let time = Spread(times)
    if bench.json {
      print(
        [
          "ratio": .number(limit / time.median), "threads": .integer(1),
          "sides": .object([("limit", .number(limit)), ("first row", .number(time.median))]),
        ] as JSONText)
    } else {
      print(time.words("ms") + " from the start of `apus score` to its first line")
    }
  }
}
