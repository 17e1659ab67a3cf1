import Generation
import Tokenizers

/// Shows a continuation as its tokens come, and never what may still be taken back: bytes that may begin a stop
/// string, and bytes of a character that is not whole yet.
struct TextStream {
  private let tokenizer: any Tokenizer
  private var state: StopState
  /// Bytes that were not shown yet.
  private var held: [UInt8] = []
  private var isOver = false

  init(_ tokenizer: any Tokenizer, _ rules: StopRules) {
    self.tokenizer = tokenizer
    state = StopRules(tokens: rules.tokens, strings: rules.strings).start()
  }

  /// Takes the next token.
  ///
  /// - Returns: The text that can be shown now.
  mutating func take(_ token: Int32) -> String {
    guard !isOver else { return "" }
    let bytes = tokenizer.bytes(of: token)
    // An id that the tokenizer lacks shows as what it decodes to.
    let shown = bytes.isEmpty ? Array(tokenizer.decode([token]).utf8) : bytes
    switch state.advance(token) {
    case .stop: isOver = true
    case .stopString(_, let bytesToCut):
      held += shown
      held.removeLast(min(bytesToCut, held.count))
      isOver = true
    case .repetition, nil: held += shown
    }
    guard !isOver else { return "" }
    var count = max(0, held.count - state.undecidedBytes)
    count -= Self.unfinishedBytes(held.prefix(count))
    let text = String(decoding: held.prefix(count), as: UTF8.self)
    held.removeFirst(count)
    return text
  }

  /// What was held back and is text after all, now that no token comes any more.
  func rest() -> String { String(decoding: held, as: UTF8.self) }

  /// Bytes at the end that begin a character of UTF-8 and do not finish it (Unicode 15, table 3-7).
  static func unfinishedBytes(_ bytes: ArraySlice<UInt8>) -> Int {
    for count in 1...3 where bytes.count >= count {
      let tail = Array(bytes.suffix(count))
      guard tail[0] & 0xC0 != 0x80 else { continue }
      let length = tail[0] >= 0xF0 ? 4 : tail[0] >= 0xE0 ? 3 : tail[0] >= 0xC0 ? 2 : 1
      guard count < length, (0xC2...0xF4).contains(tail[0]) else { return 0 }
      let second: ClosedRange<UInt8> =
        switch tail[0] {
        case 0xE0: 0xA0...0xBF
        case 0xED: 0x80...0x9F
        case 0xF0: 0x90...0xBF
        case 0xF4: 0x80...0x8F
        default: 0x80...0xBF
        }
      return count == 1 || second.contains(tail[1]) ? count : 0
    }
    return 0
  }
}
