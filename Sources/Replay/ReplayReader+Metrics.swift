internal import GRDB

extension ReplayReader {
  /// One metric of the steps of training.
  ///
  /// - Parameter name: As `metrics` has it: `reward`, `loss`, …
  /// - Returns: Its value by step; steps where it is not there, NaN or a text are left out.
  /// - Throws: ``ReplayError`` where the store cannot be read.
  public func metric(_ name: String) throws(ReplayError) -> [Int: Double] {
    try read { stored in
      let rows = try Row.fetchCursor(
        stored.db,
        sql: """
          select step, value from metrics
            where kind in ('sft', 'rl') and name = ? and typeof(value) in ('integer', 'real')
          """, arguments: [name])
      var values: [Int: Double] = [:]
      while let row = try rows.next() {
        values[try stored.value(row, "step", of: "metrics")] = try stored.value(row, "value", of: "metrics")
      }
      return values
    }
  }

  /// The last step of training of each stage that has metrics, by the stage's name.
  public func lastSteps() throws(ReplayError) -> [String: Int] {
    try read { stored in
      let rows = try Row.fetchAll(
        stored.db,
        sql: "select stage, max(step) as last from metrics where kind in ('sft', 'rl') group by stage")
      var steps: [String: Int] = [:]
      for row in rows {
        steps[try stored.value(row, "stage", of: "metrics")] = try stored.value(row, "last", of: "metrics")
      }
      return steps
    }
  }
}
