/// Texts that end a sequence wherever they occur in what it says.
///
/// They are looked for in the bytes of the text, not in its tokens: a stop string may begin and end inside a token and
/// span many. A special token has no text, so `<|im_end|>` belongs among the stop tokens, not here. Texts are compared
/// byte by byte: é as one character and é as e with an accent are two.
///
/// One pass, some steps per byte however many strings there are. Aho & Corasick, Efficient string matching, 1975.
public struct StopStrings: Sendable {
  public let strings: [String]
  private let bytes: @Sendable (Int32) -> [UInt8]

  /// The trie of the strings, with an edge for every byte: where there is no longer beginning of a string to go on
  /// with, the edge leads to the longest other one that the text ends with. `[nodes × classes]`, the root first.
  private var edges: [Int32]
  /// The longest string that the text ends with at this node, `[nodes]`; -1 where there is none.
  private var ended: [Int32]
  /// How much of the longest string that may be under way has been seen, bytes, `[nodes]`.
  private var depth: [Int32]
  /// Bytes that occur in no string are of class 0, each of the others is a class of its own, `[256]`.
  private var classes: [UInt16]
  private var classCount: Int

  /// What the strings may have together, bytes of UTF-8; the table has at most 257 edges for each.
  public static let allowedBytes = 4096

  /// - Parameters:
  ///   - strings: Any number of them.
  ///   - bytes: The bytes of text that a token stands for, as `Tokenizer.bytes(of:)` has them.
  /// - Throws: ``GenerationError`` where one is empty, or all are too long together.
  public init(_ strings: [String], bytes: @escaping @Sendable (Int32) -> [UInt8]) throws(GenerationError) {
    if let index = strings.firstIndex(where: \.isEmpty) {
      throw GenerationError(.emptyStopString(index: index))
    }
    let total = strings.reduce(0) { $0 + $1.utf8.count }
    guard total <= Self.allowedBytes else {
      throw GenerationError(.stopStringsTooLong(bytes: total, allowed: Self.allowedBytes))
    }
    self.strings = strings
    self.bytes = bytes
    classes = [UInt16](repeating: 0, count: 256)
    classCount = 1
    for byte in strings.flatMap(\.utf8) where classes[Int(byte)] == 0 {
      classes[Int(byte)] = UInt16(classCount)
      classCount += 1
    }
    edges = [Int32](repeating: -1, count: classCount)
    ended = [-1]
    depth = [0]
    for (index, string) in strings.enumerated() { plant(string, Int32(index)) }
    link()
  }

  private func edge(_ node: Int32, _ byteClass: Int) -> Int { Int(node) * classCount + byteClass }

  /// Adds a string to the trie, whose missing edges are -1.
  private mutating func plant(_ string: String, _ index: Int32) {
    var node: Int32 = 0
    for byte in string.utf8 {
      let edge = edge(node, Int(classes[Int(byte)]))
      if edges[edge] < 0 {
        edges[edge] = Int32(ended.count)
        edges += [Int32](repeating: -1, count: classCount)
        ended.append(-1)
        depth.append(depth[Int(node)] + 1)
      }
      node = edges[edge]
    }
    ended[Int(node)] = index
  }

  /// Fills the missing edges, nodes nearest to the root first.
  private mutating func link() {
    var fallback = [Int32](repeating: 0, count: ended.count)
    var queue: [Int32] = [0]
    var next = 0
    while next < queue.count {
      let node = queue[next]
      next += 1
      let shorter = fallback[Int(node)]
      if ended[Int(node)] < 0 { ended[Int(node)] = ended[Int(shorter)] }
      for byteClass in 0..<classCount {
        let other = node == 0 ? 0 : edges[edge(shorter, byteClass)]
        let child = edges[edge(node, byteClass)]
        if child < 0 {
          edges[edge(node, byteClass)] = other
        } else {
          fallback[Int(child)] = other
          queue.append(child)
        }
      }
    }
  }
}

extension StopStrings {
  /// What the end of a text has of a stop string.
  public struct State: Sendable, Hashable {
    fileprivate var node: Int32 = 0

    public init() {}
  }

  public struct Match: Sendable, Hashable {
    /// The stop string.
    public var text: String
    /// Bytes of the stop string, and of the newest token after it.
    public var bytesToCut: Int

    public init(text: String, bytesToCut: Int) {
      self.text = text
      self.bytesToCut = bytesToCut
    }
  }

  /// Takes the next token.
  ///
  /// - Returns: The stop string that ends first in this token, and of those that end there the longest.
  public func advance(_ state: inout State, token: Int32) -> Match? {
    var match: Match?
    let bytes = bytes(token)
    for (index, byte) in bytes.enumerated() {
      state.node = edges[edge(state.node, Int(classes[Int(byte)]))]
      let found = ended[Int(state.node)]
      guard found >= 0, match == nil else { continue }
      let text = strings[Int(found)]
      match = Match(text: text, bytesToCut: text.utf8.count + bytes.count - index - 1)
    }
    return match
  }

  /// Bytes at the end of the text that may turn out to begin a stop string.
  public func undecidedBytes(_ state: State) -> Int { Int(depth[Int(state.node)]) }
}
