internal import Foundation

/// Messages as frames, and frames as messages (docs/wire-protocol.md).
///
///     frame 0   `APUS`, the protocol's version, the kind of message (one byte each)
///     frame 1   JSON, small; fields that are not known are passed over
///     frame 2…  arrays, little-endian, without any header of their own
///
/// Reading checks everything that can be checked without knowing the run; what comes out of it is well-formed, and no more than
/// that: whether a lease is live or a digest known is for others to say.
public enum MessageCoding {
  /// Of the protocol. Raised when an older program would misread a message.
  public static let version: UInt8 = 1

  /// What the second of two bytes says.
  enum Kind: UInt8, CaseIterable {
    case hello = 1
    case heartbeat
    case segment
    case fetchWeights
    case fetchKit
    case failed
    case draining
    case goodbye
    case welcome = 65
    case work
    case announce
    case weights
    case kit
    case acknowledge
    case cancel
    case unknownWorker
    case refused
    case finished

    /// Frames that hold arrays.
    var arrays: Int {
      switch self {
      case .segment: 3
      case .work: 2
      case .weights, .kit: 1
      default: 0
      }
    }
  }

  // MARK: Writing

  static func frames(_ kind: Kind, _ header: some Encodable, _ arrays: [UInt8]...) -> [[UInt8]] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // A number that is none becomes text, which the other side refuses; writing never stops a program.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let json = try? encoder.encode(header) else {
      preconditionFailure("the header of a `\(kind)` message cannot be written as JSON")
    }
    return [Array("APUS".utf8) + [version, kind.rawValue], Array(json)] + arrays
  }

  // MARK: Reading

  /// A message whose envelope is in order.
  struct Envelope {
    let kind: Kind
    let limits: WireLimits
    private let json: [UInt8]
    let arrays: ArraySlice<[UInt8]>

    init(_ frames: [[UInt8]], _ limits: WireLimits, allowed: ClosedRange<UInt8>) throws(WireError) {
      guard let first = frames.first, first.count == 6, first.starts(with: "APUS".utf8) else {
        throw WireError(.notApus)
      }
      guard first[4] == MessageCoding.version else { throw WireError(.otherVersion(first[4])) }
      guard let kind = Kind(rawValue: first[5]), allowed.contains(first[5]) else {
        throw WireError(.unknownMessage(first[5]))
      }
      guard frames.count == 2 + kind.arrays else {
        throw WireError(.wrongFrames(count: frames.count, expected: 2 + kind.arrays))
      }
      guard frames[1].count <= limits.maxHeaderBytes else {
        throw WireError(
          .tooLarge(what: "bytes of header", count: frames[1].count, most: limits.maxHeaderBytes))
      }
      self.kind = kind
      self.limits = limits
      json = frames[1]
      arrays = frames[2...]
    }

    func header<Header: Decodable>(_ type: Header.Type) throws(WireError) -> Header {
      do {
        return try JSONDecoder().decode(type, from: Data(json))
      } catch let error as DecodingError {
        throw WireError(.notAHeader(detail: Self.words(of: error)))
      } catch {
        throw WireError(.notAHeader(detail: "it cannot be read"))
      }
    }

    /// Which field it is; what is in it stays out of logs.
    private static func words(of error: DecodingError) -> String {
      func path(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
        (context.codingPath + (last.map { [$0] } ?? [])).map {
          $0.intValue.map(String.init) ?? $0.stringValue
        }
        .joined(separator: ".")
      }
      switch error {
      case .keyNotFound(let key, let context): return "`\(path(context, key))` is missing"
      case .typeMismatch(let type, let context): return "`\(path(context))` is not \(type)"
      case .valueNotFound(_, let context): return "`\(path(context))` is null"
      case .dataCorrupted(let context):
        return context.codingPath.isEmpty ? "not JSON" : "`\(path(context))` is out of range"
      @unknown default: return "it cannot be read"
      }
    }

    /// One of the array frames, from 0.
    func array(_ index: Int) -> [UInt8] { arrays[arrays.startIndex + index] }
  }
}

/// The header of messages that have nothing to say but their kind.
struct EmptyHeader: Codable {}
