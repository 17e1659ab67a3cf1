import Foundation
import GRDB
import Replay
import Testing

/// docs/replay.md, for people with the `sqlite3` shell.
@Suite struct `The page about the store` {
  private let page: String = {
    let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return (try? String(contentsOf: sources.appending(path: "docs/replay.md"), encoding: .utf8)) ?? ""
  }()

  @Test func `has a row for every table, with all its columns`() throws {
    try withFixture { (fixture: StoreFixture) throws in
      let tables = try fixture.texts(
        "select name from sqlite_schema where type = 'table' and name not like 'grdb_%' and name not like 'sqlite_%'"
      )
      for table in tables {
        let row = try #require(
          page.split(separator: "\n").first { $0.hasPrefix("| `\(table)` |") }, "no row for \(table)")
        for column in try fixture.texts("select name from pragma_table_info('\(table)')") {
          let isKey = ["id", "run_id"].contains(column)
          #expect(isKey || row.contains("`\(column)`"), "\(table) lacks \(column)")
        }
      }
    }
  }

  @Test func `shows queries that run`() throws {
    try withFixture { (fixture: StoreFixture) throws in
      try fixture.train(steps: 1...2)
      let queries = page.components(separatedBy: "```sql\n").dropFirst().compactMap {
        $0.components(separatedBy: "\n```").first
      }
      #expect(queries.count >= 14)
      for query in queries {
        #expect(throws: Never.self, "\(query)") {
          try DatabaseQueue(path: fixture.path).read { _ = try Row.fetchAll($0, sql: query) }
        }
      }
    }
  }
}
