import Foundation
import Metrics
import Testing

@Suite struct `The page about metrics` {
  @Test func `holds the table as the code has it`() throws {
    let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/metrics.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    #expect(
      text.hasSuffix(MetricTable.markdown()),
      "docs/metrics.md has to end in what `MetricTable.markdown()` gives")
  }
}
