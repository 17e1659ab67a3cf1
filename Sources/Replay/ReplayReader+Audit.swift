internal import GRDB

extension ReplayReader {
  /// Checks the store against itself.
  ///
  /// - Returns: A line for each thing that must be true.
  /// - Throws: ``ReplayError`` where the store cannot be read at all.
  public func audit() throws(ReplayError) -> Audit {
    let trained = try LedgerLine.total(ledger())
    let run = try run()
    let status = try status()
    return try read { stored in
      var auditor = Auditor(
        stored: stored, knowsUpdates: knowsUpdates, knowsStatistics: knowsStatistics, run: run,
        status: status, totals: trained)
      try auditor.auditFile()
      try auditor.auditFates()
      try auditor.auditUpdates()
      try auditor.auditStatistics()
      try auditor.auditTokens()
      try auditor.auditArrays()
      try auditor.auditRewards()
      return auditor.audit
    }
  }
}
