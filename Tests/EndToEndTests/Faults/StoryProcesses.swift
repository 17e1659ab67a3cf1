import Foundation

// Who runs, from /proc.
extension Story {
  /// Processes whose environment has the story's mark.
  static func processes(marked mark: String) -> [Int32] {
    all.filter { process in
      guard let environment = try? Data(contentsOf: URL(filePath: "/proc/\(process)/environ")) else {
        return false
      }
      return environment.split(separator: 0).contains { $0.elementsEqual(mark.utf8) }
    }
  }

  private static var all: [Int32] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap(Int32.init)
  }

  /// Words of a process's command line; empty where it is gone, or dead and not yet buried.
  static func words(_ process: Int32) -> [String] {
    guard let line = try? Data(contentsOf: URL(filePath: "/proc/\(process)/cmdline")) else { return [] }
    return line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  static func parent(_ process: Int32) -> Int32? {
    status(process).flatMap { $0.count > 1 ? Int32($0[1]) : nil }
  }

  /// Whether it computes at this moment, and does not wait for anything.
  static func isComputing(_ process: Int32) -> Bool { status(process)?.first == "R" }

  /// STATE PARENT …
  private static func status(_ process: Int32) -> [Substring]? {
    // PID (NAME) STATE …, and the name may have spaces and brackets in it.
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return nil }
    return text[text.index(after: end)...].split(separator: " ")
  }

  /// The worker processes that this trainer has started and that run.
  static func workers(of trainer: Int32) -> [Int32] {
    all.filter { parent($0) == trainer && words($0).dropFirst().first == "worker" }.sorted()
  }

  /// Workers that any trainer of this story has left behind.
  func strayWorkers(of trainer: Int32) -> [Int32] {
    Self.processes(marked: mark).filter { process in
      let words = Self.words(process)
      guard let place = words.firstIndex(of: "--parent"), words.indices.contains(place + 1) else {
        return false
      }
      return words[place + 1] == "\(trainer)"
    }
  }
}
