internal import CZeroMQ

/// What went wrong with sockets, addresses and keys, where, and what to do about it. What a peer sends is `WireError`'s.
public struct TransportError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Reason: Sendable, Hashable {
    case notAnEndpoint(detail: String)
    case pathTooLong(bytes: Int)
    case needsKeys(isServer: Bool)
    case addressInUse
    case cannotBind(detail: String)
    case cannotConnect(detail: String)
    case notAWorkerName
    case notAKeyName
    case noCurve
    case keyExists
    case noFile
    /// A directory, or a device.
    case notAFile
    /// NAME.key where NAME.pub belongs, and the other way round.
    case secretForPublic
    case publicForSecret
    case readableByOthers(mode: String)
    case writableByOthers(mode: String)
    case notAKeyFile(line: Int?, isSecret: Bool)
    case keysDoNotMatch
    case authorizedTwice(name: String, line: Int)
    case notAuthorized(String)
    case alreadyAuthorized(name: String)
    case system(code: Int, detail: String)
  }

  /// An address or a file.
  public let place: String
  public let reason: Reason

  public init(_ place: String, _ reason: Reason) {
    self.place = place
    self.reason = reason
  }

  public var description: String { "\(place): \(reason.words)" }
}

extension TransportError.Reason {
  /// All wording of this module about sockets and keys, in one place.
  fileprivate var words: String {
    switch self {
    case .notAnEndpoint(let detail):
      "not an address: \(detail) — write `tcp://HOST:PORT` or `ipc://PATH`"
    case .pathTooLong(let bytes):
      "a path of \(bytes) bytes; sockets of the file system have at most 107 — choose a shorter one"
    case .needsKeys(isServer: true):
      "others can connect to this address, so keys are needed — `apus keys new trainer` makes the trainer's (`key: trainer.key`), "
        + "`apus keys new NAME` one for each worker, `apus keys authorize NAME.pub` lets it in (`authorized_keys:`); or bind "
        + "to 127.0.0.1 or ipc"
    case .needsKeys(isServer: false):
      "not on this machine, so keys are needed — give `--key NAME.key --server-key trainer.pub`; `apus keys new NAME` makes a key, "
        + "which the trainer lets in by `apus keys authorize NAME.pub`"
    case .addressInUse:
      "in use already — is another run there? choose another port (`*` takes any)"
    case .cannotBind(let detail):
      "cannot be bound: \(detail) — it must be an address of this machine, or a path in a folder that exists"
    case .cannotConnect(let detail):
      "cannot be connected to: \(detail)"
    case .notAWorkerName:
      "not a worker's name — 1 to 64 of A-Z a-z 0-9 . _ -"
    case .notAKeyName:
      "not a key's name — 1 to 32 of A-Z a-z 0-9 _ -"
    case .noCurve:
      "was built without CURVE — install a libzmq that has it (libzmq3-dev of Debian and Ubuntu does)"
    case .keyExists:
      "exists already, and is not written over — choose another name, or move it away"
    case .noFile:
      "no such file — `apus keys new NAME` makes NAME.key and NAME.pub, `apus keys authorize NAME.pub` a list of keys"
    case .notAFile: "is no file — name the file itself"
    case .secretForPublic:
      "is a secret key, which stays where it is and is shown to nobody — give NAME.pub, which lies beside it"
    case .publicForSecret: "is a public key — the secret one is needed, NAME.key, which lies beside it"
    case .readableByOthers(let mode):
      "has mode \(mode), so others may know the secret key in it — `chmod 600` it, or make a new one if others had access"
    case .writableByOthers(let mode):
      "has mode \(mode), so others may let keys in — `chmod 600` it, and look through it"
    case .notAKeyFile(let line, let isSecret):
      (line.map { "line \($0) is" } ?? "is") + " not `NAME PUBLIC-KEY\(isSecret ? " SECRET-KEY" : "")`"
        + " as `apus keys` writes it" + (isSecret ? " — `--key` takes NAME.key" : "")
    case .keysDoNotMatch:
      "its public key does not belong to its secret key — was the file edited? make a new one with `apus keys new`"
    case .authorizedTwice(let name, let line):
      "line \(line): the name `\(name)`, or its key, stands above already — take out one of the two"
    case .notAuthorized(let name):
      "`\(name)` is not in it — `apus keys list` shows who is"
    case .alreadyAuthorized(let name):
      "has `\(name)` already, with another key or under another name — `apus keys revoke \(name)` first"
    case .system(let code, let detail):
      "the system reports: \(detail) (code \(code))"
    }
  }
}

extension TransportError {
  /// By libzmq's or the system's last error.
  static func system(at place: String, code: Int32 = zmq_errno()) -> TransportError {
    TransportError(place, .system(code: Int(code), detail: words(of: code)))
  }

  static func binding(_ place: String, code: Int32) -> TransportError {
    TransportError(place, code == EADDRINUSE ? .addressInUse : .cannotBind(detail: words(of: code)))
  }

  static func connecting(_ place: String, code: Int32) -> TransportError {
    TransportError(place, .cannotConnect(detail: words(of: code)))
  }

  private static func words(of code: Int32) -> String {
    unsafe zmq_strerror(code).map { unsafe String(cString: $0) } ?? "unknown"
  }
}
