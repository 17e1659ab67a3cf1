/// An address that sockets bind or connect to.
///
///     tcp://HOST:PORT    HOST a name, an IPv4 address, or an IPv6 address in brackets; to bind, also `*` (all) and port `*` (any)
///     ipc://PATH         a socket in the file system, at most 107 bytes
///     inproc://NAME      within the process
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
  public enum Use: Sendable { case binding, connecting }

  public enum Transport: String, Sendable { case tcp, ipc, inproc }

  public let transport: Transport
  /// As libzmq takes it.
  let address: String
  /// As it was given.
  public let description: String
  /// Whether only this machine can reach it. Others *on* the machine can reach `tcp` there; `ipc` is as open as its folder.
  public let isPrivate: Bool
  let isIPv6: Bool

  /// - Parameters:
  ///   - text: What a person wrote.
  ///   - use: Wildcards are for binding only.
  /// - Throws: `TransportError` that says which forms there are.
  public init(_ text: String, for use: Use) throws(TransportError) {
    description = text
    guard let separator = text.firstRange(of: "://"),
      let transport = Transport(rawValue: String(text[..<separator.lowerBound])),
      text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
    else { throw TransportError(text, .notAnEndpoint(detail: "it is none of these")) }
    let rest = String(text[separator.upperBound...])
    self.transport = transport
    switch transport {
    case .inproc:
      guard !rest.isEmpty, rest.utf8.count <= 200 else {
        throw TransportError(text, .notAnEndpoint(detail: "no name"))
      }
      // libzmq's own, where keys are judged.
      guard !rest.hasPrefix("zeromq.") else {
        throw TransportError(text, .notAnEndpoint(detail: "that name is libzmq's"))
      }
      (address, isPrivate, isIPv6) = (text, true, false)
    case .ipc:
      // `@name` and `*` would be outside any folder, so that no permissions protect them.
      guard !rest.isEmpty, !rest.hasPrefix("@"), !rest.hasPrefix("*") else {
        throw TransportError(text, .notAnEndpoint(detail: "ipc needs the path of a file"))
      }
      guard rest.utf8.count <= 107 else { throw TransportError(text, .pathTooLong(bytes: rest.utf8.count)) }
      (address, isPrivate, isIPv6) = (text, true, false)
    case .tcp:
      let (host, port) = try Self.hostAndPort(rest, of: text, use)
      // A bound name would be looked for among network interfaces, and a connecting one might find IPv6 first.
      let plain = host == "localhost" ? "127.0.0.1" : host
      address = "tcp://\(plain):\(port)"
      isIPv6 = host.hasPrefix("[")
      isPrivate = plain == "[::1]" || Self.isLoopback(plain)
    }
  }

  private static func hostAndPort(
    _ rest: String, of text: String, _ use: Use
  ) throws(TransportError) -> (String, String) {
    guard let colon = rest.lastIndex(of: ":"), colon > rest.startIndex else {
      throw TransportError(text, .notAnEndpoint(detail: "it has no port"))
    }
    let (host, port) = (String(rest[..<colon]), String(rest[rest.index(after: colon)...]))
    let allowed: (UInt8) -> Bool = { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    let isBracketed =
      host.hasPrefix("[") && host.hasSuffix("]") && host.utf8.count > 2
      && host.dropFirst().dropLast().utf8.allSatisfy {
        allowed($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "%")
      }
    let isWildcard = host == "*" && use == .binding
    guard isBracketed || isWildcard || host.utf8.allSatisfy(allowed) else {
      throw TransportError(text, .notAnEndpoint(detail: "`\(host)` is no host"))
    }
    let isAnyPort = use == .binding && (port == "*" || port == "0")
    let isNumber =
      !port.isEmpty && port.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    let isPort = isNumber && (UInt16(port) ?? 0) > 0
    guard isAnyPort || isPort else {
      let any = use == .binding ? ", nor 0 or * for any" : ""
      throw TransportError(text, .notAnEndpoint(detail: "`\(port)` is no port of 1 to 65535\(any)"))
    }
    return (host, isAnyPort ? "*" : port)
  }

  /// 127.0.0.0/8, written out; a shorter form (`127.1`) or a name that only looks like it is not trusted.
  private static func isLoopback(_ host: String) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127"
      && parts.allSatisfy { UInt8($0) != nil && $0.utf8.first != UInt8(ascii: "+") }
  }
}
