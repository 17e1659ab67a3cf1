/// Problems in a row, each but the first about the answer of the one before it.
public struct Chain: Sendable, Hashable {
  /// One problem of a chain.
  public struct Part: Sendable, Hashable {
    /// The source and where in it the problem stands, e.g. `train.jsonl/12`.
    public var id: String
    /// In the file, from 1; nil for problems made on the fly.
    public var line: Int?
    /// The problem on its own, with its number where the chain has a name for it.
    public var question: String
    public var answer: Int
    /// nil for the first part.
    public var link: Link?
    /// nil where the source has none.
    public var solution: Solution?

    package init(
      id: String, line: Int? = nil, question: String, answer: Int, link: Link? = nil,
      solution: Solution? = nil
    ) {
      self.id = id
      self.line = line
      self.question = question
      self.answer = answer
      self.link = link
      self.solution = solution
    }
  }

  /// A part as a teacher works it out, slips and all.
  public struct Solution: Sendable, Hashable {
    /// Without a last line `#### answer`; may be empty.
    public var steps: String
    /// The number that the teacher goes on with; nil for the first part.
    public var number: Int?
    /// What the steps lead to.
    public var answer: Int

    package init(steps: String, number: Int?, answer: Int) {
      self.steps = steps
      self.number = number
      self.answer = answer
    }
  }

  /// What a part takes from the one before it.
  public struct Link: Sendable, Hashable {
    /// What stands for the number in the chain's prompt.
    public var name: String
    public var adapter: ChainAdapter
    /// The number that `adapter` makes of the previous answer.
    public var number: Int
    /// The question as the chain shows it, with the name.
    public var text: String
    /// Where in the part's question the number stood, in Unicode scalars.
    public var span: Range<Int>

    package init(name: String, adapter: ChainAdapter, number: Int, text: String, span: Range<Int>) {
      self.name = name
      self.adapter = adapter
      self.number = number
      self.text = text
      self.span = span
    }
  }

  /// `offset` or `executed`.
  public var composer: String
  public var wording: ChainWording
  public var parts: [Part]
  /// The verifier that judges its answer.
  public var verifier: String

  package init(composer: String, wording: ChainWording, parts: [Part], verifier: String) {
    self.composer = composer
    self.wording = wording
    self.parts = parts
    self.verifier = verifier
  }

  public var horizon: Int { parts.count }

  /// What a right answer is: that of the last part.
  public var answer: String { parts.last.map { String($0.answer) } ?? "" }

  public var prompt: String { wording.prompt(of: parts) }

  /// The worked solutions of all parts and a last line `#### answer`; nil where a part has none.
  public var solution: String? { wording.solution(of: parts) }
}

extension Chain {
  /// Where a chain came from: its composer, and for each part its id, line, answer, and what it takes from the one
  /// before it (name, span in the original question, number, adapter).
  package var provenance: JSONValue {
    .object(["composer": .text(composer), "parts": .list(parts.map(\.json))])
  }

  /// One line of JSON for a file of tasks: `question`, `answer`, `horizon`, `provenance`, and `solution` where there
  /// is one.
  public var row: String {
    var members: [(String, JSONValue)] = [
      ("question", .text(prompt)), ("answer", .text(answer)), ("horizon", .number(String(horizon))),
      ("provenance", provenance),
    ]
    if let solution { members.append(("solution", .text(solution))) }
    return "{" + members.map { "\"\($0.0)\": \($0.1.json)" }.joined(separator: ", ") + "}"
  }
}

extension Chain.Part {
  fileprivate var json: JSONValue {
    var members: [String: JSONValue] = ["id": .text(id), "answer": .number(String(answer))]
    if let line { members["line"] = .number(String(line)) }
    if let link {
      members["name"] = .text(link.name)
      members["number"] = .number(String(link.number))
      members["span"] = .list([link.span.lowerBound, link.span.upperBound].map { .number(String($0)) })
      members.merge(link.adapter.json) { $1 }
    }
    return .object(members)
  }
}
