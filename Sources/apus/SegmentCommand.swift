public import ArgumentParser
public import Curriculum
import Foundation
import Tokenizers

/// `apus segment`: a file of tasks, parted by the length of the prompts.
struct SegmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "segment",
    abstract: "Parts a file of tasks into short and long prompts.",
    discussion: """
      Makes a folder with `short.jsonl` (prompts up to the threshold, and at it), `long.jsonl` (beyond), `all.jsonl`
      (both), each row byte for byte as it was, and `report.json` with counts and mean lengths.

        apus segment train.jsonl --out slices
        apus segment train.jsonl --by tokens --tokenizer models/tiny --at median --out slices

      Characters are Unicode scalars. The prompt is the question alone, without a recipe's template.

      FastCuRL: arXiv:2503.17287, which parts at the mean in characters.
      """)

  @Argument(help: "Rows of tasks, one JSON object a line.", completion: .file())
  var file: String

  @Option(help: "What lengths count: characters or tokens.")
  var by = LengthMeasure.characters

  @Option(help: ArgumentHelp("Where short ends: mean, median, or a number.", valueName: "threshold"))
  var at = SliceThreshold.mean

  @Option(
    help: ArgumentHelp("For `--by tokens`: a model's folder, or `chars`.", valueName: "dir"),
    completion: .directory)
  var tokenizer: String?

  @Option(help: ArgumentHelp("Column of the prompt, where it has an unusual name.", valueName: "name"))
  var promptField: String?

  @Option(help: "Folder to be made.", completion: .directory)
  var out: String

  func validate() throws {
    switch by {
    case .characters:
      if tokenizer != nil { throw ValidationError("`--tokenizer` is for `--by tokens`") }
    case .tokens:
      if tokenizer == nil {
        throw ValidationError("`--by tokens` needs a `--tokenizer`: a model's folder, or `chars`")
      }
    }
  }

  func run() throws {
    guard !FileManager.default.fileExists(atPath: out) else {
      throw CommandError("\(out): is there already — choose another `--out`")
    }
    let lengths = try lengths()
    guard let segmentation = LengthSegmentation(lengths, at: at) else {
      throw CommandError("\(file): the file holds no rows; one JSON object per line is needed")
    }
    try write(lengths, segmentation)
    say("\(counted(lengths.count, "prompt")) of \(file) in \(out)")
    for slice in PromptSlice.allCases { say("  \(segmentation.line(slice, measure: by))") }
  }

  /// One for each row.
  private func lengths() throws -> [Int] {
    let length = try measure()
    var column: String?
    var lengths: [Int] = []
    try forEachLine { line in
      let row = try DataRow(file: file, line: line.number, bytes: line.bytes)
      let name = try column ?? row.column("prompt", promptField, ColumnMapping.promptNames)
      column = name
      do {
        lengths.append(try length(try row.prompt(name)))
      } catch let error as TokenizersError {
        throw CommandError("\(row.place): the prompt cannot be counted in tokens: \(error)")
      }
    }
    return lengths
  }

  private func measure() throws -> (String) throws -> Int {
    guard by == .tokens, let tokenizer else { return LengthMeasure.characters }
    if tokenizer == "chars" { return { CharacterTokenizer.ascii.encode($0).count } }
    let loaded = try loadTokenizer(directory: tokenizer, vocabSize: Int(Int32.max))
    say(loaded.note)
    return { try loaded.tokenizer.encode($0).count }
  }

  /// The folder has its name once all of it is there.
  private func write(_ lengths: [Int], _ segmentation: LengthSegmentation) throws {
    let files = FileManager.default
    let partial = out + ".partial-\(ProcessInfo.processInfo.processIdentifier)"
    do {
      try files.createDirectory(atPath: partial, withIntermediateDirectories: false)
    } catch {
      throw CommandError("\(out): cannot be made there: \(error.localizedDescription)")
    }
    defer { try? files.removeItem(atPath: partial) }
    let slices = try [PromptSlice.short, .long].map { ($0, try WholeFile("\(partial)/\($0.rawValue).jsonl")) }
    let all = try WholeFile("\(partial)/all.jsonl")
    var row = 0
    try forEachLine { line in
      guard row < lengths.count else { throw changed }
      for (slice, target) in slices where segmentation.contains(lengths[row], in: slice) {
        try target.write(line: line.bytes)
      }
      try all.write(line: line.bytes)
      row += 1
    }
    guard row == lengths.count else { throw changed }
    let report = try WholeFile("\(partial)/report.json")
    try report.write(line: "\(json(of: segmentation))".utf8)
    for target in slices.map(\.1) + [all, report] { try target.close() }
    do {
      try files.moveItem(atPath: partial, toPath: out)
    } catch {
      throw CommandError("\(out): cannot be made there: \(error.localizedDescription)")
    }
  }

  private var changed: CommandError {
    CommandError(
      "\(file): was changed while it was read, or can be read only once; give a file that stays as it is")
  }

  private func json(of segmentation: LengthSegmentation) -> JSONText {
    let slices = PromptSlice.allCases.map { slice -> (name: String, value: JSONText) in
      let summary = segmentation[slice]
      return (slice.rawValue, ["rows": .integer(summary.count), "mean": optional(summary.mean)])
    }
    return .object(
      [
        ("file", .text(file)), ("by", .text(by.rawValue)), ("at", .text(at.text)),
        ("threshold", .number(segmentation.threshold)),
      ] + slices)
  }

  private func forEachLine(_ body: (LineBlocks.Line) throws -> Void) throws {
    let input: Input
    do {
      input = try Input(path: file)
    } catch {
      throw CommandError("\(file) cannot be read: \(error)")
    }
    var lines = LineBlocks(input, place: file)
    while let block = try lines.next() {
      for line in block { try body(line) }
    }
  }
}

extension LengthMeasure: ExpressibleByArgument {}

extension SliceThreshold: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
  public var defaultValueDescription: String { text }
}
