import Foundation

/// A file that has its name only once it is whole.
final class WholeFile {
  private let path: String
  private let partial: String
  private let output: Output
  private var held: [UInt8] = []
  private var isOpen = true

  /// Held back before it is written.
  private static let block = 1 << 16

  /// - Throws: ``CommandError`` where there is such a file, or it cannot be made.
  init(_ path: String) throws {
    guard !FileManager.default.fileExists(atPath: path) else {
      throw CommandError("\(path): is there already — choose another `--out`")
    }
    self.path = path
    partial = path + ".partial-\(ProcessInfo.processInfo.processIdentifier)"
    do {
      output = try Output(creating: partial)
    } catch {
      throw CommandError("\(path): cannot be made there: \(error)")
    }
  }

  deinit { abandon() }

  func write(line: some Sequence<UInt8>) throws {
    held += line
    held.append(UInt8(ascii: "\n"))
    if held.count >= Self.block { try flush() }
  }

  /// Gives it its name.
  func close() throws {
    try flush()
    do {
      try output.synchronize()
      try FileManager.default.moveItem(atPath: partial, toPath: path)
    } catch {
      throw CommandError("\(path) cannot be written: \(error)")
    }
    isOpen = false
  }

  /// Leaves no file behind, unless it was closed.
  func abandon() {
    if isOpen { try? FileManager.default.removeItem(atPath: partial) }
    isOpen = false
  }

  private func flush() throws {
    do {
      try output.write(held)
    } catch {
      throw CommandError("\(path) cannot be written: \(error)")
    }
    held.removeAll(keepingCapacity: true)
  }
}
