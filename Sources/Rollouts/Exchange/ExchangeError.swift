/// Why the trainer cannot go on with its workers.
public struct ExchangeError: Error, Hashable, CustomStringConvertible {
  public enum Reason: Sendable, Hashable {
    /// No worker came. Seconds; items that wait; where workers connect; who was there before.
    case nobodyJoined(seconds: Double, items: Int, entrance: WorkerEntrance, before: [String])
    /// Items are out and nothing arrives. Seconds; items; who was waited for, and how each stands.
    case noProgress(seconds: Double, items: Int, workers: [String])
    /// Workers are there, but none has the weights. Seconds; version; who was waited for, and what each holds.
    case notPublished(seconds: Double, version: String, workers: [String])
    /// One of the two settings of keys is missing.
    case halfAKey
  }

  public var reason: Reason

  public init(_ reason: Reason) { self.reason = reason }

  public var description: String {
    switch reason {
    case .nobodyJoined(let seconds, let items, let entrance, let before):
      let gone = before.isEmpty ? "" : " (there were: \(Self.list(before)))"
      return
        "no worker at \(entrance.address) for \(Self.words(seconds)), and \(Self.count(items, "item")) wait\(gone) — "
        + "\(entrance.obstacle ?? "")start one with `\(entrance.command)`, let the trainer do it (`rollout.workers.spawn`), or raise "
        + "`rollout.workers.join_deadline`"
    case .noProgress(let seconds, let items, let workers):
      return "no segment for \(Self.words(seconds)), and \(Self.count(items, "item")) are out; waited for "
        + "\(Self.list(workers)) — see what they do, or raise `rollout.workers.progress_deadline`"
    case .notPublished(let seconds, let version, let workers):
      return
        "no worker holds the weights \(version) after \(Self.words(seconds)); waited for \(Self.list(workers)) — "
        + "is the network fast enough for them? raise `rollout.workers.publish_deadline`"
    case .halfAKey:
      return
        "`rollout.workers.key` and `rollout.workers.authorized_keys` belong together: set both, or none on one machine"
    }
  }

  private static func words(_ seconds: Double) -> String {
    let tenths = (seconds * 10).rounded() / 10
    return tenths >= 10 || tenths == tenths.rounded() ? "\(Int(min(tenths, 1e9))) s" : "\(tenths) s"
  }

  private static func count(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  /// The first few, and how many more.
  private static func list(_ names: [String]) -> String {
    guard !names.isEmpty else { return "nobody" }
    let shown = names.prefix(8).joined(separator: ", ")
    return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
  }
}
