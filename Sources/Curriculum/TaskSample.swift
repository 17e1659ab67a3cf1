public import Experience

/// Tasks of one family, written out as rows that the trainer can load: what `apus tasks sample` gives.
public struct TaskSample: Sendable {
  private let stream: TaskStream
  private let heldOut: [ReasoningTask]?
  /// How many tasks there are.
  public let count: Int

  /// The first tasks of a run's stream; the held-out ones are the same for every seed and flawless.
  ///
  /// - Parameters:
  ///   - source: The family and its difficulties.
  ///   - count: How many; at least 1.
  ///   - seed: The run's seed.
  ///   - teacher: Who writes the worked solutions.
  ///   - isHeldOut: Whether the tasks are those that are never trained on.
  /// - Throws: ``DataError`` where the family, its difficulties, the teacher or the count cannot be had.
  public init(
    of source: ProceduralSource, count: Int, seed: UInt64, teacher: Teacher = Teacher(),
    isHeldOut: Bool = false
  ) throws(DataError) {
    if count < 1 { throw DataError(.sampleCountOutOfRange(count)) }
    var configuration = DataConfiguration()
    configuration.train = .procedural(source)
    configuration.teacher = teacher
    stream = try TaskStream(configuration, seed: seed)
    heldOut = isHeldOut ? try stream.heldOut(count: count) : nil
    self.count = count
  }

  /// - Precondition: `index` is below ``count``.
  public func task(at index: Int) throws(DataError) -> ReasoningTask {
    precondition((0..<count).contains(index), "task \(index) of a sample of \(count)")
    if let heldOut { return heldOut[index] }
    return try stream.task(at: UInt64(index))
  }
}

extension ReasoningTask {
  /// As one line of a data file, which `data.train.path` can name: question, answer, worked solution, and the family
  /// as `data_source`.
  public var dataRow: String {
    var members: [(String, JSONValue)] = [("question", .text(prompt)), ("answer", .text(groundTruth))]
    if let solution { members.append(("solution", .text(solution))) }
    members += [("data_source", .text(source)), ("verifier", .text(verifier))]
    if let difficulty { members.append(("difficulty", .number(String(difficulty)))) }
    members.append(("id", .text(id)))
    return "{" + members.map { "\(JSONValue.text($0).json): \($1.json)" }.joined(separator: ", ") + "}"
  }
}
