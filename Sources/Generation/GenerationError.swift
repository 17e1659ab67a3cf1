/// Why generation cannot be set up as asked.
public struct GenerationError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Reason: Sendable, Hashable {
    /// Place of the stop string in the list, from 0.
    case emptyStopString(index: Int)
    case stopStringsTooLong(bytes: Int, allowed: Int)
    case maxRepeatOutOfRange(Int, allowed: ClosedRange<Int>)
    case negativeThinkingBudget(Int)
    case noEndOfThinking
    /// Bytes allowed, bytes that the longest sequence needs, and its tokens.
    case keyValueMemory(Int, needed: Int, tokens: Int)
    case noAddressSpace(bytes: Int)
    case emptyPrompt
  }

  public let reason: Reason

  public init(_ reason: Reason) { self.reason = reason }

  public var description: String {
    switch reason {
    case .emptyStopString(let index):
      "stop string \(index + 1) is empty, and an empty text is everywhere — leave it out"
    case .stopStringsTooLong(let bytes, let allowed):
      "the stop strings have \(bytes) bytes of UTF-8 together, allowed are \(allowed) — name fewer or shorter ones"
    case .maxRepeatOutOfRange(let value, let allowed):
      "`max_repeat` is \(value), allowed are \(allowed.lowerBound)…\(allowed.upperBound) "
        + "— leave it out to let repeated text run on"
    case .negativeThinkingBudget(let tokens):
      "a thinking budget of \(tokens) tokens, allowed are 0 (no thinking) and more — leave it out for no budget"
    case .noAddressSpace(let bytes):
      "the system has no address space for \(bytes) bytes of keys and values — set `kv_memory`, or generate fewer answers at a "
        + "time (`max_concurrent`)"
    case .keyValueMemory(let limit, let needed, let tokens):
      "keys and values may take \(limit) bytes (`kv_memory`), but one sequence of \(tokens) tokens, prompt and answer, needs "
        + "\(needed) — allow more, or shorten the answers"
    case .emptyPrompt: "a prompt has no tokens, so there is nothing to continue"
    case .noEndOfThinking:
      "a thinking budget needs the tokens that end thinking, and there are none "
        + "— name the text that ends it (`</think>` for most models), or leave the budget out"
    }
  }
}
