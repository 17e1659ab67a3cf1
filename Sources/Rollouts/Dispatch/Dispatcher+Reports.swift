internal import Experience
public import Transport

extension Dispatcher {
  /// Judges a report.
  ///
  /// Numbers of leases are given in order and never again, so one that is below the next and not live has been taken back, or was
  /// used: nothing needs to be remembered of it.
  public mutating func report(_ worker: WorkerID, _ report: SegmentReport, now: Double) -> ReportVerdict {
    if isKnown(worker) { workers[worker]?.lastSeen = now }
    guard report.lease.rawValue < nextLease else {
      refused(worker)
      return .unknownLease
    }
    guard let lease = leases[report.lease] else {
      // Tokens at or beyond where the item stands are missing still: somebody else is to make them.
      let isLate = openEntries(report.item).contains { $0.item.continuation.count <= report.start }
      if isLate { counts.late.count() } else { counts.duplicates.count() }
      if isLate { workers[worker]?.counts.late.count() } else { workers[worker]?.counts.duplicates.count() }
      return isLate ? .late : .duplicate
    }
    guard lease.worker == worker, let entry = entries[lease.order] else {
      refused(worker)
      return .unknownLease
    }
    guard lease.tokens == nil else {
      counts.duplicates.count()
      workers[worker]?.counts.duplicates.count()
      return .beingCommitted
    }
    if let refusal = check(report, entry) {
      _ = end(report.lease)
      requeue(lease.order)
      returnCredit(worker)
      refused(worker)
      return .refused(refusal)
    }
    leases[report.lease]?.tokens = report.tokens
    entries[lease.order]?.state = .committing(report.lease)
    workers[worker]?.leases.remove(report.lease)
    returnCredit(worker)
    counts.segments.count()
    counts.tokens.count(report.tokens.count)
    workers[worker]?.counts.segments.count()
    workers[worker]?.counts.tokens.count(report.tokens.count)
    return .accepted(entry.item.key)
  }

  private func check(_ report: SegmentReport, _ entry: Entry) -> ReportVerdict.Refusal? {
    let item = entry.item
    let count = report.tokens.count
    guard report.item == item.item else { return .wrongItem }
    guard report.start == item.continuation.count else { return .wrongStart }
    var runs = 0
    for run in report.runs {
      guard run.count > 0, run.count <= count - runs else { return .wrongCount }
      runs += run.count
    }
    guard count > 0, runs == count, report.logprobs.count == count, report.sampled.count == count
    else { return .wrongCount }
    let left = item.maxCompletionLength - item.continuation.count
    guard count <= min(left, entry.asked ?? left) else { return .overBudget }
    for run in report.runs {
      if let bound = item.version {
        guard run.version == bound else { return .wrongVersion }
      } else {
        guard versions.contains(run.version) else { return .unknownVersion }
      }
    }
    return nil
  }

  /// An accepted report is in the store.
  ///
  /// - Parameters:
  ///   - id: Of the report.
  ///   - isFinished: What the trainer found in the tokens.
  /// - Returns: What becomes of the item.
  public mutating func committed(_ id: LeaseID, isFinished: Bool) -> CommitResult {
    guard let lease = leases[id], let tokens = lease.tokens, var entry = entries[lease.order] else {
      return .gone
    }
    leases[id] = nil
    entry.item.continuation += tokens
    entry.maker = workers[lease.worker]?.version == versions.last ? lease.worker : nil
    entries[lease.order] = entry
    if isFinished || entry.item.continuation.count >= entry.item.maxCompletionLength {
      close(lease.order)
      counts.finished.count()
      workers[lease.worker]?.counts.finished.count()
      return .finished
    }
    if entry.asked == 0 {
      guard settings.continuesItems else {
        close(lease.order)
        makers[entry.item.key] = entry.maker
        counts.paused.count()
        return .paused
      }
      entries[lease.order]?.segmentStart = entry.item.continuation.count
    }
    requeue(lease.order)
    return .requeued
  }

  /// An accepted report turned out not to be what its worker says, and is not committed: its item waits again.
  public mutating func reject(_ id: LeaseID) -> ReportVerdict {
    guard let lease = leases[id], lease.tokens != nil else { return .unknownLease }
    leases[id] = nil
    requeue(lease.order)
    refused(lease.worker)
    return .refused(.disagrees)
  }

  /// A worker cannot generate an item.
  public mutating func failed(
    _ worker: WorkerID, _ id: LeaseID, reason: String, now: Double
  ) -> FailureVerdict {
    if isKnown(worker) { workers[worker]?.lastSeen = now }
    guard let lease = leases[id], lease.worker == worker, lease.tokens == nil,
      var entry = entries[lease.order]
    else { return .unknownLease }
    _ = end(id)
    returnCredit(worker)
    workers[worker]?.counts.failures.count()
    entry.failures.count()
    entry.failedOn.insert(worker)
    entries[lease.order] = entry
    guard entry.failures < settings.maxFailures else {
      // In no state since its lease ended: nothing of it is in the queue.
      close(lease.order)
      counts.failed.count()
      return .itemFailed(entry.item.key, reason: reason)
    }
    requeue(lease.order)
    return .requeued
  }

  private mutating func returnCredit(_ worker: WorkerID) {
    guard let record = workers[worker] else { return }
    workers[worker]?.credit = max(0, min(record.credit + 1, record.capacity - record.leases.count))
  }

  private mutating func refused(_ worker: WorkerID) {
    counts.refused.count()
    guard let record = workers[worker] else { return }
    workers[worker]?.counts.refused.count()
    workers[worker]?.refusals.count()
    if record.refusals + 1 >= settings.maxRefusals, record.state == .joined {
      workers[worker]?.state = .barred
    }
  }
}
