public import ArgumentParser
public import Curriculum

/// `apus tasks`: which families of tasks are made on the fly, what they look like, and rows of them.
struct TasksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tasks",
    abstract: "Lists, shows and samples the families of tasks that are made on the fly.",
    subcommands: [List.self, Show.self, Sample.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the families, one a line.")

    func run() throws {
      var table = TextTable(["name", "subject", "difficulty", "verifier", "what is asked"])
      for task in ProceduralTasks.descriptions {
        let range = "\(task.difficulties.lowerBound)-\(task.difficulties.upperBound) \(task.difficultyUnit)"
        table.add([task.name, task.subject.rawValue, range, task.verifier, task.summary])
      }
      for line in table.lines { print(line) }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Says what a family asks, and shows one problem worked in each style.",
      discussion: """
          apus tasks show gcd
          apus tasks show --markdown > docs/tasks.md
        """)

    @Argument(help: "Its name; without one, all of them.")
    var name: String?

    @Flag(help: "The page of docs/, of all families.")
    var markdown = false

    func validate() throws {
      if name != nil, markdown {
        throw ValidationError("`--markdown` is the page of all families; leave the name out")
      }
    }

    func run() throws {
      if markdown { return print(TaskPage.text, terminator: "") }
      guard let name else {
        print(ProceduralTasks.descriptions.map(\.text).joined(separator: "\n"), terminator: "")
        return
      }
      guard let description = ProceduralTasks.description(of: name) else {
        throw CommandError("\(DataError(.unknownTask(name: name)))")
      }
      print(description.text, terminator: "")
    }
  }

  struct Sample: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes tasks of a family as lines of JSON, which `data.train.path` can name.",
      discussion: """
        The tasks are those that a recipe with this family, difficulty and seed trains on, in that order.

          apus tasks sample gcd --difficulty 2-4 --count 1000 --out gcd.jsonl
          apus tasks sample maze --style branching | jq -r .solution
        """)

    @Argument(help: ArgumentHelp("A family, as `apus tasks list` prints it.", valueName: "name"))
    var name: String

    @Option(
      help: ArgumentHelp(
        "One level, or the lowest and the highest (default: the family's).", valueName: "n|n-n"))
    var difficulty: DifficultyRange?

    @Option(help: "How many.")
    var count = 10

    @Option(help: "Seed of the draws.")
    var seed: UInt64 = 0

    @Option(help: "How solutions are written.")
    var style = SolutionStyle.concise

    @Option(help: ArgumentHelp("Probability of a teacher's mistake at each place for one.", valueName: "p"))
    var slipRate = 0.0

    @Flag(
      help: "The tasks that are never trained on: the same for every seed, all different, without mistakes.")
    var heldOut = false

    @Option(help: "File to be made; by default lines go to standard output.", completion: .file())
    var out: String?

    func run() throws {
      let sample = try TaskSample(
        of: ProceduralSource(task: name, difficulty: difficulty?.range), count: count, seed: seed,
        teacher: Teacher(slipRate: slipRate, style: style), isHeldOut: heldOut)
      guard let out else {
        for index in 0..<sample.count {
          print(try sample.task(at: index).dataRow)
          if StandardOutput.hasFailed { try StandardOutput.flush() }
        }
        return
      }
      let file = try WholeFile(out)
      for index in 0..<sample.count { try file.write(line: try sample.task(at: index).dataRow.utf8) }
      try file.close()
      say("\(counted(sample.count, "task")) in \(out)")
    }
  }
}

/// `3`, or `2-5`.
struct DifficultyRange: ExpressibleByArgument {
  let range: ClosedRange<Int>

  init?(argument: String) {
    let bounds = argument.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(bounds.count), let low = bounds[0], let high = bounds[bounds.count - 1],
      low <= high
    else { return nil }
    range = low...high
  }
}

extension SolutionStyle: ExpressibleByArgument {}
