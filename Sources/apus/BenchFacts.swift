import Foundation
import Tensors
import Training

/// What a measurement depends on besides the program, and what it costs in memory.
enum BenchFacts {
  /// Load average of the last minute, processes.
  static var load: Double {
    let text = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? ""
    return text.split(separator: " ").first.flatMap { Double($0) } ?? .nan
  }

  /// Most memory that this process ever had, bytes.
  static var peakMemory: Int { status("VmHWM:") }
  /// Memory that this process has, bytes.
  static var memory: Int { status("VmRSS:") }

  private static func status(_ name: String) -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
      ?? 0
  }

  /// The line under every title.
  static func line(_ compute: Compute, load: Double) -> String {
    "\(ProcessFacts.processor), BLAS core \(Compute.blasCore), kernels \(compute.kernels.level), "
      + "\(counted(compute.threads, "thread")), load \(String(format: "%.1f", load))"
  }

  /// The same for programs.
  static func members(_ compute: Compute, load: Double, peakMemory: Int) -> [(name: String, value: JSONText)]
  {
    [
      ("blas_core", .text(Compute.blasCore)), ("kernels", .text("\(compute.kernels.level)")),
      ("threads", .integer(compute.threads)), ("load", .number(load)),
      ("peak_rss_bytes", .integer(peakMemory)),
    ]
  }
}

/// Several measurements of one quantity.
struct Spread {
  var median: Double
  var low: Double
  var high: Double

  /// Of one number or more.
  init(_ values: [Double]) {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    low = sorted[0]
    high = sorted[sorted.count - 1]
  }

  /// `4,512 tokens/s  (4,480 … 4,530)`.
  func words(_ unit: String) -> String {
    "\(grouped(median)) \(unit)" + (low == high ? "" : "  (\(grouped(low)) … \(grouped(high)))")
  }

  var json: JSONText { ["median": .number(median), "low": .number(low), "high": .number(high)] }
}

/// A number as people read it: 12,345 or 12.3 or 0.123.
func grouped(_ value: Double) -> String {
  guard abs(value) < 1e15 else { return "\(value)" }
  guard abs(value) >= 100 else { return String(format: abs(value) >= 10 ? "%.1f" : "%.3g", value) }
  let digits = String(Int(value.rounded()))
  var text = ""
  for (index, digit) in digits.enumerated() {
    if index > 0, digit.isNumber, digits.dropFirst(index).count % 3 == 0, text.last?.isNumber == true {
      text += ","
    }
    text.append(digit)
  }
  return text
}

func pad(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(1, width - text.count))
}

/// Seconds that something takes.
func secondsTaken(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  return start.duration(to: .now) / .seconds(1)
}
