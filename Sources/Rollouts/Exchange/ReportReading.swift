internal import Experience
internal import Transport

/// From a worker's report to what the trainer builds upon: how the rollout stands is read from the tokens, not from
/// what the worker says of them.
struct ReportReading {
  private let check: FinishCheck

  init(_ check: FinishCheck) { self.check = check }

  /// What a worker said that the trainer reads otherwise.
  enum Disagreement: Error, Hashable, CustomStringConvertible {
    case fault(FinishCheck.Fault)
    case notFinished
    case finished(FinishReason)

    var description: String {
      switch self {
      case .fault(let fault): "\(fault)"
      case .notFinished: "it is said to be finished, but nothing ends it"
      case .finished(let reason): "it is said to go on, but it is over (\(reason.rawValue))"
      }
    }
  }

  /// Reads a report that is within the terms of its lease; `continuation` is what the item had before.
  ///
  /// - Throws: Where it does not hold.
  func read(
    _ report: SegmentReport, of worker: WorkerID, after continuation: [Int32]
  ) throws(Disagreement) -> SegmentOutcome {
    let reading = check.read(continuation: continuation, tokens: report.tokens, sampled: report.sampled)
    var outcome = SegmentOutcome(
      item: report.item, start: report.start, segments: segments(report, worker), finish: nil, text: nil,
      worker: worker.name)
    switch reading {
    case .wrong(let fault): throw .fault(fault)
    case .paused: if report.isFinished { throw .notFinished }
    case .finished(let reason, let text):
      guard report.isFinished else { throw .finished(reason) }
      (outcome.finish, outcome.text) = (reason, text)
    }
    return outcome
  }

  /// One for each run of tokens from one version; the runs add up, as the dispatcher has seen.
  private func segments(_ report: SegmentReport, _ worker: WorkerID) -> [Segment] {
    var start = 0
    return report.runs.map { run in
      defer { start += run.count }
      let range = start..<start + run.count
      return Segment(
        tokens: Array(report.tokens[range]), logprobs: Array(report.logprobs[range]),
        sampled: Array(report.sampled[range]), version: run.version, worker: worker.name)
    }
  }
}
