import Foundation
import Metrics
import Testing

@Suite struct `A line of metrics` {
  @Test func `keys keep their order, and integers and numbers stay what they are`() throws {
    var record: MetricRecord = ["kind": "rl", "step": 3, "reward": 0.5, "loss": -2.0]
    record["grad_norm"] = 1e-5
    record["step"] = 4

    #expect(record.json == #"{"kind": "rl", "step": 4, "reward": 0.5, "loss": -2.0, "grad_norm": 1e-05}"#)
    let back = try MetricRecord(json: record.json)
    #expect(back == record)
    #expect(back.fields.map(\.name) == ["kind", "step", "reward", "loss", "grad_norm"])
    #expect(back["loss"] == .number(-2) && back["step"] == .integer(4))
  }

  @Test func `removing leaves the others in place, and order matters for equality`() {
    var record: MetricRecord = ["a": 1, "b": 2, "c": 3]
    record["b"] = nil
    record["x"] = nil
    #expect(record == ["a": 1, "c": 3])
    #expect(record != ["c": 3, "a": 1])
  }

  @Test func `every number reads back bit for bit`() throws {
    for value in [
      0.1, -0.0, 1.0 / 3, .pi, .leastNonzeroMagnitude, 1.7976931348623157e308, 1e21, 123456789.123456789,
      2.5e-7,
    ] {
      let back = try MetricRecord(json: (["x": .number(value)] as MetricRecord).json)["x"]
      guard case .number(let number)? = back else {
        Issue.record("\(value) came back as \(String(describing: back))")
        continue
      }
      #expect(number.bitPattern == value.bitPattern)
    }
  }

  @Test func `NaN and infinities are texts in JSON and numbers again when read`() throws {
    let record: MetricRecord = ["a": .number(.nan), "b": .number(.infinity), "c": .number(-.infinity)]
    #expect(record.json == #"{"a": "NaN", "b": "Infinity", "c": "-Infinity"}"#)
    #expect(try MetricRecord(json: record.json) == record)
    #expect(try JSONSerialization.jsonObject(with: Data(record.json.utf8)) is [String: String], "strict JSON")
  }

  @Test func `texts survive quotes, control characters and other scripts`() throws {
    let record: MetricRecord = ["stage": .text("a \"b\" \\ \n\t\u{1} ä 学 🐦"), "empty": ""]
    #expect(try MetricRecord(json: record.json) == record)
    #expect(!record.json.contains("\n"))
    #expect(try JSONSerialization.jsonObject(with: Data(record.json.utf8)) is [String: String])
  }

  @Test(arguments: [
    "", "{", "[]", #"{"a": 1"#, #"{"a" 1}"#, #"{"a": }"#, #"{"a": 1,}"#, #"{"a": 1} x"#, #"{"a": null}"#,
    #"{"a": [1]}"#,
    #"{"a": {"b": 1}}"#, #"{"a": 1, "a": 2}"#, #"{"a": "b}"#, #"{"a": "\ud800"}"#, #"{"a": "\q"}"#,
    #"{"a": 1-2}"#, #"{"a": 1e999}"#,
    #"{a: 1}"#, #"{"a": "\u12"}"#, #"{"a": "\"#,
  ])
  func `what is not a flat object of numbers and texts is refused with its column`(_ json: String) throws {
    let error = #expect(throws: MetricsError.self) { try MetricRecord(json: json) }
    #expect(error?.description.contains("not a line of metrics") == true)
  }

  @Test func `the column in a refusal is where reading stopped`() {
    let error = #expect(throws: MetricsError.self) { try MetricRecord(json: #"{"a": null}"#) }
    #expect(
      error?.description
        == "metrics:7: not a line of metrics (one flat JSON object of numbers and texts): a number or a text belongs here"
    )
  }

  @Test func `the reproducible part leaves out times, throughput and memory`() {
    let record: MetricRecord = [
      "step": 1, "step_time": 0.5, "reward": 1.0, "memory/peak_mib": 90, "time/train_seconds": 0.1,
    ]
    #expect(record.reproducible == ["step": 1, "reward": 1.0])
  }
}
