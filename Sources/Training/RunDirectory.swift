internal import Foundation
internal import HFFiles

/// The files of a run and where they are.
public struct RunDirectory: Sendable {
  public let path: String

  public init(path: String) {
    self.path = path
  }

  var url: URL { URL(filePath: path) }
  public var recipe: String { path + "/recipe.yaml" }
  public var metrics: String { path + "/metrics.jsonl" }
  public var replay: String { path + "/replay.sqlite" }
  public var log: String { path + "/log.txt" }
  public var summary: String { path + "/summary.json" }
  /// The run's result in Hugging Face layout.
  public var model: String { path + "/model" }
  /// The checkpoint with the best greedy accuracy, in Hugging Face layout.
  public var best: String { path + "/best" }
  public var checkpoints: String { path + "/checkpoints" }

  func checkpoint(step: Int) -> String { checkpoints + "/step-\(step)" }
  /// Weights at the end of a stage that a later one begins from.
  func stage(_ name: String) -> String { path + "/stages/\(name)" }
  /// The best weights of a stage that hands those over. Each has a folder of its own, so that a resumed run finds the ones that its
  /// checkpoint means.
  func stageBest(_ name: String, step: Int) -> String { stage(name) + ".best-\(step)" }

  /// Removes best weights of stages up to a step, but for those of these steps.
  func removeStageBests(upTo last: Int, except kept: Set<Int>) throws {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path + "/stages")) ?? []
    for name in names {
      guard let mark = name.range(of: ".best-", options: .backwards),
        let step = Int(name[mark.upperBound...]),
        step <= last, !kept.contains(step)
      else { continue }
      try FileManager.default.removeItem(atPath: path + "/stages/" + name)
    }
  }

  /// Steps of the complete checkpoints, newest first.
  public var checkpointSteps: [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpoints)) ?? []
    return names.compactMap { name in
      guard name.hasPrefix("step-"), let step = Int(name.dropFirst(5)) else { return nil }
      return FileManager.default.fileExists(atPath: checkpoint(step: step) + "/trainer_state.json")
        ? step : nil
    }.sorted(by: >)
  }

  /// Folders that lost their state to an interrupted deletion.
  func removeHalfDeletedCheckpoints() throws {
    let whole = Set(checkpointSteps.map { "step-\($0)" })
    let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpoints)) ?? []
    for name in names where name.hasPrefix("step-") && !whole.contains(name) {
      try FileManager.default.removeItem(atPath: checkpoints + "/" + name)
    }
  }

  public var exists: Bool { FileManager.default.fileExists(atPath: path) }
  /// A run has been started here.
  public var holdsRun: Bool { FileManager.default.fileExists(atPath: recipe) }
  /// The run here has come to its end.
  public var isFinished: Bool { (try? RunSummary(path: summary))?.status == "finished" }

  /// Where a new run of that name goes: `runs/NAME-SEED`, with a number behind it while that is taken.
  public static func unused(name: String, seed: UInt64, under parent: String = "runs") -> RunDirectory {
    let base = "\(parent)/\(name)-\(seed)"
    var directory = RunDirectory(path: base)
    var number = 2
    while directory.exists {
      directory = RunDirectory(path: "\(base)-\(number)")
      number += 1
    }
    return directory
  }

  /// Run directories under `parent`, the newest first.
  public static func all(under parent: String = "runs") -> [RunDirectory] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    func age(_ directory: RunDirectory) -> Date {
      let attributes = try? FileManager.default.attributesOfItem(atPath: directory.log)
      return attributes?[.modificationDate] as? Date ?? .distantPast
    }
    return names.map { RunDirectory(path: parent + "/" + $0) }.filter(\.holdsRun)
      .map { ($0, age($0)) }.sorted { ($0.1, $1.0.path) > ($1.1, $0.0.path) }.map(\.0)
  }
}
