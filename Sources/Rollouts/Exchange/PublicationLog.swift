internal import Experience
internal import Transport

/// How publications get around: who holds them since when, and what was sent for them. Told the time.
struct PublicationLog {
  private struct Line {
    var publication: ExchangeStatus.Publication
    var start: Double
    var sent: [WorkerID: Int] = [:]
  }

  private var lines: [Line] = []
  private static let limit = 16

  var all: [ExchangeStatus.Publication] { lines.map(\.publication) }
  var newest: PolicyVersion? { lines.last?.publication.version }

  mutating func publish(_ version: PolicyVersion, bytes: Int, now: Double) {
    lines.append(Line(publication: .init(version: version, bytes: bytes), start: now))
    if lines.count > Self.limit { lines.removeFirst() }
  }

  /// Bytes of a transfer went out.
  mutating func sent(_ bytes: Int, of digest: String, to worker: WorkerID) {
    guard let index = index(digest) else { return }
    lines[index].publication.sentBytes += bytes
    lines[index].sent[worker, default: 0] += bytes
  }

  /// A worker has said what is in its memory.
  ///
  /// - Returns: How long that took and what was sent, where it holds this version for the first time.
  mutating func holds(_ worker: WorkerID, _ version: PolicyVersion, now: Double) -> (
    seconds: Double, bytes: Int
  )? {
    guard let index = index(version.digest), lines[index].publication.version == version,
      lines[index].publication.seconds[worker.name] == nil
    else { return nil }
    let seconds = max(0, now - lines[index].start)
    lines[index].publication.seconds[worker.name] = seconds
    return (seconds, lines[index].sent[worker] ?? 0)
  }

  private func index(_ digest: String) -> Int? {
    lines.lastIndex { $0.publication.version.digest == digest }
  }
}
