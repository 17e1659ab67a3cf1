import Curriculum
import Rewards

/// Judges lines and writes them down again, each with its reward as one more member.
struct ScoreRow: Sendable {
  let reward: ScoreReward
  let columns: ScoreColumns
  /// What input is called in errors.
  let place: String
  /// The new member.
  let member: String
  /// Whether the verdict's reading and rule are told.
  let explains: Bool
  /// Whether a row that cannot be judged is passed on with a null score.
  let toleratesBadRows: Bool

  /// What became of a block of lines.
  struct Scored: Sendable {
    var bytes: [UInt8] = []
    var rows = 0
    var counts: [Verdict.Status: Int] = [:]
    var badRows = 0
    /// The first line that could not be judged, in words.
    var problem: String?
  }

  /// Lines in their order; where bad rows are not tolerated, up to the first of them.
  func scored(_ lines: [LineBlocks.Line]) -> Scored {
    var scored = Scored()
    for line in lines {
      do {
        let (bytes, status) = try judged(line)
        scored.bytes += bytes
        scored.counts[status, default: 0] += 1
      } catch {
        scored.problem = scored.problem ?? "\(error)"
        scored.badRows += 1
        guard toleratesBadRows else { return scored }
        scored.bytes += passedOn(line, "\(error)")
      }
      scored.rows += 1
    }
    return scored
  }

  private func judged(_ line: LineBlocks.Line) throws -> ([UInt8], Verdict.Status) {
    let row = try DataRow(file: place, line: line.number, bytes: line.bytes)
    guard row.members[member] == nil else {
      throw CommandError(
        "\(row.place): the row has a column `\(member)` already; give the new one another name with `--into`")
    }
    let completion = try columns.completion(of: row, for: reward)
    let result = reward.configuration.evaluate(
      completion, taskVerifier: try reward.verifier(of: row), maximumLength: reward.maximumLength,
      verifiers: reward.verifiers)
    if let problem = result.problem { throw CommandError("\(row.place): \(problem)") }
    if result.total == nil, columns.goldColumn(of: row) == nil { throw columns.missingGold(in: row) }
    let isWhole = result.total != nil || result.verdict.score == nil
    let status = isWhole ? result.verdict.status : .noVerdict
    return (Self.bytes(of: line.bytes, adding: member, json(of: result, status)), status)
  }

  private func json(of result: RewardResult, _ status: Verdict.Status) -> JSONText {
    var members: [(name: String, value: JSONText)] = [
      ("score", optional(result.total)), ("status", .text(status.rawValue)),
      ("terms", .object(result.components.map { ($0.name, optional($0.value)) })),
    ]
    if explains {
      let verdict = result.verdict
      members += [
        ("extracted", optional(verdict.extracted)), ("gold", optional(verdict.gold)),
        ("reason", .text(verdict.rule)),
        ("metrics", .object(verdict.metrics.map { ($0.name, .number($0.value)) })),
      ]
    }
    return .object(members)
  }

  /// A line that could not be judged: the object it is, but for the new member, and the reason why.
  private func passedOn(_ line: LineBlocks.Line, _ problem: String) -> [UInt8] {
    let json: JSONText = [
      "score": optional(nil as Double?), "status": "bad_row", "terms": .members([]), "reason": .text(problem),
    ]
    var object = Array("{}".utf8)[...]
    if let row = try? DataRow(file: place, line: line.number, bytes: line.bytes) {
      object = row.members[member] == nil ? line.bytes : line.bytes.withoutMember(member)
    }
    return Self.bytes(of: object, adding: member, json)
  }

  /// The line byte for byte up to its closing brace, then the new member.
  private static func bytes(
    of line: ArraySlice<UInt8>, adding name: String, _ value: JSONText
  ) -> [UInt8] {
    var end = line.endIndex
    while end > line.startIndex, line[end - 1] != UInt8(ascii: "}") { end -= 1 }
    let object = line[..<Swift.max(line.startIndex, end - 1)]
    let last = object.last { !($0 == 0x20 || $0 == 0x09 || $0 == 0x0D) }
    let separator = last == UInt8(ascii: "{") ? "" : ", "
    return Array(object) + Array("\(separator)\(JSONText.text(name)): \(value)}\n".utf8)
  }
}
