/// Why a worker ends before its trainer says so.
public struct WorkerError: Error, Hashable, CustomStringConvertible {
  public enum Reason: Sendable, Hashable {
    /// Nothing was heard for so many seconds; whether the connection was refused for its keys.
    case trainerSilent(endpoint: String, seconds: Double, wasRefused: Bool)
    /// The trainer will not have this worker.
    case refused(endpoint: String, words: String)
    /// The model's files that came from the trainer cannot be used.
    case badModel(String)
    case noFolder(place: String, detail: String)
    /// One of the two key files is missing.
    case halfAKey
    /// A name that is not the key's.
    case foreignName(String, key: String)
  }

  public var reason: Reason

  public init(_ reason: Reason) { self.reason = reason }

  public var description: String {
    switch reason {
    case .trainerSilent(let endpoint, let seconds, let wasRefused):
      let why =
        wasRefused
        ? "it refused the connection — is this worker's key authorized there (`apus keys authorize`), and is `--server-key` the "
          + "trainer's public key?"
        : "is it running, and is this its address? (`--trainer-timeout` says how long to wait)"
      return
        "no word from the trainer at \(endpoint) for \(Int(min(max(seconds, 0), 1e9).rounded())) s: \(why)"
    case .refused(let endpoint, let words):
      return "the trainer at \(endpoint) will not have this worker: \(words)"
    case .badModel(let words): return "the model's files from the trainer cannot be used: \(words)"
    case .noFolder(let place, let detail):
      return "\(place): no folder can be made there: \(detail) — set TMPDIR"
    case .foreignName(let name, let key):
      return
        "`--name \(name)` is not of the key `\(key)`: a worker is called as its key, or that, a dot and more (`\(key).2`), "
        + "so that none can speak in another's name"
    case .halfAKey: return "`--key` and `--server-key` belong together: give both, or none on one machine"
    }
  }
}
