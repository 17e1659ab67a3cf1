internal import Transport

/// How workers get to their trainer, for those who are told that none came.
public struct WorkerEntrance: Sendable, Hashable {
  /// Where the trainer's socket is bound.
  public var address: String
  /// The list of keys that are let in; nil = anybody is.
  public var authorizedKeys: String?

  public init(address: String, authorizedKeys: String?) {
    self.address = address
    self.authorizedKeys = authorizedKeys
  }

  /// What a worker is started with; HOST stands for a machine's name where the socket is bound to all of its addresses.
  var command: String {
    var reachable = address
    for any in ["tcp://0.0.0.0:", "tcp://*:", "tcp://[::]:"] where address.hasPrefix(any) {
      reachable = "tcp://HOST:" + address.dropFirst(any.count)
    }
    return "apus worker --connect \(reachable)"
      + (authorizedKeys == nil ? "" : " --key NAME.key --server-key TRAINER.pub")
  }

  /// What keeps every worker out, as the beginning of an advice.
  var obstacle: String? {
    guard let authorizedKeys else { return nil }
    do {
      guard try AuthorizedKeys(file: authorizedKeys).entries.isEmpty else { return nil }
      return "\(authorizedKeys) names no key, so nobody is let in: `apus keys authorize` one; then "
    } catch {
      return "nobody is let in: \(error); then "
    }
  }
}
