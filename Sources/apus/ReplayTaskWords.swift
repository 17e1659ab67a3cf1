import Experience
import Foundation
import Replay

// How the tasks of a run have fared: the difficulty section of `apus replay stats`, and `apus replay show --task`.

extension TaskReport {
  /// A table by accuracy, and what never taught anything.
  var lines: [String] {
    guard !entries.isEmpty else { return [] }
    var table = TextTable(["difficulty", ">tasks", ">groups", ">answers", ">mean tokens", ">last step"])
    for (level, entries) in levels {
      let all = entries.map(\.statistics)
      let attempts = all.reduce(0) { $0 &+ $1.attempts }
      let tokens = all.reduce(0.0) { $0 + Double($1.tokens) }
      table.add([
        level.words, "\(entries.count)", "\(all.reduce(0) { $0 &+ $1.groups })", "\(attempts)",
        attempts == 0 ? "–" : String(format: "%.4g", tokens / Double(attempts)),
        "\(all.map(\.lastStep).max() ?? 0)",
      ])
    }
    return table.lines + [neverTaughtWords].compactMap(\.self)
  }

  var json: JSONText {
    [
      "tasks": .integer(entries.count),
      "levels": .list(
        levels.map { level, entries in
          [
            "accuracy": .text(level.words), "tasks": .integer(entries.count),
            "groups": .integer(entries.reduce(0) { $0 &+ $1.statistics.groups }),
          ]
        }),
      "never_taught": .list(
        neverTaught.map {
          ["task": .text($0.key), "outcome": .text($0.outcome), "groups": .integer($0.statistics.groups)]
        }),
    ]
  }
}

extension TaskReport.Level {
  var words: String {
    switch self {
    case .never: "never right"
    case .seldom: "below 0.25"
    case .sometimes: "0.25 to 0.75"
    case .mostly: "above 0.75"
    case .always: "always right"
    case .unjudged: "no verdict"
    }
  }
}

extension [TaskStatistics] {
  /// A line per step that counted the task.
  var table: TextTable {
    var table = TextTable([
      ">step", ">groups", ">answers", ">accuracy", ">recent", ">mean tokens", ">all wrong", ">all right",
      ">left out",
    ])
    func number(_ value: Double?) -> String { value.map { String(format: "%.4g", $0) } ?? "–" }
    for state in self {
      table.add([
        "\(state.lastStep)", "\(state.groups)", "\(state.attempts)", number(state.accuracy),
        number(state.recentAccuracy), number(state.meanLength), "\(state.wrongGroups)",
        "\(state.rightGroups)",
        "\(state.filteredGroups)",
      ])
    }
    return table
  }
}

extension TaskStatistics {
  var json: JSONText {
    [
      "step": .integer(lastStep), "groups": .integer(groups), "attempts": .integer(attempts),
      "accuracy": optional(accuracy), "recent_accuracy": optional(recentAccuracy),
      "mean_length": optional(meanLength), "wrong_groups": .integer(wrongGroups),
      "right_groups": .integer(rightGroups), "filtered_groups": .integer(filteredGroups),
    ]
  }
}
