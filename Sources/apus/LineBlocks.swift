/// Lines of a stream in blocks: whatever whole lines are there by now, so that nothing waits for what comes later.
struct LineBlocks {
  struct Line: Sendable {
    /// From 1.
    var number: Int
    /// Without its line feed.
    var bytes: ArraySlice<UInt8>
  }

  /// Longest line in bytes.
  private static let limit = 64 << 20
  /// Lines of one block at most: one thread judges them, and the first is answered with the last.
  private static let blockSize = 32

  private let input: Input
  private let place: String
  private var number = 0
  private var pending: [UInt8] = []
  private var isAtEnd = false
  private var ready: [Line] = []

  /// - Parameters:
  ///   - input: Read as it comes.
  ///   - place: What it is called in errors.
  init(_ input: Input, place: String) {
    self.input = input
    self.place = place
  }

  /// The next lines that are not blank; nil at the end.
  mutating func next() throws -> [Line]? {
    while ready.isEmpty {
      guard !isAtEnd else { return nil }
      try fill()
    }
    let block = Array(ready.prefix(Self.blockSize))
    ready.removeFirst(block.count)
    return block
  }

  private mutating func fill() throws {
    let chunk: [UInt8]
    do {
      chunk = try input.read()
    } catch {
      throw CommandError("\(place) cannot be read: \(error)")
    }
    if chunk.isEmpty {
      isAtEnd = true
      if !pending.isEmpty { take(pending[...]) }
      return
    }
    var rest = chunk[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      if pending.isEmpty {
        take(rest[..<end])
      } else {
        take((pending + rest[..<end])[...])
        pending = []
      }
      rest = rest[(end + 1)...]
    }
    pending += rest
    if pending.count > Self.limit {
      throw CommandError(
        "\(place):\(number + 1): this line is longer than \(Self.limit >> 20) MiB; is it one JSON object per line?"
      )
    }
  }

  private mutating func take(_ line: ArraySlice<UInt8>) {
    number += 1
    var line = line
    if number == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
    if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return }
    ready.append(Line(number: number, bytes: line))
  }
}
