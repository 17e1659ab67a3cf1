internal import Foundation
internal import Tensors

/// What the operating system says about this process and machine.
public enum ProcessFacts {
  /// Largest resident memory so far, MiB; nil where the system does not tell.
  static var peakMemoryMiB: Double? {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kib = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Double($0) })
    else { return nil }
    return kib / 1024
  }

  /// The processor's name.
  public static var processor: String {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("model name") }),
      let colon = line.firstIndex(of: ":")
    else { return "unknown" }
    return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
  }

  static func environment(_ compute: Compute) -> RunEnvironment {
    RunEnvironment(
      blasCore: Compute.blasCore, kernels: "\(compute.kernels.level)", threads: compute.threads,
      processor: processor)
  }
}
