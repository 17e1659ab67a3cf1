internal import CZeroMQ

/// One side's long-term key of CURVE (curve25519), as 40 characters of Z85.
public struct CurvePublicKey: Sendable, Hashable, CustomStringConvertible {
  public let text: String

  /// - Parameter text: From outside; nil is returned for what is not a key.
  public init?(_ text: String) {
    guard Self.bytes(of: text) != nil else { return nil }
    self.text = text
  }

  /// - Parameter bytes: 32 of them; nil is returned for another number.
  init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    text = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 41) { buffer in
      guard let start = buffer.baseAddress,
        let made = unsafe bytes.withUnsafeBufferPointer({ unsafe zmq_z85_encode(start, $0.baseAddress, 32) })
      else { return "" }
      return unsafe String(cString: made)
    }
    if text.isEmpty { return nil }
  }

  public var description: String { text }

  /// The 32 bytes of a key in Z85 (ZeroMQ RFC 32); nil where it is none.
  static func bytes(of text: String) -> [UInt8]? {
    guard text.utf8.count == 40 else { return nil }
    var result: [UInt8] = []
    var word: UInt64 = 0
    for (index, byte) in text.utf8.enumerated() {
      guard let digit = Self.alphabet.firstIndex(of: byte) else { return nil }
      word = word * 85 + UInt64(digit)
      guard index % 5 == 4 else { continue }
      guard let value = UInt32(exactly: word) else { return nil }
      result += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
      word = 0
    }
    return result
  }

  private static let alphabet = Array(
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#".utf8)
}

/// A key and its secret half, and what its owner is called. What it prints leaves out the secret.
public struct CurveKeyPair: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
  /// 1–32 of `A-Z a-z 0-9 _ -`.
  public let name: String
  public let publicKey: CurvePublicKey
  let secretKey: String

  /// A new pair from the system's random numbers.
  ///
  /// - Throws: For a name that is none.
  public init(newFor name: String) throws(TransportError) {
    guard Self.isName(name) else { throw TransportError(name, .notAKeyName) }
    let (open, secret) = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 82) { buffer in
      guard let start = buffer.baseAddress, unsafe zmq_curve_keypair(start, start + 41) == 0 else {
        return ("", "")
      }
      return unsafe (String(cString: start), String(cString: start + 41))
    }
    guard let key = CurvePublicKey(open) else { throw TransportError.system(at: name) }
    (self.name, publicKey, secretKey) = (name, key, secret)
  }

  /// - Throws: At `place`, for what is not a pair.
  init(name: String, publicKey: CurvePublicKey, secretKey: String, at place: String) throws(TransportError) {
    guard Self.isName(name), CurvePublicKey.bytes(of: secretKey) != nil else {
      throw TransportError(place, .notAKeyFile(line: nil, isSecret: true))
    }
    let belongs = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 41) { buffer in
      guard let start = buffer.baseAddress, unsafe zmq_curve_public(start, secretKey) == 0 else {
        return false
      }
      return unsafe String(cString: start) == publicKey.text
    }
    guard belongs else { throw TransportError(place, .keysDoNotMatch) }
    (self.name, self.publicKey, self.secretKey) = (name, publicKey, secretKey)
  }

  /// Dots are left out, so that a worker's name (`KEY.more`) belongs to one key.
  public static func isName(_ text: String) -> Bool {
    (1...32).contains(text.utf8.count) && text.utf8.allSatisfy(WorkerID.isNameByte)
  }

  public var description: String { "\(name) \(publicKey)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: ["name": name, "publicKey": publicKey.text]) }
}

/// A trainer's keys: its own, and the list of whom it lets in.
public struct ServerSecurity: Sendable {
  public var keys: CurveKeyPair
  public var authorized: AuthorizedKeys

  /// - Parameters:
  ///   - keys: Its own.
  ///   - authorized: A list, which is read again whenever its file has changed.
  public init(keys: CurveKeyPair, authorized: AuthorizedKeys) {
    self.keys = keys
    self.authorized = authorized
  }

  /// From the files that a recipe names.
  public init(keyFile: String, authorizedKeys: String) throws(TransportError) {
    keys = try KeyFile.read(keyFile)
    authorized = try AuthorizedKeys(file: authorizedKeys)
  }
}

/// A worker's keys: its own, and the trainer's public one.
public struct ClientSecurity: Sendable {
  public var keys: CurveKeyPair
  public var serverKey: CurvePublicKey

  public init(keys: CurveKeyPair, serverKey: CurvePublicKey) {
    self.keys = keys
    self.serverKey = serverKey
  }

  /// From the files that a worker's command line names.
  public init(keyFile: String, serverKeyFile: String) throws(TransportError) {
    keys = try KeyFile.read(keyFile)
    serverKey = try KeyFile.readPublic(serverKeyFile).key
  }
}
